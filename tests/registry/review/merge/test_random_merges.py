"""Random people merge, work on and un-merge: rows from before a merge return exactly, and nobody is merged by one."""

import os
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from edge.messages.keys import DeviceKeys
from edge.messages.models import CaptureReport, EncounterOutcome, Place
from registry.bootstrap import Registry
from registry.cases import service as cases
from registry.children import service as children
from registry.children.records import RecordVersion
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.devices.service import register
from registry.encounters import service as encounters
from registry.errors import NotThere, ReviewRefused
from registry.review import judging, service
from registry.review.merge.deciding import decide_merge
from registry.review.merge.detaching import detach, listed_for_slot
from registry.review.merge.proposing import ask_merge
from registry.review.merge.undoing import listed_since, undo_merge
from registry.review.people import Somebody
from registry.review.rules import Verdict
from tests.registry.house import slot
from tests.registry.review.conftest import COUNTY, LEILA, MANAGER, OMID, REZA, SARA

MAHIN = Somebody("mahin", SARA.roles | MANAGER.roles | LEILA.roles)
"""Holds every role: what is forbidden to her is forbidden by the two-person rules alone."""
REVIEWERS, EVERYBODY = (LEILA, OMID, REZA, MAHIN), (LEILA, OMID, REZA, MAHIN, SARA, MANAGER, COUNTY)
EXAMPLES = int(os.environ.get("PANAH_TEST_PLAYS", "15"))
OWNED = ("case_file", "proposal", "child_record", "child_slot_link", "child")
Rows = dict[tuple[str, int], dict[str, object]]


@dataclass
class Done:
    """A merge that was carried out, and every row that stood before it."""

    id: int
    survivor: int
    absorbed: int
    before: Rows
    disturbed: set[int] = field(default_factory=set)
    """Slots that a person has put elsewhere since."""


class Office(RuleBasedStateMachine):
    registry: Registry

    @initialize()
    def open(self) -> None:
        self.device = f"van-{uuid.uuid4().hex[:8]}"
        self.done: list[Done] = []
        self.mine: list[int] = []
        self.draw = random.Random(7)
        with self.work() as work:
            register(work, name=self.device, team="گشت", public=DeviceKeys.generate().public, actor="t", **self.tools)
            work.commit()
        for _ in range(3):
            self.meet_somebody_new(EncounterOutcome.TRANSFER, "زهرا")

    @property
    def tools(self) -> dict[str, object]:
        return {"trail": self.registry.trail, "clock": self.registry.clock}

    def work(self):  # type: ignore[no-untyped-def]
        return self.registry.database.writing()

    def rows(self) -> Rows:
        """Of the children of this play alone: the database keeps those of earlier ones."""
        mine = ", ".join(map(str, self.mine)) or "0"
        found: Rows = {}
        with self.registry.database.reading() as work:
            for name in OWNED:
                column = "id" if name == "child" else "child_id"
                statement = text(f"select * from {name} where {column} in ({mine})")
                for row in work.session.execute(statement).mappings():
                    found[name, row["id"]] = dict(row)
        return found

    def standing(self) -> list[int]:
        rows = self.rows()
        return [child for child in self.mine if rows["child", child]["merged_into_id"] is None]

    def try_to(self, act: Callable[[UnitOfWork], object]) -> bool:
        """Whether it was allowed; what is refused changes nothing."""
        before = self.rows()
        try:
            with self.work() as work:
                act(work)
                work.commit()
        except (ReviewRefused, NotThere):
            assert self.rows() == before
            return False
        return True

    def _encounter(self, work: UnitOfWork, outcome: EncounterOutcome, name: str):  # type: ignore[no-untyped-def]
        now, said = self.registry.clock.now(), slot(None, given_name=name)
        report = CaptureReport(
            capture_id=uuid.uuid4(), device=self.device, team="گشت", shift_date=now.date(), captured_at=now,
            place=Place(name="میدان شوش"), number_of_children=1, outcome=outcome, slots=(said,),
        )  # fmt: skip
        met = encounters.record(work, report, received_at=now, decided_at=now)
        from edge.messages.models import SlotOutcome

        return met, encounters.record_slot(
            work, met, said, outcome=SlotOutcome.NO_IRIS, reason="no_iris", evidence=None
        )

    outcomes = st.sampled_from([EncounterOutcome.TRANSFER, EncounterOutcome.AID_ONLY])
    names = st.sampled_from(["زهرا", "زری", "پری"])

    @rule(outcome=outcomes, name=names)
    def meet_somebody_new(self, outcome: EncounterOutcome, name: str) -> None:
        with self.registry.database.locking_gallery() as work:
            met, met_slot = self._encounter(work, outcome, name)
            now = self.registry.clock.now()
            child = children.enrol(
                work, met_slot, standing="confirmed", met_on=met.shift_date, now=now, draw=self.draw.randrange
            )
            children.link(work, met_slot, child, by="matching", now=now)
            cases.after_encounter(work, child=child, slot=met_slot, outcome=outcome, actor="matching", now=now)
            self.mine.append(child.id)
            work.commit()

    @rule(outcome=outcomes, name=names, pick=st.integers(0, 9))
    def meet_again(self, outcome: EncounterOutcome, name: str, pick: int) -> None:
        child_id = self.standing()[pick % len(self.standing())]
        self.registry.clock.forward(minutes=7)  # type: ignore[attr-defined]
        with self.registry.database.locking_gallery() as work:
            met, met_slot = self._encounter(work, outcome, name)
            child, now = work.session.get_one(Child, child_id), self.registry.clock.now()
            children.met_again(child, met_slot, met_on=met.shift_date)
            children.link(work, met_slot, child, by="matching", now=now)
            cases.after_encounter(work, child=child, slot=met_slot, outcome=outcome, actor="matching", now=now)
            work.commit()

    @rule(pick=st.integers(0, 9), nickname=names)
    def write_a_record(self, pick: int, nickname: str) -> None:
        child_id = self.standing()[pick % len(self.standing())]
        with self.work() as work:
            now = self.registry.clock.now()
            record = {"nickname": nickname, "safety_alerts": []}
            work.session.add(RecordVersion(child_id=child_id, record=record, written_at=now, written_by="sara"))
            work.commit()

    @rule(pick=st.integers(0, 9))
    def close_a_case(self, pick: int) -> None:
        child_id = self.standing()[pick % len(self.standing())]
        with self.work() as work:
            work.session.execute(
                text("update case_file set state = 'closed' where child_id = :child and joined_to_id is null"),
                {"child": child_id},
            )
            work.commit()

    @rule(
        picks=st.tuples(st.integers(0, 9), st.integers(0, 9)),
        answers=st.lists(st.tuples(st.sampled_from(REVIEWERS), st.sampled_from(Verdict)), max_size=4),
        eager=st.booleans(),
        raiser=st.sampled_from((SARA, MAHIN)),
        asker=st.sampled_from(EVERYBODY),
        decider=st.sampled_from(EVERYBODY),
    )
    def try_to_merge(
        self,
        picks: tuple[int, int],
        answers: list[tuple[Somebody, Verdict]],
        eager: bool,
        raiser: Somebody,
        asker: Somebody,
        decider: Somebody,
    ) -> None:
        standing = self.standing()
        one, other = (standing[pick % len(standing)] for pick in picks)
        if eager:
            answers = [(LEILA, Verdict.SAME), (OMID, Verdict.SAME)]
        asked: list[int] = []
        raised = self.try_to(
            lambda work: asked.append(
                service.raise_by_hand(work, child_id=one, other_id=other, by=raiser, reason="شبیه‌اند", **self.tools)
            )
        )
        if not raised:
            assert one == other
            return
        for reviewer, verdict in answers:
            self.try_to(lambda work: self._answer(work, asked[0], reviewer, verdict))  # noqa: B023
        merge: list[int] = []
        if not self.try_to(lambda work: merge.append(ask_merge(work, question_id=asked[0], by=asker, **self.tools).id)):
            return
        before = self.rows()
        if self.try_to(lambda work: decide_merge(work, merge_id=merge[0], by=decider, accept=True, **self.tools)):
            with self.registry.database.reading() as work:
                row = work.session.execute(
                    text("select survivor_id, absorbed_id from child_merge where id = :id"), {"id": merge[0]}
                ).one()
            if not any(done.id == merge[0] for done in self.done):
                self.done.append(Done(merge[0], row.survivor_id, row.absorbed_id, before))
            assert self.closed(self.rows()) == self.closed(before), "a merge closes nothing"

    @rule(pick=st.integers(0, 9), further=st.integers(1, 9))
    def merge_by_the_law(self, pick: int, further: int) -> None:
        count = len(self.standing())
        self.try_to_merge(
            (pick % count, (pick + 1 + further % max(1, count - 1)) % count), [], True, SARA, SARA, MANAGER
        )

    def _answer(self, work: UnitOfWork, question: int, by: Somebody, verdict: Verdict) -> None:
        judging.view_irises(work, question_id=question, by=by, view=verdict, shown={}, **self.tools)
        judging.give_verdict(work, question_id=question, by=by, verdict=verdict, **self.tools)

    @staticmethod
    def closed(rows: Rows) -> set[int]:
        return {number for (name, number), row in rows.items() if name == "case_file" and row["state"] == "closed"}

    @precondition(lambda self: self.done)
    @rule(data=st.data(), pick=st.integers(0, 2), by=st.sampled_from((MANAGER, MANAGER, COUNTY, SARA)))
    def try_to_undo(self, data: st.DataObject, pick: int, by: Somebody) -> None:
        done = self.done[-1 - pick % len(self.done)]
        with self.registry.database.reading() as work:
            try:
                since = [one.key for one in listed_since(work, done.id, by)]
            except (NotThere, ReviewRefused):
                since = []
        assigned = {key: data.draw(st.sampled_from(("survivor", "absorbed"))) for key in since}
        current = self.rows()
        if self.try_to(
            lambda work: undo_merge(
                work,
                merge_id=done.id,
                by=by,
                reason="دو نفرند",
                assigned=assigned,
                **self.tools,  # type: ignore[arg-type]
            )
        ):
            self.done.remove(done)
            self._returned_exactly(done, current, assigned)

    def _returned_exactly(self, done: Done, current: Rows, assigned: dict[str, str]) -> None:
        """What the merge changed is as it was before; what others changed since is as it was just now."""
        pair, after = {done.survivor, done.absorbed}, self.rows()
        for (name, number), before in done.before.items():
            row = after[name, number]
            if name == "child":
                to = "survivor" if number == done.survivor else "absorbed"
                met_since = any(key.startswith("child_slot") and whose == to for key, whose in assigned.items())
                if number in pair and not met_since and not done.disturbed:
                    assert row == before
            elif before["child_id"] not in pair or (name == "child_slot_link" and before["slot_id"] in done.disturbed):
                continue
            elif name == "child_slot_link":
                assert row == before
            else:
                touched = {"child_id", "joined_to_id", "owner_id", "arrived_at"} & set(row)
                assert {c: row[c] for c in touched} == {c: before[c] for c in touched}, (name, number)
                rest = set(row) - touched
                assert {c: row[c] for c in rest} == {c: current[name, number][c] for c in rest}

    @precondition(lambda self: self.mine)
    @rule(pick=st.integers(0, 30), goes=st.booleans())
    def try_to_detach(self, pick: int, goes: bool) -> None:
        rows, standing = self.rows(), set(self.standing())
        links = [
            row for (name, _), row in rows.items()
            if name == "child_slot_link" and row["unlinked_at"] is None and row["child_id"] in standing
        ]  # fmt: skip
        link = links[pick % len(links)]
        slot_id, child_id = int(str(link["slot_id"])), int(str(link["child_id"]))
        with self.registry.database.reading() as work:
            listed = [one.key for one in listed_for_slot(work, slot_id, SARA)]
        # What already stood before a merge is left where it is, so that the model can follow it.
        stood = {f"{name}:{number}" for done in self.done for name, number in done.before}
        assigned = {key: "goes" if goes and key not in stood else "stays" for key in listed}
        made: list[int] = []
        if self.try_to(
            lambda work: made.append(
                detach(
                    work, slot_id=slot_id, child_id=child_id, by=SARA, reason="این کودک نیست", assigned=assigned,
                    draw=self.draw.randrange, **self.tools,  # type: ignore[arg-type]
                ).to_child_id
            )
        ):  # fmt: skip
            self.mine += made
            for done in self.done:
                done.disturbed.add(slot_id)

    @invariant()
    def a_child_has_one_leading_open_case_and_a_slot_one_child_that_was_not_merged_away(self) -> None:
        rows = self.rows()
        leading = [
            row["child_id"] for (name, _), row in rows.items()
            if name == "case_file" and row["state"] != "closed" and row["joined_to_id"] is None
        ]  # fmt: skip
        assert len(leading) == len(set(leading))
        links = [r for (n, _), r in rows.items() if n == "child_slot_link" and r["unlinked_at"] is None]
        assert len({row["slot_id"] for row in links}) == len(links)
        for row in links:
            assert rows["child", int(str(row["child_id"]))]["merged_into_id"] is None

    @invariant()
    def nobody_is_merged_without_two_reviewers_an_asker_and_another_who_decided(self) -> None:
        with self.registry.database.reading() as work:
            merged = work.session.execute(
                text(
                    "select m.asked_by, m.decided_by, (select count(distinct j.reviewer) from review_judgement j where "
                    "j.question_id = m.question_id and j.verdict = 'same') as agreed from child c "
                    "left join child_merge m on m.absorbed_id = c.id and m.state = 'done' "
                    "where c.merged_into_id is not null"
                )
            ).all()
        for row in merged:
            assert row.agreed >= 2
            assert row.asked_by != row.decided_by


def test_whatever_people_try_rows_return_exactly_and_nobody_is_merged_by_one(registry: Registry) -> None:
    class Here(Office):
        pass

    Here.registry = registry
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=12,
            deadline=None,
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


@pytest.mark.parametrize("times", [3])
def test_a_merge_undone_and_made_again_is_undone_as_exactly(registry: Registry, times: int) -> None:
    office = Office()
    office.registry = registry
    office.open()
    for _ in range(times):
        office.try_to_merge((0, 1), [], True, SARA, SARA, MANAGER)
        (done,) = office.done
        current = office.rows()
        with registry.database.writing() as work:
            undo_merge(work, merge_id=done.id, by=MANAGER, reason="دو نفرند", assigned={}, **office.tools)  # type: ignore[arg-type]
            work.commit()
        office.done.clear()
        office._returned_exactly(done, current, {})
