"""Children's records over HTTP, as logged-in people."""

import pytest

from registry.access.rules import Role
from tests.registry.children.conftest import Api
from tests.registry.web.conftest import LogIn
from tests.registry.web.scene import Scene, Seen


def test_a_record_is_empty_until_somebody_writes_it(worker: Api, zahra: int) -> None:
    answer = worker.get(f"/children/{zahra}/record")
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"record-0"'
    assert answer.json()["version"] is None
    written = worker.write(zahra, given_name="زهرا", fathers_name="کریم", birth={"when": "اسد ۱۳۹۴", "method": "said"})
    assert written.status_code == 200, written.text
    again = worker.get(f"/children/{zahra}/record")
    assert again.json() == written.json()
    assert again.json()["age_today"] == {"low": 11, "high": 11}
    assert again.json()["record"]["birth"]["when"]["day"] is None
    tag = {"if-none-match": again.headers["etag"]}
    assert worker.http.get(f"/api/children/{zahra}/record", headers=tag).status_code == 304


def test_the_second_editor_is_shown_both_and_decides(worker: Api, log_in: LogIn, zahra: int) -> None:
    other = Api(log_in("case_manager"))
    first = worker.write(zahra, given_name="زهرا").json()["version"]
    theirs = other.write(zahra, first, given_name="زهرا", nickname="گلی").json()["version"]
    refused = worker.write(zahra, first, given_name="زهره")
    assert refused.status_code == 412
    told = refused.json()
    assert told["yours"]["given_name"] == "زهره"
    assert told["theirs"]["record"]["nickname"] == "گلی"
    assert told["differing"] == ["given_name", "nickname"]
    assert refused.headers["etag"] == f'"record-{theirs}"'
    assert worker.write(zahra, theirs, given_name="زهره", nickname="گلی").status_code == 200
    versions = worker.get(f"/children/{zahra}/record/versions?limit=2").json()
    assert [one["written_by"] for one in versions["versions"]] == ["social-worker", "case-manager"]
    rest = worker.get(f"/children/{zahra}/record/versions?after={versions['next']}").json()
    assert ([one["version"] for one in rest["versions"]], rest["next"]) == ([first], None)


def test_a_double_submission_is_one_version(worker: Api, zahra: int) -> None:
    answers = [worker.write(zahra, given_name="زهرا") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(worker.get(f"/children/{zahra}/record/versions").json()["versions"]) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", "ن" * 10_000),
        ("given_name", "علی\u202eرضا"),
        ("given_name", "علی\x00"),
        ("nationality", [{"standing": "claimed", "country": "AF", "source": "face", "on": "2026-11-01"}]),
        ("birth", {"when": "۱۳۹۴/۱۳/۰۱", "method": "said"}),
        ("birth", {"when": "۹۴", "method": "said"}),
        ("photo", "data:image/png;base64,AAAA"),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_repeated(worker: Api, zahra: int, field: str, value: object) -> None:
    answer = worker.write(zahra, **{field: value})
    assert answer.status_code == 422
    assert "AAAA" not in answer.text
    assert worker.get(f"/children/{zahra}/record").json()["version"] is None


def test_html_and_formulas_stay_text(worker: Api, zahra: int) -> None:
    typed = "=HYPERLINK(1)<script>alert(1)</script>"
    assert worker.write(zahra, given_name=typed).status_code == 200
    answer = worker.get(f"/children/{zahra}/record")
    assert answer.json()["record"]["given_name"] == typed
    assert answer.headers["content-type"] == "application/json"


def test_a_rules_reason_is_said_in_both_languages(worker: Api, zahra: int) -> None:
    answer = worker.write(zahra, birth={"when": "۱۴۰۷", "method": "said"})
    assert answer.status_code == 409
    refusal = answer.json()["refusal"]
    assert (refusal["why"], refusal["field"]) == ("in_the_future", "birth")
    assert "نرسیده" in refusal["reason"]["fa"]
    assert "has not come" in refusal["reason"]["en"]


def test_children_are_found_by_name_page_by_page(worker: Api, scene: Scene) -> None:
    scene.meet(Seen(name="عبدالله"), Seen(name="عبداله"), Seen(name="عبدالعلی"))
    first = worker.get("/children?name=عبد الله&limit=1").json()
    second = worker.get(f"/children?name=عبد الله&limit=1&after={first['next']}").json()
    assert [row["grade"] for row in first["children"] + second["children"]] == ["same", "same"]
    assert first["children"][0]["id"] != second["children"][0]["id"]
    assert worker.get("/children?name=عبد الله&after=%%%").status_code == 422
    assert worker.get("/children?name=" + "ن" * 201).status_code == 422


def test_where_a_child_sleeps_is_not_shown_to_who_needs_it_not(worker: Api, log_in: LogIn, zahra: int) -> None:
    worker.write(zahra, given_name="زهرا", sleeping_place={"kind": "street", "where": "زیر پل"})
    shown = Api(log_in("clinician")).get(f"/children/{zahra}/record")
    assert "زیر پل" not in shown.text
    assert "sleeping_place" in shown.json()["hidden"]
    assert Api(log_in("clinician", "reviewer")).write(zahra, given_name="x").status_code == 404


def test_a_sealed_child_is_nowhere_for_others(worker: Api, log_in: LogIn, scene: Scene) -> None:
    child, sister = scene.meet(Seen(name="زرغونه"), Seen(name="نادیا")).child_ids
    officer, named, other = (Api(log_in(role)) for role in ("safeguarding_officer", "case_manager", "screening"))
    sealed = officer.post(
        f"/children/{child}/seal", ground="abuse_by_official", reason="گفتهٔ کودک", named=[named.account_id]
    )
    assert sealed.status_code == 201, sealed.text
    assert [one["child_id"] for one in officer.get("/seals").json()["seals"]] == [child]
    for path in (f"/children/{child}", f"/api/children/{child}", f"/api/children/{child}/record"):
        assert other.http.get(path).status_code == 404, path
        assert named.http.get(path).status_code == 200, path
    for path in ("/children", "/", "/encounters", "/encounters/1", "/api/encounters", "/api/encounters/1"):
        shown = other.http.get(path, headers={"accept": "text/html"})
        assert shown.status_code == 200, path
        assert "زرغونه" not in shown.text, path
        assert "زرغونه" in named.http.get(path).text, path
    assert f"/children/{child}" not in other.http.get("/children?q=زرغونه").text
    assert "زرغونه" not in other.http.get(f"/api/children/{sister}").text
    assert other.http.get("/api/children?name=زرغونه").json()["children"] == []
    assert officer.get(f"/children/{child}/record").status_code == 404
    lifted = officer.post(f"/children/{child}/seal/lift", reason="پایان")
    assert lifted.status_code == 200
    assert other.http.get(f"/api/children/{child}/record").status_code == 200


def test_access_is_asked_before_the_body_is_read(log_in: LogIn, zahra: int) -> None:
    reviewer = log_in(str(Role.REVIEWER))
    answers = [
        reviewer.http.put(f"/api/children/{child}/record", content=body, headers={"content-type": "application/json"})
        for child in (zahra, 999)
        for body in (b"{}", b"not json", b'{"record": {}}')
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
