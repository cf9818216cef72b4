"""A stored capture can be read with nothing of this project: RFC 9052 and RFC 9053, written out by hand."""

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from edge.messages.keys import DeviceKeys, RegistryKeys
from edge.messages.seal import seal_capture
from tests.edge.reports import capture_report


def test_a_capture_opens_with_the_primitives_of_the_standard_alone() -> None:
    device, registry, report = DeviceKeys.generate(), RegistryKeys.generate(), capture_report()
    sealed = seal_capture(report, device_keys=device, registry_public=registry.public)

    message = cbor2.loads(sealed)
    assert message.tag == 96  # COSE_Encrypt
    protected, unprotected, ciphertext, ((to, ephemeral, no_key),) = message.value
    headers = cbor2.loads(protected)
    assert headers[1] == 3  # A256GCM
    assert cbor2.loads(to)[1] == -25  # ECDH-ES + HKDF-256
    aad = cbor2.dumps(headers["panah"])

    public = X25519PublicKey.from_public_bytes(ephemeral[-1][-2])
    secret = X25519PrivateKey.from_private_bytes(registry.agree).exchange(public)
    context = cbor2.dumps([3, [None] * 3, [None] * 3, [256, to]])
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=context).derive(secret)
    signed = AESGCM(key).decrypt(unprotected[5], ciphertext, cbor2.dumps(["Encrypt", protected, aad]))
    assert no_key == b""

    inner = cbor2.loads(signed)
    assert inner.tag == 18  # COSE_Sign1
    header, _, payload, signature = inner.value
    assert cbor2.loads(header) == {1: -8}  # EdDSA
    to_be_signed = cbor2.dumps(["Signature1", header, aad, payload])
    Ed25519PublicKey.from_public_bytes(device.public.sign).verify(signature, to_be_signed)
    assert cbor2.loads(payload)["capture_id"] == report.capture_id
