"""The recognition tells nobody what it does."""

import os
import subprocess
import sys
from pathlib import Path


def test_loading_the_models_leaves_no_identifier_and_no_report_behind(tmp_path: Path) -> None:
    """onnxruntime would write a device's identifier and a cache of events to send, were it not forbidden."""
    environment = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    words = [sys.executable, "-c", "from models import IrisPipeline; IrisPipeline.load()"]
    subprocess.run(words, env=environment, cwd=Path(__file__).parents[2], check=True)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
