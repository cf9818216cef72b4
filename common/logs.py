"""A log filter that keeps people and templates out of logs, whatever a library or a hurried line puts into one.

Log messages of the project are English and name ids, so text in Arabic script is something a person typed;
bytes, arrays and long base64 or hexadecimal runs are templates or keys; coordinate pairs are places.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

_BLOB = re.compile(r"[A-Za-z0-9+/=_-]{72,}")
_BYTES_LITERAL = re.compile(r"""\bb(['"])(?:\\.|(?!\1).)*\1""")
_ARABIC_SCRIPT = re.compile(
    r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"
    r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc\u200c\s]*"
)
_COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,}\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}")
_PERSONAL_KEY = re.compile(
    r"""(?P<key>["']?(?:given_name|family_name|father_name|password|token|cookie|template|alternates)["']?\s*[=:]\s*)"""
    r"""(?P<value>"[^"]*"|'[^']*'|[^\s,;)}&]+)""",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """`text` without typed text, byte strings, long encoded runs, coordinates and values of personal keys."""
    text = _BYTES_LITERAL.sub("[bytes]", text)
    text = _PERSONAL_KEY.sub(r"\g<key>[withheld]", text)
    text = _COORDINATES.sub("[place]", text)
    text = _ARABIC_SCRIPT.sub("[text]", text)
    return _BLOB.sub("[encoded]", text)


def _harmless(value: object) -> object:
    """A log argument that may be formatted: numbers as they are, everything else as redacted text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if hasattr(value, "dtype") or hasattr(value, "model_dump"):  # an array or a message: its kind says enough
        return f"[{type(value).__name__}]"
    return redact(str(value))


class PersonalDataFilter(logging.Filter):
    """Rewrites a record in place; never drops one. Put on handlers, so that it sees every logger's records."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, Mapping):
            record.args = {key: _harmless(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(_harmless(value) for value in record.args)
        record.msg = redact(str(record.msg))
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True


def configure_logging(level: int | str = logging.INFO, **options: Any) -> None:
    """Root logging to standard error, filtered. `options` go to `logging.basicConfig`."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", **options)
    for handler in logging.getLogger().handlers:
        handler.addFilter(PersonalDataFilter())
