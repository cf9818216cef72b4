"""One of everything that a person may open by its number, so that every page and answer can be asked for."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry.access.tables import Account
from registry.attachments.tables import Attachment, SealedPart
from registry.cases.records import CaseEntry
from registry.children.tables import Child
from registry.families.tables import Family, FamilyMember
from registry.letters.forms import CardForm, Kind
from registry.letters.tables import Letter
from registry.letters.wording import Known, write
from registry.notes.tables import WrittenNote
from registry.observation.tables import ObservedPlace
from registry.referrals.tables import Partner, PartnerPerson, Referral
from registry.review.tables import Merge, MergeRow, ReviewItem, ReviewJudgement, ReviewQuestion
from registry.safeguarding.tables import Report
from registry.searches.rules import Narrowing
from registry.searches.tables import NarrowedSearch
from registry.tracing.tables import Inquiry
from registry.transfers.tables import CaseTransfer, Office
from tests.registry.web.scene import Met, Scene


def furnish(scene: Scene, met: Met) -> None:
    now = scene.web.clock.now()
    with scene.web.database.writing() as work:
        child = FamilyMember(child_id=met.child_ids[0], relation="sibling", joined_at=now, joined_by="test")
        work.session.add(Family(area="شوش", opened_at=now, opened_by="test", members=[child]))
        day = now.date()
        place = {"name": "چهارراه ولی‌عصر", "kind": "junction", "district": "۶", "planned_at": now, "planned_by": "test"}
        work.session.add(ObservedPlace(**place, district_starts_on=day, observe_from=day))
        said = {"inquirer": {"name": "کریم", "relation": "پدر"}, "child": {"given_name": "زهرا"}}
        asked = {"asked_by": "test", "account_id": 1, "asked_at": now, "reason": "…", "attempts": 0}
        narrowing = Narrowing(sex="girl").stored()
        work.session.add(NarrowedSearch(state="waiting", narrowing=narrowing, **asked))
        work.session.add(Inquiry(reference="T-1", inquiry=said, taken_at=now, taken_by="test"))
        told = {"kind": "complaint", "told_by": "child", "concerns": ["hit"]}
        filed = {"filed_at": now, "look_by": now, "due_at": now}
        work.session.add(Report(reference="S-1", urgency=1, said=told, child_id=met.child_ids[0], **filed))
        _written_on(work.session, scene, now)
        _transfer(work.session, now)
        _referral(work.session, now)
        _review(work.session, met.child_ids[0], now)
        _letter(work.session, now)
        work.commit()


def _letter(session: Session, now: datetime) -> None:
    """Letter 1, the draft of a card, on case 1."""
    writer = Account(name="letter-writer", password_hash="!", created_at=now)
    session.add(writer)
    session.flush()
    content = write(Kind.CARD, CardForm(), Known(number="1405/00001", case_number="", child_code="482-715-390"))
    drafted = {"drafted_at": now, "drafted_by_id": writer.id, "drafted_by": writer.name}
    session.add(Letter(number="1405/00001", case_id=1, kind="card", form={}, content=content.model_dump(), **drafted))


def _written_on(session: Session, scene: Scene, now: datetime) -> None:
    """Note 1 and attachment 1, on case 1."""
    writer = Account(name="writer", password_hash="!", created_at=now)
    session.add(writer)
    session.flush()
    by = {"case_id": 1}
    session.add(WrittenNote(**by, text="@nobody", written_at=now, written_by_id=writer.id, written_by="writer"))
    file = Attachment(
        **by, token="0" * 32, kind="court", name="x.pdf", media_type="application/pdf", size=4, sha256="", pages=1,
        received_sha256="", added_at=now, added_by_id=writer.id, added_by="writer",
    )  # fmt: skip
    session.add(file)
    session.flush()
    for part in ("file", "preview"):
        sealed = scene.web.vault.seal(file.token, part, b"%PDF")
        session.add(SealedPart(attachment_id=file.id, part=part, sealed=sealed))


def _transfer(session: Session, now: datetime) -> None:
    """Transfer 1, of case 1, which the other office accepted yesterday."""
    asker = Account(name="asker", password_hash="!", created_at=now)
    here, there = (Office(name=name, province="تهران", opened_at=now, opened_by="test") for name in ("شوش", "ری"))
    session.add_all([asker, here, there])
    session.flush()
    session.add(
        CaseTransfer(
            number="TR-1", case_id=1, from_office_id=here.id, to_office_id=there.id, state="accepted", form={},
            summary={}, receipt={"last_entry": 1}, asked_at=now, asked_by_id=asker.id, asked_by="asker",
            reads_until=now + timedelta(days=29),
        )
    )  # fmt: skip


def _referral(session: Session, now: datetime) -> None:
    """Referral 1, of case 1, to organisation 1."""
    writer = Account(name="referring", password_hash="!", created_at=now)
    session.add_all([writer, Partner(name="انجمن یاران", kind="ngo", opened_at=now, opened_by="test")])
    session.flush()
    until = now.date() + timedelta(days=9)
    said = {"receiver": "انجمن یاران", "service": "کلاس", "shared": ["نام"], "consent": True, "ends_on": str(until)}
    entry = CaseEntry(
        case_id=1, task="referral", standing="in_force", form=said, written_at=now, written_by_id=writer.id,
        written_by=writer.name, in_force_at=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    opened = {"opened_at": now, "opened_by": writer.name, "service": "کلاس", "shared": ["نام"], "ends_on": until}
    session.add(Referral(number="R-1", case_id=1, entry_id=entry.id, partner_id=1, **opened))


def belongs_to_an_organisation(scene: Scene, name: str) -> None:
    """The account of this name reads the referrals of organisation 1."""
    now = scene.web.clock.now()
    with scene.web.database.writing() as work:
        account_id = work.session.query(Account.id).filter_by(name=name).scalar()
        work.session.add(PartnerPerson(partner_id=1, account_id=account_id, since=now, given_by="test"))
        work.commit()


def _review(session: Session, child_id: int, now: datetime) -> None:
    """Question 1, on which reviewers agreed, and merge 1, which was carried out."""
    known = {"standing": "confirmed", "sex": "girl", "created_at": now}
    other = Child(code="000-000-001", **known)
    session.add_all([ReviewItem(state="closed", reason="unsure", opened_at=now), other])
    session.flush()
    session.add(Child(code="000-000-002", merged_into_id=child_id, **known))
    session.flush()
    session.add(
        ReviewQuestion(
            item_id=1, child_id=child_id, other_id=other.id, raised_by="matching", opened_at=now, state="same", round=1
        )
    )
    session.flush()
    view = {"iris_view": "same", "iris_at": now, "shown": {}, "verdict": "same", "decided_at": now}
    session.add(ReviewJudgement(question_id=1, round=1, reviewer="reviewer", **view))
    merge = Merge(
        question_id=1, survivor_id=child_id, absorbed_id=other.id + 1, state="done", asked_by="x", asked_at=now,
        plan={"fields": [], "case": None, "cases": [], "survivor_id": child_id, "absorbed_id": other.id + 1},
    )  # fmt: skip
    session.add(merge)
    session.flush()
    session.add(MergeRow(merge_id=merge.id, table_name="child", row_id=child_id, before={}, after={}))
