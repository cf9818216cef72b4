"""Who may ask for what of letters: this subject's part of the one table of permissions."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.letters.rules import LAWS, READS, REGISTERS, SIGNERS, WRITERS

PERMITTED: Mapping[tuple[str, str], frozenset[Role]] = MappingProxyType(
    {
        ("GET", "/api/cases/{case_id}/letters"): READS,
        **{("POST", f"/api/cases/{{case_id}}/letters/{kind}"): law.written_by for kind, law in LAWS.items()},
        ("GET", "/api/letters"): READS,
        ("GET", "/api/letters/{letter_id}"): READS,
        ("GET", "/api/letters/{letter_id}/pdf"): READS,
        **{("PUT", f"/api/letters/{{letter_id}}/{kind}"): law.written_by for kind, law in LAWS.items()},
        ("POST", "/api/letters/{letter_id}/withdraw"): WRITERS,
        ("POST", "/api/letters/{letter_id}/issue"): SIGNERS,
        ("POST", "/api/letters/{letter_id}/registered"): REGISTERS,
        ("POST", "/api/letters/{letter_id}/answer"): REGISTERS,
    }
)
