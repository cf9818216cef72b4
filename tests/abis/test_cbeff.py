"""CBEFF XML: what MOSIP writes is read, what an attacker would write is not."""

import base64
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abis.cbeff import iris_blocks
from abis.errors import Refused
from tests.abis.makers import bir, cbeff


def codes_of(document: bytes) -> str:
    with pytest.raises(Refused) as refused:
        iris_blocks(document)
    return refused.value.failure.value


def test_irises_are_taken_with_their_sides_and_others_left() -> None:
    document = cbeff(
        bir(b"finger", kind="Finger", subtype="Left Thumb", code=7),
        bir(b"one", subtype="Right"),
        bir(b"two", subtype="Left"),
        bir(b"face", kind="Face", subtype=None, code=8),
    )
    assert [(block.eye, block.record) for block in iris_blocks(document)] == [("right", b"one"), ("left", b"two")]


@pytest.mark.parametrize("subtype", [None, "UNKNOWN", "Left Right", ""])
def test_a_side_that_is_not_clear_is_left_open(subtype: str | None) -> None:
    assert iris_blocks(cbeff(bir(b"one", subtype=subtype)))[0].eye is None


def test_an_eye_without_data_is_passed_over() -> None:
    assert [b.record for b in iris_blocks(cbeff(bir(b"", subtype="Left"), bir(b"two", subtype="Right")))] == [b"two"]


@given(st.binary(min_size=1, max_size=200), st.booleans())
def test_records_survive_either_base64_alphabet_and_line_ends(record: bytes, url_safe: bool) -> None:
    text = (base64.urlsafe_b64encode(record) if url_safe else base64.encodebytes(record)).decode()
    document = f"<BIR><BIR><BDBInfo><Type>Iris</Type><Subtype>Left</Subtype></BDBInfo><BDB>{text}</BDB></BIR></BIR>"
    assert iris_blocks(document.encode())[0].record == record


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE BIR [<!ENTITY x SYSTEM "file:///etc/passwd">]><BIR>&x;</BIR>',
        b'<!DOCTYPE BIR [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><BIR>&b;</BIR>',
        b'<!DOCTYPE BIR SYSTEM "http://127.0.0.1/x.dtd"><BIR/>',
        b"<BIR>&x;</BIR>",
        b"<BIR>" * 40,
        b"<Cbeff><BIR/></Cbeff>",
        b"",
        b'<?xml version="1.0" encoding="no-such"?><BIR/>',
    ],
)
def test_entities_doctypes_and_what_is_no_cbeff_are_refused(document: bytes) -> None:
    assert codes_of(document) == "16"


def test_a_block_that_is_not_base64_is_refused() -> None:
    document = cbeff(bir(b"one")).replace(b"<BDB>", b"<BDB>!")
    assert codes_of(document) == "16"


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: f"<BIR>{escape(text)}</BIR>".encode()))
)
def test_whatever_comes_is_read_or_refused_with_a_code(document: bytes) -> None:
    assert codes_of(document) in {"11", "16"}
