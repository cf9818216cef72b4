"""ABIS over HTTP."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from abis.requests import MAX_MESSAGE_BYTES
from abis.web import PATH, make_app
from tests.abis.conftest import Abis, ShareServer
from tests.abis.makers import message, person


@pytest.fixture
def client(abis: Abis) -> Iterator[TestClient]:
    with TestClient(make_app(abis.desk)) as client:
        yield client


def test_every_message_is_answered_with_200_and_json(client: TestClient, share: ShareServer) -> None:
    inserted = client.post(PATH, json=message("insert", referenceId="a", referenceURL=share.put(person(1))))
    refused = client.post(PATH, content=b"nonsense")
    assert [(r.status_code, r.headers["content-type"]) for r in (inserted, refused)] == [(200, "application/json")] * 2
    assert inserted.json()["returnValue"] == "1"
    assert refused.json()["failureReason"] == "4"


def test_a_message_beyond_all_measure_is_refused(client: TestClient) -> None:
    assert client.post(PATH, content=b" " * (MAX_MESSAGE_BYTES + 10)).json()["failureReason"] == "4"


def test_a_browsers_page_may_not_ask(client: TestClient) -> None:
    assert client.post(PATH, json=message("ping"), headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_service_that_stops_says_so(abis: Abis, client: TestClient) -> None:
    abis.desk.close()
    assert client.post(PATH, json=message("delete", referenceId="a")).json()["failureReason"] == "2"
    assert client.get("/healthz").status_code == 200


def test_with_a_token_nothing_is_answered_without_it(abis: Abis) -> None:
    with TestClient(make_app(abis.desk, token="s3cret")) as client:
        for header in ({}, {"Authorization": "Bearer other"}, {"Authorization": "s3cret"}):
            assert client.post(PATH, json=message("ping"), headers=header).status_code == 401
        allowed = client.post(PATH, json=message("ping"), headers={"Authorization": "Bearer s3cret"})
    assert allowed.json()["returnValue"] == "1"
