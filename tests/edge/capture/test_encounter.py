"""An encounter as a team lives it: assent first, dark otherwise, and a child without iris is a full child."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from devices.models import Fix
from edge.bootstrap import load_iris_extractor
from edge.capture.errors import AssentMissing, EncounterFinished, NoSuchSlot, TooManyChildren, TooYoung, TriesUsedUp
from edge.capture.models import EncounterFacts, Progress, ScanEnd
from edge.messages.models import Age, Assent, EncounterOutcome, EyeStatus
from matching import Template, compare
from models import weights
from models.errors import NoWeights
from tests.edge.capture.conftest import Van, picture, shots, stop_after

FACTS = EncounterFacts(place="میدان شوش", outcome=EncounterOutcome.TRANSFER)


def test_both_eyes_give_templates_with_at_most_two_alternates(van: Van) -> None:
    scanner, encounter = van.play(shots(1)), van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN, given_name="سارا")
    result = encounter.scan(child)
    assert (result.end, result.captured, result.missing) == (ScanEnd.DONE, ("left", "right"), ())
    assert scanner.lamp_on is False
    encounter.finish(FACTS)
    (slot,) = van.reports[0].slots
    for eye in (slot.left, slot.right):
        assert eye.status is EyeStatus.CAPTURED
        assert eye.template is not None
        assert 1 <= len(eye.alternates) <= 2
    left = Template.from_bytes(slot.left.template or b"")
    assert (len(left.left), len(left.right)) == (1, 0)


def test_frames_of_an_eye_are_fused_and_the_template_is_none_of_them(van: Van) -> None:
    van.play(shots(1))
    encounter = van.encounter()
    encounter.scan(encounter.add_child(assent=Assent.GIVEN))
    encounter.finish(FACTS)
    eye = van.reports[0].slots[0].left
    fused, *others = (Template.from_bytes(raw).left[0] for raw in (eye.template or b"", *eye.alternates))
    assert all(compare(Template(left=(fused,)), Template(left=(code,))) < 0.3 for code in others)
    assert fused.valid_bits > max(code.valid_bits for code in others)


@pytest.mark.parametrize(
    ("shown", "frames"),
    [
        ([(1, 0), (1, 1), (1, 2)], 3),
        ([(1, 0), (1, 1), (2, 0)], 2),  # the sibling moved in before the scanner
        ([(1, 0), (1, 0), (1, 0)], 1),  # the scanner hangs
        ([(1, 0), (2, 0)], 1),
    ],
)
def test_as_many_frames_are_told_as_agree(van: Van, shown: list[tuple[int, int]], frames: int) -> None:
    van.play((picture(child, "left", number), "left") for child, number in shown)
    encounter = van.encounter()
    encounter.scan(encounter.add_child(assent=Assent.GIVEN))
    encounter.finish(FACTS)
    assert van.reports[0].slots[0].left.frames == frames


def test_one_frame_alone_is_a_template_too(van: Van) -> None:
    van.play(shots(1, frames=1))
    encounter = van.encounter()
    assert encounter.scan(encounter.add_child(assent=Assent.GIVEN)).captured == ("left", "right")


def test_the_same_child_matches_and_a_sibling_does_not(van: Van) -> None:
    templates = []
    for child in (1, 1, 2):
        van.play((picture(child, eye, 20 + len(templates)), eye) for eye in ("left", "right", "left", "right"))
        encounter = van.encounter()
        encounter.scan(encounter.add_child(assent=Assent.GIVEN))
        encounter.finish(FACTS)
        slot = van.reports[-1].slots[0]
        templates.append(Template.join(*(Template.from_bytes(eye.template) for eye in (slot.left, slot.right))))
    assert compare(templates[0], templates[1]) < 0.3 < compare(templates[0], templates[2])


def test_a_report_names_the_models_that_were_chosen(van: Van) -> None:
    van.extractor = load_iris_extractor("synthetic")  # type: ignore[assignment]
    van.play(shots(1))
    encounter = van.encounter()
    assert encounter.scan(encounter.add_child(assent=Assent.GIVEN)).captured == ("left", "right")
    encounter.finish(FACTS)
    chosen = weights.FOLDER / "synthetic"
    assert van.reports[0].models == weights.pins() | weights.pins(chosen)
    assert weights.pins(chosen)["segmentation.onnx"] != weights.pins()["segmentation.onnx"]


def test_chosen_models_that_are_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(NoWeights, match="ours"):
        load_iris_extractor("ours", folder=tmp_path)


@pytest.mark.parametrize("assent", [Assent.REFUSED, Assent.NOT_ASKED])
def test_without_assent_the_scanner_is_not_even_opened(van: Van, assent: Assent) -> None:
    van.play(shots(1))
    encounter = van.encounter()
    child = encounter.add_child(assent=assent)
    with pytest.raises(AssentMissing) as caught:
        encounter.scan(child)
    assert caught.value.persian == "رضایت کودک ثبت نشده است؛ تا ثبت آن، دوربین خاموش می‌ماند."
    assert van.opened == 0


def test_a_refusal_is_a_full_encounter(van: Van) -> None:
    encounter = van.encounter()
    encounter.add_child(assent=Assent.REFUSED, given_name="علی")
    encounter.finish(EncounterFacts(place="میدان شوش", outcome=EncounterOutcome.REFUSED))
    (report,) = van.reports
    (slot,) = report.slots
    assert (slot.assent, slot.no_iris_reason, slot.left.template) == (Assent.REFUSED, "refused", None)
    assert (report.number_of_children, report.models) == (1, {})


def test_a_child_who_agrees_after_all_is_scanned(van: Van) -> None:
    van.play(shots(1))
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.REFUSED)
    encounter.assent(child)
    assert encounter.scan(child).captured == ("left", "right")


def test_one_tap_stops_puts_the_lamp_out_and_keeps_nothing(van: Van) -> None:
    scanner, encounter = van.play(shots(1)), van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    result = encounter.scan(child, stop=stop_after(4))
    assert (result.end, result.captured) == (ScanEnd.STOPPED, ())
    assert scanner.lamp_on is False


def test_withdrawing_drops_the_templates_and_keeps_the_lamp_dark(van: Van) -> None:
    van.play(shots(1), shots(1))
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    encounter.scan(child)
    encounter.withdraw(child)
    with pytest.raises(AssentMissing):
        encounter.scan(child)
    encounter.finish(FACTS)
    (slot,) = van.reports[0].slots
    assert (slot.assent, slot.left.template, slot.right.template) == (Assent.WITHDRAWN, None, None)


def test_an_eye_that_cannot_be_taken_leaves_the_other_one(van: Van) -> None:
    van.play(shots(1))
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    encounter.eye_not_possible(child, "left", "injury", for_ever=True)
    assert encounter.scan(child).captured == ("right",)
    encounter.finish(FACTS)
    (slot,) = van.reports[0].slots
    assert (slot.left.status, slot.left.reason) == (EyeStatus.PERMANENTLY_NOT_POSSIBLE, "injury")
    assert slot.right.status is EyeStatus.CAPTURED


def test_a_missing_eye_stays_missing_when_the_child_withdraws(van: Van) -> None:
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    encounter.eye_not_possible(child, "left", "missing", for_ever=True)
    encounter.withdraw(child)
    encounter.finish(FACTS)
    (slot,) = van.reports[0].slots
    assert (slot.left.status, slot.left.reason) == (EyeStatus.PERMANENTLY_NOT_POSSIBLE, "missing")
    assert (slot.right.status, slot.right.reason) == (EyeStatus.TEMPORARILY_NOT_POSSIBLE, "withdrawn")


def test_an_eye_marked_by_mistake_is_taken_after_all(van: Van) -> None:
    van.play(shots(1))
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    encounter.eye_not_possible(child, "left", "missing", for_ever=True)
    encounter.eye_possible(child, "left")
    assert encounter.scan(child).captured == ("left", "right")


def test_blurred_frames_bring_advice_and_the_next_scan_the_templates(van: Van) -> None:
    van.settings = van.settings.__class__(silent_s=0.3, scans=3)
    blurred, sharp = list(shots(1, "blurred", frames=4)), list(shots(1))
    encounter, heard = van.encounter(), list[Progress]()
    child = encounter.add_child(assent=Assent.GIVEN)
    van.play(iter(blurred))
    first = encounter.scan(child, on_progress=heard.append)
    assert (first.end, first.captured) == (ScanEnd.TIME, ())
    assert first.advice["left"] in {
        "تصویر تار است؛ اسکنر را ثابت نگه دارید.",
        "چشم بسته یا نیمه‌بسته است؛ از کودک بخواهید چشمش را باز کند.",
    }
    assert {progress.eye for progress in heard} == {"left", "right"}
    van.play(iter(sharp))
    encounter._tools.port.lost()  # the replayed tape is changed
    assert encounter.scan(child).captured == ("left", "right")


def test_an_eye_captured_before_is_kept_and_not_taken_again(van: Van) -> None:
    van.play(shots(1, eyes=("left",)))
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    assert encounter.scan(child).missing == ("right",)
    before = encounter.slots[0].eyes["left"]
    van.play(shots(1))
    encounter._tools.port.lost()
    assert encounter.scan(child).captured == ("left", "right")
    assert encounter.slots[0].eyes["left"] is before


def test_the_number_of_tries_is_capped(van: Van) -> None:
    van.play(iter(()))
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    for _ in range(van.settings.scans):
        assert encounter.scan(child).captured == ()
    with pytest.raises(TriesUsedUp) as caught:
        encounter.scan(child)
    assert caught.value.persian.endswith("برخورد بی‌عنبیه هم کامل است.")
    encounter.go_on_without(child, "tries_used_up")
    encounter.finish(FACTS)
    assert van.reports[0].slots[0].no_iris_reason == "tries_used_up"


def test_no_iris_of_a_child_who_is_surely_under_five(van: Van) -> None:
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN, age=Age(low=3, high=4))
    with pytest.raises(TooYoung, match="is under 5"):
        encounter.scan(child)
    assert van.opened == 0


def test_siblings_are_slots_of_one_report(van: Van) -> None:
    van.play(shots(1))
    encounter = van.encounter()
    for child in (1, 2):
        number = encounter.add_child(assent=Assent.GIVEN)
        van.play(shots(child))
        encounter._tools.port.lost()
        encounter.scan(number)
    encounter.add_child(assent=Assent.REFUSED)
    encounter.finish(FACTS)
    (report,) = van.reports
    assert [slot.number for slot in report.slots] == [1, 2, 3]
    assert report.number_of_children == 3
    assert report.slots[0].left.template != report.slots[1].left.template


def test_a_scanner_that_cannot_tell_the_eyes_is_asked_for_one_after_the_other(van: Van) -> None:
    frames = [(picture(1, "left", n), None) for n in range(4)] + [(picture(1, "right", n), None) for n in range(4)]
    van.play(iter(frames))
    encounter = van.encounter()
    child = encounter.add_child(assent=Assent.GIVEN)
    assert encounter.scan(child).captured == ("left", "right")


def test_place_time_and_shift_are_the_tablets(van: Van) -> None:
    at = datetime(2026, 3, 21, 20, 39, 58, tzinfo=UTC)
    van.fix = Fix(latitude=35.66, longitude=51.43, accuracy_m=6.0, utc=at, monotonic=1.0)
    encounter = van.encounter()
    encounter.add_child(assent=Assent.REFUSED)
    finished = encounter.finish(FACTS)
    (report,) = van.reports
    assert (report.place.latitude, report.place.fix_at, report.team) == (35.66, at, "گشت ۳")
    assert report.shift_date == date(2026, 3, 21)
    assert finished.saved.capture_id == encounter.capture_id == report.capture_id


def test_the_stages_of_the_way_are_timed(van: Van) -> None:
    van.play(shots(1))
    encounter = van.encounter()
    encounter.scan(encounter.add_child(assent=Assent.GIVEN))
    finished = encounter.finish(FACTS)
    assert finished.accepted_at is not None
    assert finished.templates_at is not None
    assert finished.accepted_at < finished.templates_at < finished.saved_at


def test_a_saved_encounter_is_closed(van: Van) -> None:
    encounter = van.encounter()
    encounter.add_child(assent=Assent.REFUSED)
    encounter.finish(FACTS)
    with pytest.raises(EncounterFinished):
        encounter.finish(FACTS)
    with pytest.raises(EncounterFinished):
        encounter.add_child(assent=Assent.GIVEN)


def test_a_thirteenth_child_and_an_unknown_slot_are_refused(van: Van) -> None:
    encounter = van.encounter()
    for _ in range(12):
        encounter.add_child(assent=Assent.NOT_ASKED)
    with pytest.raises(TooManyChildren, match="holds 12 children"):
        encounter.add_child(assent=Assent.GIVEN)
    with pytest.raises(NoSuchSlot, match="There is no child 13"):
        encounter.scan(13)
