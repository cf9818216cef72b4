"""What the page shows, read anew each time; nothing is remembered that could go stale."""

from dataclasses import dataclass
from datetime import datetime

from common.text import to_persian_digits
from common.time import Clock, clock_time, elapsed, in_tehran, jalali, moment, near_date
from edge.kiosk import words
from edge.kiosk.words import Said
from edge.link.models import LinkState, LinkStatus
from edge.messages.models import SlotResult
from edge.outbox.errors import SpaceLow
from edge.outbox.models import Counts, EncounterMemo, ReceiptStatus

_SHOWN = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotView:
    title: str
    said: Said
    code: str | None = None
    facts: tuple[str, ...] = ()
    """Two things to check with the child before anything opens."""
    last_met: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterView:
    key: str
    at: str
    slots: tuple[SlotView, ...]
    late: bool = False
    may_dismiss: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    label: str
    team: str
    day: str
    time: str
    link: Said
    link_reason: str
    queue: str
    """Empty when nothing waits."""
    oldest: str
    alarms: tuple[str, ...]
    newest: EncounterView | None
    earlier: tuple[EncounterView, ...]


def board_view(
    *, label: str, team: str, clock: Clock, counts: Counts, memos: list[EncounterMemo], link: LinkStatus,
    space: SpaceLow | None,
) -> BoardView:  # fmt: skip
    now = clock.now()
    encounters = [_encounter(memo, link.state, now) for memo in memos]
    return BoardView(
        label=label,
        team=team,
        day=jalali(in_tehran(now).date(), year=False),
        time=clock_time(now),
        link=words.LINK[link.state],
        link_reason=link.reason or "",
        queue=words.in_queue(counts.queued) if counts.queued else "",
        oldest=elapsed(counts.oldest, now) if counts.oldest else "",
        alarms=_alarms(counts, link, space),
        newest=encounters[0] if encounters else None,
        earlier=tuple(encounters[1:_SHOWN]),
    )


def _alarms(counts: Counts, link: LinkStatus, space: SpaceLow | None) -> tuple[str, ...]:
    found = []
    if space is not None:
        found.append(space.persian)
    if link.state is LinkState.REFUSED:
        found.append("شبکه این تبلت را نمی‌پذیرد؛ برخوردها ذخیره می‌شوند. به پشتیبانی بگویید.")
    if link.state is LinkState.STOPPED:
        found.append("فرستادن از کار افتاده است؛ برخوردها ذخیره می‌شوند. برنامهٔ تبلت را دوباره باز کنید.")
    if counts.set_aside:
        number = to_persian_digits(counts.set_aside)
        found.append(f"مرکز {number} برخورد را هنوز نپذیرفته است؛ ذخیره‌اند و باز فرستاده می‌شوند. به پشتیبانی بگویید.")
    return tuple(found)


def _encounter(memo: EncounterMemo, link: LinkState, now: datetime) -> EncounterView:
    results = {slot.number: slot for slot in memo.result.slots} if memo.result else {}
    waiting = words.before_result(memo.state, memo.receipt, link)
    total = len(memo.slots)
    if results:
        slots = tuple(_slot(slot.number, total, results.get(slot.number), waiting, now) for slot in memo.slots)
    else:  # all stand alike: one line for the group
        slots = (SlotView(title=words.children(total), said=waiting),)
    return EncounterView(
        key=str(memo.capture_id),
        at=moment(memo.saved_at, now),
        slots=slots,
        late=bool(memo.result and memo.result.late),
        may_dismiss=memo.receipt is ReceiptStatus.QUARANTINED,
    )


def _slot(number: int, total: int, result: SlotResult | None, waiting: Said, now: datetime) -> SlotView:
    title = words.child_of(number, total)
    if result is None:
        return SlotView(title=title, said=waiting)
    facts = tuple(fact for fact in (words.age(result.age), words.sex(result.sex)) if fact)
    last_met = near_date(result.last_met_on, in_tehran(now).date()) if result.last_met_on else ""
    return SlotView(
        title=title, said=words.OUTCOMES[result.outcome], code=result.child_code, facts=facts, last_met=last_met
    )
