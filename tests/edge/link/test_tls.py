"""Mutual TLS with a real Mosquitto: the tablet's certificate lets it in, and nobody else is let in or believed."""

import datetime as dt
import ipaddress
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from common.broker import BrokerAddress
from common.time import SystemClock
from edge.link.link import Link
from edge.link.models import LinkState, TlsFiles
from edge.link.session import answers
from edge.messages.keys import RegistryKeys
from registry.broker import free_port
from tests.edge.link.conftest import SETTINGS, Tablet, eventually


class Authority:
    """Issues certificates into a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self._key = folder, Ed25519PrivateKey.generate()
        self.file = folder / "ca.pem"
        self.file.write_bytes(self._issue("authority", self._key, is_authority=True))

    def issue(self, name: str) -> TlsFiles:
        key = Ed25519PrivateKey.generate()
        certificate, private = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(self._issue(name, key, is_authority=False))
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return TlsFiles(authority=self.file, certificate=certificate, key=private)

    def _issue(self, name: str, key: Ed25519PrivateKey, *, is_authority: bool) -> bytes:
        def named(common: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])

        now = dt.datetime.now(dt.UTC)
        address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        usage = x509.KeyUsage(True, False, False, False, False, is_authority, is_authority, False, False)
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named("authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(address, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        return builder.sign(self._key, None).public_bytes(Encoding.PEM)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


@pytest.fixture
def port(tmp_path: Path, authority: Authority) -> Iterator[int]:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("no mosquitto program here: mutual TLS was not tried")
    port, own, settings = free_port(), authority.issue("broker"), tmp_path / "mosquitto.conf"
    for file in authority.folder.iterdir():
        file.chmod(0o644)
    settings.write_text(
        f"listener {port} 127.0.0.1\ncafile {own.authority}\ncertfile {own.certificate}\nkeyfile {own.key}\n"
        "require_certificate true\nuse_identity_as_username true\nallow_anonymous false\nuser root\n"
    )
    broker = subprocess.Popen([program, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert eventually(lambda: answers(BrokerAddress(host="127.0.0.1", port=port)))
    yield port
    broker.terminate()
    broker.wait()


def state_with(tablet: Tablet, port: int, tls: TlsFiles, wanted: LinkState) -> bool:
    tablet.start(connect=False)
    link = Link(
        BrokerAddress(host="127.0.0.1", port=port, tls=True),
        device=tablet.device,
        outbox=tablet.outbox,
        open_receipt=lambda _: pytest.fail("no receipt was sent"),
        open_result=lambda _: pytest.fail("no result was sent"),
        clock=SystemClock(),
        monotonic=lambda: 0.0,
        uniform=lambda low, _high: low,
        settings=SETTINGS,
        tls=tls,
    )
    link.start()
    reached = eventually(lambda: link.status.state is wanted, 10)
    link.stop()
    tablet.stop()
    return reached


@pytest.fixture
def tablet(tmp_path: Path) -> Tablet:
    return Tablet(tmp_path, BrokerAddress(host="127.0.0.1", port=9), RegistryKeys.generate())


def test_a_tablet_with_a_certificate_of_the_authority_is_let_in(
    tablet: Tablet, authority: Authority, port: int
) -> None:
    assert state_with(tablet, port, authority.issue("van-1"), LinkState.ONLINE)


# paho leaves the socket of a failed handshake to the garbage collector, which closes it with a warning.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_of_another_authority_is_not_believed(tablet: Tablet, tmp_path: Path, port: int) -> None:
    stranger = Authority(tmp_path / "stranger").issue("van-1")
    assert state_with(tablet, port, stranger, LinkState.OFFLINE)
