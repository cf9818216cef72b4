"""The curve of time against size: measured on one gallery that grows, drawn by decades."""

import itertools
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matching.bench.curve import LINES, Curve, Point, decades, drawn
from panah.commands.match import app


def test_sizes_are_the_powers_of_ten() -> None:
    assert decades(1_000_000) == [1_000, 10_000, 100_000, 1_000_000]
    assert decades(50_000) == [1_000, 10_000]


def test_the_command_measures_each_size_and_writes_the_picture(tmp_path: Path) -> None:
    out = tmp_path / "curve.svg"
    done = CliRunner().invoke(app, ["curve", "--largest", "1000", "--probes", "5", "--out", str(out), "--json"])
    assert done.exit_code == 0, done.output
    (point,) = json.loads(done.output.strip().splitlines()[-1])["points"]
    assert point["identities"] == 1000
    assert point["ms"].keys() == set(LINES)
    assert all(ms > 0 for ms in point["ms"].values())
    assert ET.fromstring(out.read_text()).tag.endswith("svg")


@pytest.fixture
def curve() -> Curve:
    points = tuple(
        Point(
            identities=10**k, ms=dict(zip(LINES, (10.0 ** (k - 4), 10.0 ** (k - 3.8), 10.0 ** (k - 4.5)), strict=True))
        )
        for k in (3, 4, 5)
    )
    return Curve(isa="znver4, AVX-512 VPOPCNTDQ", threads=2, probes=30, points=points)


def test_the_picture_names_lines_sizes_and_machine(curve: Curve) -> None:
    picture = drawn(curve)
    for told in (*LINES, "1,000", "100,000", "znver4, AVX-512 VPOPCNTDQ", "2 threads", "median of 30 probes"):
        assert told in picture
    assert picture.count("<polyline") == len(LINES)


def test_ten_times_the_size_is_one_step_to_the_right_and_up(curve: Curve) -> None:
    first = ET.fromstring(drawn(curve)).find("{http://www.w3.org/2000/svg}polyline")
    assert first is not None
    at = [tuple(map(float, pair.split(","))) for pair in str(first.get("points")).split()]
    assert at[1][0] - at[0][0] == pytest.approx(at[2][0] - at[1][0], abs=0.2)
    assert at[0][1] - at[1][1] == pytest.approx(at[1][1] - at[2][1], abs=0.2)


def test_lines_that_end_close_together_are_named_apart(curve: Curve) -> None:
    texts = [one for one in ET.fromstring(drawn(curve)).iter("{http://www.w3.org/2000/svg}text") if one.text in LINES]
    heights = sorted(float(str(one.get("y"))) for one in texts)
    assert len(heights) == len(LINES)
    assert min(second - first for first, second in itertools.pairwise(heights)) >= 13.9
