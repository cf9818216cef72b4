"""Who may ask for what of searches: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.searches.rules import SEARCHES

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("POST", "/api/narrowed-searches"): SEARCHES,
        ("GET", "/api/narrowed-searches/{search_id}"): SEARCHES,
    }
)
