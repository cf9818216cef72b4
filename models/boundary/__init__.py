"""Where the pupil ends and where the iris ends: circles, and two independent ways to find them."""
