"""The places of the registry's way where a test may end the process (`common.faults`)."""

BEFORE_JOURNAL_COMMIT = "journal.before_commit"
JOURNAL_COMMITTED = "journal.committed"
ACKNOWLEDGED = "intake.acknowledged"
RECEIPT_PUBLISHED = "intake.receipt_published"
CLAIMED = "worker.claimed"
SEARCHED = "settle.searched"
BEFORE_SETTLE_COMMIT = "settle.before_commit"
SETTLED = "settle.committed"
RESULT_PUBLISHED = "sender.published"
RESULT_MARKED = "sender.marked"

FAULT_POINTS = (
    BEFORE_JOURNAL_COMMIT,
    JOURNAL_COMMITTED,
    ACKNOWLEDGED,
    RECEIPT_PUBLISHED,
    CLAIMED,
    SEARCHED,
    BEFORE_SETTLE_COMMIT,
    SETTLED,
    RESULT_PUBLISHED,
    RESULT_MARKED,
)
