"""The law of cases, pure, to be read by a social worker with a developer beside them.

`table` is DOMAIN's list of tasks as data; `states` what a case can be; the other modules say, one subject each, why
something may not be done yet. Every refusal has its reason in Persian and English (`law.fa.toml`, `law.en.toml`).
"""

from registry.cases.rules.encounters import Consequence, case_number, consequence, reopen_due
from registry.cases.rules.states import CaseState

__all__ = ["CaseState", "Consequence", "case_number", "consequence", "reopen_due"]
