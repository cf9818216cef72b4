"""What is sealed stays where it was written when another office takes the case over."""

from registry.access.tables import Account
from registry.cases.tables import Case
from registry.transfers.custody import pass_on
from registry.transfers.tables import CaseCustody, Office, OfficeMember
from tests.registry.attachments import files
from tests.registry.notes.conftest import Colleague, Team


def test_sealed_notes_and_health_papers_do_not_go_with_the_case(team: Team, sara: Colleague) -> None:
    case, mina = team.case(owner=sara), team.of("psychologist")
    leila, nasrin = team.of("case_manager", "reviewer"), team.of("case_manager", "clinician")
    clock, database = team.office.clock, team.office.registry.database
    with database.writing() as work:
        for number, people in ((1, (sara, mina)), (2, (leila, nasrin))):
            work.session.add(
                Office(id=number, name=f"o{number}", province="تهران", opened_at=clock.now(), opened_by="x")
            )
            work.session.flush()
            for one in people:
                member = {"office_id": number, "account_id": one.account_id, "since": clock.now(), "given_by": "x"}
                work.session.add(OfficeMember(**member))
        work.session.add(CaseCustody(case_id=case, office_id=1, since=clock.now()))
        work.commit()
    open_ = mina.post(f"/cases/{case}/notes", text="باز").json()["id"]
    sealed = mina.post(f"/cases/{case}/notes", text="فقط من", sealed=True).json()["id"]
    papers = {
        kind: sara.person.http.post(
            f"/api/cases/{case}/attachments", content=files.jpeg(), params={"name": "x.jpg", "kind": kind},
            headers={"content-type": "application/octet-stream"},
        ).json()["id"]
        for kind in ("health", "court")
    }  # fmt: skip
    clock.forward(hours=1)
    with database.writing() as work:
        pass_on(work, case, 2, clock.now())
        work.session.get_one(Case, case).owner_id = leila.account_id
        work.session.get_one(Account, mina.account_id).disabled_at = clock.now()
        work.commit()
    assert sara.get(f"/cases/{case}/notes").status_code == 404
    assert [note["id"] for note in leila.get(f"/cases/{case}/notes").json()["notes"]] == [open_]
    assert leila.get(f"/notes/{sealed}").status_code == 404, "also when its readers have left"
    listed = nasrin.get(f"/cases/{case}/attachments").json()["attachments"]
    assert [paper["id"] for paper in listed] == [papers["court"]]
    assert nasrin.get(f"/attachments/{papers['health']}/file").status_code == 404
    new = nasrin.person.http.post(
        f"/api/cases/{case}/attachments", content=files.jpeg(), params={"name": "y.jpg", "kind": "health"},
        headers={"content-type": "application/octet-stream"},
    )  # fmt: skip
    assert nasrin.get(f"/attachments/{new.json()['id']}/file").status_code == 200, "what is written here is read here"
