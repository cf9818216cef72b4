"""Whether an eye looked alive goes into the report: advice, whatever it says nobody is refused."""

from collections.abc import Iterator

import numpy as np
import pytest

from edge.capture.eyes import EyeScan
from edge.capture.interfaces import EyeTemplate
from edge.capture.models import CaptureSettings, EncounterFacts
from edge.messages.models import Assent, EncounterOutcome, EyeCapture, EyeStatus, Forgery, Slot
from models import IrisPipeline
from models.liveness import SPECIES
from models.liveness.species import attack
from tests.edge.capture.conftest import Van, picture, shots

FACTS = EncounterFacts(place="میدان شوش", outcome=EncounterOutcome.AID_ONLY)


def forged(child: int, species: Forgery, frames: int = 4) -> Iterator:
    pipeline = IrisPipeline.load()
    for number in range(frames):
        for eye in ("left", "right"):
            shown = picture(child, eye, number)
            circles = pipeline.extract_detailed(shown, eye, strict=False).hypotheses[0].circles
            yield attack(species, shown, circles, np.random.default_rng([child, number])), eye


def captured(van: Van) -> Slot:
    encounter = van.encounter()
    encounter.scan(encounter.add_child(assent=Assent.GIVEN))
    encounter.finish(FACTS)
    return van.reports[-1].slots[0]


def eyes(slot: Slot) -> tuple[EyeCapture, EyeCapture]:
    return slot.left, slot.right


@pytest.mark.parametrize("child", [3, 4])
def test_living_eyes_are_assessed_and_not_suspected(van: Van, child: int) -> None:
    van.play(shots(child))
    for eye in eyes(captured(van)):
        assert eye.liveness is not None
        assert (eye.liveness.suspected, eye.liveness.score <= 0) == (None, True)


@pytest.mark.parametrize("species", SPECIES)
def test_a_forgery_is_captured_like_any_eye_and_said_to_look_like_one(van: Van, species: Forgery) -> None:
    van.play(forged(3, species))
    for eye in eyes(captured(van)):
        assert eye.status is EyeStatus.CAPTURED
        assert eye.liveness is not None
        assert eye.liveness.suspected is not None


def test_one_odd_frame_of_three_makes_no_suspicion(van: Van) -> None:
    odd = next(forged(3, "print"))
    van.play(iter([odd]), shots(3, frames=5, eyes=("left",)), shots(3, frames=5, eyes=("right",)))
    left = captured(van).left
    assert left.liveness is not None
    assert left.liveness.suspected is None


@pytest.mark.parametrize("told", [None, {}])
def test_recognition_that_assesses_nothing_says_that_nothing_was_assessed(told: dict[Forgery, float] | None) -> None:
    scan = EyeScan(eye="left", settings=CaptureSettings())
    scan._kept.append(EyeTemplate(hypotheses=(b"code",), quality=0.5, forgeries=told))
    eye = scan.capture(_AsItIs())
    assert eye is not None
    assert eye.liveness is None


class _AsItIs:
    """Recognition that gives back the one frame it is asked to fuse."""

    def fuse(self, frames: list[EyeTemplate], _eye: str) -> EyeTemplate:
        return frames[0]
