"""The API's description is whole: what is sent, what comes back, how it refuses, and that it can be sent twice."""

from typing import Any

import pytest
from fastapi import FastAPI

CANNOT_BE_KEPT = {("post", "/api/reentry")}
"""A proof of a password is kept nowhere."""


def operations(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    paths = app.openapi()["paths"].items()
    return [(method, path, one) for path, by_method in paths for method, one in by_method.items() if "/api/" in path]


def test_every_route_says_in_short_what_it_does(app: FastAPI) -> None:
    assert not [(method, path) for method, path, one in operations(app) if not one.get("summary")]


def test_every_answer_has_its_shape(app: FastAPI) -> None:
    spec = app.openapi()
    for method, path, one in operations(app):
        for status, answer in one["responses"].items():
            if status == "204":
                continue
            content = answer.get("content", {})
            kinds = set(content) - {"application/json"}
            schema = content.get("application/json", {}).get("schema", {})
            assert kinds or "$ref" in schema, (method, path, status)
            if "$ref" in schema:
                assert schema["$ref"].rpartition("/")[2] in spec["components"]["schemas"], (method, path)


def test_every_route_says_how_it_refuses_and_in_which_words(app: FastAPI) -> None:
    for method, path, one in operations(app):
        expected = {"401", "404", "422", "503"} | ({"403", "409", "413"} if method != "get" else set())
        assert expected <= set(one["responses"]), (method, path)
        for status in expected:
            shape = one["responses"][status]["content"]["application/json"]["schema"]["$ref"]
            assert shape.endswith("/Problem"), (method, path, status)
    schemas = app.openapi()["components"]["schemas"]
    assert "Refusal" in str(schemas["Problem"])
    assert {"why", "reason"} <= set(schemas["Refusal"]["required"])
    assert "HTTPValidationError" not in str(app.openapi())


def test_every_long_list_goes_on_from_a_cursor(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    for method, path, one in operations(app):
        if method == "get":
            names = {parameter["name"] for parameter in one.get("parameters", [])}
            shape = one["responses"]["200"].get("content", {}).get("application/json", {}).get("schema", {})
            fields = schemas[shape["$ref"].rpartition("/")[2]]["properties"] if "$ref" in shape else {}
            assert ("after" in names) == ("next" in fields), path
            assert not names & {"page", "before", "offset"}, path


def test_every_act_can_be_sent_twice_under_one_key(app: FastAPI) -> None:
    acts = [(method, path, one) for method, path, one in operations(app) if method != "get"]
    assert len(acts) > 80
    for method, path, one in acts:
        names = {parameter["name"] for parameter in one.get("parameters", [])}
        assert "idempotency-key" in names or (method, path) in CANNOT_BE_KEPT, (method, path)


@pytest.mark.parametrize("asked", [1, 2])
def test_the_description_is_the_same_however_often_it_is_asked_for(app: FastAPI, asked: int) -> None:
    first = app.openapi()
    assert all(app.openapi() == first for _ in range(asked))
