"""Property tests are not timed: two busy cores would fail them now and then."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
