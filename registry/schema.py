"""All tables in one place: importing this module makes `metadata` whole."""

from registry.access import tables as access
from registry.attachments import tables as attachments
from registry.audit import tables as audit
from registry.base import Base
from registry.calendar import tables as calendar
from registry.cases import records
from registry.cases import tables as cases
from registry.children import records as child_records
from registry.children import tables as children
from registry.devices import tables as devices
from registry.encounters import tables as encounters
from registry.families import tables as families
from registry.inbox import tables as inbox
from registry.intake import tables as intake
from registry.letters import tables as letters
from registry.live import tables as live
from registry.notes import tables as notes
from registry.observation import tables as observation
from registry.referrals import tables as referrals
from registry.replies import tables as replies
from registry.review import tables as review
from registry.safeguarding import tables as safeguarding
from registry.searches import tables as searches
from registry.tracing import tables as tracing
from registry.transfers import tables as transfers

metadata = Base.metadata

__all__ = [
    "access",
    "attachments",
    "audit",
    "calendar",
    "cases",
    "child_records",
    "children",
    "devices",
    "encounters",
    "families",
    "inbox",
    "intake",
    "letters",
    "live",
    "metadata",
    "notes",
    "observation",
    "records",
    "referrals",
    "replies",
    "review",
    "safeguarding",
    "searches",
    "tracing",
    "transfers",
]
