"""Who may ask for what: one table for every route. A route that is not in it answers nobody.

By DOMAIN's "who uses it": the administrator keeps devices and accounts and sees no child; the outreach team's place
is the tablet, so here it has only its own account.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from starlette.routing import compile_path

from registry.access.rules import Role
from registry.attachments.permitted import PERMITTED as ATTACHMENTS
from registry.cases.rules.table import APPROVERS, CASEWORK, SOCIAL, TASKS, on_a_case
from registry.children.rules import READS_RECORD, SEALS, WRITES_RECORD
from registry.families import rules as families
from registry.inbox.permitted import PERMITTED as INBOX
from registry.letters.permitted import PERMITTED as LETTERS
from registry.notes.permitted import PERMITTED as NOTES
from registry.observation import rules as observation
from registry.referrals.permitted import PERMITTED as REFERRALS
from registry.review.permitted import PERMITTED as REVIEW
from registry.safeguarding.permitted import PERMITTED as SAFEGUARDING
from registry.searches.permitted import PERMITTED as SEARCHING
from registry.tracing import rules as tracing
from registry.transfers.permitted import PERMITTED as TRANSFERS

Roles = frozenset[Role]

STRANGER: Roles = frozenset()
"""The mark of a route that needs no log-in. Everything else names at least one role."""
ANY: Roles = frozenset(Role)
CARE: Roles = frozenset({Role.SCREENING, Role.CASE_MANAGER})
CASES: Roles = frozenset({Role.CASE_MANAGER})
ADMIN: Roles = frozenset({Role.ADMINISTRATOR})

PERMISSIONS: Mapping[tuple[str, str], Roles] = MappingProxyType(
    {
        ("GET", "/healthz"): STRANGER,
        ("GET", "/openapi.json"): STRANGER,
        ("GET", "/login"): STRANGER,
        ("POST", "/login"): STRANGER,
        ("POST", "/logout"): ANY,
        ("GET", "/"): ANY,
        ("GET", "/account"): ANY,
        ("POST", "/account/password"): ANY,
        ("POST", "/account/language"): ANY,
        ("POST", "/account/sessions/{session_id}/end"): ANY,
        ("GET", "/api/me"): ANY,
        ("POST", "/api/reentry"): ANY,
        ("GET", "/live/encounters"): CARE,
        ("GET", "/live/waiting"): CARE,
        ("GET", "/encounters"): CARE,
        ("GET", "/encounters/{encounter_id}"): CARE,
        ("GET", "/api/encounters"): CARE,
        ("GET", "/api/encounters/{encounter_id}"): CARE,
        ("GET", "/children"): CARE,
        ("GET", "/children/{child_id}"): CARE,
        ("GET", "/api/children"): READS_RECORD,
        ("GET", "/api/children/{child_id}"): CARE,
        ("GET", "/api/children/{child_id}/record"): READS_RECORD,
        ("PUT", "/api/children/{child_id}/record"): WRITES_RECORD,
        ("GET", "/api/children/{child_id}/record/versions"): READS_RECORD,
        ("GET", "/api/seals"): SEALS,
        ("POST", "/api/children/{child_id}/seal"): SEALS,
        ("PUT", "/api/children/{child_id}/seal/named"): SEALS,
        ("POST", "/api/children/{child_id}/seal/lift"): SEALS,
        ("GET", "/api/children/{child_id}/relations"): READS_RECORD,
        ("GET", "/api/encounters/{encounter_id}/group"): READS_RECORD,
        ("POST", "/api/encounters/{encounter_id}/relations"): WRITES_RECORD,
        ("POST", "/api/relations/{relation_id}/withdraw"): WRITES_RECORD,
        ("GET", "/api/tracing/inquiries"): tracing.TAKES,
        ("POST", "/api/tracing/inquiries"): tracing.TAKES,
        ("GET", "/api/tracing/inquiries/{inquiry_id}"): tracing.TAKES,
        ("POST", "/api/tracing/inquiries/{inquiry_id}/close"): tracing.TAKES,
        ("GET", "/api/tracing/matches"): READS_RECORD,
        ("POST", "/api/tracing/matches/{match_id}/verdict"): READS_RECORD,
        ("GET", "/api/places"): observation.SEES_PLACES,
        ("POST", "/api/places"): observation.PLANS,
        ("GET", "/api/places/{place_id}/observations"): observation.SEES_PLACES,
        ("POST", "/api/places/{place_id}/observations"): observation.OBSERVES,
        ("GET", "/api/families"): families.READS,
        ("POST", "/api/families"): families.WRITES,
        ("GET", "/api/families/{family_id}"): families.READS,
        ("POST", "/api/families/{family_id}/members"): families.WRITES,
        ("POST", "/api/families/{family_id}/aid"): families.WRITES,
        ("POST", "/api/family-members/{member_id}/leave"): families.WRITES,
        ("POST", "/api/family-members/{member_id}/restraint"): families.RESTRAINS,
        ("POST", "/api/family-members/{member_id}/restraint/lift"): families.LIFTS,
        ("GET", "/cases"): CASEWORK,
        ("GET", "/cases/{case_id}"): CASEWORK,
        ("POST", "/cases/{case_id}/closure"): TASKS["closure"].writers,
        ("POST", "/cases/{case_id}/requests/{entry_id}"): CASEWORK,
        ("GET", "/api/cases"): CASEWORK,
        ("POST", "/api/cases"): CARE,
        ("GET", "/api/cases/{case_id}"): CASEWORK,
        ("GET", "/api/cases/{case_id}/entries"): CASEWORK,
        ("GET", "/api/cases/{case_id}/forms"): CASEWORK,
        **{("POST", f"/api/cases/{{case_id}}/tasks/{task.name}"): task.writers for task in on_a_case()},
        ("POST", "/api/cases/{case_id}/owner"): CASES | APPROVERS,
        ("POST", "/api/cases/{case_id}/promises"): CASEWORK,
        ("POST", "/api/promises/{promise_id}/end"): CASEWORK,
        ("POST", "/api/cases/{case_id}/commitments"): SOCIAL,
        ("POST", "/api/commitments/{commitment_id}/end"): SOCIAL,
        ("POST", "/api/entries/{entry_id}/decision"): CASEWORK,
        ("GET", "/api/holidays"): CASEWORK | ADMIN,
        ("PUT", "/api/holidays/{day}"): APPROVERS | ADMIN,
        ("DELETE", "/api/holidays/{day}"): APPROVERS | ADMIN,
        ("GET", "/api/due-times"): CASEWORK | ADMIN,
        ("PUT", "/api/due-times/{task}"): APPROVERS | ADMIN,
        ("DELETE", "/api/due-times/{task}"): APPROVERS | ADMIN,
        ("GET", "/api/visit-rhythms"): CASEWORK | ADMIN,
        ("PUT", "/api/visit-rhythms/{risk}"): APPROVERS | ADMIN,
        ("DELETE", "/api/visit-rhythms/{risk}"): APPROVERS | ADMIN,
        ("GET", "/api/tasks"): CASEWORK,
        ("GET", "/api/requests"): CASEWORK,
        ("GET", "/proposals"): CASES,
        ("GET", "/api/proposals"): CASES,
        ("POST", "/api/proposals/{proposal_id}/accept"): CASES,
        ("POST", "/api/proposals/{proposal_id}/decline"): CASES,
        ("POST", "/proposals/{proposal_id}/accept"): CASES,
        ("POST", "/proposals/{proposal_id}/decline"): CASES,
        **REVIEW,
        **SEARCHING,
        **LETTERS,
        **NOTES,
        **ATTACHMENTS,
        **INBOX,
        **SAFEGUARDING,
        **REFERRALS,
        **TRANSFERS,
        ("GET", "/devices"): ADMIN,
        ("GET", "/api/devices"): ADMIN,
        ("GET", "/arrivals"): ADMIN,
        ("GET", "/users"): ADMIN,
        ("POST", "/users"): ADMIN,
        ("POST", "/users/{account_id}/password"): ADMIN,
        ("POST", "/users/{account_id}/disable"): ADMIN,
        ("GET", "/audit"): ADMIN,
    }
)

_STATIC = "/static/"
_PATTERNS: tuple[tuple[str, re.Pattern[str], Roles], ...] = tuple(
    (method, compile_path(template)[0], roles) for (method, template), roles in PERMISSIONS.items()
)


def roles_for(method: str, path: str) -> Roles | None:
    """Who may ask `method path`: STRANGER for anybody, None when there is no such route."""
    if path.startswith(_STATIC):
        return STRANGER
    asked = "GET" if method == "HEAD" else method
    return next((roles for known, pattern, roles in _PATTERNS if known == asked and pattern.match(path)), None)


def may(roles: Roles, method: str, path: str) -> bool:
    """Whether someone with `roles` may ask for it; what links and buttons are shown by."""
    needed = roles_for(method, path)
    return needed is not None and (needed is STRANGER or bool(needed & roles))
