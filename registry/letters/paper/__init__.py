"""A letter as a PDF: A4, right to left, its font inside, the same bytes for the same words and the same instant.

`draw` is all that the rest of the registry needs; `unprintable` says what the font has no shape for.
"""

from registry.letters.paper.drawing import Stamp, draw
from registry.letters.paper.font import unprintable

__all__ = ["Stamp", "draw", "unprintable"]
