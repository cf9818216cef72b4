"""Each eye of a child, from the scanner to the registry's page: captured, not this time, never; alive or doubtful.

The real capture session and recognition, a real sealed message, the real intake on both databases.
"""

from collections.abc import Callable

import numpy as np
import pytest

from devices.models import Eye
from edge.capture.iris import IrisExtractor
from edge.capture.models import EncounterFacts
from edge.messages.models import Assent, CaptureReport, EncounterOutcome, SlotOutcome
from matching import Policy, default_calibration
from models import IrisPipeline
from models.liveness.species import attack
from registry.intake.deciding import Weigher
from tests.edge.capture.conftest import Van, picture, shots
from tests.registry.conftest import (
    calibration,
    centre,
    clock,
    postgresql,
    postgresql_schema,
    registry,
    settings,
    sqlite_pattern,
    tablet,
    van_1,
)
from tests.registry.house import Centre, StillClock, Tablet
from tests.registry.web.conftest import LogIn, app, log_in, passwords, templates

__all__ = [
    "app", "calibration", "centre", "clock", "log_in", "passwords", "postgresql", "postgresql_schema", "registry",
    "settings", "sqlite_pattern", "tablet", "templates", "van_1",
]  # fmt: skip


@pytest.fixture
def weigher() -> Weigher:
    return Weigher(calibration=default_calibration(), policy=Policy())


@pytest.fixture(scope="session")
def pipeline() -> IrisPipeline:
    return IrisPipeline.load()


@pytest.fixture
def van(pipeline: IrisPipeline) -> Van:
    return Van(IrisExtractor(pipeline))


@pytest.fixture
def meet(van: Van, van_1: Tablet, clock: StillClock) -> Callable[..., CaptureReport]:
    """One child, scanned by the tablet `van-1`; gives what it would seal. unfit: eyes not to be taken, with why."""

    def played(frames: object, *, unfit: dict[Eye, tuple[str, bool]] | None = None) -> CaptureReport:
        van.clock = clock
        van.play(iter(frames))  # type: ignore[call-overload]
        encounter = van.encounter()
        child = encounter.add_child(assent=Assent.GIVEN)
        for eye, (reason, for_ever) in (unfit or {}).items():
            encounter.eye_not_possible(child, eye, reason, for_ever=for_ever)
        encounter.scan(child)
        encounter.finish(EncounterFacts(place="میدان شوش", outcome=EncounterOutcome.TRANSFER))
        return van.reports[-1]

    return played


def printed(pipeline: IrisPipeline, child: int) -> list[tuple[np.ndarray, Eye]]:
    found: list[tuple[np.ndarray, Eye]] = []
    for number in range(4):
        for eye in ("left", "right"):
            shown = picture(child, eye, number)
            circles = pipeline.extract_detailed(shown, eye, strict=False).hypotheses[0].circles
            found.append((attack("print", shown, circles, np.random.default_rng([child, number])), eye))
    return found


def test_a_missing_eye_and_one_that_was_shut_arrive_as_never_and_not_this_time(
    centre: Centre, van_1: Tablet, meet: Callable[..., CaptureReport], log_in: LogIn
) -> None:
    one_eyed = meet(shots(3, eyes=("right",)), unfit={"left": ("missing", True)})
    hidden = meet(shots(4, eyes=("left",)))
    centre.take(van_1.seal(one_eyed), van_1.seal(hidden))
    slots = centre.rows("select left_status, left_reason, right_status, right_reason from slot order by id")
    assert slots == [
        {"left_status": "permanently_not_possible", "left_reason": "missing", "right_status": "captured",
         "right_reason": None},
        {"left_status": "captured", "left_reason": None, "right_status": "temporarily_not_possible",
         "right_reason": "not_seen"},
    ]  # fmt: skip
    worker = log_in("screening")
    persian, english = (worker.get(f"/encounters/1?lang={language}").text for language in ("fa", "en"))
    assert "شدنی نیست" in persian
    assert "چشمی نیست" in persian
    assert "there is no eye" in english
    assert "the scanner did not see it" in worker.get("/encounters/2?lang=en").text


def test_a_printed_eye_shown_to_the_scanner_is_for_a_person_and_costs_nobody_a_case(
    centre: Centre, van_1: Tablet, meet: Callable[..., CaptureReport], pipeline: IrisPipeline, log_in: LogIn
) -> None:
    living, forged = van_1.seal(meet(shots(3))), van_1.seal(meet(printed(pipeline, 3)))
    other = van_1.seal(meet(printed(pipeline, 8)))
    for sent in (living, forged, other):
        centre.take(sent)
    assert [van_1.result(sent)[0].outcome for sent in (living, forged, other)] == [
        SlotOutcome.NEW, SlotOutcome.REVIEW, SlotOutcome.REVIEW,
    ]  # fmt: skip
    assert all(row["left_liveness"] not in (None, "null") for row in centre.rows("select left_liveness from slot"))
    assert centre.one("select count(*) from case_file") == 3
    page = log_in("case_manager").get("/encounters/2?lang=en").text
    assert any(words in page for words in ("a printed picture of an eye", "an eye on a screen"))
