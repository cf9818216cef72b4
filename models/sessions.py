"""ONNX sessions as this project wants them: one thread, on the processor, warmed up."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import weights

# The published onnxruntime reports its use to its maker and keeps an identifier of the machine, unless it is told not
# to before it is loaded: a tablet with children's irises tells nobody anything.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime


class Session:
    """One model file of `folder`, checked against its pin there and loaded. Safe to call from several threads."""

    def __init__(self, name: str, *, threads: int = 1, folder: Path = weights.FOLDER) -> None:
        options = onnxruntime.SessionOptions()
        # by default every session would take all cores, and two sessions would fight over them
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.name = name
        self._session = onnxruntime.InferenceSession(
            weights.pinned(name, folder), options, providers=["CPUExecutionProvider"]
        )
        self._warm_up()

    def _warm_up(self) -> None:
        # the first run allocates the arena; a child should not wait for it
        self.run({i.name: np.zeros(i.shape, np.float32) for i in self._session.get_inputs()})

    def run(self, inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        return self._session.run(None, inputs)
