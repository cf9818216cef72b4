"""The roles of the whole house"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FIRST = ("outreach", "screening", "case_manager", "administrator")
_ALL = (
    "outreach", "screening", "psychologist", "clinician", "social_worker", "case_manager", "legal_officer",
    "centre_manager", "county_officer", "reviewer", "safeguarding_officer", "auditor", "administrator",
)


def upgrade() -> None:
    _allow(_ALL)


def downgrade() -> None:
    _allow(_FIRST)


def _allow(roles: tuple[str, ...]) -> None:
    allowed = f"role in ({', '.join(repr(role) for role in roles)})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_role_assignment_role"), "role_assignment", type_="check")
        op.create_check_constraint(op.f("ck_role_assignment_role"), "role_assignment", allowed)
        return
    # Copying the table leaves the old check behind: SQLite does not tell of it.
    with op.batch_alter_table("role_assignment", recreate="always") as table:
        table.create_check_constraint(op.f("ck_role_assignment_role"), allowed)
