"""What a file is, what it is called, and who reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access.rules import Role
from registry.attachments.media import MOST_BYTES, Media, Refusal
from registry.attachments.rules import (
    Kind,
    disposition,
    kept_name,
    may_read,
    sniffed,
    why_not_attach,
    why_not_take,
)
from tests.registry.attachments.files import jpeg, pdf, png

HTML = b"<html><script>alert(1)</script></html>"
ZIP = b"PK\x03\x04" + b"\0" * 100
EXE = b"MZ\x90\0" + b"\0" * 100


def test_a_file_is_what_its_first_bytes_say() -> None:
    assert [sniffed(data) for data in (jpeg(), png(), pdf())] == [Media.JPEG, Media.PNG, Media.PDF]
    assert {sniffed(data) for data in (HTML, ZIP, EXE, b"", b"GIF89a", b" %PDF-1.7")} == {None}


@pytest.mark.parametrize(
    ("data", "name", "claimed", "why"),
    [
        (jpeg(), "شناسنامه.jpg", "image/jpeg", None),
        (png(), "عکس.jpg", "image/jpeg", None),
        (jpeg(), "scan", "application/octet-stream", None),
        (jpeg(), "نامه ۱۴۰۵.۰۹", "", None),
        (pdf(), "حکم.PDF", "application/pdf; charset=binary", None),
        (pdf(), "picture.jpg", "", Refusal.NOT_WHAT_IT_SAYS),
        (jpeg(), "court.pdf", "", Refusal.NOT_WHAT_IT_SAYS),
        (jpeg(), "page.html", "", Refusal.NOT_WHAT_IT_SAYS),
        (jpeg(), "x.jpg", "text/html", Refusal.NOT_WHAT_IT_SAYS),
        (jpeg(), "x.jpg", "application/json", Refusal.NOT_WHAT_IT_SAYS),
        (pdf(), "x.pdf", "image/png", Refusal.NOT_WHAT_IT_SAYS),
        (HTML, "photo.jpg", "image/jpeg", Refusal.NOT_ACCEPTED),
        (EXE, "photo.png", "image/png", Refusal.NOT_ACCEPTED),
        (ZIP, "نامه.docx", "", Refusal.NOT_ACCEPTED),
        (b"", "empty.jpg", "image/jpeg", Refusal.EMPTY),
        (jpeg() + b"\0" * MOST_BYTES, "big.jpg", "image/jpeg", Refusal.TOO_LARGE),
    ],
)
def test_a_file_that_lies_is_refused_before_anything_opens_it(
    data: bytes, name: str, claimed: str, why: Refusal | None
) -> None:
    assert why_not_take(data, name=name, claimed=claimed) is why


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("شناسنامهٔ زهرا.png", "شناسنامهٔ زهرا.jpg"),
        ("C:\\Users\\x\\scan.jpeg", "scan.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("نامه ۱۴۰۵.۰۹", "نامه ۱۴۰۵.۰۹.jpg"),
        ("...", "attachment.jpg"),
        ('a"b<c>|d?.jpg', "a b c d.jpg"),
        ("x" * 200, "x" * 120 + ".jpg"),
    ],
)
def test_a_name_keeps_no_folder_and_has_the_ending_of_what_it_is(name: str, kept: str) -> None:
    assert kept_name(name, Media.JPEG) == kept


@given(st.text(max_size=300))
def test_any_name_makes_a_safe_header_and_a_safe_file_name(name: str) -> None:
    kept = kept_name(name, Media.PDF)
    assert kept.endswith(".pdf")
    assert len(kept) <= 124
    assert not set(kept) & set('/\\"<>:|?*\r\n\0\u202e')
    header = disposition(7, kept, Media.PDF)
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith("attachment; filename=\"attachment-7.pdf\"; filename*=UTF-8''")


@given(st.binary(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_any_bytes_under_any_name_are_taken_only_as_what_they_start_with(data: bytes, name: str, claimed: str) -> None:
    if why_not_take(data, name=name, claimed=claimed) is None:
        assert sniffed(data) is not None


def test_what_is_of_health_is_read_by_those_who_read_the_health_assessment() -> None:
    assert {role for role in Role if may_read(Kind.HEALTH, {role})} == {
        Role.CLINICIAN, Role.PSYCHOLOGIST, Role.CASE_MANAGER,
    }  # fmt: skip
    assert may_read(Kind.COURT, {Role.LEGAL_OFFICER})
    assert not any(may_read(kind, {role}) for kind in Kind for role in (Role.ADMINISTRATOR, Role.OUTREACH))


def test_a_case_manager_attaches_to_their_own_cases() -> None:
    assert why_not_attach({Role.CASE_MANAGER}, 1, owner=2) is Refusal.NOT_YOUR_CASE
    assert why_not_attach({Role.CASE_MANAGER}, 1, owner=1) is None
    assert why_not_attach({Role.CLINICIAN}, 1, owner=2) is None
