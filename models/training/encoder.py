"""Make the encoder's ONNX graph: `python -m models.training.encoder --out models/weights/encoder.onnx`.

Nothing is learned: the graph holds two Gabor filters and the normalisation around them. Radii, wavelengths and
widths were chosen on the mmu1 people that are trained on, with their circles disturbed by 1.3 pixels (the card has
the figures); longer waves bear a wrong circle better and tell fewer people apart.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.normalise import COLUMNS as SHEET_COLUMNS
from models.normalise import ROWS as SHEET_ROWS

Floats = NDArray[np.float32]
BLOCK = 8
"""Columns gathered before the local mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """All lengths in pixels of the 64 x 512 sheet."""

    wavelengths: tuple[float, float] = (40.0, 18.0)
    width: float = 0.38
    """Deviation of the Gaussian along the columns, in wavelengths."""
    radial: float = 4.0
    """Deviation of the Gaussian along the rows."""
    first_row: int = 4
    row_step: int = 8
    column_step: int = 4
    window: tuple[float, float] = (18.0, 72.0)
    """Deviations, in rows and columns, of the Gaussian over which local mean and deviation are taken."""
    floor: float = 2.0
    """Grey levels added to the deviation, so that flat skin stays flat."""


def gabor(wavelength: float, parameters: Parameters) -> tuple[Floats, Floats]:
    """The odd (sine) part with unit energy, and the Gaussian window with unit sum; both (rows, columns), odd sizes."""
    sigma = wavelength * parameters.width
    half_rows, half_columns = int(np.ceil(2.5 * parameters.radial)), int(np.ceil(2.5 * sigma))
    rows = np.arange(-half_rows, half_rows + 1)[:, None]
    columns = np.arange(-half_columns, half_columns + 1)[None, :]
    window = np.exp(-(columns**2) / (2 * sigma**2) - rows**2 / (2 * parameters.radial**2))
    odd = window * np.sin(2 * np.pi * columns / wavelength)
    return (odd / np.sqrt((odd**2).sum())).astype(np.float32), (window / window.sum()).astype(np.float32)


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
        axis = self.constant(f"{source}_{columns}_axis", np.array([3], np.int64))
        for side, (start, stop) in ends.items():
            bounds = [
                self.constant(f"{source}_{columns}_{side}_{name}", np.array([value], np.int64))
                for name, value in (("start", start), ("stop", stop))
            ]
            self.node("Slice", [source, *bounds, axis], f"{source}_{columns}_{side}")
        parts = [f"{source}_{columns}_left", source, f"{source}_{columns}_right"]
        return self.node("Concat", parts, f"{source}_{columns}_wrapped", axis=3)

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


def _filtered(graph: _Graph, source: str, kernel: Floats, name: str, parameters: Parameters) -> str:
    """The response at 8 radii and 128 angles: (1, 1, 8, 128)."""
    half_rows, half_columns = kernel.shape[0] // 2, kernel.shape[1] // 2
    last_row = parameters.first_row + 7 * parameters.row_step
    pads = [0, 0, half_rows - parameters.first_row, 0, 0, 0, last_row + half_rows - SHEET_ROWS + 1, 0]
    amounts = graph.constant(f"{name}_pads", np.array(pads, np.int64))
    padded = graph.node("Pad", [graph.wrapped(source, half_columns), amounts], f"{name}_padded", mode="edge")
    weights = graph.constant(f"{name}_kernel", kernel[None, None])
    strides = [parameters.row_step, parameters.column_step]
    # with `half_columns` wrapped on both sides the stride leaves exactly 128 columns, centred on 0, 4, 8, ...
    return graph.node("Conv", [padded, weights], f"{name}_conv", strides=strides)


def build(parameters: Parameters = Parameters()) -> onnx.ModelProto:
    """Inputs texture and valid, float32 (1, 1, 64, 512); outputs response and support, float32 (16, 128).

    Lane 0-7 are the long wave at 8 radii from the pupil outwards, 8-15 the short one. support is the valid share of
    the filter's window.
    """
    graph = _Graph()
    normal = _normalised(graph, parameters)
    responses, supports = [], []
    for index, wavelength in enumerate(parameters.wavelengths):
        odd, window = gabor(wavelength, parameters)
        # each wave pads its own copy of the source, or two nodes would share a name
        own = {s: graph.node("Identity", [s], f"{s}_{index}") for s in (normal, "valid")}
        responses.append(_filtered(graph, own[normal], odd, f"response_{index}", parameters))
        supports.append(_filtered(graph, own["valid"], window, f"support_{index}", parameters))
    lanes = graph.constant("lanes", np.array([16, SHEET_COLUMNS // parameters.column_step], np.int64))
    for name, parts in (("response", responses), ("support", supports)):
        joined = graph.node("Concat", parts, f"{name}_joined", axis=2)
        graph.node("Reshape", [joined, lanes], name)
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
