"""A family for programs. Nothing here was disclosed by a child: that stays in the child's file."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from registry.children.rules import age_today
from registry.families.queries import ChildOfFamily, FamilyView
from registry.families.service import is_restrained
from registry.families.tables import FamilyMember, HouseholdAid
from registry.names.collation import collation_key


class ChildOut(BaseModel):
    id: int
    code: str
    given_name: str | None
    sex: str
    age: tuple[int, int] | None
    case_id: int | None
    case_number: str | None
    case_state: str | None
    last_met_on: date | None
    unkept_promises: int
    """Ours to this child."""


class RestraintOut(BaseModel):
    """Why this member is kept away. It stays readable after it was lifted."""

    model_config = ConfigDict(from_attributes=True)

    because: str
    order_number: str | None
    until: date | None
    set_at: datetime
    set_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_because: str | None


class MemberOut(BaseModel):
    """`restrained`: belongs to the family, and is told and given nothing."""

    id: int
    relation: str
    evidence: str
    name: str | None
    child: ChildOut | None
    restrained: bool
    restraints: list[RestraintOut]
    joined_at: datetime
    left_at: datetime | None


class AidOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str
    what: str
    rials: int | None
    given_on: date
    written_at: datetime
    written_by: str
    corrects_id: int | None


class FamilyOut(BaseModel):
    id: int
    area: str
    opened_at: datetime
    opened_by: str
    members: list[MemberOut]
    """Children first, in the order of the Persian alphabet."""
    former_members: list[MemberOut]
    aid: list[AidOut]


class FamilyPage(BaseModel):
    families: list[FamilyOut]
    next: str | None


def family_out(view: FamilyView, today: date) -> FamilyOut:
    members = [member_out(member, view, today) for member in view.members]
    return FamilyOut(
        id=view.family.id, area=view.family.area, opened_at=view.family.opened_at, opened_by=view.family.opened_by,
        members=sorted(members, key=_order),
        former_members=[member_out(member, view, today) for member in view.former],
        aid=[aid_out(aid) for aid in reversed(view.aid)],
    )  # fmt: skip


def _order(member: MemberOut) -> tuple[bool, tuple[tuple[int, ...], str]]:
    name = member.child.given_name if member.child else member.name
    return member.child is None, collation_key(name or "")


def member_out(member: FamilyMember, view: FamilyView, today: date) -> MemberOut:
    child = view.children[member.child_id] if member.child_id is not None else None
    return MemberOut(
        id=member.id, relation=member.relation, evidence=member.evidence, name=member.name,
        child=_child_out(child, today) if child else None, restrained=is_restrained(member, today),
        restraints=[RestraintOut.model_validate(one) for one in member.restraints],
        joined_at=member.joined_at, left_at=member.left_at,
    )  # fmt: skip


def aid_out(aid: HouseholdAid) -> AidOut:
    return AidOut.model_validate(aid)


def _child_out(of: ChildOfFamily, today: date) -> ChildOut:
    child, case = of.child, of.case
    return ChildOut(
        id=child.id, code=child.code, given_name=child.given_name, sex=child.sex,
        age=age_today(child.age_low, child.age_high, child.age_on, today),
        case_id=case.id if case else None, case_number=case.number if case else None,
        case_state=case.state if case else None, last_met_on=child.last_met_on, unkept_promises=of.unkept_promises,
    )  # fmt: skip
