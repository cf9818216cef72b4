"""What survives of two records and of two open cases."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from registry.children.record import ChildRecord, Strictness
from registry.children.tables import Child
from registry.review.merge import rules
from registry.review.merge.rules import CaseFacts, Take
from registry.review.rules import Refusal

ROW = {"id": 1, "code": "1", "standing": "confirmed", "given_name": None, "sex": "unknown", "age_low": None,
       "age_high": None, "age_method": None, "age_on": None, "created_at": None, "last_met_on": None,
       "merged_into_id": None}  # fmt: skip


def row(**values: object) -> dict[str, object]:
    return ROW | values


def test_what_is_known_is_taken_over_what_is_not_and_else_the_survivors() -> None:
    ours, theirs = row(given_name="زهرا"), row(given_name="زری", sex="girl", age_low=9, age_high=11)
    takes = {one.field: one.take for one in rules.field_choices(ours, theirs)}
    assert takes == {"given_name": Take.SURVIVOR, "sex": Take.ABSORBED, "age": Take.ABSORBED}


def test_an_age_is_one_choice_with_its_method_and_day() -> None:
    (age,) = rules.field_choices(row(age_low=9, age_high=11), row(age_low=9, age_high=12))
    assert (age.field, age.columns) == ("age", ("age_low", "age_high", "age_method", "age_on"))


def test_every_column_of_a_child_is_kept_apart_computed_or_chosen() -> None:
    columns = {column.name for column in Child.__table__.columns}
    assert columns >= rules.APART | rules.COMPUTED
    assert set(ROW) == columns, "a new column of child needs a look at what a merge does with it"


def test_what_differs_in_nothing_is_not_asked() -> None:
    assert rules.field_choices(row(given_name="زهرا"), row(given_name="زهرا", id=2, code="2")) == ()


def test_a_mark_that_protects_stays_whichever_record_has_it() -> None:
    for ours, theirs in ((True, False), (False, True)):
        (found,) = rules.field_choices(row(sealed=ours), row(sealed=theirs))
        assert found.fixed
        assert (ours if found.take is Take.SURVIVOR else theirs) is True
        other = Take.ABSORBED if found.take is Take.SURVIVOR else Take.SURVIVOR
        assert rules.may_choose((found,), {"sealed": other}) is Refusal.WEAKER_ALERT
        assert rules.may_choose((found,), {"sealed": found.take}) is None


alerts = st.lists(
    st.fixed_dictionaries(
        {
            "words": st.sampled_from(["پدر", "کارفرما", "همسایه"]),
            "strictness": st.sampled_from(list(map(str, Strictness))),
        }
    ),
    max_size=5,
)


@given(alerts, alerts)
def test_every_alert_stays_and_of_two_the_stricter(ours: list[dict[str, str]], theirs: list[dict[str, str]]) -> None:
    joined = rules.joined_record({"safety_alerts": ours}, {"safety_alerts": theirs}, ())
    kept = {one["words"]: one["strictness"] for one in joined["safety_alerts"]}  # type: ignore[attr-defined]
    for alert in ours + theirs:
        assert rules.STRICTNESS.index(kept[alert["words"]]) >= rules.STRICTNESS.index(alert["strictness"])


def test_the_strictness_of_alerts_is_known_to_the_rules() -> None:
    assert tuple(map(str, Strictness)) == rules.STRICTNESS


def test_a_joined_record_has_the_lists_of_both_and_the_chosen_of_the_rest() -> None:
    ours = ChildRecord(given_name="زهرا", languages=("fa",)).model_dump(mode="json")
    theirs = ChildRecord(given_name="زری", fathers_name="غلام", languages=("fa", "prs")).model_dump(mode="json")
    choices = rules.record_choices(ours, theirs)
    assert {one.field: one.take for one in choices} == {
        "record.given_name": Take.SURVIVOR, "record.fathers_name": Take.ABSORBED,
    }  # fmt: skip
    joined = ChildRecord.model_validate(rules.joined_record(ours, theirs, choices))
    assert (joined.given_name, joined.fathers_name, joined.languages) == ("زهرا", "غلام", ("fa", "prs"))


def case(number: int, opened: int, *, arrived: int | None = None, owner: int | None = None) -> CaseFacts:
    def day(n: int) -> dt.datetime:
        return dt.datetime(2026, 11, n, tzinfo=dt.UTC)

    return CaseFacts(
        id=number, number=str(number), state="intake", opened_at=day(opened),
        arrived_at=day(arrived) if arrived else None, owner_id=owner,
    )  # fmt: skip


def test_the_case_opened_first_leads_and_the_earliest_arrival_starts_the_clock() -> None:
    found = rules.case_choice(case(1, 5, arrived=9), case(2, 3, arrived=12, owner=7))
    assert found is not None
    assert (found.leads, found.joins, found.owner, found.order, found.clock) == (2, 1, 2, 2, 1)
    assert rules.case_choice(case(1, 5), None) is None
    alone = rules.case_choice(case(1, 5, owner=4), case(2, 3))
    assert alone is not None
    assert (alone.owner, alone.clock) == (1, 2)


def test_a_person_may_choose_between_the_two_cases_and_no_third() -> None:
    offered = rules.case_choice(case(1, 5), case(2, 3))
    chosen = rules.choose_case(offered, {"leads": 1, "clock": 1})
    assert chosen is not None
    assert (chosen.leads, chosen.joins, chosen.owner, chosen.clock) == (1, 2, 2, 1)
    assert rules.may_choose_case(offered, {"leads": 1, "owner": 2}) is None
    assert rules.may_choose_case(offered, {"leads": 3}) is Refusal.LIST_CHANGED
    assert rules.may_choose_case(offered, {"joins": 1}) is Refusal.LIST_CHANGED
    assert rules.may_choose_case(None, {"leads": 1}) is Refusal.LIST_CHANGED
    assert rules.may_choose_case(None, {}) is None
