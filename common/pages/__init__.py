"""Templates that console and kiosk share, and the environment that renders them.

Escaping is on, and a name that the page was not given is an error.
"""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from common.assets import asset_url, icon
from common.text import isolate, localise

PAGES = Path(__file__).parent


def make_environment(folders: Mapping[str, Path]) -> Environment:
    """Templates by prefix: `{"kiosk": …}` gives "kiosk/home.html"; "common/components.html" is always there."""
    loader = PrefixLoader({name: FileSystemLoader(folder) for name, folder in {"common": PAGES, **folders}.items()})
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(icon=icon, asset_url=asset_url, isolate=isolate)
    environment.filters["digits"] = localise
    return environment
