"""Attachments over HTTP: sent, kept sealed, handed out safely, withdrawn; each lie is refused in both languages."""

import hashlib
import io
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select, update

from registry.attachments.media import MOST_BYTES
from registry.attachments.tables import Attachment, SealedPart
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.errors import AttachmentDamaged
from registry.keys import Keyring
from tests.registry.attachments import files
from tests.registry.notes.conftest import (
    Colleague,
    Team,
    app,
    log_in,
    office,
    omid,
    passwords,
    sara,
    stranger,
    team,
    templates,
)

__all__ = ["app", "log_in", "office", "omid", "passwords", "sara", "stranger", "team", "templates"]

BINARY = {"content-type": "application/octet-stream"}


def send(
    who: Colleague, path: str, data: bytes, name: str = "شناسنامه.jpg", kind: str = "identity", **headers: str
) -> httpx.Response:
    sent = BINARY | {key.replace("_", "-"): value for key, value in headers.items()}
    return who.person.http.post(
        f"/api{path}/attachments", content=data, params={"name": name, "kind": kind}, headers=sent
    )


def why(answer: httpx.Response) -> str:
    refusal: dict[str, Any] = answer.json()["refusal"]
    assert all(len(refusal["reason"][language]) > 10 for language in ("fa", "en"))
    return str(refusal["why"])


def test_a_picture_is_kept_without_its_place_and_handed_out_to_be_saved(team: Team, sara: Colleague) -> None:
    case, sent = team.case(owner=sara), files.telling_jpeg()
    answer = send(sara, f"/cases/{case}", sent)
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["case_id"], kept["child_id"], kept["media_type"]) == (case, None, "image/jpeg")
    assert (kept["width"], kept["height"], kept["name"]) == (480, 640, "شناسنامه.jpg")
    assert kept["received_sha256"] == hashlib.sha256(sent).hexdigest()
    file = sara.get(f"/attachments/{kept['id']}/file")
    assert hashlib.sha256(file.content).hexdigest() == kept["sha256"]
    assert files.PLACE not in file.content
    assert file.headers["content-type"] == "image/jpeg"
    assert file.headers["content-disposition"].startswith(f'attachment; filename="attachment-{kept["id"]}.jpg"')
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["cache-control"] == "no-store"
    preview = sara.get(f"/attachments/{kept['id']}/preview")
    assert max(Image.open(io.BytesIO(preview.content)).size) == 512
    assert [one["id"] for one in sara.get(f"/cases/{case}/attachments").json()["attachments"]] == [kept["id"]]


def test_a_paper_comes_back_byte_for_byte(team: Team, omid: Colleague) -> None:
    child = team.child_of(team.case())
    kept = send(omid, f"/children/{child}", files.pdf(2), name="حکم دادگاه.pdf", kind="court").json()
    assert (kept["child_id"], kept["pages"], kept["media_type"]) == (child, 2, "application/pdf")
    assert omid.get(f"/attachments/{kept['id']}/file").content == files.pdf(2) or kept["sha256"]
    file = omid.get(f"/attachments/{kept['id']}/file").content
    assert hashlib.sha256(file).hexdigest() == kept["sha256"] == kept["received_sha256"]
    assert omid.get(f"/attachments/{kept['id']}/preview").content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "empty.jpg", "empty"),
        (b"<html><script>x</script>", "photo.jpg", "not_accepted"),
        (b"MZ\x90\0program", "photo.png", "not_accepted"),
        (b"PK\x03\x04", "letter.docx", "not_accepted"),
        (files.pdf(), "photo.jpg", "not_what_it_says"),
        (files.jpeg(), "letter.pdf", "not_what_it_says"),
        (files.bomb(), "bomb.png", "too_many_pixels"),
        (files.jpeg()[:2000], "cut.jpg", "damaged"),
        (files.pdf(password="x"), "locked.pdf", "locked"),
        (files.scripted_pdf(), "active.pdf", "active"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_lies_or_bursts_is_refused_in_both_languages(
    team: Team, sara: Colleague, data: bytes, name: str, reason: str
) -> None:
    case = team.case(owner=sara)
    answer = send(sara, f"/cases/{case}", data, name=name)
    assert (answer.status_code, why(answer)) == (409, reason)
    assert sara.get(f"/cases/{case}/attachments").json()["attachments"] == []


def test_a_file_that_is_too_large_is_not_taken_in(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    answer = send(sara, f"/cases/{case}", files.jpeg() + b"\0" * MOST_BYTES)
    assert (answer.status_code, why(answer)) == (413, "too_large")
    assert "ده مگابایت" in answer.json()["refusal"]["reason"]["fa"]
    just = send(sara, f"/cases/{case}", (files.jpeg() + b"\0" * MOST_BYTES)[:MOST_BYTES])
    assert just.status_code == 201, "what hangs behind the picture is cut off"
    assert just.json()["size"] < 100_000
    elsewhere = sara.person.http.post(f"/api/cases/{case}/notes", content=b"x" * 70_000, headers=BINARY)
    assert elsewhere.status_code == 413, "only a file may be large"


def test_no_form_of_another_site_can_send_a_file(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        assert send(sara, f"/cases/{case}", files.jpeg(), content_type=kind).status_code == 403
    assert send(sara, f"/cases/{case}", files.jpeg(), sec_fetch_site="cross-site").status_code == 403
    assert sara.get(f"/cases/{case}/attachments").json()["attachments"] == []


@pytest.mark.parametrize("name", ["", "photo\u202egpj.exe", "x" * 201, "a\x00b.jpg"])
def test_a_name_that_cannot_be_read_safely_is_refused(team: Team, sara: Colleague, name: str) -> None:
    case = team.case(owner=sara)
    assert send(sara, f"/cases/{case}", files.jpeg(), name=name).status_code == 422


def test_markup_in_a_name_reaches_no_header_and_no_page_as_markup(team: Team, sara: Colleague) -> None:
    case = team.case(owner=sara)
    kept = send(sara, f"/cases/{case}", files.jpeg(), name='"><script>alert(1)</script>.jpg').json()
    header = sara.get(f"/attachments/{kept['id']}/file").headers["content-disposition"]
    assert header.isascii()
    assert "<" not in header + kept["name"]


def test_nothing_of_a_file_lies_open_in_the_database_or_opens_elsewhere(
    team: Team, sara: Colleague, registry: Registry, tmp_path: Path
) -> None:
    case = team.case(owner=sara)
    one, other = (send(sara, f"/cases/{case}", files.pdf(n), name="x.pdf").json()["id"] for n in (1, 2))
    with registry.database.reading() as work:
        parts = {(row.attachment_id, row.part): row.sealed for row in work.session.scalars(select(SealedPart))}
        tokens = dict(work.session.execute(select(Attachment.id, Attachment.token)).all())
    assert not [part for part in parts.values() if b"%PDF" in part or b"JFIF" in part]
    assert registry.vault.open(tokens[one], "file", parts[one, "file"]).startswith(b"%PDF")
    for token, part in ((tokens[other], "file"), (tokens[one], "preview")):
        with pytest.raises(AttachmentDamaged):
            registry.vault.open(token, part, parts[one, "file"])
    key = registry.settings.keys_folder / "attachments.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert Keyring.open(tmp_path / "other").attachments != registry.keyring.attachments
    with registry.database.writing() as work:
        work.session.execute(
            update(SealedPart).where(SealedPart.attachment_id == one).values(sealed=parts[other, "file"])
        )
        work.commit()
    assert sara.get(f"/attachments/{one}/file").status_code == 409, "another's bytes are not handed out as this one's"


def test_who_reads_a_file_is_written_down_and_what_it_says_is_not(
    team: Team, sara: Colleague, registry: Registry
) -> None:
    case = team.case(owner=sara)
    number = send(sara, f"/cases/{case}", files.jpeg(), name="زهرا.jpg").json()["id"]
    sara.get(f"/attachments/{number}/file")
    sara.get(f"/attachments/{number}/preview")
    with registry.database.reading() as work:
        entries = work.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"attachment:{number}")).all()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("attachment.added", sara.name), ("attachment.read", sara.name), ("attachment.read", sara.name),
    ]  # fmt: skip
    assert not [entry for entry in entries if "زهرا" in entry.detail]
    assert registry.trail.verify(registry.database)


def test_what_is_of_health_is_not_there_for_others_than_its_readers(
    team: Team, sara: Colleague, omid: Colleague
) -> None:
    case = team.case(owner=sara)
    number = send(omid, f"/cases/{case}", files.jpeg(), kind="health").json()["id"]
    assert [one["id"] for one in sara.get(f"/cases/{case}/attachments").json()["attachments"]] == [number]
    assert omid.get(f"/cases/{case}/attachments").json()["attachments"] == []
    unknown = omid.get("/attachments/999").text
    for path in (f"/attachments/{number}", f"/attachments/{number}/file", f"/attachments/{number}/preview"):
        assert (omid.get(path).status_code, omid.get(path).text) == (404, unknown)
    assert omid.post(f"/attachments/{number}/withdraw", because="x").status_code == 404


def test_a_file_for_anothers_case_or_an_unknown_one_is_refused_before_it_is_opened(team: Team, sara: Colleague) -> None:
    case, other = team.case(owner=sara), team.of("case_manager", "reviewer")
    answer = send(other, f"/cases/{case}", b"never looked at")
    assert (answer.status_code, why(answer)) == (409, "not_your_case")
    assert send(sara, "/cases/999", b"never looked at").status_code == 404


def test_a_file_attached_by_mistake_is_withdrawn_with_the_reason_and_opened_by_nobody(
    team: Team, sara: Colleague
) -> None:
    case = team.case(owner=sara)
    number = send(sara, f"/cases/{case}", files.jpeg()).json()["id"]
    etag = sara.get(f"/attachments/{number}").headers["etag"]
    assert sara.post(f"/attachments/{number}/withdraw", because=" ").status_code == 422
    gone = sara.post(f"/attachments/{number}/withdraw", because="برای کودک دیگری بود").json()
    assert (gone["withdrawn_by"], gone["withdrawn_because"]) == (sara.name, "برای کودک دیگری بود")
    for part in ("file", "preview"):
        assert sara.get(f"/attachments/{number}/{part}").status_code == 404
    assert sara.get(f"/attachments/{number}", headers={"if-none-match": etag}).status_code == 200
    assert [one["id"] for one in sara.get(f"/cases/{case}/attachments").json()["attachments"]] == [number]
    assert why(sara.post(f"/attachments/{number}/withdraw", because="باز")) == "withdrawn_already"


def test_a_file_sent_twice_under_one_key_is_attached_once(team: Team, sara: Colleague, registry: Registry) -> None:
    case = team.case(owner=sara)
    first, again = (send(sara, f"/cases/{case}", files.jpeg(), idempotency_key="file-12345678") for _ in range(2))
    assert first.json() == again.json()
    with registry.database.reading() as work:
        assert work.session.scalar(select(func.count()).select_from(Attachment)) == 1
        assert work.session.scalar(select(func.count()).select_from(SealedPart)) == 2
    other = send(sara, f"/cases/{case}", files.png(), name="x.png", idempotency_key="file-12345678")
    assert other.status_code == 422
