"""The searches made before a child is called new."""

import numpy as np
import pytest

from matching import EyeCode, GalleryChange, LocalEngine, Template, last_chance
from matching.last_chance import Way, crossed
from matching.rotations import rotate
from matching.simulation import Capture, simulate_templates

PEOPLE = list(simulate_templates(np.random.default_rng(21), 50, how=Capture(), captures=2))


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    engine = LocalEngine()
    engine.apply(GalleryChange(seq=k + 1, op="add", template_id=k, template=p[0]) for k, p in enumerate(PEOPLE))
    return engine


def turned(template: Template, columns: int) -> Template:
    def turn(code: EyeCode) -> EyeCode:
        return EyeCode(rotate(code.code, columns), rotate(code.mask, columns), confidence=code.confidence)

    return Template(tuple(map(turn, template.left)), tuple(map(turn, template.right)))


SPOILT: dict[Way, Template] = {
    "wider": turned(PEOPLE[7][1], 10),
    "crossed": crossed(PEOPLE[7][1]),
    "turned": turned(PEOPLE[7][1], 64),
    "turned_crossed": turned(crossed(PEOPLE[7][1]), -63),
}


@pytest.mark.parametrize("way", SPOILT)
def test_each_mistake_of_a_capture_is_found_by_its_own_search(engine: LocalEngine, way: Way) -> None:
    probe = SPOILT[way]
    assert all(c.score > 0.3 for c in engine.search(probe).candidates)
    best = last_chance(probe, engine)[0]
    assert (best.way, best.candidate.id) == (way, 7)
    assert best.candidate.score < 0.25


def test_one_eye_taken_for_the_other_is_found(engine: LocalEngine) -> None:
    probe = Template(left=PEOPLE[9][1].right)
    best = last_chance(probe, engine)[0]
    assert (best.way, best.candidate.id) == ("crossed", 9)


def test_a_stranger_is_found_in_no_way(engine: LocalEngine) -> None:
    ((stranger,),) = list(simulate_templates(np.random.default_rng(22), 1, how=Capture()))
    assert all(hit.candidate.score > 0.3 for hit in last_chance(stranger, engine))
