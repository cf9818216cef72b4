"""`panah story` as a person starts it: cases from first sight to last follow-up, on both databases."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from panah.cli import build
from panah.story.cast import CHAPTERS, CHILDREN, draw
from panah.story.client import Answer
from panah.story.errors import StoryWentWrong
from panah.story.run import REFUSALS, STEPS, Played, told_of
from panah.story.telling import Told
from panah.story.words import in_words
from registry.cases.rules.states import CaseState
from registry.db import Database

ROOT = Path(__file__).parents[3]
Json = dict[str, Any]


def told(*words: str, **environment: str) -> tuple[Json, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PANAH_")}
    done = subprocess.run(
        [sys.executable, "-m", "panah.cli", "story", "--json", *words], cwd=ROOT, env=clean | environment,
        capture_output=True, text=True, timeout=295, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("}\n")
    found: Json = json.loads(done.stdout.splitlines()[-1])
    return found, done.stderr


def assert_is_whole(story: Json) -> None:
    children = story["children"]
    assert len(children) == CHILDREN
    assert all(child["name"] and child["state"] in set(CaseState) for child in children)
    steps = [step for child in children for step in child["steps"]]
    assert {step["step"] for step in steps if step["refused"] is None} >= STEPS
    for step in steps:
        assert step["by"]
        assert datetime.fromisoformat(step["at"]).tzinfo is not None
    refused = [step for step in steps if step["refused"] is not None]
    assert len({step["why"] for step in refused}) >= REFUSALS
    for step in refused:
        assert re.search("[آ-ی]", step["reason"]["fa"])
        assert re.search("[a-z]", step["reason"]["en"])
        assert step["refused"] == f"{step['reason']['fa']} / {step['reason']['en']}"
    assert story["merge"]["asked_by"] != story["merge"]["decided_by"]
    assert (story["merge"]["state"], story["unmerge"]["state"]) == ("done", "undone")
    assert story["merge"]["children"] == story["unmerge"]["children"]
    moved = {step["detail"]: step["by"] for step in steps if step["step"] == "case_transfer" and not step["refused"]}
    assert moved.keys() == {"asked", "approved", "accepted"}
    assert len(set(moved.values())) == 3
    states = {child["state"] for child in children}
    assert {"with_family", "referred_out", "quasi_family", "intake"} <= states
    assert story["seconds"] < 300
    assert "■" in in_words(story)


def test_the_story_is_told_whole_with_its_seed(tmp_path: Path) -> None:
    story, said = told("--seed", "11", TMPDIR=str(tmp_path))
    assert_is_whole(story)
    assert story["seed"] == 11
    assert "panah story --seed 11" in said
    assert {child["name"] for child in story["children"]} == {player.name for player in draw(11).players}
    assert list(tmp_path.iterdir()) == []


def test_another_story_on_postgresql_leaves_no_schema_behind(postgresql_alone: str) -> None:
    before = schemas(postgresql_alone)
    story, said = told(PANAH_DATABASE_URL=postgresql_alone)
    assert_is_whole(story)
    assert f"--seed {story['seed']}" in said
    assert schemas(postgresql_alone) == before


def schemas(url: str) -> set[str]:
    database = Database.open(url)
    with database.reading() as work:
        names = set(work.session.scalars(text("select schema_name from information_schema.schemata")))
    database.close()
    return names


def test_every_seed_draws_other_names_and_another_order_and_the_same_seed_the_same() -> None:
    casts = [draw(seed) for seed in range(40)]
    assert draw(7) == draw(7)
    assert len({cast.order for cast in casts}) > 20
    assert len({tuple(player.name for player in cast.players) for cast in casts}) == 40
    assert all(sorted(cast.order) == sorted(CHAPTERS) for cast in casts)
    assert all(len({player.name for player in cast.players}) == CHILDREN for cast in casts)
    assert len({player.eye_seed for cast in casts for player in cast.players}) == 40 * CHILDREN


REFUSAL = {"refusal": {"why": "child_says_no", "reason": {"fa": "کودک نمی‌خواهد.", "en": "The child says no."}}}


def answer(status: int, body: Json) -> Answer:
    return Answer(status=status, body=json.dumps(body).encode(), etag=None)


def test_a_refusal_is_written_down_with_its_reason() -> None:
    one = Told(player=draw(1).players[0])
    one.refused("discharge", "child_says_no", answer(409, REFUSAL))
    assert one.as_json()["steps"][0]["refused"] == "کودک نمی‌خواهد. / The child says no."


@pytest.mark.parametrize(("status", "body"), [(201, {}), (409, {"detail": "no"}), (409, REFUSAL)])
def test_what_the_law_should_forbid_and_does_not_ends_the_story(status: int, body: Json) -> None:
    with pytest.raises(StoryWentWrong, match="must be refused as no_order"):
        Told(player=draw(1).players[0]).refused("keeping", "no_order", answer(status, body))


def test_what_should_work_and_is_refused_ends_the_story() -> None:
    with pytest.raises(StoryWentWrong, match="child_says_no"):
        Told(player=draw(1).players[0]).done("discharge", answer(409, REFUSAL))


def test_a_story_with_a_step_missing_is_not_told() -> None:
    with pytest.raises(StoryWentWrong, match="quasi_family"):
        told_of(Played(), draw(1), seconds=1.0)


def test_a_story_that_went_wrong_exits_with_1_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(seed: int) -> Json:
        raise StoryWentWrong("discharge of ستاره", "403")

    monkeypatch.setattr("panah.story.run.run", wrong)
    ended = CliRunner().invoke(build("story"), ["story", "--json", "--seed", "1"])
    assert ended.exit_code == 1
    assert "discharge of ستاره" in ended.stderr
    assert ended.stdout == ""
