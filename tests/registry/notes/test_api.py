"""Notes over HTTP: written, answered, corrected, sealed; nothing is overwritten, nobody learns what is not for them."""

import pytest
from sqlalchemy import select

from registry.access.tables import Account
from registry.audit.tables import AuditEntry
from registry.children import sealing
from registry.review.merge.owned import CHILD_OWNED
from tests.registry.notes.conftest import Colleague, Team


def test_a_note_calls_a_colleague_who_reads_it_and_answers_on_anothers_case(
    team: Team, sara: Colleague, omid: Colleague
) -> None:
    case, ali = team.case(owner=sara), team.of("case_manager", "legal_officer")
    other = team.of("case_manager", "reviewer")
    assert other.post(f"/cases/{case}/notes", text="من هم").json()["refusal"]["why"] == "not_your_case"
    written = omid.post(f"/cases/{case}/notes", text=f"@{other.name} و @{sara.name} و @nobody ببینید")
    assert written.status_code == 201, written.text
    assert written.json()["calls"] == sorted([other.name, sara.name])
    assert written.json()["unknown"] == ["nobody"]
    for called in (other, sara):
        (notice,) = called.inbox()
        assert (notice["kind"], notice["note_id"], notice["by"]) == ("mention", written.json()["id"], omid.name)
        assert "صدا زده" in notice["say"]["fa"]
        assert "ستاره" not in str(notice)
    assert ali.inbox() == omid.inbox() == []
    assert other.post(f"/cases/{case}/notes", text="دیدم").status_code == 201
    listed = sara.get(f"/cases/{case}/notes").json()["notes"]
    assert [note["text"] for note in listed] == ["دیدم", f"@{other.name} و @{sara.name} و @nobody ببینید"]


def test_a_correction_points_at_the_old_and_both_stay(team: Team, sara: Colleague, omid: Colleague) -> None:
    case = team.case(owner=sara)
    first = sara.post(f"/cases/{case}/notes", text="پدر آمد").json()
    assert omid.post(f"/notes/{first['id']}/correction", text="نه", because="x").json()["refusal"]["why"] == (
        "not_your_note"
    )
    assert sara.post(f"/notes/{first['id']}/correction", text="عمو آمد").status_code == 422, "a reason is needed"
    right = sara.post(
        f"/notes/{first['id']}/correction", text="عمو آمد", because="اشتباه شنیدم", headers={"if-match": first["etag"]}
    )
    assert (right.status_code, right.json()["corrects_id"]) == (201, first["id"])
    listed = omid.get(f"/cases/{case}/notes").json()["notes"]
    assert [(note["text"], note["corrected_by"]) for note in listed] == [
        ("عمو آمد", None),
        ("پدر آمد", right.json()["id"]),
    ]
    late = sara.post(f"/notes/{first['id']}/correction", text="دایی آمد", because="باز اشتباه")
    assert late.status_code == 412
    assert (late.json()["yours"]["text"], late.json()["theirs"]["text"]) == ("دایی آمد", "عمو آمد")
    assert late.headers["etag"] == right.headers["etag"]
    stale = sara.post(
        f"/notes/{right.json()['id']}/correction", text="x", because="y", headers={"if-match": '"note-1"'}
    )
    assert stale.status_code == 412


def test_a_sealed_note_is_there_for_its_readers_only(team: Team, sara: Colleague, omid: Colleague) -> None:
    case, mina = team.case(owner=sara), team.of("psychologist")
    sealed = mina.post(f"/cases/{case}/notes", text=f"کودک گفت … @{omid.name}", sealed=True)
    note = sealed.json()["id"]
    assert sealed.json()["readers"] == sorted([mina.name, omid.name])
    assert [one["id"] for one in omid.get(f"/cases/{case}/notes").json()["notes"]] == [note]
    assert sara.get(f"/cases/{case}/notes").json() == {"notes": [], "next": None}
    unknown, hidden = sara.get("/notes/999"), sara.get(f"/notes/{note}")
    assert (hidden.status_code, hidden.text) == (404, unknown.text)
    assert sara.post(f"/notes/{note}/readers", readers=[sara.account_id]).text == unknown.text
    assert sara.inbox() == []
    assert omid.post(f"/notes/{note}/readers", readers=[sara.account_id]).status_code == 200
    assert sara.kinds() == ["mention"]
    assert sara.get(f"/notes/{note}").json()["text"].startswith("کودک گفت")
    corrected = mina.post(f"/notes/{note}/correction", text="کودک دوباره گفت …", because="بیشتر گفت").json()
    assert (corrected["sealed"], corrected["readers"]) == (True, sorted([mina.name, omid.name, sara.name]))


def test_a_sealed_note_whose_readers_have_left_falls_to_the_cases_manager(team: Team, sara: Colleague) -> None:
    case, mina, other = team.case(owner=sara), team.of("psychologist"), team.of("clinician")
    note = mina.post(f"/cases/{case}/notes", text="فقط من", sealed=True).json()["id"]
    on_child = mina.post(f"/children/{team.child_of(case)}/notes", text="باز فقط من", sealed=True).json()["id"]
    with team.office.registry.database.writing() as work:
        work.session.get_one(Account, mina.account_id).disabled_at = team.office.clock.now()
        work.commit()
    for one in (note, on_child):
        assert sara.get(f"/notes/{one}").status_code == 200
        assert other.get(f"/notes/{one}").status_code == 404


def test_an_open_note_names_no_readers_and_a_stranger_cannot_be_named(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    refused = sara.post(f"/cases/{case}/notes", text="x", readers=[sara.account_id])
    assert (refused.status_code, refused.json()["refusal"]["why"]) == (409, "readers_of_an_open_note")
    assert set(refused.json()["refusal"]["reason"]) == {"fa", "en"}
    unknown = sara.post(f"/cases/{case}/notes", text="x", sealed=True, readers=[9999])
    assert (unknown.json()["refusal"]["why"], unknown.json()["refusal"]["field"]) == ("no_such_colleague", "readers")
    open_ = sara.post(f"/cases/{case}/notes", text="باز").json()["id"]
    assert sara.post(f"/notes/{open_}/readers", readers=[sara.account_id]).json()["refusal"]["why"] == "not_sealed"
    many = " ".join(f"@colleague{n}" for n in range(21))
    assert sara.post(f"/cases/{case}/notes", text=many).json()["refusal"]["why"] == "too_many_called"


def test_a_sealed_childs_notes_are_not_there_and_nobody_is_told_of_them(
    team: Team, sara: Colleague, omid: Colleague
) -> None:
    case = team.case(owner=sara)
    child, registry = team.child_of(case), team.office.registry
    before = omid.post(f"/cases/{case}/notes", text=f"@{sara.name} پیش از مُهر").json()
    assert sara.kinds() == ["mention"]
    officer = next(p for role, p in team.office.people.items() if role == "safeguarding_officer")
    with registry.database.writing() as work:
        sealing.seal(
            work, child_id=child, ground=sealing.Ground.ABUSE_BY_OFFICIAL, reason="به گفتهٔ کودک",
            named=[omid.account_id], by=officer, trail=registry.trail, clock=registry.clock,
        )  # fmt: skip
        work.commit()
    assert sara.inbox() == [], "also what was told before"
    assert sara.get("/inbox/count").json() == {"unread": 0, "urgent": 0}
    for path in (f"/cases/{case}/notes", f"/children/{child}/notes", f"/notes/{before['id']}"):
        assert sara.get(path).status_code == 404, path
    assert sara.post(f"/cases/{case}/notes", text="x").status_code == 404
    assert sara.get("/flags").json()["flags"] == []
    mine = omid.post(f"/children/{child}/notes", text=f"@{sara.name} کجایی").json()
    assert mine["calls"] == [sara.name], "who writes is not told that she may not see the child"
    assert sara.inbox("all") == []


def test_who_may_not_work_on_a_child_reads_no_note(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    child = team.child_of(case)
    note = sara.post(f"/children/{child}/notes", text="روی کودک").json()["id"]
    county = team.of("county_officer")
    assert county.get(f"/cases/{case}/notes").status_code == 200
    for path in (f"/children/{child}/notes", f"/notes/{note}"):
        assert county.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "text", ["", "   ", "x" * 4001, "نام \u202eرازدار", "\x00", None, 7, ["x"]]
)  # fmt: skip
def test_a_text_that_cannot_be_read_safely_is_refused(team: Team, sara: Colleague, text: object) -> None:
    case = team.case(owner=sara)
    assert sara.post(f"/cases/{case}/notes", text=text).status_code == 422
    assert sara.post(f"/cases/{case}/flags", what=text).status_code == 422
    assert sara.get(f"/cases/{case}/notes").json()["notes"] == []


def test_markup_and_formulas_are_kept_as_text(team: Team, sara: Colleague) -> None:
    case, text = team.case(owner=sara), '<script>alert(1)</script> =HYPERLINK("x")'
    assert sara.post(f"/cases/{case}/notes", text=text).json()["text"] == text
    answer = sara.get(f"/cases/{case}/notes")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["notes"][0]["text"] == text


def test_a_note_sent_twice_under_one_key_is_written_once(team: Team, sara: Colleague) -> None:
    case, key = team.case(owner=sara), {"idempotency-key": "note-12345678"}
    first, again = (sara.post(f"/cases/{case}/notes", text="یک بار", headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    assert len(sara.get(f"/cases/{case}/notes").json()["notes"]) == 1


def test_notes_go_on_from_their_cursor(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    for number in range(5):
        sara.post(f"/cases/{case}/notes", text=f"یادداشت {number}")
    seen, path = [], f"/cases/{case}/notes?limit=2"
    after = ""
    while True:
        page = sara.get(f"{path}&after={after}").json()
        seen += [note["text"] for note in page["notes"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == [f"یادداشت {number}" for number in range(4, -1, -1)]
    assert sara.get(f"{path}&after=nonsense").status_code == 422


def test_the_audit_tells_that_a_note_was_written_and_not_what(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    sara.post(f"/cases/{case}/notes", text="راز")
    sara.post(f"/cases/{case}/notes", text="راز پوشیده", sealed=True)
    with team.office.registry.database.reading() as work:
        entries = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "note.written")).all()
    assert [entry.detail for entry in entries] == [f'{{"about":"case:{case}"}}', '{"sealed":true}']
    assert team.office.registry.trail.verify(team.office.registry.database)


def test_notes_flags_and_files_follow_their_child_through_a_merge() -> None:
    assert {"note", "flag", "attachment"} <= {one.table for one in CHILD_OWNED if one.how == "moves"}
