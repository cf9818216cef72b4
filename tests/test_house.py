"""The house rules that no single package can hold alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".html", ".css", ".js", ".yml", ".sh"}


def locked(name: str) -> set[str]:
    text = (ROOT / "locks" / f"{name}.txt").read_text()
    return {line.split("==")[0] for line in text.splitlines() if "==" in line}


@pytest.mark.parametrize("name", ["all", "edge", "registry", "node"])
def test_locks_carry_hashes_and_no_download_address(name: str) -> None:
    text = (ROOT / "locks" / f"{name}.txt").read_text()
    requirements = [line for line in text.splitlines() if re.match(r"[a-z]", line)]
    assert requirements
    assert all(line.rstrip().endswith("\\") for line in requirements), "a requirement stands without a hash"
    assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text)


def test_the_npm_lock_carries_no_download_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"integrity"' in text
    assert '"resolved"' not in text
    assert "http" not in re.sub(r'"(url|funding)": *("[^"]*"|\{[^}]*\})', "", text)


def test_a_tablet_installs_no_database_server_library_and_a_registry_no_image_library() -> None:
    assert not locked("edge") & {"sqlalchemy", "psycopg", "psycopg-binary", "alembic", "iotcore"}
    assert not locked("registry") & {"opencv-python-headless", "opencv-python", "onnxruntime", "pyserial"}
    assert "torch" not in locked("all")


def test_the_wire_contract_loads_without_images_models_or_kernels() -> None:
    heavy = {"cv2", "onnxruntime", "numba", "matching", "models"}
    code = f"import sys, edge.messages; print(*sorted({heavy} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert loaded.stdout.strip() == ""


def test_no_committed_text_names_a_machine() -> None:
    files = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split("\0")
    guilty = []
    for name in filter(None, files):
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".txt", ".json", ".html", ".css", ".js", ".yml", ".sh"}
            and path.is_file()
        ):
            text = path.read_text(encoding="utf-8")
            if name != "tests/test_house.py" and re.search(r"/work/|/root/|/home/[a-z]", text):
                guilty.append(name)
    assert guilty == []
