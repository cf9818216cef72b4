"""References on disk: encrypted, bound to their id, gone when deleted."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from abis.errors import EncoderChanged, NotCalibrated, Refused, StoreDamaged
from abis.references import References
from abis.store import FILE, Store, open_store
from matching import Calibration, EyeCode, Template
from models.encoding import ENCODER

WHEN = "2026-11-24T03:04:05.678Z"


def template(seed: int, encoder: str = ENCODER) -> Template:
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 1 << 63, 32, dtype=np.uint64)
    return Template((EyeCode(words, np.full(32, 2**64 - 1, np.uint64)),), (), encoder)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "abis")
    yield opened
    opened.close()


def put(store: Store, name: str, what: Template) -> int:
    return store.add(name, what, message_digest=b"d" * 32, inserted_at=WHEN)


def test_a_template_comes_back_as_it_was(store: Store) -> None:
    put(store, "a", template(1))
    found = store.find("a")
    assert found is not None
    assert found.template.to_bytes() == template(1).to_bytes()
    assert store.message_digest("a") == b"d" * 32


def test_no_template_lies_readable_on_the_disk(store: Store, tmp_path: Path) -> None:
    put(store, "a", template(1))
    code = template(1).left[0].code.tobytes()
    assert not any(code in path.read_bytes() for path in (tmp_path / "abis").iterdir())


def test_what_was_deleted_is_in_no_file_any_more(store: Store, tmp_path: Path) -> None:
    put(store, "a-very-recognisable-reference", template(1))
    assert store.remove("a-very-recognisable-reference") == 1
    assert not any(b"recognisable" in path.read_bytes() for path in (tmp_path / "abis").iterdir())


def test_a_number_is_never_given_twice(store: Store) -> None:
    first = put(store, "a", template(1))
    store.remove("a")
    assert put(store, "a", template(1)) > first


def test_an_id_in_use_is_refused_and_the_first_template_stays(store: Store) -> None:
    put(store, "a", template(1))
    with pytest.raises(Refused) as refused:
        put(store, "a", template(2))
    assert refused.value.failure.value == "10"
    assert [r.template.to_bytes() for r in store.all()] == [template(1).to_bytes()]


def test_a_row_given_another_id_does_not_open(store: Store, tmp_path: Path) -> None:
    put(store, "a", template(1))
    store.close()
    with sqlite3.connect(tmp_path / "abis" / FILE) as other:
        other.execute("UPDATE reference SET reference_id = 'b'")
    other.close()
    again = open_store(tmp_path / "abis")
    with pytest.raises(StoreDamaged):
        list(again.all())
    with pytest.raises(Refused):
        again.find("b")
    again.close()


def test_templates_of_another_encoder_stop_the_start(store: Store, calibration: Calibration) -> None:
    put(store, "a", template(1, "older-1"))
    with pytest.raises(EncoderChanged):
        References(store, encoder=ENCODER, calibration=calibration)


def test_a_calibration_of_another_encoder_stops_the_start(store: Store, calibration: Calibration) -> None:
    with pytest.raises(NotCalibrated):
        References(store, encoder=ENCODER, calibration=calibration.model_copy(update={"encoder": "older-1"}))
