"""The load bench of the registry: whole and repeatable, and no read's statements grow with the rows."""

import json
import os

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from panah.bench.registry.population import Size, populate
from panah.bench.registry.reads import NO_READS, asks
from panah.bench.registry.run import Figures, Loaded, application, loaded, run
from panah.bench.registry.samples import Samples
from panah.commands.bench import app
from registry.access.rules import Role
from registry.db import Database
from registry.errors import DatabaseUnavailable
from registry.schema import metadata

POSTGRESQL = os.environ.get("PANAH_TEST_POSTGRESQL", "postgresql+psycopg://root@127.0.0.1:5432/test")
_TABLES = (
    "child", "encounter", "slot", "case_file", "case_entry", "child_name_mark", "review_question",
    "note", "flag", "attachment_part", "letter", "inbox_notice", "safeguarding_entry", "case_transfer", "case_custody",
    "referral", "narrowed_search",
)  # fmt: skip
SMALL, LARGE = Size(children=60, encounters=180), Size(children=240, encounters=720)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "sqlite":
        return None
    database = Database.open(POSTGRESQL)
    try:
        with database.reading() as work:
            work.session.execute(select(1))
    except DatabaseUnavailable as missing:
        pytest.skip(str(missing))
    finally:
        database.close()
    return POSTGRESQL


@pytest.fixture(scope="module")
def figures(database_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> Figures:
    home = tmp_path_factory.mktemp("bench")
    return run(home, LARGE, SMALL, database_url=database_url, samples=3, say=lambda _line: None)


def test_no_reads_statements_grow_with_the_rows(figures: Figures) -> None:
    growing = {one.large.name: (one.small.statements, one.large.statements) for one in figures.routes}
    assert {one.large.name: growing[one.large.name] for one in figures.routes if not one.is_constant} == {}


def test_every_list_search_and_read_of_children_and_cases_is_measured(figures: Figures) -> None:
    asked = {one.large.route for one in figures.routes}
    assert asked >= {
        "/cases", "/cases/{case_id}", "/api/cases", "/api/cases/{case_id}", "/api/tasks", "/children",
        "/children/{child_id}", "/api/children", "/api/children/{child_id}/record", "/encounters", "/proposals",
        "/reviews", "/reviews/{question_id}", "/merges/{merge_id}", "/audit", "/api/families",
    }  # fmt: skip
    assert all(one.large.n and one.large.p95_ms >= one.large.p50_ms > 0 for one in figures.routes)


def test_nothing_is_left_unasked(figures: Figures) -> None:
    assert figures.unasked == ()
    assert {one.large.name: one.large.failed for one in figures.routes if one.large.failed} == {}


@pytest.mark.parametrize("route", ["notes", "flags", "letters", "attachments", "referrals"])
def test_lists_of_a_case_are_asked_where_they_are_longest(figures: Figures, route: str) -> None:
    asked = [one for one in figures.routes if one.large.route == f"/api/cases/{{case_id}}/{route}"]
    assert asked
    assert all(one.large.kilobytes > 0.2 for one in asked)


def test_what_has_no_rows_is_said_and_the_goal_is_not_met_then(figures: Figures) -> None:
    told = figures.as_json()
    assert told["met"] is (not told["unasked"] and not told["slow"] and not told["growing"])
    assert set(told["routes"]) == {one.large.name for one in figures.routes}
    one = told["routes"]["/cases/{case_id}"]
    assert one["statements_small"] >= one["statements_least"] > 5


@pytest.fixture(scope="module")
def load(database_url: str | None, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    with loaded(tmp_path_factory.mktemp("load"), SMALL, database_url=database_url, say=lambda _line: None) as there:
        yield there


def test_the_rows_are_those_of_the_seed_and_the_trail_holds(load: Loaded) -> None:
    registry, rows, _, _ = load
    with registry.database.reading() as work:
        for name in _TABLES:
            assert work.session.scalar(select(func.count()).select_from(metadata.tables[name])) == rows[name] > 0
    assert registry.trail.verify(registry.database) > rows["encounter"]


def test_every_route_of_the_application_is_asked_by_somebody_who_may(load: Loaded) -> None:
    registry, _, _, _ = load
    web = application(registry)
    with registry.database.reading() as work:
        wanted = list(asks(web, Samples(work.session, 1, 3)))
    readable = {path for path, methods in web.openapi()["paths"].items() if "get" in methods}
    assert {one.route for one in wanted} == readable - set(NO_READS)
    assert set(NO_READS) < readable
    assert all(one.paths for one in wanted), [one.name for one in wanted if not one.paths]
    assert {one.role for one in wanted if one.route == "/devices"} == {Role.ADMINISTRATOR}


def test_one_seed_gives_one_population(load: Loaded) -> None:
    _, _, _, tokens = load
    assert set(tokens) == set(Role)
    one, again = (populate(SMALL, _staff()) for _ in range(2))
    assert (one.people, one.encounters, one.cases) == (again.people, again.encounters, again.cases)
    assert populate(Size(children=60, encounters=180, seed=2), _staff()).people != one.people


def _staff() -> list:  # type: ignore[type-arg]
    from panah.bench.registry.population import Staff

    return [Staff(account_id=number, name=str(role), role=str(role)) for number, role in enumerate(Role, start=1)]


def test_the_command_prints_a_table_and_json_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PANAH_DATABASE_URL", raising=False)
    words = ["registry", "--children", "60", "--encounters", "180", "--small", "50", "--samples", "2", "--json"]
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output.strip().splitlines()[-1])
    assert (told["children"], told["encounters"], told["goal_p95_ms"]) == (60, 180, 100.0)
    assert "ways to ask" in answer.output
