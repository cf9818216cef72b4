"""Who may ask for what of attachments: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.attachments.rules import ON_CASES, ON_CHILDREN, READS

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("GET", "/api/cases/{case_id}/attachments"): ON_CASES,
        ("POST", "/api/cases/{case_id}/attachments"): ON_CASES,
        ("GET", "/api/children/{child_id}/attachments"): ON_CHILDREN,
        ("POST", "/api/children/{child_id}/attachments"): ON_CHILDREN,
        ("GET", "/api/attachments/{attachment_id}"): READS,
        ("GET", "/api/attachments/{attachment_id}/file"): READS,
        ("GET", "/api/attachments/{attachment_id}/preview"): READS,
        ("POST", "/api/attachments/{attachment_id}/withdraw"): READS,
    }
)
