"""Style sheets, scripts, fonts and icons, all served from this machine.

`static/` is ours and committed; `vendor/` is copied out of npm's packages at set-up (`make install`, which runs
`python -m common.assets install`) and is never committed nor loaded from elsewhere at run time.
"""

from common.assets.errors import AssetsMissing
from common.assets.serving import STATIC, VENDOR, AssetFiles, asset_url, icon, require_assets

__all__ = ["STATIC", "VENDOR", "AssetFiles", "AssetsMissing", "asset_url", "icon", "require_assets"]
