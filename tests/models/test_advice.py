"""Hints for a reviewer: exchanged eyes, a scanner held upside down, forgeries."""

from collections.abc import Callable

import numpy as np
import pytest

from models import IrisPipeline
from models.advice import ADVICE, SENTENCES, advise, examined, sentence
from models.liveness.species import attack
from models.synthetic import SyntheticImage

Take = Callable[..., SyntheticImage]


def test_every_hint_has_its_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(ADVICE)
    for advice in ADVICE:
        assert sentence(advice, "fa").endswith(".")
        assert sentence(advice).endswith(".")


def test_a_printed_eye_is_still_coded_and_a_hint_says_what_it_may_be(pipeline: IrisPipeline, take: Take) -> None:
    hints = []
    for person in range(6):
        found = pipeline.extract_detailed(take(person=person).image, strict=False)
        rng = np.random.default_rng(person)
        forged = attack("print", take(person=person).image, found.hypotheses[0].circles, rng)
        again = pipeline.extract_detailed(forged, strict=False)
        assert again.template.left
        hints.append(any(name.startswith("suspected_") for name in advise(forged, again, "left")))
    assert sum(hints) >= 4


@pytest.mark.parametrize("person", range(4))
def test_only_one_of_two_eyes_can_be_the_wrong_one(pipeline: IrisPipeline, take: Take, person: int) -> None:
    picture = take(person=person).image
    found = pipeline.extract_detailed(picture, strict=False)
    wrong = ["other_side" in advise(picture, found, eye) for eye in ("left", "right")]
    assert not all(wrong)
    bearing, suspicion = examined(picture, found)
    assert any(wrong) == (bearing.eye is not None and bearing.upright >= 0.1)
    assert len(suspicion.scores) == 3
