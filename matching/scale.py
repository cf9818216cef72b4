"""What one search, and each candidate of it, is held to: by the sensors that took the two."""

from typing import NamedTuple

from matching.calibration.models import Calibration
from matching.facts import probe_eye
from matching.template import Template
from matching.thresholds import Policy, Thresholds, thresholds_for


class Scale(NamedTuple):
    """trials: of `trials_of`; sensor: the probe's, None where it is not told."""

    probe: Template
    frames: int
    trials: float
    calibration: Calibration
    policy: Policy
    sensor: str | None

    def of(self, enrolled_by: str | None) -> Thresholds:
        """For candidates of one sensor; None: for the search as a whole, and where that is not told.

        Where the calibration does not speak of the two, all strangers together do, and nobody is known or new by it.
        """
        speaking = self.calibration.between(self.sensor, enrolled_by)
        eyes = [eye for eye in (probe_eye(self.probe.left), probe_eye(self.probe.right)) if eye]
        found = thresholds_for(
            self.probe,
            kind="both_eyes" if len(eyes) == 2 else "one_eye",
            trusted_bits=sum(eye.trusted_bits for eye in eyes),
            frames=self.frames,
            trials=self.trials,
            calibration=speaking or self.calibration,
            policy=self.policy,
        )
        return found if speaking else found.model_copy(update={"calibrated": False})

    def differs_for(self, enrolled_by: str) -> bool:
        """Whether candidates of this sensor are held to something else than the search as a whole."""
        whole = self.calibration.between(self.sensor, None)
        return self.calibration.between(self.sensor, enrolled_by) is not whole

    def all_of_them(self) -> list[Thresholds]:
        """Of the search as a whole first, then for every sensor that may have enrolled a candidate."""
        partners = sorted(sensor for sensor in self.calibration.sensors if self.differs_for(sensor))
        return [self.of(None), *(self.of(sensor) for sensor in partners)]
