"""Answers as MOSIP reads them: counts and codes are text, instants are UTC with milliseconds."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from abis.codes import Failure
from abis.requests import Echo

_SUCCESS, _FAILED = "1", "2"


def success(echo: Echo, *, now: datetime, extra: Mapping[str, Any] | None = None) -> bytes:
    return _answer(echo, now, _SUCCESS, extra or {})


def failed(echo: Echo, failure: Failure, *, now: datetime) -> bytes:
    return _answer(echo, now, _FAILED, {"failureReason": failure.value})


def instant(moment: datetime) -> str:
    """2020-03-29T07:01:24.692Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _answer(echo: Echo, now: datetime, value: str, extra: Mapping[str, Any]) -> bytes:
    head = {"id": echo.id, "requestId": echo.request_id, "responsetime": instant(now), "returnValue": value}
    return json.dumps({**head, **extra}).encode("ascii")
