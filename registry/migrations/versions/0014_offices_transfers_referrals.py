"""Offices, transfers between them, and referrals as their receivers see them"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BEFORE = (
    "outreach", "screening", "psychologist", "clinician", "social_worker", "case_manager", "legal_officer",
    "centre_manager", "county_officer", "reviewer", "safeguarding_officer", "auditor", "administrator",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "office",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("province", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("name", name=op.f("uq_office_name")),
    )
    op.create_table(
        "office_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_office_member_account_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_member_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_member")),
    )
    op.create_index(op.f("ix_office_member_office_id"), "office_member", ["office_id"], unique=False)
    op.create_index(
        "uq_office_member_open",
        "office_member",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("supervisor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["supervisor_id"], ["account.id"], name=op.f("fk_partner_supervisor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
    )
    op.create_table(
        "partner_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_partner_person_account_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_person_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_person")),
    )
    op.create_index(op.f("ix_partner_person_partner_id"), "partner_person", ["partner_id"], unique=False)
    op.create_index(
        "uq_partner_person_open",
        "partner_person",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "case_custody",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_custody_case_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_case_custody_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_custody")),
    )
    op.create_index(op.f("ix_case_custody_case_id"), "case_custody", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_custody_office_id"), "case_custody", ["office_id"], unique=False)
    op.create_index(
        "uq_case_custody_open",
        "case_custody",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "case_transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("reads_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'declined', 'offered', 'refused', 'accepted', 'withdrawn')",
            name=op.f("ck_case_transfer_state"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_case_transfer_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_transfer_case_id")),
        sa.ForeignKeyConstraint(["from_office_id"], ["office.id"], name=op.f("fk_case_transfer_from_office_id")),
        sa.ForeignKeyConstraint(["to_office_id"], ["office.id"], name=op.f("fk_case_transfer_to_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_transfer")),
        sa.UniqueConstraint("number", name=op.f("uq_case_transfer_number")),
    )
    op.create_index(op.f("ix_case_transfer_case_id"), "case_transfer", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_transfer_from_office_id"), "case_transfer", ["from_office_id"], unique=False)
    op.create_index(op.f("ix_case_transfer_to_office_id"), "case_transfer", ["to_office_id"], unique=False)
    op.create_index(
        "uq_case_transfer_open",
        "case_transfer",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state in ('asked', 'offered')"),
        postgresql_where=sa.text("state in ('asked', 'offered')"),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("service", sa.String(length=200), nullable=False),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'accepted', 'declined', 'ended')", name=op.f("ck_referral_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_referral_case_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["case_entry.id"], name=op.f("fk_referral_entry_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_referral_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_referral_entry_id")),
        sa.UniqueConstraint("number", name=op.f("uq_referral_number")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_index(op.f("ix_referral_ends_on"), "referral", ["ends_on"], unique=False)
    op.create_index("ix_referral_partner_id_id", "referral", ["partner_id", "id"], unique=False)
    op.create_table(
        "referral_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_referral_report_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_report")),
    )
    op.create_index(op.f("ix_referral_report_referral_id"), "referral_report", ["referral_id"], unique=False)
    # Others refer to case_entry, so SQLite cannot copy it to alter it; both databases add the column in place.
    integer = "integer" if op.get_bind().dialect.name == "sqlite" else "bigint"
    op.execute(
        f"alter table case_entry add column stays_with_id {integer} "
        "constraint fk_case_entry_stays_with_id references office (id)"
    )
    _allow((*_BEFORE, "ngo"))


def downgrade() -> None:
    _allow(_BEFORE)
    op.drop_column("case_entry", "stays_with_id")
    op.drop_index(op.f("ix_referral_report_referral_id"), table_name="referral_report")
    op.drop_table("referral_report")
    op.drop_index("ix_referral_partner_id_id", table_name="referral")
    op.drop_index(op.f("ix_referral_ends_on"), table_name="referral")
    op.drop_index(op.f("ix_referral_case_id"), table_name="referral")
    op.drop_table("referral")
    op.drop_index(
        "uq_case_transfer_open",
        table_name="case_transfer",
        sqlite_where=sa.text("state in ('asked', 'offered')"),
        postgresql_where=sa.text("state in ('asked', 'offered')"),
    )
    op.drop_index(op.f("ix_case_transfer_to_office_id"), table_name="case_transfer")
    op.drop_index(op.f("ix_case_transfer_from_office_id"), table_name="case_transfer")
    op.drop_index(op.f("ix_case_transfer_case_id"), table_name="case_transfer")
    op.drop_table("case_transfer")
    op.drop_index(
        "uq_case_custody_open",
        table_name="case_custody",
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index(op.f("ix_case_custody_office_id"), table_name="case_custody")
    op.drop_index(op.f("ix_case_custody_case_id"), table_name="case_custody")
    op.drop_table("case_custody")
    op.drop_index(
        "uq_partner_person_open",
        table_name="partner_person",
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index(op.f("ix_partner_person_partner_id"), table_name="partner_person")
    op.drop_table("partner_person")
    op.drop_table("partner")
    op.drop_index(
        "uq_office_member_open",
        table_name="office_member",
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.drop_index(op.f("ix_office_member_office_id"), table_name="office_member")
    op.drop_table("office_member")
    op.drop_table("office")


def _allow(roles: tuple[str, ...]) -> None:
    allowed = f"role in ({', '.join(repr(role) for role in roles)})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_role_assignment_role"), "role_assignment", type_="check")
        op.create_check_constraint(op.f("ck_role_assignment_role"), "role_assignment", allowed)
        return
    # Copying the table leaves the old check behind: SQLite does not tell of it.
    with op.batch_alter_table("role_assignment", recreate="always") as table:
        table.create_check_constraint(op.f("ck_role_assignment_role"), allowed)
