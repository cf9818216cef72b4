"""Who may ask for what of review: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.review.rules import (
    ASKS_MERGE,
    DECIDES_MERGE,
    DETACHES,
    JUDGES,
    MEASURES,
    RAISES,
    SEES_WAITING,
    UNDOES_MERGE,
)

_SEES_MERGES = ASKS_MERGE | DECIDES_MERGE

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("GET", "/reviews"): SEES_WAITING | JUDGES,
        ("GET", "/reviews/{question_id}"): JUDGES,
        ("POST", "/reviews/{question_id}/irises"): JUDGES,
        ("POST", "/reviews/{question_id}/verdict"): JUDGES,
        ("GET", "/api/reviews"): JUDGES,
        ("POST", "/api/reviews"): RAISES,
        ("GET", "/api/reviews/{question_id}"): JUDGES,
        ("POST", "/api/reviews/{question_id}/irises"): JUDGES,
        ("POST", "/api/reviews/{question_id}/verdict"): JUDGES,
        ("POST", "/api/reviews/{question_id}/again"): RAISES,
        ("GET", "/merges"): _SEES_MERGES,
        ("GET", "/reviews/{question_id}/merge"): ASKS_MERGE,
        ("POST", "/reviews/{question_id}/merge"): ASKS_MERGE,
        ("GET", "/merges/{merge_id}"): _SEES_MERGES,
        ("POST", "/merges/{merge_id}/decision"): DECIDES_MERGE,
        ("POST", "/merges/{merge_id}/undo"): UNDOES_MERGE,
        ("GET", "/api/merges"): _SEES_MERGES,
        ("GET", "/api/reviews/{question_id}/merge"): ASKS_MERGE,
        ("POST", "/api/reviews/{question_id}/merge"): ASKS_MERGE,
        ("GET", "/api/merges/{merge_id}"): _SEES_MERGES,
        ("POST", "/api/merges/{merge_id}/decision"): DECIDES_MERGE,
        ("GET", "/api/merges/{merge_id}/since"): UNDOES_MERGE,
        ("POST", "/api/merges/{merge_id}/undo"): UNDOES_MERGE,
        ("GET", "/slots/{slot_id}/detachment"): DETACHES,
        ("POST", "/slots/{slot_id}/detachment"): DETACHES,
        ("GET", "/api/slots/{slot_id}/detachment"): DETACHES,
        ("POST", "/api/slots/{slot_id}/detachment"): DETACHES,
        ("POST", "/api/review-tests"): MEASURES,
        ("GET", "/api/review-measures"): MEASURES,
    }
)
