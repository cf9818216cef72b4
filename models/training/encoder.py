"""Make the encoder's ONNX graph: `python -m models.training.encoder --out models/weights/encoder.onnx`.

The graph holds sixteen filters, one a bit of every column, and the normalisation around them. Filters were chosen
among 1,000 by how rarely they miss somebody at the threshold that strangers pass once in a million, on the mmu1
people that are trained on and on disturbed copies of their pictures (the card has the figures).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.normalise import COLUMNS as SHEET_COLUMNS
from models.normalise import ROWS as SHEET_ROWS

Floats = NDArray[np.float32]
BLOCK = 8
"""Columns gathered before the local mean."""
HALF = 42
"""Columns that a filter reaches to either side."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One filter: a product of weights along the columns and weights along the rows of the 64 x 512 sheet.

    odd and even: a sine or a cosine without answer to brightness under a Gaussian of 0.32 wavelengths along the
    columns, a Gaussian along the rows. step: a Gaussian along the columns, the slope of a Gaussian along the rows.
    """

    kind: Literal["odd", "even", "step"]
    row: int
    """The middle, 0 at the pupil, 63 at the limbus."""
    columns: float
    """The wavelength; for a step the Gaussian's deviation."""
    rows: float
    """The Gaussian's deviation."""


LANES = (
    Lane("odd", 5, 52, 6.0),
    Lane("odd", 5, 45, 6.0),
    Lane("odd", 8, 23, 2.8),
    Lane("odd", 11, 32, 4.2),
    Lane("odd", 20, 52, 2.8),
    Lane("even", 20, 20, 4.2),
    Lane("odd", 26, 32, 4.2),
    Lane("odd", 32, 20, 6.0),
    Lane("step", 32, 5, 5.0),
    Lane("even", 38, 20, 6.0),
    Lane("odd", 44, 27, 6.0),
    Lane("step", 50, 5, 7.0),
    Lane("odd", 55, 45, 4.2),
    Lane("even", 55, 32, 6.0),
    Lane("even", 55, 17, 6.0),
    Lane("step", 55, 14, 7.0),
)
WIDTH = 0.32
"""Deviation of a wave's Gaussian, in wavelengths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """All lengths in pixels of the 64 x 512 sheet."""

    lanes: tuple[Lane, ...] = LANES
    column_step: int = 4
    window: tuple[float, float] = (18.0, 72.0)
    """Deviations, in rows and columns, of the Gaussian over which local mean and deviation are taken."""
    floor: float = 2.0
    """Grey levels added to the deviation, so that flat skin stays flat."""


def along_columns(lane: Lane) -> tuple[Floats, Floats]:
    """Filter with unit energy and its window with unit sum, both (85,)."""
    x = np.arange(-HALF, HALF + 1)
    deviation, reach = (lane.columns, 3.0) if lane.kind == "step" else (lane.columns * WIDTH, 2.5)
    window = np.exp(-(x**2) / (2 * deviation**2)) * (np.abs(x) <= np.ceil(reach * deviation))
    turn = 2 * np.pi * x / lane.columns
    if lane.kind == "odd":
        wave = window * np.sin(turn)
    elif lane.kind == "even":
        wave = window * (np.cos(turn) - (window * np.cos(turn)).sum() / window.sum())
    else:
        wave = window
    return (wave / np.sqrt((wave**2).sum())).astype(np.float32), (window / window.sum()).astype(np.float32)


def along_rows(lane: Lane) -> tuple[Floats, Floats]:
    """Filter with unit energy and its window with unit sum, both (64,); what reaches past an edge falls on it."""
    rows = np.arange(SHEET_ROWS, dtype=np.float64)
    weights: NDArray[np.float64] = np.zeros(SHEET_ROWS)
    if lane.kind == "step":
        weights = (rows - lane.row) * np.exp(-((rows - lane.row) ** 2) / (2 * lane.rows**2))
        outer = weights > 0
        weights[outer] *= -weights[~outer].sum() / weights[outer].sum()
    else:
        half = int(np.ceil(2.5 * lane.rows))
        gap = np.arange(-half, half + 1)
        np.add.at(weights, np.clip(lane.row + gap, 0, SHEET_ROWS - 1), np.exp(-(gap**2) / (2 * lane.rows**2)))
    window = np.abs(weights)
    return (weights / np.sqrt((weights**2).sum())).astype(np.float32), (window / window.sum()).astype(np.float32)


def window_matrices(parameters: Parameters) -> tuple[Floats, Floats]:
    """(64, 64) to multiply from the left and (64, 512) from the right: Gaussian weights, columns around the circle."""
    rows = np.arange(SHEET_ROWS)
    tall = np.exp(-((rows[:, None] - rows[None, :]) ** 2) / (2 * parameters.window[0] ** 2))
    centres = np.arange(SHEET_COLUMNS // BLOCK)[:, None] * BLOCK + (BLOCK - 1) / 2
    gap = np.abs(centres - np.arange(SHEET_COLUMNS)[None, :])
    wide = np.exp(-(np.minimum(gap, SHEET_COLUMNS - gap) ** 2) / (2 * parameters.window[1] ** 2))
    return (tall / tall.sum(axis=1).max()).astype(np.float32), (wide / wide.sum(axis=0).max()).astype(np.float32)


class _Graph:
    """Nodes and constants in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def node(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def wrapped(self, source: str, columns: int) -> str:
        """The sheet with `columns` columns of its other end on either side: an angle has no edge."""
        ends = {"left": (SHEET_COLUMNS - columns, SHEET_COLUMNS), "right": (0, columns)}
        axis = self.constant(f"{source}_axis", np.array([3], np.int64))
        for side, (start, stop) in ends.items():
            bounds = [
                self.constant(f"{source}_{side}_{name}", np.array([value], np.int64))
                for name, value in (("start", start), ("stop", stop))
            ]
            self.node("Slice", [source, *bounds, axis], f"{source}_{side}")
        parts = [f"{source}_left", source, f"{source}_right"]
        return self.node("Concat", parts, f"{source}_wrapped", axis=3)

    def local_mean(self, source: str, window: str) -> str:
        """The Gaussian mean around every pixel, of columns gathered by eights first: 20 times faster."""
        rows, columns = f"{window}_rows", f"{window}_columns"
        eighth = self.node("AveragePool", [source], f"{source}_eighth", kernel_shape=[1, BLOCK], strides=[1, BLOCK])
        return self.node("MatMul", [rows, self.node("MatMul", [eighth, columns], f"{source}_wide")], f"{source}_local")


def _normalised(graph: _Graph, parameters: Parameters) -> str:
    """Zero mean and unit deviation over the valid part of the window; 0 where the sheet is not valid."""
    tiny = graph.constant("tiny", np.array(1e-6, np.float32))
    rows, columns = window_matrices(parameters)
    graph.constant("window_rows", rows)
    graph.constant("window_columns", columns)
    share = graph.node("Add", [graph.local_mean("valid", "window"), tiny], "share")
    seen = graph.node("Mul", ["texture", "valid"], "seen")
    mean = graph.node("Div", [graph.local_mean(seen, "window"), share], "mean")
    away = graph.node("Mul", [graph.node("Sub", ["texture", mean], "difference"), "valid"], "away")
    square = graph.node("Mul", [away, away], "square")
    variance = graph.node("Div", [graph.local_mean(square, "window"), share], "variance")
    floor = graph.constant("floor", np.array(parameters.floor, np.float32))
    deviation = graph.node("Add", [graph.node("Sqrt", [variance], "root"), floor], "deviation")
    return graph.node("Div", [away, deviation], "normal")


def _filtered(graph: _Graph, source: str, name: str, rows: Floats, columns: Floats, parameters: Parameters) -> None:
    """Every lane at 128 angles, (16, 128): rows are summed first, then each lane has its own filter around."""
    lanes = len(rows)
    summed = graph.node("MatMul", [graph.constant(f"{name}_rows", rows), source], f"{name}_summed")
    shape = graph.constant(f"{name}_lanes", np.array([1, lanes, 1, SHEET_COLUMNS], np.int64))
    wrapped = graph.wrapped(graph.node("Reshape", [summed, shape], f"{name}_by_lane"), HALF)
    weights = graph.constant(f"{name}_columns", columns[:, None, None, :])
    # with HALF columns wrapped on both sides the stride leaves exactly 128 columns, centred on 0, 4, 8, ...
    strides = [1, parameters.column_step]
    found = graph.node("Conv", [wrapped, weights], f"{name}_found", strides=strides, group=lanes)
    flat = graph.constant(f"{name}_shape", np.array([lanes, SHEET_COLUMNS // parameters.column_step], np.int64))
    graph.node("Reshape", [found, flat], name)


def build(parameters: Parameters = Parameters()) -> onnx.ModelProto:
    """Inputs texture and valid, float32 (1, 1, 64, 512); outputs response and support, float32 (16, 128).

    The lanes come in the order of `parameters.lanes`. support is the valid share of the filter's window.
    """
    graph = _Graph()
    normal = _normalised(graph, parameters)
    for name, source, part in (("response", normal, 0), ("support", "valid", 1)):
        rows = np.stack([along_rows(lane)[part] for lane in parameters.lanes])
        columns = np.stack([along_columns(lane)[part] for lane in parameters.lanes])
        _filtered(graph, source, name, rows, columns, parameters)
    shape = [1, 1, SHEET_ROWS, SHEET_COLUMNS]
    body = helper.make_graph(
        graph.nodes,
        "panah-gabor-encoder",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n in ("texture", "valid")],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, [16, 128]) for n in ("response", "support")],
        graph.constants,
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=9, producer_name="panah")
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    onnx.save(build(), parser.parse_args().out)


if __name__ == "__main__":
    main()
