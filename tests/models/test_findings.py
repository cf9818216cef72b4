"""What is said of a picture that another one should replace."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.models import DeviceProfile
from models import IrisPipeline
from models.boundary.circles import Boundaries, Circle
from models.factors import Factors
from models.findings import Seen, findings
from models.overall import WEIGHTS, overall
from models.synthetic import SyntheticEye, SyntheticImage, random_conditions

Take = Callable[..., SyntheticImage]

GOOD = Factors(
    usable_area=0.7,
    iris_radius=55,
    iris_sclera_contrast=0.4,
    iris_pupil_contrast=0.7,
    pupil_ratio=0.4,
    pupil_circularity=0.98,
    concentricity=0.95,
    gaze=0.97,
    steadiness=0.9,
    margin=1.0,
    grey_spread=7.0,
    texture=0.1,
    burnt=0.0,
    spots=1,
)
PROFILE = DeviceProfile(name="test", wavelength_nm=850, pixels_per_mm=9.3, distance_mm=(100, 200))


def seen(
    *, radius: float = 55, at: tuple[float, float] = (160, 120), focus: float = 0.4, bits: int = 900, **measured: float
) -> Seen:
    circles = Boundaries(Circle(*at, 0.4 * radius), Circle(*at, radius))
    factors = replace(GOOD, **measured)  # type: ignore[arg-type]
    return Seen(circles=circles, shape=(240, 320), measured=factors, focus=focus, limbus=0.3, valid_bits=bits)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"focus": 0.1}, "too_blurred"),
        ({"burnt": 0.1}, "glare"),
        ({"burnt": 0.1, "spots": 3}, "glasses_glare"),
        ({"iris_pupil_contrast": 0.1}, "eye_closed"),
        ({"usable_area": 0.2}, "eye_closed"),
        ({"gaze": 0.6}, "off_gaze"),
        ({"radius": 22}, "too_far"),
        ({"radius": 125, "margin": 0.0}, "too_near"),
        ({"at": (20, 120)}, "cut_off"),
        ({"bits": 300}, "too_little_iris"),
    ],
)
def test_each_fault_has_its_reason(what: dict[str, float], reason: str) -> None:
    assert findings(seen(), PROFILE) == ()
    assert findings(seen(**what), PROFILE)[0] == reason  # type: ignore[arg-type]


def test_how_far_is_too_far_is_the_devices_matter() -> None:
    finer = replace(PROFILE, pixels_per_mm=25.0)
    assert findings(seen(radius=55), finer) == ("too_far",)
    assert findings(seen(radius=80), finer) == ()


def test_a_large_iris_that_fits_the_picture_is_welcome_on_any_device() -> None:
    assert findings(seen(radius=110), PROFILE) == ()


def test_causes_come_before_what_they_cause() -> None:
    assert findings(seen(burnt=0.2, spots=4, bits=200)) == ("glasses_glare", "too_little_iris")


_SHARE = st.floats(0, 1.2)


@given(values=st.fixed_dictionaries(dict.fromkeys(WEIGHTS, _SHARE)), name=st.sampled_from(sorted(WEIGHTS)), more=_SHARE)
def test_more_of_any_factor_never_makes_quality_worse(values: dict[str, float], name: str, more: float) -> None:
    before, after = overall(**values), overall(**(values | {name: values[name] + more}))
    assert 0 < before <= after <= 1


def test_the_weights_are_shares_of_one() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert overall(usable=0.6, contrast=1, pupil_contrast=0.8, focus=1, agreement=1) == 1


@pytest.mark.parametrize(("difficulty", "most"), [("good", 0), ("field", 1)])
def test_good_eyes_are_not_refused(pipeline: IrisPipeline, difficulty: str, most: int) -> None:
    rng = np.random.default_rng(3)
    pictures = [
        SyntheticEye(k, "left").render(random_conditions(rng, difficulty), seed=k).image  # type: ignore[arg-type]
        for k in range(12)
    ]
    assert sum(bool(pipeline.extract_detailed(p, strict=False).findings) for p in pictures) <= most


def test_spectacles_full_of_light_are_named(pipeline: IrisPipeline, take: Take) -> None:
    glassy = [pipeline.extract_detailed(take(person=k, glare=1.0).image, strict=False).findings for k in range(10)]
    named = [f[0] for f in glassy if f]
    assert "glasses_glare" in named
    assert set(named) <= {"glasses_glare", "glare", "too_little_iris", "too_blurred", "eye_closed"}
