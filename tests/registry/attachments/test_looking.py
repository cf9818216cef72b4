"""Opening strangers' files, in the process of its own that does it: what is kept, and what is refused and why."""

import io
import json
import subprocess
import sys

import pytest
from PIL import Image

from registry.attachments.looking import MOST_CPU_S, MOST_MEMORY
from registry.attachments.media import LONGEST_SIDE, MOST_PAGES, PREVIEW_SIDE, Media, Refusal
from registry.attachments.workbench import look_at
from registry.errors import RuleForbids
from tests.registry.attachments import files


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def refused(data: bytes, media: Media) -> str:
    with pytest.raises(RuleForbids) as error:
        look_at(data, media)
    return error.value.said.removeprefix("attachments.")


@pytest.mark.parametrize(
    ("data", "media"), [(files.telling_jpeg(), Media.JPEG), (files.telling_png(), Media.PNG)], ids=["jpeg", "png"]
)
def test_place_camera_comments_and_whatever_hangs_behind_are_gone(data: bytes, media: Media) -> None:
    assert files.PLACE in data
    looked = look_at(data, media)
    for kept in (looked.file, looked.preview):
        assert not [word for word in (files.PLACE, b"SecretCamera", b"Exif", b"xmp", b"script") if word in kept]
        image = opened(kept)
        image.load()
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_picture_stands_as_its_camera_was_held() -> None:
    looked = look_at(files.telling_jpeg(), Media.JPEG)
    assert (looked.width, looked.height) == (480, 640)
    assert opened(looked.file).size == (480, 640)
    red, green, blue = opened(looked.file).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert (red > 180, green < 60, blue < 60) == (True, True, True)


@pytest.mark.parametrize(
    "image",
    [
        files.picture(colour=(0, 0, 255, 128)),
        files.picture().convert("P"),
        files.picture().convert("L"),
        files.picture().convert("1"),
        files.picture((1, 1)),
        files.picture((5000, 3)),
    ],
    ids=["see-through", "palette", "grey", "two colours", "one pixel", "a strip"],
)
def test_pictures_of_every_make_are_kept_as_what_they_are(image: Image.Image) -> None:
    looked = look_at(files.png(image), Media.PNG)
    kept, preview = opened(looked.file), opened(looked.preview)
    assert (kept.format, preview.format) == ("PNG", "JPEG")
    assert kept.width == min(image.width, LONGEST_SIDE)
    assert 1 <= kept.height <= image.height
    assert max(preview.size) <= PREVIEW_SIDE
    assert ("A" in kept.getbands()) == ("A" in image.getbands())


def test_a_picture_of_four_inks_and_one_of_two_frames_are_read() -> None:
    assert opened(look_at(files.jpeg(files.picture().convert("CMYK")), Media.JPEG).file).mode == "RGB"
    out = io.BytesIO()
    files.picture().save(out, "MPO", save_all=True, append_images=[files.picture()])
    assert look_at(out.getvalue(), Media.JPEG).width == 640


def test_a_paper_is_kept_byte_for_byte_with_its_first_page_to_look_at() -> None:
    data = files.pdf(3)
    looked = look_at(data, Media.PDF)
    assert (looked.file, looked.pages, looked.width) == (data, 3, None)
    page = opened(looked.preview).convert("L")
    assert max(page.size) == PREVIEW_SIDE
    assert page.getextrema()[0] < 100, "something is written on it"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("data", "media", "why"),
    [
        (files.bomb(), Media.PNG, Refusal.TOO_MANY_PIXELS),
        (files.bomb(7000, 7000), Media.PNG, Refusal.TOO_MANY_PIXELS),
        (files.text_bomb(), Media.PNG, Refusal.DAMAGED),
        (files.jpeg()[:2000], Media.JPEG, Refusal.DAMAGED),
        (files.png()[:-40], Media.PNG, Refusal.DAMAGED),
        (b"\xff\xd8\xff<html>", Media.JPEG, Refusal.DAMAGED),
        (files.png().replace(b"IDAT", b"IDAX"), Media.PNG, Refusal.DAMAGED),
        (b"%PDF-1.7 nothing", Media.PDF, Refusal.DAMAGED),
        (files.pdf(password="secret"), Media.PDF, Refusal.LOCKED),
        (files.pdf(carries="program.exe"), Media.PDF, Refusal.ACTIVE),
        (files.scripted_pdf(), Media.PDF, Refusal.ACTIVE),
        (files.pdf(MOST_PAGES + 1), Media.PDF, Refusal.TOO_MANY_PAGES),
    ],
    ids=[
        "bomb", "49 million pixels", "text bomb", "cut jpeg", "cut png", "html", "no pixels", "no pages", "locked",
        "carries a program", "scripted", "201 pages",
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_the_reason(data: bytes, media: Media, why: Refusal) -> None:
    assert refused(data, media) == why


def test_a_paper_that_unpacks_to_more_than_the_machine_should_give_takes_nothing_down() -> None:
    data = files.huge_stream_pdf()
    assert len(data) < 200_000
    answer = subprocess.run([sys.executable, "-c", OPENED_ALONE], input=data, stdout=subprocess.PIPE, check=True)
    ended, kilobytes, seconds = json.loads(answer.stdout)
    assert ended in ("kept", "attachments.cannot_be_opened", "attachments.damaged")
    assert kilobytes * 1024 <= MOST_MEMORY
    assert seconds <= MOST_CPU_S + 2


OPENED_ALONE = """
import json, resource, sys
from registry.attachments.media import Media
from registry.attachments.workbench import look_at
from registry.errors import RuleForbids
try:
    look_at(sys.stdin.buffer.read(), Media.PDF)
    ended = "kept"
except RuleForbids as error:
    ended = error.said
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([ended, spent.ru_maxrss, spent.ru_utime]))
"""
"""In a process whose only child opens the file: what children spent is told of the largest one that ever was."""
