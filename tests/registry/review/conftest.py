"""People who review, and children whom matching is unsure of."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from edge.messages.models import EncounterOutcome
from registry.access.rules import Role
from registry.db import UnitOfWork
from registry.review import judging, service
from registry.review.merge.deciding import decide_merge
from registry.review.merge.owned import CHILD_OWNED
from registry.review.merge.proposing import Choices, ask_merge
from registry.review.merge.since import To
from registry.review.merge.undoing import listed_since, undo_merge
from registry.review.people import Somebody
from registry.review.rules import Verdict
from tests.registry.house import Centre, Eyes, Tablet, slot, unsure_of
from tests.registry.web.conftest import app, log_in, passwords, stranger, templates

__all__ = ["app", "log_in", "passwords", "stranger", "templates"]

LEILA, OMID, REZA = (Somebody(name, frozenset({Role.REVIEWER})) for name in ("leila", "omid", "reza"))
SARA = Somebody("sara", frozenset({Role.CASE_MANAGER}))
MANAGER = Somebody("nasrin", frozenset({Role.CENTRE_MANAGER}))
COUNTY = Somebody("kaveh", frozenset({Role.COUNTY_OFFICER}))


@dataclass
class Office:
    """The centre's reviewers at work, each act in a transaction of its own."""

    centre: Centre

    @property
    def tools(self) -> dict[str, object]:
        return {"trail": self.centre.registry.trail, "clock": self.centre.registry.clock}

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        with self.centre.registry.database.writing() as work:
            yield work
            work.commit()

    def see(self, by: Somebody, view: Verdict, question: int = 1) -> None:
        with self.work() as work:
            judging.view_irises(work, question_id=question, by=by, view=view, shown={}, **self.tools)  # type: ignore[arg-type]

    def answer(self, by: Somebody, verdict: Verdict, question: int = 1) -> None:
        """Both steps."""
        self.see(by, verdict, question)
        self.conclude(by, verdict, question)

    def conclude(self, by: Somebody, verdict: Verdict, question: int = 1) -> None:
        with self.work() as work:
            judging.give_verdict(work, question_id=question, by=by, verdict=verdict, **self.tools)  # type: ignore[arg-type]

    def suppose(self, child: int, other: int, *, by: Somebody = SARA, reason: str = "مادرش همان نام را گفت") -> int:
        with self.work() as work:
            return service.raise_by_hand(work, child_id=child, other_id=other, by=by, reason=reason, **self.tools)  # type: ignore[arg-type]

    def again(self, question: int = 1, *, by: Somebody = SARA, reason: str = "شناسنامه آورد") -> None:
        with self.work() as work:
            service.raise_again(work, question_id=question, by=by, reason=reason, **self.tools)  # type: ignore[arg-type]

    def state(self, question: int = 1) -> object:
        return self.centre.one("select state from review_question where id = :id", id=question)


@pytest.fixture
def office(centre: Centre) -> Office:
    return Office(centre)


@pytest.fixture
def unsure(centre: Centre, van_1: Tablet, eyes: Eyes) -> Callable[..., int]:
    """Child 1 is enrolled, child 2 may be the same: the number of the question."""

    def meet(outcome: EncounterOutcome = EncounterOutcome.TRANSFER) -> int:
        centre.take(van_1.meet(slot(eyes.of(0))))
        again = unsure_of(centre.weigher, eyes.of(0), eyes.of(0, 1), eyes.of(1))
        centre.take(van_1.meet(slot(again, given_name="زری"), outcome=outcome))
        number = centre.one("select id from review_question")
        assert isinstance(number, int)
        return number

    return meet


@dataclass
class Registrar:
    """Merges, un-merges and detachments, each in a transaction of its own."""

    office: Office

    @property
    def centre(self) -> Centre:
        return self.office.centre

    def agree(self, child: int, other: int, verdict: Verdict = Verdict.SAME) -> int:
        """Two reviewers find the two to be one."""
        question = self.office.suppose(child, other)
        for reviewer in (LEILA, OMID):
            self.office.answer(reviewer, verdict, question)
        return question

    def ask(self, question: int, *, by: Somebody = SARA, survivor: int | None = None, **chosen: object) -> int:
        choices = Choices(survivor_id=survivor, **({"fields": {}, "case": {}} | chosen))  # type: ignore[arg-type]
        with self.office.work() as work:
            return ask_merge(work, question_id=question, by=by, choices=choices, **self.office.tools).id  # type: ignore[arg-type]

    def decide(self, merge: int, *, by: Somebody = MANAGER, accept: bool = True, note: str = "") -> None:
        with self.office.work() as work:
            decide_merge(work, merge_id=merge, by=by, accept=accept, note=note, **self.office.tools)  # type: ignore[arg-type]

    def merge(self, child: int, other: int, *, survivor: int | None = None, **chosen: object) -> int:
        number = self.ask(self.agree(child, other), survivor=survivor, **chosen)
        self.decide(number)
        return number

    def since(self, merge: int, *, by: Somebody = MANAGER) -> list[str]:
        with self.centre.registry.database.reading() as work:
            return [one.key for one in listed_since(work, merge, by)]

    def undo(
        self,
        merge: int,
        assigned: Mapping[str, To] | None = None,
        *,
        by: Somebody = MANAGER,
        reason: str = "خانواده‌اش گفت دو نفرند",
    ) -> None:
        with self.office.work() as work:
            undo_merge(work, merge_id=merge, by=by, reason=reason, assigned=assigned or {}, **self.office.tools)  # type: ignore[arg-type]

    def rows(self) -> dict[tuple[str, int], dict[str, object]]:
        """All rows of all child-owned tables that a merge may touch, by table and number."""
        found = {}
        for name in sorted({owned.table for owned in CHILD_OWNED if owned.how != "stays"} | {"child", "case_event"}):
            for row in self.centre.rows(f"select * from {name}"):
                found[name, int(str(row["id"]))] = row
        return found


@pytest.fixture
def registrar(office: Office) -> Registrar:
    return Registrar(office)
