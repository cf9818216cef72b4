"""A message's content as CBOR: instants in UTC, ids and templates as bytes."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import cbor2
from pydantic import ValidationError

from edge.messages.errors import SchemaViolation
from edge.messages.models import Message

M = TypeVar("M", bound=Message)


def to_cbor(message: Message) -> bytes:
    """Fields that are None or at their default are written too: the same message always gives the same bytes."""
    return cbor2.dumps(_in_utc(message.model_dump(mode="python")))


def from_cbor(content: bytes, kind: type[M]) -> M:
    """Errors: SchemaViolation, naming the places, never the values."""
    try:
        return kind.model_validate(cbor2.loads(content))
    except cbor2.CBORDecodeError as exc:
        raise SchemaViolation(kind.__name__, ("the content is not CBOR",)) from exc
    except ValidationError as exc:
        problems = tuple(f"{_place(error['loc'])}: {error['msg']}" for error in exc.errors(include_input=False))
        # `from None`: the original error would carry the refused values, which may be a template, into a log.
        raise SchemaViolation(kind.__name__, problems[:5]) from None


def _in_utc(value: Any) -> Any:
    """Local offsets are not kept: a tablet with a very wrong clock has offsets with seconds, which CBOR cannot say."""
    match value:
        case datetime():
            return value.astimezone(UTC)
        case dict():
            return {key: _in_utc(item) for key, item in value.items()}
        case list() | tuple():
            return [_in_utc(item) for item in value]
    return value


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the whole"
