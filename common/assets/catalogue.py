"""Which files of which npm packages the pages use."""

from types import MappingProxyType

ICONS = (
    "activity", "archive", "arrow-left", "arrow-right", "baby", "backpack", "badge-check", "bell", "calendar",
    "check", "chevron-left", "chevron-right", "circle-alert", "circle-check", "circle-dashed", "circle-dot",
    "circle-help", "circle-x", "clipboard-list", "clock", "copy", "door-open", "eye", "eye-off", "file-clock",
    "file-text", "folder", "folder-open", "hand", "hand-heart", "heart-pulse", "history", "house", "info",
    "languages", "list", "lock", "log-out", "map-pin", "menu", "moon", "plus", "printer", "radio", "refresh-cw",
    "rotate-ccw", "scan-eye", "scroll-text", "search", "settings", "shield", "smartphone", "smile", "square-pen",
    "stethoscope", "sun", "tablet", "triangle-alert", "truck", "user", "user-plus", "user-round", "users", "van",
    "volume-2", "wifi", "wifi-off", "x",
)  # fmt: skip

FILES = MappingProxyType(
    {
        "htmx.org/dist/htmx.min.js": "htmx.min.js",
        "vazirmatn/fonts/webfonts/Vazirmatn[wght].woff2": "vazirmatn.woff2",
        "vazirmatn/fonts/ttf/Vazirmatn-Regular.ttf": "vazirmatn-regular.ttf",  # for letters: a PDF takes no WOFF2
        "vazirmatn/fonts/ttf/Vazirmatn-Bold.ttf": "vazirmatn-bold.ttf",
        "vazirmatn/OFL.txt": "licences/vazirmatn.txt",
        "htmx.org/LICENSE": "licences/htmx.txt",
        "lucide-static/LICENSE": "licences/lucide.txt",
    }
)
"""File inside node_modules to its name under `vendor/`."""
