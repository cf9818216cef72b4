"""What OpenAPI says beside FastAPI's own: how every route of the API answers when something is not done."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

Spec = dict[str, Any]


class Refusal(BaseModel):
    """`why` is one word for programs; `reason` says it in Persian (fa) and English (en)."""

    why: str
    reason: dict[str, str]
    field: str | None = None
    task: str | None = None
    missing: list[str] = []


class Problem(BaseModel):
    """`refusal` is there where a law, a rule or a form does not allow it."""

    detail: str
    refusal: Refusal | None = None


EVERYWHERE = {
    "401": "Nobody is logged in.",
    "404": "There is no such thing, or it is not yours to see: the answer is the same.",
    "422": "Some of what was sent is missing or cannot be read.",
    "503": "The database does not answer; nothing is lost.",
}
WHERE_SOMETHING_IS_DONE = {
    "403": "Not by this person, or the form is not one of ours.",
    "409": "A law or a rule does not allow it, or it was decided already.",
    "413": "More than is taken in.",
}
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def describe_refusals(app: FastAPI) -> None:
    """Whoever asks for the description gets it with the refusals."""
    plain = app.openapi

    def whole() -> Spec:
        described = app.openapi_schema is not None
        spec: Spec = plain()
        if not described:
            _describe(spec)
        return spec

    app.openapi = whole  # type: ignore[method-assign]


def _describe(spec: Spec) -> None:
    schemas = spec["components"]["schemas"]
    own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= own.pop("$defs")
    schemas["Problem"] = own
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _describe_one(operation, api=path.startswith("/api/"), does=method != "get")
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)


def _describe_one(operation: Spec, *, api: bool, does: bool) -> None:
    responses = operation["responses"]
    expected = EVERYWHERE | (WHERE_SOMETHING_IS_DONE if does else {}) if api else {}
    if "422" in responses:  # FastAPI's own is not how we answer
        expected = expected | {"422": EVERYWHERE["422"]}
    shape = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses |= {status: {"description": said, "content": shape} for status, said in expected.items()}
