"""Labelled captures to calibrate with, of one frame an eye or of several, and how they are put side by side."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from matching.errors import CalibrationInvalid
from matching.template import Eye, Template

Join = Callable[[Sequence[Template], Eye], Template]
"""One eye's template from several frames' templates."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCapture:
    """A template, of one eye or both, and whose it is. shots: the frames it was taken from, by any name."""

    person: str
    template: Template
    name: str = ""
    shots: frozenset[str] = frozenset()
    frames: int = 1
    """Of each eye."""
    sensor: str = ""
    """Empty: not told, or not one alone."""

    @property
    def called(self) -> str:
        return self.name or self.person


def several_frames(captures: Sequence[LabelledCapture], *, frames: int, join: Join) -> list[LabelledCapture]:
    """Every choice of `frames` one-eyed captures of each eye, joined. Errors: CalibrationInvalid without shots."""
    eyes: dict[tuple[str, Eye], list[LabelledCapture]] = defaultdict(list)
    for capture in captures:
        if not capture.shots:
            raise CalibrationInvalid(f"{capture.called} does not say which shot it is of")
        eyes[capture.person, "left" if capture.template.left else "right"].append(capture)
    return [
        LabelledCapture(
            person,
            join([c.template for c in chosen], eye),
            " + ".join(c.called for c in chosen),
            frozenset().union(*(c.shots for c in chosen)),
            frames,
            _one_sensor(chosen),
        )
        for (person, eye), all_of_it in eyes.items()
        for chosen in combinations(all_of_it, frames)
    ]


def single_eyes(captures: Sequence[LabelledCapture]) -> list[list[LabelledCapture]]:
    """Left eyes, and right eyes."""
    eyes: tuple[Eye, Eye] = ("left", "right")
    return [[_only(c, eye) for c in captures if c.template.eye(eye)] for eye in eyes]


def two_eyes(captures: Sequence[LabelledCapture]) -> list[LabelledCapture]:
    """Templates of both eyes as they are; single eyes of one person joined in their order, first with first."""
    both = [c for c in captures if c.template.left and c.template.right]
    eyes: dict[str, tuple[list[LabelledCapture], list[LabelledCapture]]] = defaultdict(lambda: ([], []))
    for c in captures:
        if not (c.template.left and c.template.right):
            eyes[c.person][0 if c.template.left else 1].append(c)
    joined = [
        LabelledCapture(
            person,
            Template.join(left.template, right.template),
            f"{left.called} and {right.called}",
            left.shots | right.shots,
            min(left.frames, right.frames),
            _one_sensor((left, right)),
        )
        for person, (lefts, rights) in eyes.items()
        for left, right in zip(lefts, rights, strict=False)
    ]
    return both + joined


def _only(capture: LabelledCapture, eye: Eye) -> LabelledCapture:
    template = capture.template
    left, right = (template.left, ()) if eye == "left" else ((), template.right)
    return replace(capture, template=Template(left, right, template.encoder))


def _one_sensor(captures: Sequence[LabelledCapture]) -> str:
    named = {capture.sensor for capture in captures}
    return named.pop() if len(named) == 1 else ""
