"""What a tablet thought of an eye's living travels with it, and whoever does not send it is read all the same."""

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.messages.content import from_cbor, to_cbor
from edge.messages.errors import SchemaViolation
from edge.messages.models import CaptureReport, EyeCapture, EyeStatus, Liveness
from tests.edge.reports import capture_report, eye_capture

SUSPECTED = Liveness(suspected="screen", score=0.75)


def without_liveness(content: bytes) -> bytes:
    """As a tablet from before there was the field writes it."""
    report: dict[str, Any] = cbor2.loads(content)
    for slot in report["slots"]:
        for eye in ("left", "right"):
            del slot[eye]["liveness"]
    return cbor2.dumps(report)


def with_liveness(liveness: object) -> bytes:
    report: dict[str, Any] = cbor2.loads(to_cbor(capture_report()))
    report["slots"][0]["left"]["liveness"] = liveness
    return cbor2.dumps(report)


def test_a_message_of_an_older_tablet_reads_as_not_assessed() -> None:
    report = capture_report(children=2)
    assert from_cbor(without_liveness(to_cbor(report)), CaptureReport) == report
    assert report.slots[0].left.liveness is None


@given(score=st.floats(-100, 100), species=st.sampled_from(["print", "screen", "lens"]))
def test_what_was_assessed_arrives_as_it_was(score: float, species: str) -> None:
    told = Liveness.model_validate({"suspected": species if score > 0 else None, "score": score})
    report = capture_report()
    left = report.slots[0].left.model_copy(update={"liveness": told})
    sent = report.model_copy(update={"slots": (report.slots[0].model_copy(update={"left": left}),)})
    assert from_cbor(to_cbor(sent), CaptureReport).slots[0].left.liveness == told


@pytest.mark.parametrize(
    "liveness",
    [
        {"suspected": "print", "score": -0.1},
        {"suspected": None, "score": 0.1},
        {"suspected": "mask", "score": 0.1},
        {"suspected": "print", "score": float("nan")},
        {"suspected": "print", "score": float("inf")},
        {"suspected": "print", "score": 1.0, "sure": True},
        {"score": -1.0},
        "print",
    ],
)
def test_a_suspicion_that_contradicts_itself_or_is_of_no_known_kind_is_refused(liveness: object) -> None:
    with pytest.raises(SchemaViolation):
        from_cbor(with_liveness(liveness), CaptureReport)


def test_nothing_can_be_suspected_of_an_eye_that_was_not_captured() -> None:
    with pytest.raises(ValueError, match="nothing was assessed"):
        EyeCapture(status=EyeStatus.TEMPORARILY_NOT_POSSIBLE, reason="injured", liveness=SUSPECTED)
    assert eye_capture("left", 3).model_copy(update={"liveness": SUSPECTED}).liveness == SUSPECTED
