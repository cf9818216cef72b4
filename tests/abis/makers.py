"""What MOSIP and a scanner would make: iris records, CBEFF, encrypted data shares, messages."""

import base64
import json
import os
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

import cv2
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID
from numpy.typing import NDArray

from abis.share.sealed import OAEP
from models.synthetic import Conditions, SyntheticEye
from models.synthetic.eye import Eye

Pixels = NDArray[np.uint8]
LABELS = {"left": 2, "right": 1, None: 0}
RAW, JPEG, JPEG2000, PNG = 2, 6, 10, 14
_ENDINGS = {JPEG: ".jpg", JPEG2000: ".jp2", PNG: ".png"}


@cache
def eye_picture(seed: int, eye: Eye = "left", shot: int = 0) -> Pixels:
    return SyntheticEye(seed, eye).render(Conditions(), seed=shot).image


def packed_picture(picture: Pixels, how: int = PNG) -> bytes:
    if how == RAW:
        return picture.tobytes()
    _, packed = cv2.imencode(_ENDINGS[how], picture)
    return packed.tobytes()


def representation(
    picture: Pixels, *, eye: str | None = None, how: int = PNG, properties: int = 0, data: bytes | None = None
) -> bytes:
    content = packed_picture(picture, how) if data is None else data
    height, width = picture.shape[:2]
    quality = struct.pack(">BHH", 80, 1, 1)
    image = struct.pack(">HBBBBHHBHHH", 1, LABELS[eye], 1, how, properties, width, height, 8, 0, 0, 0) + bytes(12)
    rest = bytes(9) + struct.pack(">BHHB", 0, 0, 0, 1) + quality + image + struct.pack(">I", len(content)) + content
    return struct.pack(">I", len(rest) + 4) + rest


def iris_record(*representations: bytes) -> bytes:
    body = b"".join(representations)
    return b"IIR\0" + b"020\0" + struct.pack(">IHBB", 16 + len(body), len(representations), 0, 1) + body


def bir(record: bytes, *, kind: str = "Iris", subtype: str | None = "Left", code: int = 9) -> str:
    named = "" if subtype is None else f"<Subtype>{subtype}</Subtype>"
    return (
        "<BIR><Version><Major>1</Major><Minor>1</Minor></Version><BIRInfo><Integrity>false</Integrity></BIRInfo>"
        f"<BDBInfo><Format><Organization>Mosip</Organization><Type>{code}</Type></Format>"
        f"<CreationDate>2019-06-27T13:40:06.211Z</CreationDate><Type>{kind}</Type>{named}<Level>Raw</Level>"
        "<Purpose>Enroll</Purpose><Quality><Algorithm><Organization>HMAC</Organization><Type>SHA-256</Type></Algorithm>"
        f"<Score>100</Score></Quality></BDBInfo><BDB>{base64.b64encode(record).decode()}</BDB></BIR>"
    )


def cbeff(*birs: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    root = '<BIR xmlns="http://standards.iso.org/iso-iec/19785/-3/ed-2/">'
    return (head + root + "<BIRInfo><Integrity>false</Integrity></BIRInfo>" + "".join(birs) + "</BIR>").encode()


def person(seed: int, *, shot: int = 0, eyes: Sequence[Eye] = ("left", "right")) -> bytes:
    """One invented person's irises as CBEFF; another `shot` is another picture of the same eyes."""
    birs = [
        bir(iris_record(representation(eye_picture(seed, eye, shot), eye=eye)), subtype=eye.capitalize())
        for eye in eyes
    ]
    return cbeff(*birs)


@cache
def partner_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate_of(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "abis")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    return builder.not_valid_after(datetime(2040, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())


def sealed_share(plain: bytes, key: rsa.RSAPrivateKey, *, thumbprint: bytes | None = None) -> bytes:
    """As MOSIP 1.2.0 encrypts for a partner."""
    session, aad = os.urandom(32), os.urandom(32)
    first = b"VER_R2" + (thumbprint or certificate_of(key).fingerprint(hashes.SHA256()))
    first += key.public_key().encrypt(session, OAEP)
    second = aad + AESGCM(session).encrypt(aad[:12], plain, aad)
    return base64.urlsafe_b64encode(first + b"#KEY_SPLITTER#" + second).rstrip(b"=")


def message(operation: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"mosip.abis.{operation}",
        "version": "1.1",
        "requestId": str(uuid4()),
        "requesttime": "2020-03-29T07:01:24.692Z",
        **fields,
    }


def as_bytes(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields).encode()
