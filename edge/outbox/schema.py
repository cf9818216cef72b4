"""The outbox file's tables."""

VERSION = 1

SCHEMA = """
-- The queue: a row is here from the commit before the screen says "saved" until a verified receipt.
CREATE TABLE outgoing (
    capture_id      BLOB PRIMARY KEY CHECK (length(capture_id) = 16),
    digest          BLOB NOT NULL CHECK (length(digest) = 32),
    sealed          BLOB NOT NULL,
    saved_at        REAL NOT NULL,
    state           TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'published', 'set_aside')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at REAL NOT NULL
) STRICT;
CREATE INDEX outgoing_due ON outgoing (next_attempt_at);

-- What the screen shows of an encounter, before and after the queue let it go.
CREATE TABLE encounter (
    capture_id BLOB PRIMARY KEY,
    saved_at   REAL NOT NULL,
    slots      TEXT NOT NULL,
    receipt    TEXT CHECK (receipt IN ('held', 'quarantined')),
    reason     TEXT,
    result     TEXT,
    result_at  REAL,
    dismissed  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX encounter_saved ON encounter (saved_at);

CREATE TABLE total (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO total VALUES ('saved', 0), ('publications', 0), ('resent', 0), ('receipts', 0), ('quarantined', 0);
"""
