"""ETags of answers by their content: what somebody else does unseen must not show in them."""

import hashlib
import json
from collections.abc import Mapping


def tag(body: Mapping[str, object]) -> str:
    content = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'


def is_stale(if_match: str | None, current: str) -> bool:
    """Whether the caller acts on something older than what stands here now."""
    return if_match is not None and if_match.strip() not in ("*", current)
