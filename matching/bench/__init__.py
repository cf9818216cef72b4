"""How fast a search is beside its peers, on a population found to be like real codes; all as ratios of one run."""

from matching.bench.run import Size, run_bench
from matching.bench.telling import report

__all__ = ["Size", "report", "run_bench"]
