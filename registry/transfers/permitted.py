"""Who may ask for what of transfers: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.transfers.rules import ASKS, KEEPS_OFFICES, READS, WITHIN_A_PROVINCE

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("GET", "/api/offices"): READS | KEEPS_OFFICES,
        ("POST", "/api/offices"): KEEPS_OFFICES,
        ("PUT", "/api/offices/{office_id}"): KEEPS_OFFICES,
        ("PUT", "/api/offices/{office_id}/members"): KEEPS_OFFICES,
        ("POST", "/api/cases/{case_id}/transfers"): ASKS,
        ("GET", "/api/transfers"): READS,
        ("GET", "/api/transfers/{transfer_id}"): READS,
        ("GET", "/api/transfers/{transfer_id}/file"): READS,
        ("POST", "/api/transfers/{transfer_id}/decision"): WITHIN_A_PROVINCE,
        ("POST", "/api/transfers/{transfer_id}/answer"): WITHIN_A_PROVINCE,
        ("POST", "/api/transfers/{transfer_id}/withdraw"): ASKS | WITHIN_A_PROVINCE,
    }
)
