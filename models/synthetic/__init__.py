"""Synthetic near-infrared eyes: pictures this project may ship, test with by the thousand, and train on.

    eye = SyntheticEye(7, "left")
    picture = eye.render(Conditions(pupil_ratio=0.5), seed=1)      # picture.image, picture.visible_iris, ...
    child = SyntheticChild(7)                                      # child.left, child.right
    hard = random_conditions(np.random.default_rng(3), "hard")

The same identity seed and eye make the same iris, and the same conditions and seed make the same bytes, wherever
numpy and OpenCV round alike. A synthetic eye proves that software works, never how well it recognises people.
"""

from models.synthetic.conditions import Conditions, Difficulty, random_conditions
from models.synthetic.eye import SyntheticChild, SyntheticEye
from models.synthetic.geometry import Ellipse
from models.synthetic.render import Boundaries, SyntheticImage

__all__ = [
    "Boundaries",
    "Conditions",
    "Difficulty",
    "Ellipse",
    "SyntheticChild",
    "SyntheticEye",
    "SyntheticImage",
    "random_conditions",
]
