"""Everybody enrolled against everybody: which two records are one child? Nothing is merged by it."""

from matching.sweeping.running import Pair, Source, Step, run
from matching.sweeping.state import Plan, SweepFile
from matching.sweeping.thresholds import SweepThresholds, sweep_thresholds

__all__ = ["Pair", "Plan", "Source", "Step", "SweepFile", "SweepThresholds", "run", "sweep_thresholds"]
