"""A child is not discharged into a home where an adult lives who is kept away from it."""

import pytest

from registry.access.rules import Role
from registry.cases.casework import decide
from registry.errors import LawRefuses
from registry.families import service as families
from registry.families.forms import FamilyForm, LeavesForm, LiftForm, RestraintForm
from tests.registry.cases.conftest import Desks
from tests.registry.cases.office import Office
from tests.registry.cases.samples import receiver

NOT_HOME = "kept away at home"


def household(office: Office, case_id: int, father: str = "رحیم نوری") -> int:
    """The child's mother, father and the child; the father's number as a member."""
    members = [
        {"child_id": office.case(case_id).child_id, "relation": "sibling"},
        {"name": "مریم", "relation": "mother"},
        {"name": father, "relation": "father"},
    ]
    form, tools = (
        FamilyForm.model_validate({"members": members}),
        {"trail": office.registry.trail, "clock": office.clock},
    )
    with office.registry.database.writing() as work:
        family = families.open_family(work, form, by=office.people[Role.SOCIAL_WORKER], **tools)
        work.session.refresh(family)
        member_id = family.members[-1].id
        work.commit()
    return member_id


def restrain(office: Office, member_id: int) -> None:
    tools = {"trail": office.registry.trail, "clock": office.clock}
    with office.registry.database.writing() as work:
        form = RestraintForm(because="کودک را زده است")
        families.restrain(work, member_id, form, by=office.people[Role.PSYCHOLOGIST], **tools)
        work.commit()


def test_nobody_may_ask_for_it_while_that_adult_lives_there(office: Office) -> None:
    case = office.ready_to_leave()
    father = household(office, case)
    restrain(office, father)
    with pytest.raises(LawRefuses, match=NOT_HOME):
        office.hand_in(case, "discharge")
    tools = {"trail": office.registry.trail, "clock": office.clock}
    with office.registry.database.writing() as work:
        left = LeavesForm(because="به شهر دیگری رفت")
        families.member_leaves(work, father, left, by=office.people[Role.SOCIAL_WORKER], **tools)
        work.commit()
    with pytest.raises(LawRefuses, match="receiver kept away"):
        office.hand_in(case, "discharge", receiver=receiver(name="رحيم نوري", relation="پدر"))
    assert office.hand_in(case, "discharge").standing == "asked"


def test_it_is_not_granted_either_when_the_adult_was_restrained_after_somebody_asked(office: Office) -> None:
    case = office.ready_to_leave()
    father = household(office, case)
    asked = office.hand_in(case, "discharge")
    restrain(office, father)
    with office.registry.database.writing() as work, pytest.raises(LawRefuses, match=NOT_HOME):
        decide(work, office.desk, entry_id=asked.id, granted=True, reason="", actor=office.second_approver)
    tools = {"trail": office.registry.trail, "clock": office.clock}
    with office.registry.database.writing() as work:
        lifted = LiftForm(because="دادگاه برداشت")
        families.lift_restraint(work, father, lifted, by=office.people[Role.CENTRE_MANAGER], **tools)
        work.commit()
    assert office.answer(asked).standing == "in_force"
    assert office.case(case).state == "with_family"


def test_the_reason_is_told_in_both_languages(desks: Desks) -> None:
    case = desks.ready_to_leave()
    restrain(desks.office, household(desks.office, case))
    answer = desks.send(case, "discharge")
    assert answer.status_code == 409
    refusal = answer.json()["refusal"]
    assert refusal["why"] == "kept_away_at_home"
    assert "خانه زندگی می‌کند" in refusal["reason"]["fa"]
    assert "lives in the home" in refusal["reason"]["en"]
    assert "رحیم" not in answer.text
