"""Files as people send them, and as nobody should."""

import io
import struct
import zlib

from fpdf import FPDF
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = b"35.6892N"


def picture(size: tuple[int, int] = (640, 480), colour: tuple[int, ...] = (200, 30, 30)) -> Image.Image:
    return Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour)


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, "JPEG", **options)
    return out.getvalue()


def png(image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, "PNG", **options)
    return out.getvalue()


def telling_jpeg() -> bytes:
    """With place, camera, a comment, and turned by the camera: 640 × 480 pixels that stand upright as 480 × 640."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "N", (35.0, 41.0, 21.0), PLACE.decode()
    return jpeg(exif=exif, comment=b"taken at home " + PLACE) + b"<script>behind</script>" + PLACE


def telling_png() -> bytes:
    info = PngInfo()
    info.add_text("Author", "SecretCamera")
    info.add_itxt("XML:com.adobe.xmp", f"<x>{PLACE.decode()}</x>")
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    return png(pnginfo=info, exif=exif)


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that says it has 3.6 thousand million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture whose comment unpacks to 200 MB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packed = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9))
    plain = png(picture((2, 2)))
    return plain[:33] + packed + plain[33:]


def pdf(pages: int = 2, **options: str) -> bytes:
    paper = FPDF()
    for number in range(pages):
        paper.add_page()
        paper.set_font("helvetica", size=20)
        paper.cell(text=f"page {number}")
    if password := options.get("password"):
        paper.set_encryption(owner_password="owner", user_password=password)
    if carried := options.get("carries"):
        paper.embed_file(basename=carried, bytes=b"MZ program")
    return bytes(paper.output())


def scripted_pdf() -> bytes:
    """It runs a program when it is opened."""
    return pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>", 1)


def huge_stream_pdf() -> bytes:
    """A page whose one picture unpacks to 2 GB."""
    packed = zlib.compress(b"\0" * 100_000_000, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100]"
            b" /Resources << /XObject << /X 4 0 R >> >> /Contents 5 0 R >>"
        ),
        b"<< /Type /XObject /Subtype /Image /Width 46000 /Height 46000 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream",
        b"<< /Length 30 >>\nstream\nq 100 0 0 100 0 0 cm /X Do Q  \nendstream",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    return bytes(out)
