"""Every place of the tablet's way where a test may end the process.

What is raised at a fault point of the outbox reaches its caller; what is raised in the link ends the link as a dying
process would: nothing is acknowledged, the connection is dropped without a goodbye, and `Link.failure` keeps it.
"""

OUTBOX_FAULT_POINTS = (
    "outbox.save.before_commit",
    "outbox.save.committed",
    "outbox.claim.before_commit",
    "outbox.claim.committed",
    "outbox.receipt.before_commit",
    "outbox.receipt.committed",  # the row is deleted
    "outbox.result.before_commit",
    "outbox.result.committed",
)

LINK_FAULT_POINTS = (
    "link.publish.before",
    "link.publish.handed_over",
    "link.puback.received",
    "link.receipt.arrived",
    "link.receipt.handled",
    "link.receipt.acknowledged",
    "link.result.arrived",
    "link.result.handled",
    "link.result.acknowledged",
)

SCREEN_FAULT_POINTS = (
    "outbox.dismiss.before_commit",
    "outbox.dismiss.committed",
    "outbox.forget.before_commit",
    "outbox.forget.committed",
)
"""Commits that only change what the screen shows; the queue must stand whatever happens there."""

FAULT_POINTS = OUTBOX_FAULT_POINTS + LINK_FAULT_POINTS + SCREEN_FAULT_POINTS
