"""The data share: what opens, what is cut off, where the token goes."""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from abis.errors import Refused, ShareKeyUnusable
from abis.share.fetching import HttpFetch
from abis.share.reading import DataShare
from abis.share.sealed import ShareKey
from abis.share.token import Credentials, Tokens
from tests.abis.conftest import ShareServer, StillClock
from tests.abis.makers import cbeff, certificate_of, partner_key, sealed_share

FETCH = HttpFetch(seconds=5, max_bytes=1 << 20)
PLAIN = cbeff()


def refused(share: DataShare, url: str) -> str:
    with pytest.raises(Refused) as caught:
        share.read(url)
    return caught.value.failure.value


def ours() -> ShareKey:
    return ShareKey(partner_key(), certificate_of(partner_key()).fingerprint(hashes.SHA256()))


class TestSealed:
    @settings(max_examples=20)
    @given(st.binary(max_size=2000))
    def test_what_was_sealed_to_us_opens(self, plain: bytes) -> None:
        assert ours().open(sealed_share(plain, partner_key())) == plain

    def test_without_the_certificate_the_key_alone_opens(self) -> None:
        assert ShareKey(partner_key()).open(sealed_share(PLAIN, partner_key())) == PLAIN

    def test_padding_and_a_line_end_do_not_matter(self) -> None:
        sealed = sealed_share(PLAIN, partner_key())
        assert ours().open(sealed + b"=" * (-len(sealed) % 4) + b"\n") == PLAIN

    def test_a_share_for_another_certificate_is_refused(self, share: ShareServer) -> None:
        url = share.put(sealed_share(PLAIN, partner_key(), thumbprint=bytes(32)))
        assert refused(DataShare(fetch=FETCH, key=ours()), url) == "7"

    def test_a_share_that_was_changed_is_refused(self, share: ShareServer) -> None:
        raw = bytearray(base64.urlsafe_b64decode(sealed_share(PLAIN, partner_key()) + b"=="))
        raw[-1] ^= 1
        assert refused(DataShare(fetch=FETCH, key=ours()), share.put(base64.urlsafe_b64encode(bytes(raw)))) == "7"

    def test_a_share_for_another_key_is_refused(self, share: ShareServer) -> None:
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        assert (
            refused(DataShare(fetch=FETCH, key=ShareKey(other)), share.put(sealed_share(PLAIN, partner_key()))) == "7"
        )

    @pytest.mark.parametrize("body", [b"nonsense", b"!", base64.b64encode(b"VER_R1" + bytes(300)), b"AAAA"])
    def test_what_is_no_share_at_all_is_no_cbeff(self, share: ShareServer, body: bytes) -> None:
        assert refused(DataShare(fetch=FETCH, key=ours()), share.put(body)) == "16"

    def test_plain_cbeff_is_refused_where_shares_are_encrypted_unless_allowed(self, share: ShareServer) -> None:
        url = share.put(PLAIN)
        assert refused(DataShare(fetch=FETCH, key=ours()), url) == "16"
        assert DataShare(fetch=FETCH, key=ours(), plain=True).read(url) == PLAIN
        assert DataShare(fetch=FETCH).read(url) == PLAIN


class TestKeyFiles:
    def test_pem_with_a_password_and_a_certificate(self, tmp_path: Path) -> None:
        lock = serialization.BestAvailableEncryption(b"pw")
        kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        (tmp_path / "key.pem").write_bytes(partner_key().private_bytes(*kinds, lock))
        (tmp_path / "cert.pem").write_bytes(certificate_of(partner_key()).public_bytes(kinds[0]))
        key = ShareKey.load(tmp_path / "key.pem", password="pw", certificate=tmp_path / "cert.pem")
        assert key.open(sealed_share(PLAIN, partner_key())) == PLAIN
        assert key.thumbprint == ours().thumbprint
        for wrong in (None, "other"):
            with pytest.raises(ShareKeyUnusable):
                ShareKey.load(tmp_path / "key.pem", password=wrong)

    def test_pkcs12_brings_its_certificate(self, tmp_path: Path) -> None:
        packed = pkcs12.serialize_key_and_certificates(
            b"abis", partner_key(), certificate_of(partner_key()), None, serialization.NoEncryption()
        )
        (tmp_path / "key.p12").write_bytes(packed)
        assert ShareKey.load(tmp_path / "key.p12").thumbprint == ours().thumbprint

    def test_a_missing_file_and_another_kind_of_key_are_named(self, tmp_path: Path) -> None:
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (tmp_path / "ec.pem").write_bytes(pem)
        for name, words in (("ec.pem", "no RSA key"), ("absent.pem", "No such file")):
            with pytest.raises(ShareKeyUnusable, match=words):
                ShareKey.load(tmp_path / name)


@pytest.fixture
def trickle() -> Iterator[str]:
    """A server that sends its headers at once and then a byte every 50 ms, for ever."""
    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        peer, _ = listening.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not stop.wait(0.05):
                try:
                    peer.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    stop.set()
    thread.join()
    listening.close()


class TestFetching:
    def test_a_sender_that_never_ends_is_cut_off_in_time(self, trickle: str) -> None:
        started = time.monotonic()
        with pytest.raises(Refused):
            HttpFetch(seconds=0.4, max_bytes=1 << 20)(trickle)
        assert time.monotonic() - started < 5

    def test_a_body_that_breaks_off_is_refused(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve() -> None:
                peer, _ = listening.accept()
                with peer:
                    peer.recv(4096)
                    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")

            thread = threading.Thread(target=serve)
            thread.start()
            with pytest.raises(Refused):
                FETCH(f"http://127.0.0.1:{listening.getsockname()[1]}/")
            thread.join()

    def test_a_redirect_is_not_followed(self, share: ShareServer) -> None:
        assert refused(DataShare(fetch=FETCH), share.put(b"", status=302)) == "7"
        assert len(share.seen) == 1

    def test_only_the_hosts_that_were_named_are_asked(self, share: ShareServer) -> None:
        url = share.put(PLAIN)
        for hosts, allowed in (({"127.0.0.1"}, True), ({share.base[7:]}, True), ({"mosip.example"}, False)):
            reader = DataShare(fetch=HttpFetch(seconds=5, max_bytes=1 << 20, hosts=frozenset(hosts)))
            if allowed:
                assert reader.read(url) == PLAIN
            else:
                assert refused(reader, url) == "7"


class TestToken:
    def reader(self, share: ShareServer) -> DataShare:
        known = Credentials(
            url=share.base + "/v1/authmanager/authenticate/clientidsecretkey", client_id="abis", secret_key="s3cret"
        )
        return DataShare(fetch=FETCH, tokens=Tokens(known, fetch=FETCH, clock=StillClock()))

    def test_it_is_asked_for_once_and_sent_as_a_cookie(self, share: ShareServer) -> None:
        share.token = "jwt-1"
        reader, url = self.reader(share), share.put(PLAIN)
        assert reader.read(url) == reader.read(url) == PLAIN
        posts = [json.loads(body) for command, _, _, body in share.seen if command == "POST"]
        assert [post["request"] for post in posts] == [{"appId": "regproc", "clientId": "abis", "secretKey": "s3cret"}]

    def test_when_it_is_refused_another_is_asked_for(self, share: ShareServer) -> None:
        share.token = "jwt-1"
        reader, url = self.reader(share), share.put(PLAIN)
        reader.read(url)
        share.token = "jwt-2"
        assert reader.read(url) == PLAIN

    def test_it_is_sent_to_no_other_host(self, share: ShareServer) -> None:
        share.token = "jwt-1"
        other = ShareServer()
        try:
            reader = self.reader(share)
            assert reader.read(other.put(PLAIN)) == PLAIN
            assert "Cookie" not in other.seen[0][2]
        finally:
            other.close()

    def test_credentials_that_give_no_token_are_a_failed_fetch(self, share: ShareServer) -> None:
        assert refused(self.reader(share), share.put(PLAIN)) == "7"
