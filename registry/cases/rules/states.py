"""The few states of a case and the moves between them. Everything else is a task beside others. Law: DOMAIN, states."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CaseState(StrEnum):
    INTAKE = "intake"
    """Open, and nobody keeps the child: just met, at home under observation, or gone from us."""
    IN_TRANSFER = "in_transfer"
    SCREENING = "screening"
    KEPT = "kept"
    """On a judicial order."""
    WITH_FAMILY = "with_family"
    """Followed."""
    QUASI_FAMILY = "quasi_family"
    REFERRED_OUT = "referred_out"
    CLOSED = "closed"


S = CaseState
OPEN = frozenset(CaseState) - {S.CLOSED}
IN_OUR_HANDS = frozenset({S.IN_TRANSFER, S.SCREENING, S.KEPT})
"""Nobody leaves these but by discharge, placement, referral or an exit."""
FOLLOWED = frozenset({S.WITH_FAMILY, S.REFERRED_OUT})

MOVES: Mapping[CaseState, frozenset[CaseState]] = MappingProxyType(
    {
        S.INTAKE: frozenset({S.IN_TRANSFER, S.SCREENING, S.REFERRED_OUT, S.CLOSED}),
        S.IN_TRANSFER: frozenset({S.SCREENING, S.INTAKE}),
        S.SCREENING: frozenset({S.KEPT, S.WITH_FAMILY, S.QUASI_FAMILY, S.REFERRED_OUT, S.INTAKE}),
        S.KEPT: frozenset({S.WITH_FAMILY, S.QUASI_FAMILY, S.REFERRED_OUT, S.INTAKE}),
        S.WITH_FAMILY: frozenset({S.IN_TRANSFER, S.SCREENING, S.QUASI_FAMILY, S.REFERRED_OUT, S.INTAKE, S.CLOSED}),
        S.QUASI_FAMILY: frozenset({S.IN_TRANSFER, S.SCREENING, S.WITH_FAMILY, S.INTAKE, S.CLOSED}),
        S.REFERRED_OUT: frozenset({S.IN_TRANSFER, S.SCREENING, S.INTAKE, S.CLOSED}),
        S.CLOSED: frozenset({S.INTAKE}),
    }
)
"""Out of our hands no case closes directly: somebody must have received the child, or said what became of it."""


def can_move(old: CaseState, new: CaseState) -> bool:
    return new in MOVES[old]
