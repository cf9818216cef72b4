"""Papers of a case: files attached to it, sealed as the registry seals them, and letters with what came after them."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import jdatetime
from PIL import Image

from common.time import in_tehran
from panah.bench.registry.loading import Rows
from panah.bench.registry.population import NOW, FiledCase, Population
from registry.attachments.rules import Kind as Paper
from registry.attachments.service import examine
from registry.attachments.vault import Vault
from registry.letters.content import Content
from registry.letters.forms import CourtForm, Kind, LetterForm, SchoolForm
from registry.letters.paper import Stamp, draw
from registry.letters.rules import letter_number
from registry.letters.wording import Known, write

_ATTACHED, _LETTERS = 20, 4
"""One case in so many."""
_MUCH, _MANY = 50, 55
"""One of those cases in so many has a page and more."""
_DRAWN = 12
"""So many sent copies are drawn and shared by all letters: one of each would take an hour."""
_PAPERS = (Paper.COURT, Paper.IDENTITY, Paper.SCHOOL, Paper.CONSENT, Paper.DRAWING)
_STATES = ("issued", "issued", "draft", "issued", "issued", "withdrawn", "issued", "issued", "draft", "issued")


def papers(world: Population, vault: Vault) -> Iterator[Rows]:
    yield from _attachments(world, vault, Random(world.size.seed + 6))
    yield from _letters(world)


def _of(cases: list[FiledCase]) -> Iterator[FiledCase]:
    """Each as often as it has papers."""
    for place, case in enumerate(cases):
        for _ in range(_MANY if place % _MUCH == _MUCH - 1 else 1 + place % 3):
            yield case


def _attachments(world: Population, vault: Vault, chance: Random) -> Iterator[Rows]:
    """Every eighth is the child's own and not its case's. The pictures are one small one; each is sealed for itself."""
    sent = io.BytesIO()
    Image.effect_noise((48, 64), 40).convert("RGB").save(sent, "PNG")
    taken = examine(sent.getvalue(), name="نامه.png", claimed="image/png", kind=Paper.COURT)
    looked, digest = taken.looked, hashlib.sha256(taken.looked.file).hexdigest()
    there = [(number, case, f"{chance.getrandbits(128):032x}") for number, case in enumerate(_files(world), start=1)]
    yield Rows(
        table="attachment",
        columns=(
            "id", "child_id", "case_id", "token", "kind", "name", "media_type", "size", "sha256", "received_sha256",
            "width", "height", "added_at", "added_by_id", "added_by",
        ),
        values=(
            (number, case.child if number % 8 == 0 else None, None if number % 8 == 0 else case.id, token,
             str(_PAPERS[number % len(_PAPERS)]), taken.name, str(looked.media), len(looked.file), digest,
             taken.received_sha256, looked.width, looked.height, case.opened_at + timedelta(hours=5),
             case.owner.account_id, case.owner.name)
            for number, case, token in there
        ),
    )  # fmt: skip
    yield Rows(
        table="attachment_part", columns=("attachment_id", "part", "sealed"),
        values=(
            (number, part, vault.seal(token, part, data))
            for number, _, token in there
            for part, data in (("file", looked.file), ("preview", looked.preview))
        ),
    )  # fmt: skip


def _files(world: Population) -> Iterator[FiledCase]:
    return _of(world.every(_ATTACHED))


def _letters(world: Population) -> Iterator[Rows]:
    signer = world.with_role("centre_manager")[0]
    copies: list[tuple[bytes, str]] = []
    rows: list[tuple[Any, ...]] = []
    later: list[tuple[Any, ...]] = []
    for number, case in enumerate(_of(world.every(_LETTERS)), start=1):
        kind, at = Kind.COURT if number % 3 else Kind.SCHOOL, _drafted(case, number)
        ours = letter_number(jdatetime.date.fromgregorian(date=in_tehran(at).date()).year, number)
        form, state = _form(kind), _STATES[number % len(_STATES)]
        content = write(kind, form, _known(world, case, ours))
        if len(copies) < _DRAWN:
            copies.append(_copy(content, at, signer.name))
        pdf, digest = copies[number % len(copies)]
        issued, gone = state == "issued", state == "withdrawn"
        due = (at + timedelta(days=4)).date() if issued else None
        rows.append(
            (number, ours, case.id, str(kind), state, 1 if state == "draft" else 2, form.model_dump(mode="json"),
             content.model_dump(mode="json"), at, case.owner.account_id, case.owner.name, at if issued else None,
             signer.account_id if issued else None, signer.name if issued else None, due, at if gone else None,
             case.owner.name if gone else None, "دیگر لازم نیست" if gone else "", digest if issued else None,
             pdf if issued else None)
        )  # fmt: skip
        for what in _after(number) if issued else ():
            later.append((len(later) + 1, number, what, f"{number}/د", at.date(), "موافقت شد", at, case.owner.name))
    yield Rows(
        table="letter",
        columns=(
            "id", "number", "case_id", "kind", "state", "version", "form", "content", "drafted_at", "drafted_by_id",
            "drafted_by", "issued_at", "issued_by_id", "issued_by", "answer_due_on", "withdrawn_at", "withdrawn_by",
            "withdrawn_because", "sha256", "pdf",
        ),
        values=rows,
    )  # fmt: skip
    yield Rows(
        table="letter_later", columns=("id", "letter_id", "kind", "number", "on_day", "words", "at", "by"),
        values=later,
    )  # fmt: skip


def _after(number: int) -> tuple[str, ...]:
    """All but every sixth has the secretariat's number, and two of three an answer."""
    return (("registered",) if number % 6 else ()) + (("answered",) if number % 3 else ())


def _drafted(case: FiledCase, number: int) -> datetime:
    return min(case.opened_at + timedelta(days=number % 90), NOW - timedelta(hours=number % 200))


def _known(world: Population, case: FiledCase, ours: str) -> Known:
    person = world.people[case.child - 1]
    return Known(
        number=ours, case_number=f"1405/{case.id:05}", child_code="", child_name=person.given,
        fathers_name=person.father, age=(person.age, person.age + 2),
    )  # fmt: skip


def _form(kind: Kind) -> LetterForm:
    if kind is Kind.SCHOOL:
        return SchoolForm(to="آموزش‌وپرورش منطقهٔ ۱۲", grade="پایهٔ سوم")
    body = "خواهشمند است دستور فرمایید با نگهداری موقت این کودک موافقت شود.\nگزارش مددکار پیوست است."
    return CourtForm(to="شعبهٔ ۱۲ دادگاه خانواده", subject="درخواست دستور موقت", body=body)


def _copy(content: Content, at: datetime, signer: str) -> tuple[bytes, str]:
    pdf = draw(content, Stamp(at=at, signed_by=signer))
    return pdf, hashlib.sha256(pdf).hexdigest()
