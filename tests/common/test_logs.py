"""What must never reach a log file: names, templates, keys, places."""

import io
import logging

import numpy as np
import pytest

from common.logs import PersonalDataFilter, redact


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(PersonalDataFilter())
    logger = logging.Logger("panah.test")  # noqa: LOG001  # one of its own, so that no other test sees the handler
    logger.addHandler(handler)
    return logger, out


def test_a_name_is_withheld_from_the_message_and_its_arguments(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = log
    logger.warning("child زهرا of %s met, id %d", "غلام سخی", 7)
    assert out.getvalue() == "child [text]of [text] met, id 7\n"


def test_template_bytes_and_arrays_are_withheld(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = log
    logger.warning("got %s and %s and %r", b"\x01\x02secret", np.arange(9), {"template": b"\x03abc"})
    assert out.getvalue() == "got [8 bytes] and [ndarray] and \"{'template': [withheld]}\"\n"


def test_an_exceptions_text_is_withheld_too(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = log
    try:
        raise ValueError("bad row: given_name='Zahra', template=b'\\x00\\x01'")
    except ValueError:
        logger.exception("settling failed")
    assert "Traceback" in out.getvalue()
    assert "Zahra" not in out.getvalue()
    assert "x00" not in out.getvalue()


def test_coordinates_and_encoded_keys_are_withheld() -> None:
    assert redact("van at 35.70112, 51.33821 now") == "van at [place] now"
    assert redact("key " + "QUJD" * 40) == "key [encoded]"


def test_what_operators_need_stays_readable() -> None:
    line = "capture 0b5e5f6e-62cf-4a7e-9a55-70e2a7f5b0a1 from van-2 journalled in 3.2 ms; digest " + "a" * 64
    assert redact(line) == line
