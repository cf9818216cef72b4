"""The audit trail refuses changes and removals, at least by accident; the seals show those on purpose."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE = """
create trigger audit_entry_no_{verb} before {verb} on audit_entry
begin select raise(abort, 'the audit trail is append-only'); end
"""
_POSTGRESQL = """
create function audit_entry_append_only() returns trigger language plpgsql as $$
begin raise exception 'the audit trail is append-only'; end $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE.format(verb=verb))
        return
    op.execute(_POSTGRESQL)
    op.execute(
        "create trigger audit_entry_append_only before update or delete or truncate on audit_entry "
        "for each statement execute function audit_entry_append_only()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"drop trigger audit_entry_no_{verb}")
        return
    op.execute("drop trigger audit_entry_append_only on audit_entry")
    op.execute("drop function audit_entry_append_only()")
