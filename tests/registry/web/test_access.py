"""Who may see what: every route, as a stranger and as each role; one table says it, and nothing escapes the table."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from starlette.requests import Request

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.web.permissions import PERMISSIONS, STRANGER, Role
from registry.web.refusals import ALLOWANCE, Refusals
from tests.registry.web.conftest import LogIn
from tests.registry.web.furnishing import belongs_to_an_organisation, furnish
from tests.registry.web.scene import Scene, Seen

HTML = {"accept": "text/html"}
STREAMS = ("/live/encounters", "/live/inbox")


def described(app: FastAPI) -> Iterator[tuple[str, str]]:
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


def test_every_route_stands_in_the_table_of_permissions_and_every_line_is_a_route(app: FastAPI) -> None:
    assert set(described(app)) | {("GET", "/openapi.json")} == set(PERMISSIONS)
    assert len(PERMISSIONS) >= 30


def test_a_stranger_gets_nothing_but_the_way_in(app: FastAPI, stranger: TestClient) -> None:
    for method, path in described(app):
        address = re.sub(r"{[^}]*}", "1", path)
        for headers in ({}, HTML, {"content-type": "application/json"}):
            answer = stranger.request(method, address, headers=headers, content=b"{}" if method == "POST" else None)
            public = re.fullmatch(r"/(openapi\.json|login.*|static/.*|healthz)", path)
            assert answer.status_code < 500, f"{method} {path}"
            assert public or answer.status_code in (401, 303), f"{method} {path} let a stranger in"


def test_a_stranger_cannot_tell_a_page_that_exists_from_one_that_does_not(stranger: TestClient) -> None:
    real, invented = (stranger.get(path, headers=HTML) for path in ("/cases", "/nothing"))
    assert real.status_code == invented.status_code == 303
    assert stranger.get("/api/cases/1").text == stranger.get("/api/nothing").text


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_its_own_routes_and_no_other(role: Role, app: FastAPI, log_in: LogIn, scene: Scene) -> None:
    furnish(scene, scene.meet(Seen(name="زهرا")))
    person = log_in(str(role))
    if role is Role.NGO:
        belongs_to_an_organisation(scene, str(role))
    for (method, path), roles in PERMISSIONS.items():
        if method != "GET" or path in STREAMS:
            continue
        answer = person.get(re.sub(r"{[^}]*}", "1", path))
        allowed = roles is STRANGER or role in roles
        assert answer.status in ((200, 303) if allowed else (404,)), f"{role} {path}"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_cannot_do_what_is_not_its_own(role: Role, log_in: LogIn) -> None:
    person = log_in(str(role))
    for (method, path), roles in PERMISSIONS.items():
        if method == "POST" and roles is not STRANGER and role not in roles:
            assert person.post(re.sub(r"{[^}]*}", "1", path)).status == 404, f"{role} {path}"


def test_an_unknown_child_a_missing_right_and_an_unreadable_address_get_one_answer(log_in: LogIn, scene: Scene) -> None:
    scene.meet(Seen(name="زهرا"))
    screening, administrator = log_in("screening"), log_in("administrator")
    unknown = [screening.get(path) for path in ("/children/999", "/children/zahra", "/nothing", "/users")]
    assert {answer.status for answer in unknown} == {404}
    assert len({re.sub(r'name="csrf_token" value="\w+"', "", answer.text) for answer in unknown}) == 1
    hidden, invented = administrator.get("/children/1"), administrator.get("/children/999")
    assert hidden.status == invented.status == 404
    assert hidden.text == invented.text
    assert "زهرا" not in hidden.text


def test_the_access_check_comes_before_the_body_is_read(stranger: TestClient, log_in: LogIn) -> None:
    broken = {"content-type": "application/json"}
    assert stranger.post("/users", content=b"{not json", headers=broken).status_code == 401
    assert log_in("screening").http.post("/users", content=b"{not json", headers=broken).status_code == 404


def test_a_refused_request_leaves_an_audit_entry(stranger: TestClient, log_in: LogIn, registry: Registry) -> None:
    stranger.get("/cases")
    log_in("outreach").get("/cases")
    with registry.database.reading() as work:
        refused = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "request.refused")).all()
    assert [entry.actor for entry in refused] == ["stranger", "outreach"]
    assert all('"/cases"' in entry.detail for entry in refused)
    assert registry.trail.verify(registry.database) >= 2


def test_a_forged_form_leaves_an_audit_entry_under_the_name_that_was_abused(log_in: LogIn, registry: Registry) -> None:
    log_in("case_manager").http.post("/cases/1/closure", data={"reason": "x"})
    with registry.database.reading() as work:
        refused = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "request.refused")).one()
    assert refused.actor == "case-manager"


def test_a_flood_of_refusals_is_counted_not_written(stranger: TestClient, registry: Registry) -> None:
    minutes = iter([*([0.0] * (ALLOWANCE + 5)), 61.0])
    refusals = Refusals(registry, monotonic=lambda: next(minutes))
    request = Request({"type": "http", "method": "GET", "path": "/cases", "headers": [], "server": ("test", 80)})
    for _ in range(ALLOWANCE + 6):
        refusals.stranger(request)
    with registry.database.reading() as work:
        entries = work.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert len(entries) == ALLOWANCE + 1
    assert '"also_refused":5' in entries[-1].detail


def test_every_answer_carries_a_strict_policy(stranger: TestClient, log_in: LogIn) -> None:
    answers = [stranger.get("/login"), stranger.get("/cases"), stranger.get("/static/panah.css")]
    person = log_in("screening")
    answers += [person.http.get(path) for path in ("/", "/nothing", "/healthz")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert all(answer.headers["cache-control"] == "no-store" for answer in (answers[0], answers[3]))


def test_no_page_carries_inline_style_or_script(log_in: LogIn, scene: Scene) -> None:
    scene.meet(Seen(name="زهرا"), Seen(name="امید"))
    person = log_in("screening", "case_manager", "administrator")
    for (method, path), _ in PERMISSIONS.items():
        if method == "GET" and not path.startswith(("/api", *STREAMS, "/openapi")):
            text = person.get(re.sub(r"{[^}]*}", "1", path)).text
            assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text), path
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), path
            assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path
