"""Who may ask for what of referrals: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.referrals.rules import HANDS_OVER, KEEPS_PARTNERS, READS, RECEIVES

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("GET", "/api/partners"): READS | KEEPS_PARTNERS,
        ("POST", "/api/partners"): KEEPS_PARTNERS,
        ("PUT", "/api/partners/{partner_id}/people"): KEEPS_PARTNERS,
        ("GET", "/api/cases/{case_id}/referrals"): READS,
        ("POST", "/api/cases/{case_id}/referrals"): HANDS_OVER,
        ("POST", "/api/referrals/{referral_id}/end"): HANDS_OVER,
        ("GET", "/api/received-referrals"): RECEIVES,
        ("GET", "/api/received-referrals/{referral_id}"): RECEIVES,
        ("POST", "/api/received-referrals/{referral_id}/answer"): RECEIVES,
        ("POST", "/api/received-referrals/{referral_id}/reports"): RECEIVES,
    }
)
