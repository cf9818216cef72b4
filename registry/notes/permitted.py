"""Who may ask for what of notes and flags: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.notes.rules import ON_CASES, ON_CHILDREN, READS

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("GET", "/api/cases/{case_id}/notes"): ON_CASES,
        ("POST", "/api/cases/{case_id}/notes"): ON_CASES,
        ("GET", "/api/children/{child_id}/notes"): ON_CHILDREN,
        ("POST", "/api/children/{child_id}/notes"): ON_CHILDREN,
        ("GET", "/api/notes/{note_id}"): READS,
        ("POST", "/api/notes/{note_id}/correction"): READS,
        ("POST", "/api/notes/{note_id}/readers"): READS,
        ("GET", "/api/flags"): READS,
        ("GET", "/api/cases/{case_id}/flags"): ON_CASES,
        ("POST", "/api/cases/{case_id}/flags"): ON_CASES,
        ("GET", "/api/children/{child_id}/flags"): ON_CHILDREN,
        ("POST", "/api/children/{child_id}/flags"): ON_CHILDREN,
        ("POST", "/api/flags/{flag_id}/resolve"): READS,
    }
)
