"""Every failure code of MOSIP's list, and what a caller gets it for."""

import sqlite3
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from abis.share.fetching import HttpFetch
from matching import Template
from tests.abis.conftest import Abis, ShareServer, Start
from tests.abis.makers import as_bytes, bir, cbeff, iris_record, message, person, representation


def code(answer: dict[str, Any]) -> str:
    assert answer["returnValue"] == "2"
    return str(answer["failureReason"])


def insert(**changes: Any) -> bytes:
    fields = message("insert", referenceId="a", referenceURL="http://127.0.0.1:1/x")
    for name, value in changes.items():
        if value is ...:
            del fields[name]
        else:
            fields[name] = value
    return as_bytes(fields)


def test_1_a_gallery_that_cannot_be_written(abis: Abis, share: ShareServer, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        in_transaction = False

        def execute(self, *_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    whole = abis.store._connection
    monkeypatch.setattr(abis.store, "_connection", Full())
    assert code(abis.ask("insert", referenceId="a", referenceURL=share.put(person(1)))) == "1"
    monkeypatch.setattr(abis.store, "_connection", whole)
    assert abis.ask("referenceCount")["count"] == "0"
    assert abis.ask("insert", referenceId="a", referenceURL=share.put(person(1)))["returnValue"] == "1"


def test_2_a_service_that_was_stopped_before_the_requests_turn(abis: Abis) -> None:
    abis.desk.close()
    assert code(abis.ask("delete", referenceId="a")) == "2"


def test_3_what_nobody_foresaw(start: Start, share: ShareServer) -> None:
    class Broken:
        def extract(self, image: NDArray[Any], eye: str = "left", *, strict: bool = True) -> Template:
            raise ZeroDivisionError

    assert code(start(extractor=Broken()).ask("insert", referenceId="a", referenceURL=share.put(person(1)))) == "3"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"insert",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": NaN}',
        b'{"id": "mosip.abis.ping", "id": "mosip.abis.ping"}',
        b'{"id": 7}',
        insert(referenceId=7),
        insert(referenceId="a\nb"),
        insert(referenceId="\ud800"),
        insert(referenceId="a" * 300),
        insert(referenceURL=["http://x"]),
        as_bytes(message("identify", referenceId="a", flags="none")),
        as_bytes(message("identify", referenceId="a", flags={"maxResults": "0"})),
        as_bytes(message("identify", referenceId="a", flags={"maxResults": "many"})),
        as_bytes(message("identify", referenceId="a", flags={"maxResults": True})),
        as_bytes(message("identify", referenceId="a", flags={"targetFPIR": "-30"})),
        as_bytes(message("identify", referenceId="a", flags={"targetFPIR": 0.001})),
        as_bytes(message("identify", referenceId="a", gallery=[])),
        as_bytes(message("identify", referenceId="a", gallery={"referenceIds": {}})),
        as_bytes(message("identify", referenceId="a", gallery={"referenceIds": ["b"]})),
    ],
)
def test_4_a_message_of_the_wrong_structure(abis: Abis, raw: bytes) -> None:
    assert code(abis.tell(raw)) == "4"


@pytest.mark.parametrize(
    "raw",
    [
        insert(referenceId=...),
        insert(referenceId=""),
        insert(referenceId=None),
        as_bytes(message("identify")),
        as_bytes(message("identify", referenceId="", referenceURL="")),
        as_bytes(message("delete")),
        as_bytes(message("delete", referenceid="a")),
    ],
)
def test_5_a_missing_reference_id(abis: Abis, raw: bytes) -> None:
    assert code(abis.tell(raw)) == "5"


@pytest.mark.parametrize(
    "raw", [insert(requestId=...), insert(requestId=""), as_bytes(message("ping", requestId=None))]
)
def test_6_a_missing_request_id(abis: Abis, raw: bytes) -> None:
    assert code(abis.tell(raw)) == "6"


def test_7_a_share_that_cannot_be_fetched(start: Start, share: ShareServer) -> None:
    abis = start(fetch=HttpFetch(seconds=2, max_bytes=1000))
    for url in (
        "http://127.0.0.1:1/nobody-listens",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://",
        "http://user@127.0.0.1/x",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "nonsense",
        share.base + "/unknown",
        share.put(b"", status=500),
        share.put(b""),
        share.put(b"<" + b"x" * 1000),
        share.put_error("DAT-SER-003", "File does not exists or File is empty"),
        share.put_error("DAT-SER-006", "Data share not found"),
        share.put_error("KER-ATH-401", "Authentication Failed"),
        share.put_error("KER-ATH-403", "Forbidden"),
    ):
        assert code(abis.ask("insert", referenceId="a", referenceURL=url)) == "7", url
    assert code(abis.ask("identify", referenceURL="http://127.0.0.1:1/nobody-listens")) == "7"


@pytest.mark.parametrize("raw", [insert(referenceURL=...), insert(referenceURL=""), insert(referenceURL=None)])
def test_8_a_missing_reference_url(abis: Abis, raw: bytes) -> None:
    assert code(abis.tell(raw)) == "8"


@pytest.mark.parametrize(
    "raw", [insert(requesttime=...), insert(requesttime=""), insert(requesttime=..., requestTime="x")]
)
def test_9_a_missing_request_time(abis: Abis, raw: bytes) -> None:
    assert code(abis.tell(raw)) == "9"


def test_10_a_reference_id_that_is_in_use(abis: Abis, share: ShareServer) -> None:
    assert abis.ask("insert", referenceId="a", referenceURL=share.put(person(1)))["returnValue"] == "1"
    assert code(abis.ask("insert", referenceId="a", referenceURL=share.put(person(2)))) == "10"
    assert code(abis.ask("insert", referenceId="a", referenceURL="http://127.0.0.1:1/not-even-asked")) == "10"
    assert abis.ask("referenceCount")["count"] == "1"


def test_11_cbeff_without_a_usable_iris(abis: Abis, share: ShareServer) -> None:
    flat = np.full((240, 320), 90, np.uint8)
    for body in (
        cbeff(),
        cbeff(bir(b"FIR\0", kind="Finger", subtype="Right IndexFinger", code=7)),
        cbeff(bir(b"", subtype="Left")),
        cbeff(bir(iris_record(representation(flat)))),
    ):
        assert code(abis.ask("insert", referenceId="a", referenceURL=share.put(body))) == "11"
    assert abis.ask("referenceCount")["count"] == "0"


def test_12_a_reference_id_that_is_not_here(abis: Abis, share: ShareServer) -> None:
    assert code(abis.ask("identify", referenceId="nobody")) == "12"
    assert code(abis.ask("identify", referenceId="nobody", referenceURL=share.put(person(1)))) == "12"
    assert code(abis.ask("delete", referenceId="nobody")) == "12"


@pytest.mark.parametrize("version", ["1.0", "2", "", None])
def test_13_another_version(abis: Abis, version: str | None) -> None:
    assert code(abis.ask("ping", version=version)) == "13"


@pytest.mark.parametrize("name", ["mosip.abis.Insert", "mosip.id.identify", "", None, "ping"])
def test_14_another_id(abis: Abis, name: str | None) -> None:
    assert code(abis.ask("ping", id=name)) == "14"


@pytest.mark.parametrize(
    "time",
    ["yesterday", "2020-03-29", "2020-03-29T07:01:24.692", "2020-02-30T07:01:24.692Z", "2020-03-29T07:01:24+03:30"],
)
def test_15_a_request_time_that_is_no_utc_instant(abis: Abis, time: str) -> None:
    assert code(abis.ask("ping", requesttime=time)) == "15"


@pytest.mark.parametrize("time", ["2020-03-29T07:01:24.692Z", "2020-03-29T07:01:24Z", "2020-03-29T07:01:24.692123Z"])
def test_instants_of_any_precision_are_read(abis: Abis, time: str) -> None:
    assert abis.ask("ping", requesttime=time)["returnValue"] == "1"


def test_16_what_is_no_cbeff(abis: Abis, share: ShareServer) -> None:
    for body in (
        b"nonsense",
        b"<html></html>",
        b"<BIR><BDBInfo>",
        cbeff(bir(b"IIR\0 and then nothing")),
        cbeff(bir(b"FIR\0 a finger under an iris's name" + bytes(40))),
    ):
        assert code(abis.ask("insert", referenceId="a", referenceURL=share.put(body))) == "16", body[:60]


def test_17_a_data_share_that_has_expired(abis: Abis, share: ShareServer) -> None:
    for url in (share.put_error("DAT-SER-006", "Data share usage expired"), share.put(b"", status=410)):
        assert code(abis.ask("insert", referenceId="a", referenceURL=url)) == "17"
        assert code(abis.ask("identify", referenceURL=url)) == "17"


def test_a_refusal_repeats_what_could_be_read_of_the_request(abis: Abis) -> None:
    answer = abis.ask("insert", requestId="r-7")
    assert (answer["id"], answer["requestId"], answer["failureReason"]) == ("mosip.abis.insert", "r-7", "5")
    assert (abis.tell(b"?")["id"], abis.tell(b"?")["requestId"]) == ("", "")
