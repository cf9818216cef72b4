"""`panah registry names`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from panah.commands.names import app
from registry.config import RegistrySettings
from registry.db import Database
from registry.migrations.run import migrate


def test_recall_and_precision_are_printed_for_every_language() -> None:
    done = CliRunner().invoke(app, ["evaluate", "--json"])
    assert done.exit_code == 0
    figures = json.loads(done.stdout.splitlines()[-1])
    assert set(figures) == {"fa", "prs", "ps", "ar", "ur"}
    for told in figures.values():
        assert told["held_out"]["spellings"] + told["tuned"]["spellings"] >= 300
        assert 0.8 < told["held_out"]["same"]["recall"] <= 1
    assert "near-misses" in CliRunner().invoke(app, ["evaluate"]).stdout


def test_the_look_up_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANAH_HOME", str(tmp_path))
    monkeypatch.delenv("PANAH_DATABASE_URL", raising=False)
    database = Database.open(RegistrySettings().database)
    migrate(database)
    database.close()
    done = CliRunner().invoke(app, ["index"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "0 names can be found."
