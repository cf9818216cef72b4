"""In order, and an answer to whatever comes."""

import json
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from abis.codes import Failure
from abis.requests import OPERATIONS
from abis.share.fetching import Reply
from abis.share.sealed import ShareKey
from matching import EyeCode, Template
from models import IrisPipeline
from models.encoding import ENCODER
from tests.abis.conftest import Abis, ShareServer, Start
from tests.abis.makers import as_bytes, message, partner_key, person, sealed_share

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(OPERATIONS) | JSON,
        "version": st.just("1.1") | JSON,
        "requestId": st.just("r") | JSON,
        "requesttime": st.just("2020-03-29T07:01:24.692Z") | JSON,
        "referenceId": st.just("a") | JSON,
        "referenceURL": st.just("http://127.0.0.1:1/") | JSON,
        "flags": JSON,
        "gallery": st.fixed_dictionaries({"referenceIds": JSON}) | JSON,
    },
)


class Slow:
    """The pipeline, once the test lets it go on."""

    def __init__(self, pipeline: IrisPipeline) -> None:
        self._pipeline, self.go, self.working = pipeline, threading.Event(), threading.Event()

    def extract(self, image: NDArray[Any], eye: Any = "left", *, strict: bool = True) -> Template:
        self.working.set()
        assert self.go.wait(20)
        return self._pipeline.extract(image, eye, strict=strict)


@pytest.fixture
def slow(pipeline: IrisPipeline) -> Slow:
    return Slow(pipeline)


def code_of(waiting: Future[bytes]) -> str:
    answer = json.loads(waiting.result())
    return str(answer.get("failureReason", "0"))


def test_inserts_that_came_before_an_identify_are_served_before_it(
    start: Start, slow: Slow, share: ShareServer
) -> None:
    abis = start(extractor=slow)
    wanted = [
        message("insert", referenceId="a", referenceURL=share.put(person(1))),
        message("insert", referenceId="b", referenceURL=share.put(person(1, shot=5))),
        message("identify", referenceId="b"),
    ]
    waiting = [abis.desk.receive(as_bytes(fields)) for fields in wanted]
    assert abis.ask("pendingJobs")["jobscount"] == "3"
    assert abis.ask("ping")["returnValue"] == "1"
    slow.go.set()
    answers = [json.loads(one.result()) for one in waiting]
    assert [candidate["referenceId"] for candidate in answers[2]["candidateList"]["candidates"]] == ["a"]
    assert abis.ask("pendingJobs")["jobscount"] == "0"


def test_closing_finishes_the_request_in_work_and_aborts_those_that_wait(
    start: Start, slow: Slow, share: ShareServer
) -> None:
    abis = start(extractor=slow)
    first = abis.desk.receive(as_bytes(message("insert", referenceId="a", referenceURL=share.put(person(1)))))
    assert slow.working.wait(20)
    second: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: second.append(abis.ask("delete", referenceId="a")))
    asking.start()
    while abis.desk.pending < 2:
        threading.Event().wait(0.01)
    threading.Timer(0.1, slow.go.set).start()
    abis.desk.close()
    asking.join()
    assert code_of(first) == "0"
    assert second[0]["failureReason"] == "2"
    assert abis.references.template("a").left


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(raw=st.one_of(st.binary(max_size=200), JSON.map(lambda v: json.dumps(v).encode()), NEARLY.map(as_bytes)))
def test_whatever_comes_gets_an_answer_with_a_code_and_never_an_unforeseen_one(abis: Abis, raw: bytes) -> None:
    answer = abis.tell(raw)
    assert answer.keys() >= {"id", "requestId", "responsetime", "returnValue"}
    if answer["returnValue"] != "1":
        assert Failure(answer["failureReason"]) not in (Failure.UNEXPECTED, Failure.INTERNAL, Failure.ABORTED)


class Quick:
    """A code for any picture: what is tried with it is everything before recognition."""

    def extract(self, image: NDArray[Any], eye: Any = "left", *, strict: bool = True) -> Template:
        code = EyeCode(np.arange(32, dtype=np.uint64), np.full(32, 2**64 - 1, np.uint64))
        return Template((code,), (), ENCODER) if eye == "left" else Template((), (code,), ENCODER)


class Damaging:
    """A data share whose one body is changed for every try."""

    body = b""

    def __call__(self, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        return Reply(status=200, body=self.body)


def test_a_share_that_is_damaged_anywhere_gets_a_code(start: Start) -> None:
    fetch = Damaging()
    abis = start(extractor=Quick(), fetch=fetch, key=ShareKey(partner_key()), plain=True)
    shares = [person(1), sealed_share(person(1), partner_key())]

    @settings(max_examples=100)
    @given(st.sampled_from(shares), st.data())
    def damaged_anywhere(whole: bytes, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, 1500) | st.integers(0, len(whole) - 1))
        fetch.body = whole[:at] + data.draw(st.binary(max_size=12)) + whole[at + data.draw(st.integers(0, 40)) :]
        answer = abis.ask("identify", referenceURL="http://127.0.0.1/")
        assert answer.get("failureReason", "0") in {"0", "7", "11", "16"}, answer

    damaged_anywhere()


def test_text_and_byte_array_are_the_same_and_a_byte_order_mark_does_no_harm(abis: Abis) -> None:
    text = json.dumps(message("ping"), ensure_ascii=False, indent=2)
    assert abis.tell(text.encode())["returnValue"] == "1"
    assert abis.tell(b"\xef\xbb\xbf" + text.encode())["returnValue"] == "1"
