"""What an entry's seal covers. Nothing here knows where entries are kept."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry of the trail, as it is sealed: everything is text."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    previous: str

    def seal(self, key: bytes) -> str:
        """HMAC-SHA-256 over all fields, which JSON keeps apart; 64 hexadecimal digits."""
        fields: list[object] = [self.seq, self.at, self.actor, self.action, self.subject, self.detail, self.previous]
        return _mac(key, "entry", fields)


def seal_head(key: bytes, *, seq: int, last: str) -> str:
    return _mac(key, "head", [seq, last])


def canonical(detail: Mapping[str, object]) -> str:
    return json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode(), b.encode())


def _mac(key: bytes, kind: str, fields: list[object]) -> str:
    text = json.dumps([kind, *fields], ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
