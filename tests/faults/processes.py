"""Programs started and killed as a power cut or the kernel would: SIGKILL, no last words."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Program:
    """`python -m …`; started again with the same words after each kill. Its lines on stdout can be waited for."""

    def __init__(self, *words: str, environment: Mapping[str, str], log: Path) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PANAH_")}
        self._words, self._environment, self._log = words, clean | dict(environment), log
        self.heard: list[str] = []
        """Every line of every life."""
        self._read_so_far = 0

    def start(self) -> None:
        with self._log.open("a") as noise:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._words], env=self._environment, cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=noise,
            )  # fmt: skip
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        for line in process.stdout or ():
            self.heard.append(line.strip())

    def await_line(self, beginning: str, *, seconds: float = 60) -> None:
        """Until a line that begins so comes after those that were awaited before."""
        deadline = time.monotonic() + seconds
        while True:
            for line in self.heard[self._read_so_far :]:
                self._read_so_far += 1
                if line.startswith(beginning):
                    return
            assert time.monotonic() < deadline, f"no line '{beginning}…'; {self._log.read_text()[-2000:]}"
            time.sleep(0.02)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._gone()

    def end(self) -> int:
        """Asked to end; its status."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.terminate()
        return self._gone()

    def _gone(self) -> int:
        status = self._process.wait(timeout=30)
        self._reader.join(timeout=10)
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        return status
