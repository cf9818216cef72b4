"""What is asked of each route: numbers that stand in the database, and words that people type into its searches."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Table, and_, func, or_, select
from sqlalchemy.orm import Session

from panah.bench.registry.elsewhere import HERE
from panah.bench.registry.typed import WAYS, Query, Typing
from registry.access.rules import Role
from registry.access.tables import RoleAssignment
from registry.attachments.tables import Attachment
from registry.cases.tables import Case
from registry.children.records import ChildSeal
from registry.children.tables import Child, ChildSlotLink, IrisTemplate
from registry.letters.tables import Letter
from registry.notes.tables import Flag, WrittenNote
from registry.referrals.rules import STANDING
from registry.referrals.tables import Referral
from registry.review.tables import Merge, ReviewQuestion
from registry.safeguarding.tables import Accused, Report
from registry.schema import metadata
from registry.searches.tables import NarrowedSearch
from registry.tracing.tables import Inquiry
from registry.transfers.rules import SHOWN_TO_THE_OTHER, State
from registry.transfers.tables import CaseCustody, CaseTransfer

_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
_NUMBERS = 200
_NAMED = 1_000
"""Names and cards are drawn from so many children; a code says nothing of its child."""
_FULL = 20
"""Of lists of a case, those of so many cases are asked for: the longest."""
_ELSEWHERE = select(Case.child_id).where(
    Case.id.in_(select(CaseCustody.case_id).where(CaseCustody.office_id != HERE, CaseCustody.ended_at.is_(None)))
)
_SEALED = select(Child.id).where(
    or_(Child.id.in_(select(ChildSeal.child_id).where(ChildSeal.lifted_at.is_(None))), Child.id.in_(_ELSEWHERE))
)
"""Children who are not shown to who asks."""
PREFERRED = (
    Role.CASE_MANAGER, Role.SCREENING, Role.SOCIAL_WORKER, Role.CENTRE_MANAGER, Role.REVIEWER, Role.COUNTY_OFFICER,
    Role.ADMINISTRATOR, *Role,
)  # fmt: skip
"""Who asks, where several may: the role whose lists are longest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One way to ask a route. `what` tells it from the others of that route."""

    route: str
    what: str
    role: Role
    paths: Sequence[str]
    queries: Sequence[Query]

    @property
    def name(self) -> str:
        return f"{self.route} {self.what}".strip()


class Samples:
    """Draws from what is loaded. A parameter is known by its name: `case_id` is a number of `case_file`."""

    def __init__(self, session: Session, seed: int, count: int) -> None:
        self._session, self._draw, self.count = session, Random(seed), count
        self._numbers: dict[str, list[Any]] = {}

    def paths(self, template: str) -> list[str]:
        """Empty where a parameter has no rows to stand for."""
        names = _PARAMETER.findall(template)
        if not names:
            return [template]
        chosen = [self._choose(name, template) for name in names]
        if not all(chosen):
            return []
        filled = []
        for values in zip(*chosen, strict=False):
            path = template
            for name, value in zip(names, values, strict=True):
                path = re.sub(rf"{{{name}(:\w+)?}}", str(value), path)
            filled.append(path)
        return filled

    def _choose(self, name: str, template: str) -> list[Any]:
        key = f"{name} {template}" if template in _OF_ROUTE else name
        if key not in self._numbers:
            found = _OF_ROUTE.get(template) or _OF_NAME.get(name)
            statement = found() if found else _of_table(name)
            self._numbers[key] = sorted(self._session.scalars(statement)) if statement is not None else []
        numbers = self._numbers[key]
        return self._draw.sample(numbers, min(len(numbers), self.count)) if numbers else []

    def words(self, template: str) -> Iterator[tuple[str, list[Query]]]:
        """The ways to ask this route, each with as many queries as are drawn."""
        yield "", [{}]
        for what, way in WAYS.get(template, {}).items():
            yield what, [way(typing) for typing in self._typing()] if callable(way) else [way]

    def _typing(self) -> list[Typing]:
        people = list(self._session.scalars(select(Child).order_by(Child.code).limit(_NAMED)))
        numbers = list(self._session.scalars(select(Case.number).where(Case.id < _NUMBERS)))
        return [
            Typing(draw=self._draw, name=child.given_name or "", card=child.code, child_id=child.id, numbers=numbers)
            for child in self._draw.sample(people, min(len(people), self.count))
        ]


def _of_table(name: str) -> Any:
    """For `attachment_id` the numbers of the table `attachment`, or of the one table whose name ends so."""
    word = name.removesuffix("_id")
    tables = [table for key, table in metadata.tables.items() if key == word or key.endswith(f"_{word}")]
    exact = [table for table in tables if table.name == word] or tables
    return select(_key(exact[0])) if exact and _key(exact[0]) is not None else None


def _key(table: Table) -> Any:
    return table.c.get("id")


def _visible(table: Any, column: Any) -> Callable[[], Any]:
    return lambda: select(table.id).where(column.not_in(_SEALED))


def _slots() -> Any:
    """Of children met more than once: an only slot cannot be taken away."""
    often = select(ChildSlotLink.child_id).group_by(ChildSlotLink.child_id).having(func.count() > 1)
    return select(ChildSlotLink.slot_id).where(
        ChildSlotLink.child_id.in_(often), ChildSlotLink.child_id.not_in(_SEALED)
    )


def _questions(state: str) -> Any:
    shown = [column.not_in(_SEALED) for column in (ReviewQuestion.child_id, ReviewQuestion.other_id)]
    return select(ReviewQuestion.id).where(ReviewQuestion.state == state, *shown)


def _agreed() -> Any:
    asked = select(Merge.question_id)
    return _questions("same").where(ReviewQuestion.id.not_in(asked))


def _done() -> Any:
    shown = [column.not_in(_SEALED) for column in (Merge.survivor_id, Merge.absorbed_id)]
    return select(Merge.id).where(Merge.state == "done", *shown)


def _on_case_or_child(table: Any) -> Callable[[], Any]:
    """Of what hangs on a case or on a child, what is of no sealed child."""
    on_case = table.case_id.in_(select(Case.id).where(Case.child_id.not_in(_SEALED)))
    return lambda: select(table.id).where(or_(on_case, table.child_id.not_in(_SEALED)))


def _visible_by_case(table: Any) -> Callable[[], Any]:
    return lambda: select(table.id).join(Case, Case.id == table.case_id).where(Case.child_id.not_in(_SEALED))


def _open_notes() -> Any:
    return _on_case_or_child(WrittenNote)().where(WrittenNote.sealed.is_(False))


def _busiest(table: Any) -> Callable[[], Any]:
    """The cases with most of it: where a list is longest, and an empty one says nothing of its rows."""
    most = select(table.case_id).join(Case, Case.id == table.case_id).where(Case.child_id.not_in(_SEALED))
    return lambda: most.group_by(table.case_id).order_by(func.count().desc(), table.case_id).limit(_FULL)


def _transfers() -> Any:
    to_us = and_(CaseTransfer.to_office_id == HERE, CaseTransfer.state.in_(SHOWN_TO_THE_OTHER))
    kept = select(Case.id).where(Case.child_id.in_(select(ChildSeal.child_id)))
    return select(CaseTransfer.id).where(
        CaseTransfer.case_id.not_in(kept), or_(CaseTransfer.from_office_id == HERE, to_us)
    )


def _handed_over() -> Any:
    return _transfers().where(CaseTransfer.from_office_id == HERE, CaseTransfer.state == State.ACCEPTED)


def _reports() -> Any:
    every = select(func.count()).select_from(RoleAssignment).where(RoleAssignment.role == Role.SAFEGUARDING_OFFICER)
    accused = select(Accused.report_id).join(RoleAssignment, RoleAssignment.account_id == Accused.account_id)
    by_all = accused.where(RoleAssignment.role == Role.SAFEGUARDING_OFFICER).group_by(Accused.report_id)
    return select(Report.id).where(Report.id.not_in(by_all.having(func.count() == every.scalar_subquery())))


def _searches() -> Any:
    probe = select(NarrowedSearch.id).join(IrisTemplate, IrisTemplate.id == NarrowedSearch.template_id)
    link = probe.join(ChildSlotLink, ChildSlotLink.slot_id == IrisTemplate.slot_id)
    return link.where(ChildSlotLink.child_id.not_in(_SEALED))


def _received() -> Any:
    return _visible_by_case(Referral)().where(Referral.partner_id == 1, Referral.state.in_(STANDING))


def _open_questions() -> Any:
    return _questions("open")


_OF_NAME: dict[str, Callable[[], Any]] = {
    "case_id": _visible(Case, Case.child_id), "child_id": _visible(Child, Child.id), "slot_id": _slots,
    "merge_id": _done, "question_id": _open_questions, "inquiry_id": lambda: select(Inquiry.id),
    "place_id": lambda: select(metadata.tables["observed_place"].c.id),
    "note_id": _open_notes, "flag_id": _on_case_or_child(Flag),
    "attachment_id": _on_case_or_child(Attachment), "letter_id": _visible_by_case(Letter),
    "transfer_id": _transfers, "report_id": _reports, "search_id": _searches,
}  # fmt: skip
_OF_ROUTE: dict[str, Callable[[], Any]] = {
    "/reviews/{question_id}/merge": _agreed, "/api/reviews/{question_id}/merge": _agreed,
    "/api/cases/{case_id}/notes": _busiest(WrittenNote), "/api/cases/{case_id}/flags": _busiest(Flag),
    "/api/cases/{case_id}/attachments": _busiest(Attachment), "/api/cases/{case_id}/letters": _busiest(Letter),
    "/api/cases/{case_id}/referrals": _busiest(Referral), "/api/received-referrals/{referral_id}": _received,
    "/api/transfers/{transfer_id}/file": _handed_over,
}  # fmt: skip
