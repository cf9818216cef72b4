"""Attaching, reading and withdrawing files. Every function leaves the commit to its caller."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from common.time import Clock
from registry.access.rules import Role
from registry.attachments import rules
from registry.attachments.media import Media, Refusal
from registry.attachments.rules import Kind
from registry.attachments.tables import Attachment, SealedPart
from registry.attachments.vault import Vault
from registry.attachments.workbench import Looked, look_at
from registry.audit.service import AuditTrail
from registry.cases.about import About, about_row, passed_on_since
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import AttachmentDamaged, NotThere, RuleForbids


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that was found to be what it says."""

    kind: Kind
    name: str
    looked: Looked
    received_sha256: str


def examine(data: bytes, *, name: str, claimed: str, kind: Kind) -> Taken:
    """Takes a moment and a process, so it is done outside any transaction. Errors: RuleForbids."""
    refuse(rules.why_not_take(data, name=name, claimed=claimed))
    media = rules.sniffed(data)
    assert media is not None  # or it would not have been taken
    return Taken(
        kind=kind, name=rules.kept_name(name, media), looked=look_at(data, media),
        received_sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def attach(
    work: UnitOfWork, about: About, taken: Taken, *, by: Person, vault: Vault, trail: AuditTrail, clock: Clock
) -> Attachment:
    """Errors: RuleForbids."""
    demand_may_attach(about, by)
    looked, token = taken.looked, secrets.token_hex(16)
    row = Attachment(
        **about.columns, token=token, kind=taken.kind, name=taken.name, media_type=looked.media,
        size=len(looked.file), sha256=hashlib.sha256(looked.file).hexdigest(), received_sha256=taken.received_sha256,
        pages=looked.pages, width=looked.width, height=looked.height, added_at=clock.now(),
        added_by_id=by.account_id, added_by=by.name,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()  # its number goes into its parts and the audit entry
    for part, data in (("file", looked.file), ("preview", looked.preview)):
        work.session.add(SealedPart(attachment_id=row.id, part=part, sealed=vault.seal(token, part, data)))
    detail: dict[str, object] = {"about": about.subject, "kind": str(taken.kind), "sha256": row.sha256}
    trail.append(work, actor=by.name, action="attachment.added", subject=f"attachment:{row.id}", detail=detail)
    return row


def demand_may_attach(about: About, by: Person) -> None:
    """Errors: RuleForbids."""
    refuse(rules.why_not_attach(by.roles, by.account_id, owner=about.owner))


def shown(work: UnitOfWork, attachment_id: int, by: Person) -> Attachment:
    """Errors: NotThere, also where its kind is not for this person."""
    return _about(work, attachment_id, by)[0]


def opened(
    work: UnitOfWork, attachment_id: int, part: str, *, by: Person, vault: Vault, trail: AuditTrail
) -> tuple[Attachment, bytes]:
    """The file or its preview, with the entry that says who read it. Errors: NotThere, AttachmentDamaged."""
    row = shown(work, attachment_id, by)
    if row.withdrawn_at is not None:
        raise NotThere("attachment")
    asked = select(SealedPart.sealed).where(SealedPart.attachment_id == row.id, SealedPart.part == part)
    sealed = work.session.execute(asked).scalar_one_or_none()
    if sealed is None:
        raise AttachmentDamaged(row.token)
    data = vault.open(row.token, part, sealed)
    detail: dict[str, object] = {"part": part}
    trail.append(work, actor=by.name, action="attachment.read", subject=f"attachment:{row.id}", detail=detail)
    return row, data


def withdraw(
    work: UnitOfWork, attachment_id: int, because: str, *, by: Person, trail: AuditTrail, clock: Clock
) -> Attachment:
    """Attached by mistake: it stays in the list with the reason, and nobody opens it. Errors: NotThere, RuleForbids."""
    row, about = _about(work, attachment_id, by)
    work.session.refresh(row, with_for_update=True)  # nobody else withdraws it meanwhile
    demand_may_attach(about, by)
    if row.withdrawn_at is not None:
        refuse(Refusal.WITHDRAWN_ALREADY)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = clock.now(), by.name, because
    trail.append(work, actor=by.name, action="attachment.withdrawn", subject=f"attachment:{row.id}")
    return row


def readable_by(roles: Collection[Role]) -> ColumnElement[bool]:
    """The condition that every list of attachments carries: what is sealed to some roles is for these, and does not go
    along when another office takes the case over."""
    sealed = [kind for kind in Kind if rules.is_sealed(kind)]
    mine = [kind for kind in Kind if rules.may_read(kind, roles)]
    passed_on = passed_on_since(Attachment.case_id, Attachment.child_id, Attachment.added_at)
    return and_(Attachment.kind.in_(mine), or_(Attachment.kind.not_in(sealed), ~passed_on))


def media_of(row: Attachment) -> Media:
    return Media(row.media_type)


def refuse(refusal: Refusal | None) -> None:
    """Errors: RuleForbids."""
    if refusal is not None:
        raise RuleForbids(f"attachments.{refusal}")


def _about(work: UnitOfWork, attachment_id: int, by: Person) -> tuple[Attachment, About]:
    asked = select(Attachment).where(Attachment.id == attachment_id, readable_by(by.roles))
    row = work.session.scalars(asked).one_or_none()
    if row is None:
        raise NotThere("attachment")
    try:
        return row, about_row(work, row, by, on_cases=rules.ON_CASES, on_children=rules.ON_CHILDREN)
    except NotThere as unseen:
        raise NotThere("attachment") from unseen
