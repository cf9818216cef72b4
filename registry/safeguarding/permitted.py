"""Who may ask for what of reports: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.safeguarding.rules import FILES, HANDLES, KEEPS_LINES, WATCHES

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("POST", "/api/safeguarding/reports"): FILES,
        ("GET", "/api/safeguarding/mine"): FILES,
        ("POST", "/api/safeguarding/answer"): FILES,
        ("GET", "/api/safeguarding/reports"): HANDLES,
        ("GET", "/api/safeguarding/people"): HANDLES,
        ("GET", "/api/safeguarding/unattended"): WATCHES,
        ("GET", "/api/safeguarding/reports/{report_id}"): HANDLES,
        ("POST", "/api/safeguarding/reports/{report_id}/take"): HANDLES,
        ("PUT", "/api/safeguarding/reports/{report_id}/child"): HANDLES,
        ("POST", "/api/safeguarding/reports/{report_id}/accused"): HANDLES,
        ("PUT", "/api/safeguarding/reports/{report_id}/kept-away"): HANDLES,
        ("POST", "/api/safeguarding/reports/{report_id}/forced-scan"): HANDLES,
        ("POST", "/api/safeguarding/reports/{report_id}/notes"): HANDLES,
        ("POST", "/api/safeguarding/reports/{report_id}/decision"): HANDLES,
        ("POST", "/api/safeguarding/reports/{report_id}/told"): HANDLES,
        ("GET", "/api/staff-lines"): KEEPS_LINES,
        ("PUT", "/api/staff-lines/{account_id}"): KEEPS_LINES,
    }
)
