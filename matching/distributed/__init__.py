"""The engine over several machines: `matching.distributed.engine.RayEngine`. Needs the extra `ray`.

Only `engine` and what it uses load Ray; the layout, the options and `local_ray` do not.
"""

from matching.distributed.layout import Era, Layout
from matching.distributed.local import local_ray
from matching.distributed.options import Options

__all__ = ["Era", "Layout", "Options", "local_ray"]
