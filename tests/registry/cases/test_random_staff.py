"""Random staff: whatever they try, in whatever order, the law holds; checked from the rows, not by the rules."""

import datetime as dt
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from registry.bootstrap import Registry
from registry.cases import service
from registry.cases.casework import Handed, decide, write
from registry.cases.forms.following import PromiseEnds
from registry.cases.forms.leaving import PromisedByUs
from registry.cases.pledges import end_promise, promise
from registry.cases.records import CaseEntry, CaseTask, Promise
from registry.cases.rules.facts import Actor
from registry.cases.rules.states import MOVES, CaseState
from registry.cases.rules.table import TASKS, on_a_case
from registry.cases.tables import Case, CaseEvent
from registry.db import UnitOfWork
from registry.errors import (
    AlreadyDecided,
    CaseOpenAlready,
    FormChanged,
    LawRefuses,
    ReasonNeeded,
)
from tests.registry.cases.office import Office
from tests.registry.cases.samples import best_interests, receiver
from tests.registry.house import NOW, StillClock

REFUSED = (AlreadyDecided, CaseOpenAlready, FormChanged, LawRefuses, ReasonNeeded)
PURPOSES = ("discharge", "placement", "transfer", "notice")
# The usual way, so that the far states are reached often; any task may be tried at any time beside it.
WAY = (
    "transfer", "arrival", "arrival_check", "urgent_need", "health_assessment", "interview", "identity", "home_visit",
    "judicial_order", "keeping", "best_interests", "discharge", "quasi_family", "follow_up", "exit_review", "ran_away",
    "exit_review", "closure",
)  # fmt: skip
tasks = st.one_of(st.sampled_from(WAY), st.sampled_from([task.name for task in on_a_case()]))
flags = st.booleans()
seeds = st.integers(0, 2**32)
"""Whom and what is drawn depends on rows that are there by then, so hypothesis draws the luck and not the row."""


def changes_for(luck: Random, task: str, now: dt.datetime) -> dict[str, Any]:
    """Now and then what the law must refuse, in the very fields that it looks at."""
    if task == "best_interests":
        return best_interests(luck.choice(PURPOSES))
    if task == "discharge":
        wrong = luck.choice(["", "", "child_asked_alone", "child_wishes_to_go", "child_knows_them"])
        changed = {wrong: False} if wrong else {"child_is_afraid": luck.choice([False, False, True])}
        return {"receiver": receiver(**changed)}
    if task == "arrival_check":
        return {"same_child": luck.choice([True, True, False])}
    if task == "judicial_order":
        days = luck.randint(-2, 30)
        day = now.date()
        granted = {"order_number": "1", "ordered_on": min(day, day + dt.timedelta(days=days)),
                   "expires_on": day + dt.timedelta(days=days)}  # fmt: skip
        return {"granted": luck.choice([granted, granted, None])}
    if task == "skip":
        return {"task": luck.choice(sorted(TASKS))}
    return {}


class Staff(RuleBasedStateMachine):
    office: Office

    @initialize(on_the_way=st.sampled_from([0, 4, 10, 12, 14]))
    def two_children(self, on_the_way: int) -> None:
        """The first one stands somewhere on the usual way already."""
        self.office.clock.instant = NOW
        self.cases = [self.office.open_case(age=(9, 11)), self.office.open_case(age=(17, 17))]
        self.people = [*self.office.people.values(), self.office.second_approver]
        self.states = dict.fromkeys(self.cases, CaseState.INTAKE)
        self.seen: dict[int, tuple[Any, ...]] = {}
        self.steps = [0, 0]
        if on_the_way:
            self.the_work_goes_its_usual_way(0, on_the_way, 0)

    @rule(seed=seeds, which=st.integers(0, 1), task=tasks, right=flags)
    def somebody_writes(self, seed: int, which: int, task: str, right: bool) -> None:
        luck = Random(seed)
        case, line = self.cases[which], TASKS[task]
        right_ones = [person for person in self.people if person.roles & line.writers]
        actor = luck.choice(right_ones if right else self.people)
        second = luck.choice(self.people) if not right else self._second(line, actor)
        try:
            form = self.office.form(case, task, **changes_for(luck, task, self.office.clock.now()))
        except ValueError:  # a form that cannot even be read is tried elsewhere
            return
        handed = Handed(form=form, second_id=second.account_id if second else None)
        self._try(lambda work: write(work, self.office.desk, case_id=case, task_name=task, handed=handed, actor=actor))

    @rule(which=st.integers(0, 1), steps=st.integers(1, 6), skipped=st.integers(0, 3))
    def the_work_goes_its_usual_way(self, which: int, steps: int, skipped: int) -> None:
        """Somebody of the right role does what usually comes next, and somebody else grants it; now and then a step is
        left out. Without it, random staff hardly ever bring a child as far as a discharge."""
        self.steps[which] += skipped == 3
        for _ in range(steps):
            task = WAY[self.steps[which] % len(WAY)]
            self.steps[which] += 1
            try:
                self.office.do(self.cases[which], task)
            except REFUSED:
                continue
            finally:
                self.every_move_is_one_that_the_law_knows_and_fulfils()

    def _second(self, line: Any, actor: Actor) -> Actor | None:
        fitting = [person for person in self.people if person.roles & line.second and not person.roles & actor.roles]
        return fitting[0] if fitting else None

    @rule(seed=seeds, granted=flags, who=st.sampled_from(["asker", "right", "anybody"]))
    def somebody_decides(self, seed: int, granted: bool, who: str) -> None:
        luck = Random(seed)
        with self.office.registry.database.reading() as work:
            waiting = work.session.scalars(
                select(CaseEntry).where(CaseEntry.standing == "asked", CaseEntry.case_id.in_(self.cases))
            ).all()
        if waiting:
            entry = luck.choice(waiting)
            choice = {
                "asker": [person for person in self.people if person.account_id == entry.written_by_id],
                "right": [person for person in self.people if person.roles & TASKS[entry.task].who],
                "anybody": self.people,
            }
            actor = luck.choice(choice[who])
            self._try(
                lambda work: decide(
                    work, self.office.desk, entry_id=entry.id, granted=granted, reason="چون", actor=actor
                )
            )  # fmt: skip

    @rule(seed=seeds, which=st.integers(0, 1))
    def somebody_corrects(self, seed: int, which: int) -> None:
        luck = Random(seed)
        case = self.cases[which]
        with self.office.registry.database.reading() as work:
            written = work.session.scalars(select(CaseEntry).where(CaseEntry.case_id == case)).all()
        if written:
            entry, actor = luck.choice(written), luck.choice(self.people)
            form = self.office.form(case, entry.task, **changes_for(luck, entry.task, self.office.clock.now()))
            handed = Handed(form=form, seen=entry.id, because="درست‌تر", second_id=self.people[0].account_id)
            self._try(
                lambda work: write(
                    work, self.office.desk, case_id=case, task_name=entry.task, handed=handed, actor=actor
                )
            )  # fmt: skip

    @rule(which=st.integers(0, 1), seed=seeds, how=st.sampled_from(PromiseEnds))
    def somebody_promises_and_ends_it_later(self, which: int, seed: int, how: PromiseEnds) -> None:
        luck = Random(seed)
        actor = luck.choice(self.people)
        made = PromisedByUs(what="کفش", words="کفش", by_whom="ما", due_on=self.office.clock.now().date())
        self._try(lambda work: promise(work, self.office.desk, case_id=self.cases[which], made=made, actor=actor))
        with self.office.registry.database.reading() as work:
            mine = work.session.scalars(select(Promise.id).where(Promise.case_id == self.cases[which])).all()
        if mine:
            one = luck.choice(mine)
            self._try(
                lambda work: end_promise(work, self.office.desk, promise_id=one, how=how, note="چون", actor=actor)
            )

    @rule(which=st.integers(0, 1))
    def somebody_opens_a_case_for_the_same_child(self, which: int) -> None:
        child = self.office.case(self.cases[which]).child_id
        shared = {"actor": "x", "trail": self.office.registry.trail, "clock": self.office.clock}
        self._try(lambda work: self._new_case(work, which, child, shared))

    def _new_case(self, work: UnitOfWork, which: int, child: int, shared: dict[str, Any]) -> None:
        self.cases[which] = service.admit(work, child_id=child, **shared).id
        self.states[self.cases[which]] = CaseState.INTAKE

    @rule(hours=st.sampled_from([0, 1, 13, 30, 24 * 8, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        self.office.clock.forward(hours=hours, minutes=3)

    def _try(self, act: Any) -> None:
        self.office.clock.forward(minutes=1)
        try:
            with self.office.registry.database.writing() as work:
                act(work)
                work.commit()
        except REFUSED:
            return

    @invariant()
    def a_child_never_has_two_open_cases(self) -> None:
        with self.office.registry.database.reading() as work:
            doubled = work.session.execute(
                text("select child_id from case_file where state <> 'closed' group by child_id having count(*) > 1")
            ).all()
        assert doubled == []

    @invariant()
    def every_move_is_one_that_the_law_knows_and_fulfils(self) -> None:
        for case_id in getattr(self, "cases", ()):
            with self.office.registry.database.reading() as work:
                case = work.session.get_one(Case, case_id)
                before, after = self.states[case_id], CaseState(case.state)
                if before is not after:
                    assert after in MOVES[before]
                    check_move(work, case, before, after)
            self.states[case_id] = after

    @invariant()
    def what_was_written_is_never_changed_and_nobody_decided_their_own(self) -> None:
        with self.office.registry.database.reading() as work:
            rows = work.session.scalars(
                select(CaseEntry).where(CaseEntry.case_id.in_(getattr(self, "cases", ())))
            ).all()
        for row in rows:
            kept = (row.task, row.form, row.written_by_id, row.written_at, row.corrects_id)
            assert self.seen.setdefault(row.id, kept) == kept
            assert row.decided_by_id != row.written_by_id
            assert row.decided_by_id or row.standing != "in_force" or not TASKS[row.task].is_decided
        in_force = [row.corrects_id for row in rows if row.corrects_id and row.standing == "in_force"]
        assert len(in_force) == len(set(in_force)), "one correction of one entry"

    @invariant()
    def a_closed_case_has_no_open_task_and_no_open_promise(self) -> None:
        with self.office.registry.database.reading() as work:
            closed = select(Case.id).where(Case.state == "closed")
            open_tasks = select(CaseTask.id).where(CaseTask.outcome == "open", CaseTask.case_id.in_(closed))
            promises = select(Promise.id).where(Promise.ended.is_(None), Promise.case_id.in_(closed))
            assert work.session.scalars(open_tasks).all() == []
            assert work.session.scalars(promises).all() == []


def check_move(work: UnitOfWork, case: Case, before: CaseState, after: CaseState) -> None:
    """What DOMAIN demands of a move, read from the rows."""
    rows = work.session.scalars(
        select(CaseEntry).where(CaseEntry.case_id == case.id, CaseEntry.standing == "in_force").order_by(CaseEntry.id)
    ).all()
    now = case.state_since
    assert now is not None
    if after is CaseState.WITH_FAMILY:
        leaving = [row for row in rows if row.task == "discharge"][-1]
        said = leaving.form["receiver"]
        assert said["child_asked_alone"]
        assert said["child_wishes_to_go"]
        assert said["child_knows_them"]
        assert not said["child_is_afraid"]
        assert said["evidence"] != "none"
        assert leaving.decided_by_id != leaving.written_by_id
        stays = [row for row in rows if row.task == "arrival_check" and row.written_at >= (case.arrived_at or now)]
        assert any(row.form["same_child"] for row in stays)
        assert has_best_interests(rows, "discharge", now)
        assert {"identity", "home_visit"} <= {row.task for row in rows} | waived(work, case)
    if after is CaseState.QUASI_FAMILY:
        assert has_best_interests(rows, "placement", now)
    if after is CaseState.KEPT:
        orders = [row.form["granted"] for row in rows if row.task == "judicial_order" and row.form["granted"]]
        assert orders
        assert dt.date.fromisoformat(orders[-1]["expires_on"]) >= now.date()
    if after is CaseState.CLOSED:
        assert before not in (CaseState.IN_TRANSFER, CaseState.SCREENING, CaseState.KEPT)
        ended = work.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind == "closed"))
        assert ended.all()


def has_best_interests(rows: Any, purpose: str, now: dt.datetime) -> bool:
    return any(
        row.task == "best_interests"
        and row.form["purpose"] == purpose
        and row.decided_by_id != row.written_by_id
        and now - dt.timedelta(days=31) < row.written_at <= now
        for row in rows
    )


def waived(work: UnitOfWork, case: Case) -> set[str]:
    rows = select(CaseTask.name).where(CaseTask.case_id == case.id, CaseTask.outcome == "waived")
    return set(work.session.scalars(rows))


def test_random_staff_never_break_the_law(registry: Registry, clock: StillClock) -> None:
    office = Office(registry, clock)

    class AtThisOffice(Staff):
        pass

    AtThisOffice.office = office
    run_state_machine_as_test(
        AtThisOffice,
        settings=settings(
            max_examples=10, stateful_step_count=30, deadline=None, database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
    with registry.database.reading() as work:
        reached = set(work.session.scalars(select(Case.state)))
        moved = work.session.scalars(select(CaseEvent.detail).where(CaseEvent.kind.in_(("moved", "closed"))))
        reached |= {detail["to"] for detail in moved}
    assert {"in_transfer", "screening", "kept", "with_family"} <= reached, "the law was tried far out, too"
