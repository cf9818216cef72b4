"""The folders of assets, a URL that changes with a file's content, and icons as inline SVG."""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from common.assets.errors import AssetsMissing

STATIC = Path(__file__).parent / "static"
VENDOR = Path(__file__).parent / "vendor"
_REQUIRED = ("htmx.min.js", "vazirmatn.woff2", "vazirmatn-regular.ttf", "vazirmatn-bold.ttf", "icons/house.svg")


def require_assets() -> None:
    """Errors: AssetsMissing, naming the make target, when set-up has not copied the vendor files."""
    for name in _REQUIRED:
        if not (VENDOR / name).is_file():
            raise AssetsMissing(VENDOR / name)


class AssetFiles(StaticFiles):
    """The application to mount at `/static`: our files, then npm's, then folders given by the caller.

    `AssetFiles(edge_static)` serves `/static/panah.css`, `/static/vazirmatn.woff2` and `/static/kiosk.css` alike.
    """

    def __init__(self, *more: Path) -> None:
        super().__init__(directory=STATIC)
        self.all_directories = [STATIC, VENDOR, *more]

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        named_by_content = b"v=" in scope.get("query_string", b"")
        response.headers["cache-control"] = f"public, max-age={31536000 if named_by_content else 3600}"
        return response


@lru_cache(maxsize=256)
def asset_url(name: str, folders: Sequence[Path] = (STATIC, VENDOR)) -> str:
    """`/static/panah.css?v=…`, which changes when the file does. Errors: AssetsMissing."""
    for folder in folders:
        if (folder / name).is_file():
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
            return f"/static/{name}?v={digest}"
    raise AssetsMissing(folders[-1] / name)


@lru_cache(maxsize=256)
def icon(name: str, *, label: str | None = None) -> Markup:
    """One line icon as inline SVG, in the colour of its text. Without a label it is decoration.

    Errors: AssetsMissing for an icon that is not in `common.assets.catalogue.ICONS`.
    """
    path = VENDOR / "icons" / f"{name}.svg"
    if not path.is_file():
        raise AssetsMissing(path)
    drawing = re.sub(r"<!--.*?-->|\s+(?=\s)|\n", "", path.read_text(encoding="utf-8"))
    shapes = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")].strip()
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>').format(meaning, Markup(shapes))  # noqa: S704  # a pinned file of ours
