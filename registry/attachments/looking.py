"""Opening a stranger's file, alone: `python -m registry.attachments.looking MEDIA < file`.

The libraries that read pictures and papers are large and written in C; a file may be made to break them. So they run
in a process of their own, without keys or environment, with little memory and time. It answers with one line of JSON
and then the file as it is to be kept and its preview.
"""

import io
import json
import resource
import sys
import warnings
from dataclasses import asdict, dataclass

import pypdfium2
from PIL import Image, ImageOps
from pypdfium2 import raw

from registry.attachments.media import LONGEST_SIDE, MOST_PAGES, MOST_PIXELS, PREVIEW_SIDE, Media, Refusal

MOST_MEMORY = 1024**3
MOST_CPU_S = 20
_WHITE = (255, 255, 255)
_ACTIVE = (b"/JavaScript", b"/Launch", b"/RichMedia", b"/EmbeddedFile")
_XFA = (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND)


class Refused(Exception):
    def __init__(self, why: Refusal) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`file` is what is kept: a picture written anew, a paper as it came."""

    file: bytes
    preview: bytes
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def look(data: bytes, media: Media) -> Found:
    """Errors: Refused."""
    return _paper(data) if media is Media.PDF else _picture(data, media)


def _picture(data: bytes, media: Media) -> Found:
    """Written anew from its pixels: place, camera, comments and whatever hangs behind the picture are gone."""
    image = _upright(data, media)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    preview = image.copy()
    preview.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Found(
        file=_written(image, media), preview=_written(_on_white(preview), Media.JPEG), width=image.width,
        height=image.height,
    )  # fmt: skip


def _upright(data: bytes, media: Media) -> Image.Image:
    """Turned as its camera says, for that is lost. Errors: Refused."""
    formats = ["PNG"] if media is Media.PNG else ["JPEG", "MPO"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            checked = Image.open(io.BytesIO(data), formats=formats)
            _demand_size(checked)
            checked.verify()
            image = Image.open(io.BytesIO(data), formats=formats)
            image.load()
        return ImageOps.exif_transpose(_plain(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as exc:
        raise Refused(Refusal.TOO_MANY_PIXELS) from exc
    except Refused:
        raise
    except Exception as exc:  # a decoder meets broken data in as many ways as there are errors
        raise Refused(Refusal.DAMAGED) from exc


def _demand_size(image: Image.Image) -> None:
    """Before a pixel is unpacked. Errors: Refused."""
    if image.width * image.height > MOST_PIXELS:
        raise Refused(Refusal.TOO_MANY_PIXELS)


def _plain(image: Image.Image) -> Image.Image:
    exif = image.getexif()
    if "A" in image.getbands() or "transparency" in image.info:
        plain = image.convert("RGBA")
    else:
        plain = image.convert("L" if image.mode in ("1", "L") else "RGB")
    plain.info = {"exif": exif.tobytes()} if exif else {}
    return plain


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    sheet = Image.new("RGB", image.size, _WHITE)
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet


def _written(image: Image.Image, media: Media) -> bytes:
    image.info = {}  # what Pillow would carry over: comment, profile, XMP
    out = io.BytesIO()
    if media is Media.PNG:
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _paper(data: bytes) -> Found:
    """Kept byte for byte, so that a signature still holds; one that does something of its own is refused."""
    try:
        pdf = pypdfium2.PdfDocument(data)
        pages = len(pdf)
    except pypdfium2.PdfiumError as exc:
        raise Refused(Refusal.LOCKED if exc.err_code == raw.FPDF_ERR_PASSWORD else Refusal.DAMAGED) from exc
    if not pages:
        raise Refused(Refusal.DAMAGED)
    if pages > MOST_PAGES:
        raise Refused(Refusal.TOO_MANY_PAGES)
    if _acts(pdf, data):
        raise Refused(Refusal.ACTIVE)
    try:
        return Found(file=data, preview=_first_page(pdf), pages=pages)
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as exc:
        raise Refused(Refusal.DAMAGED) from exc


def _acts(pdf: pypdfium2.PdfDocument, data: bytes) -> bool:
    """Scripts, attached files and forms that are programs. What is packed away in streams PDFium finds."""
    if raw.FPDFDoc_GetJavaScriptActionCount(pdf) > 0 or raw.FPDFDoc_GetAttachmentCount(pdf) > 0:
        return True
    return raw.FPDF_GetFormType(pdf) in _XFA or any(word in data for word in _ACTIVE)


def _first_page(pdf: pypdfium2.PdfDocument) -> bytes:
    page = pdf[0]
    longest = max(page.get_size())
    if longest <= 0:
        raise Refused(Refusal.DAMAGED)
    drawn = page.render(scale=PREVIEW_SIDE / longest).to_pil()
    return _written(_on_white(drawn.convert("RGB")), Media.JPEG)


def _held_in() -> None:
    """From here on nothing more can be taken of the machine than this, nor any file written."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    media, data = Media(sys.argv[1]), sys.stdin.buffer.read()
    _held_in()
    try:
        found = look(data, media)
    except Refused as refused:
        answer, parts = {"refused": str(refused.why)}, (b"", b"")
    else:
        told = asdict(found)
        parts = (told.pop("file"), told.pop("preview"))
        answer = told | {"file": len(parts[0]), "preview": len(parts[1])}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(parts))


if __name__ == "__main__":
    main()
