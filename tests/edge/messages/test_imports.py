"""The registry reads messages without a tablet's libraries."""

import subprocess
import sys

import pytest

HEAVY = ("cv2", "onnxruntime", "numba", "numpy", "matching", "models", "devices", "paho")


@pytest.mark.parametrize("module", ["edge.messages.seal", "edge.messages.keys", "edge.messages.models"])
def test_importing_messages_loads_no_library_of_images_or_matching(module: str) -> None:
    script = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
