"""A population for the bench whose codes have the statistics of real ones, as numbers; no real code is in it.

`facts` measures codes, `fields` draws correlated ones, `crowd` makes people of them, `fit` compares the two.
"""

from matching.population.crowd import Crowd
from matching.population.facts import Facts, real_codes
from matching.population.fit import Fit, goodness

__all__ = ["Crowd", "Facts", "Fit", "goodness", "real_codes"]
