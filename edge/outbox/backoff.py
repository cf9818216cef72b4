"""When a capture without a receipt is handed over again."""

from collections.abc import Callable
from dataclasses import dataclass

Uniform = Callable[[float, float], float]
"""As `random.Random.uniform`: a number between the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Seconds and counts. A receipt normally comes within a second; `first_s` leaves it time."""

    first_s: float = 5.0
    cap_s: float = 300.0
    tries: int = 20
    """Attempts without a receipt after which a capture is set aside: about an hour at these settings."""
    aside_s: float = 3600.0
    """A capture set aside is tried this seldom: a registry that was down for a night still gets it."""

    def delay(self, attempts: int, uniform: Uniform) -> float:
        """Full jitter over a doubling span, so that vans that came online together do not resend together."""
        if attempts >= self.tries:
            return self.aside_s + uniform(0.0, self.first_s)
        return self.first_s + uniform(0.0, min(self.cap_s, self.first_s * 2.0 ** min(attempts, 30)))
