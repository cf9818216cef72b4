"""What the administrator's page reads about arrivals: what waits, what needs a person, what was refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, load_only

from registry.intake.tables import Journal, Outgoing, Quarantined, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    waiting: int
    settled: int
    unsent: int
    """Results that a tablet has not been sent yet."""
    attention: Sequence[Journal]
    quarantined: Sequence[Quarantined]
    refused: Sequence[Refused]


def arrivals(session: Session, *, limit: int = 100) -> Arrivals:
    """Sealed payloads are never loaded."""
    states = dict(session.execute(select(Journal.state, func.count()).group_by(Journal.state)).all())
    unsent = session.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.sent_at.is_(None))) or 0
    attention = session.scalars(
        select(Journal)
        .where(Journal.state == "attention")
        .order_by(Journal.id.desc())
        .limit(limit)
        .options(defer(Journal.payload), defer(Journal.receipt))
    ).all()
    columns = load_only(Quarantined.capture_id, Quarantined.device_id, Quarantined.received_at, Quarantined.reason)
    quarantined = session.scalars(
        select(Quarantined).order_by(Quarantined.id.desc()).limit(limit).options(columns)
    ).all()
    refused = session.scalars(select(Refused).order_by(Refused.last_at.desc()).limit(limit)).all()
    return Arrivals(
        waiting=states.get("waiting", 0), settled=states.get("settled", 0), unsent=unsent, attention=attention,
        quarantined=quarantined, refused=refused,
    )  # fmt: skip
