"""An ABIS is not a way to a registry's children."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from abis.config import AbisSettings
from abis.errors import HomeInUse, HomeNotOurs, KeyFileDamaged, StoreDamaged
from abis.store import FILE, KEY, open_store

ROOT = Path(__file__).parents[2]


def test_serving_loads_nothing_of_a_registry_a_tablet_or_a_database_server() -> None:
    foreign = {"registry", "edge", "sqlalchemy", "psycopg"}
    code = f"import sys, abis.serve, abis.config; print(*sorted({foreign} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert loaded.stdout.strip() == ""


def test_no_setting_names_a_database() -> None:
    assert not [name for name in AbisSettings.model_fields if "database" in name or "gallery" in name]


def test_a_registrys_home_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "registry.db").write_bytes(b"SQLite format 3\0 and children")
    (tmp_path / "keys").mkdir()
    with pytest.raises(HomeNotOurs):
        open_store(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys", "registry.db"]


def test_another_programs_database_under_our_name_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / KEY).write_text("00" * 32)
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("CREATE TABLE child (id INTEGER)")
    other.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(HomeNotOurs):
        open_store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_gallery_is_served_once_at_a_time(tmp_path: Path) -> None:
    first = open_store(tmp_path / "abis")
    with pytest.raises(HomeInUse):
        open_store(tmp_path / "abis")
    first.close()
    open_store(tmp_path / "abis").close()


def test_a_lost_or_damaged_key_is_never_replaced(tmp_path: Path) -> None:
    open_store(tmp_path / "abis").close()
    key = tmp_path / "abis" / KEY
    whole = key.read_text()
    for damage in (None, "zz", whole[:20]):
        key.unlink(missing_ok=True)
        if damage is not None:
            key.write_text(damage)
        with pytest.raises(KeyFileDamaged):
            open_store(tmp_path / "abis")
    key.write_text(whole)
    open_store(tmp_path / "abis").close()


def test_key_and_gallery_are_for_their_owner_alone(tmp_path: Path) -> None:
    open_store(tmp_path / "abis").close()
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "abis").iterdir()} == {0}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    open_store(tmp_path / "abis").close()
    (tmp_path / "abis" / FILE).write_bytes(b"SQLite format 3\0" + b"\x01" * 500)
    with pytest.raises(StoreDamaged):
        open_store(tmp_path / "abis")
