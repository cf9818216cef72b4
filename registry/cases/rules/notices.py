"""The notice to the directorate of foreign nationals: a decision a child. Law: DOMAIN, notice to the directorate."""

from datetime import date, datetime
from enum import StrEnum

from registry.calendar.rules import WorkingCalendar
from registry.cases.forms.deciding import Notice, NoticeAnswer, NoticeDecision, Purpose
from registry.cases.rules import interests
from registry.cases.rules.facts import Facts, today
from registry.cases.rules.refusals import Refusal

SILENCE_WORKING_DAYS = 3


class NoticeStanding(StrEnum):
    UNDECIDED = "undecided"
    NOT_SENT = "not_sent"
    """Deferred, not to be sent, or referred to a lawyer or UNHCR."""
    WAITING = "waiting"
    SILENT = "silent"
    """No answer within three working days: it goes up a level, and keeping ends when it would have ended."""
    ANSWERED = "answered"


def may_notify(form: Notice, facts: Facts, now: datetime) -> Refusal | None:
    if refused := interests.why_not(Purpose.NOTICE, facts, now):
        return refused
    if form.decision is not NoticeDecision.SEND:
        return None
    if facts.iranian_way:
        return Refusal.IRANIAN_WAY
    if form.letter and form.letter.claimed_nationality not in {claim.country for claim in facts.claims}:
        return Refusal.NATIONALITY_DIFFERS
    if form.risk_on_return.any:
        return Refusal.RISK_ON_RETURN
    if any(isinstance(e.form, Notice) and e.form.decision is NoticeDecision.SEND for e in facts.of("notice")):
        return Refusal.DECIDED_BEFORE
    return Refusal.NOTICE_OF_ANOTHER_CASE if form.letter and form.letter.case_number != facts.number else None


def may_answer(form: NoticeAnswer, facts: Facts, now: datetime) -> Refusal | None:
    if form.answered_on > today(now):
        return Refusal.IN_THE_FUTURE
    sent = sent_on(facts)
    return Refusal.NOTHING_WAS_SENT if sent is None or form.answered_on < sent else None


def sent_on(facts: Facts) -> date | None:
    for entry in facts.of("notice"):
        if isinstance(entry.form, Notice) and entry.form.decision is NoticeDecision.SEND:
            return today(entry.at)
    return None


def notice_standing(facts: Facts, now: datetime) -> NoticeStanding:
    if facts.latest(Notice) is None:
        return NoticeStanding.UNDECIDED
    sent = sent_on(facts)
    if sent is None:
        return NoticeStanding.NOT_SENT
    if facts.latest(NoticeAnswer) is not None:
        return NoticeStanding.ANSWERED
    return NoticeStanding.SILENT if is_silent(sent, today(now), facts.calendar) else NoticeStanding.WAITING


def is_silent(sent: date, on: date, calendar: WorkingCalendar) -> bool:
    return on > calendar.after(sent, SILENCE_WORKING_DAYS)
