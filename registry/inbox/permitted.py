"""Whose inbox there is: this subject's part of the one table of permissions. Everybody reads their own alone."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.inbox.rules.causes import READS_INBOX

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("GET", "/api/inbox"): READS_INBOX,
        ("GET", "/api/inbox/count"): READS_INBOX,
        ("POST", "/api/inbox/read"): READS_INBOX,
        ("POST", "/api/inbox/{notice_id}/read"): READS_INBOX,
        ("POST", "/api/inbox/{notice_id}/unread"): READS_INBOX,
        ("GET", "/live/inbox"): READS_INBOX,
    }
)
