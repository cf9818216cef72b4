"""`panah registry sweep` and `reidentify`, as an administrator types them."""

import pytest
from click.testing import Result
from typer.testing import CliRunner

from panah.commands.registry import app
from registry.config import RegistrySettings
from tests.registry.house import Centre


@pytest.fixture
def run(settings: RegistrySettings, monkeypatch: pytest.MonkeyPatch) -> object:
    assert settings.database_url is not None
    monkeypatch.setenv("PANAH_HOME", str(settings.home))
    monkeypatch.setenv("PANAH_DATABASE_URL", settings.database_url.get_secret_value())
    if settings.database_schema:
        monkeypatch.setenv("PANAH_DATABASE_SCHEMA", settings.database_schema)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_a_sweep_says_what_it_found_and_found_nothing_new_the_second_time(split: Centre, run: object) -> None:
    first: Result = run("sweep", "--expected-false", "0.01")  # type: ignore[operator]
    assert first.exit_code == 0, first.output
    assert "step 1 of 1" in first.stderr
    assert "3 templates" in first.stdout
    assert "1 new questions" in first.stdout
    again: Result = run("sweep", "--expected-false", "0.01")  # type: ignore[operator]
    assert "1 pairs of different records under the threshold, 0 new questions" in again.stdout


def test_looking_again_says_how_many_and_does_nothing_twice(split: Centre, run: object) -> None:
    first: Result = run("reidentify")  # type: ignore[operator]
    assert first.exit_code == 0, first.output
    assert "3 first meetings; 1 new questions" in first.stdout
    again: Result = run("reidentify")  # type: ignore[operator]
    assert "0 first meetings; 0 new questions" in again.stdout


@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "inf"])
def test_a_number_of_false_pairs_that_cannot_be_is_refused(run: object, wrong: str) -> None:
    refused: Result = run("sweep", "--expected-false", wrong)  # type: ignore[operator]
    assert refused.exit_code == 2
