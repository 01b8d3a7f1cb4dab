"""SOAP both ways: what is asked can be read, what is answered is read whole or refused."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lptrack.trackers.debian.soap import SoapFault, WrongAnswer, build_request, parse_response
from tests.doubles.debbugs.facts import build_world
from tests.doubles.debbugs.server import ENTITIES_BODY, FAULT_BODY, Asked, DebbugsDouble


def envelope(value: str, method: str = "get_status") -> bytes:
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f'<soap:Body><{method}Response xmlns="Debbugs/SOAP/V1">{value}</{method}Response></soap:Body></soap:Envelope>'
    ).encode()


def test_request_names_method_and_numbers_as_an_array() -> None:
    call = ET.fromstring(build_request("get_status", (5, 7), as_array=True)).find(".//{Debbugs/SOAP/V1}get_status")
    assert call is not None
    assert [item.text for item in call[0]] == ["5", "7"]
    assert call[0].get("{http://schemas.xmlsoap.org/soap/encoding/}arrayType", "").endswith("anyType[2]")


def test_request_for_one_bug_has_a_plain_argument() -> None:
    call = ET.fromstring(build_request("get_bug_log", (5,), as_array=False)).find(".//{Debbugs/SOAP/V1}get_bug_log")
    assert call is not None
    assert [(item.tag, item.text) for item in call] == [("arg", "5")]


def test_every_type_that_debbugs_sends_is_read() -> None:
    text = base64.b64encode("Zoë".encode()).decode()
    value = (
        '<s xsi:type="apachens:Map"><item><key xsi:type="xsd:int">5</key><value>'
        f'<a xsi:type="xsd:string">x &amp; y</a><b xsi:type="xsd:int">7</b><c xsi:type="xsd:base64Binary">{text}</c>'
        '<d xsi:type="soapenc:Array"><item xsi:type="xsd:string">1.0</item></d><e xsi:nil="true"/><f/>'
        "</value></item></s>"
    )
    assert parse_response(envelope(value), "get_status") == {
        "5": {"a": "x & y", "b": "7", "c": "Zoë", "d": ["1.0"], "e": None, "f": ""}
    }


def test_fault_is_debbugs_own_no() -> None:
    with pytest.raises(SoapFault, match="unable to be initialized"):
        parse_response(FAULT_BODY, "get_bug_log")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "an empty body"),
        (b"<!DOCTYPE html><html><p>Down</html>", "HTML|DTD"),
        (b"<html><body>Down<br></body></html>", "HTML"),
        (ENTITIES_BODY, "DTDForbidden"),
        (b'<?xml version="1.0" encoding="martian"?><a/>', "no XML"),
        (b"<a/>", "without get_statusResponse"),
        (envelope(""), "without get_statusResponse"),
        (envelope("<s/>", "get_bugs"), "without get_statusResponse"),
        (envelope('<s href="#x"/>'), "references"),
        (envelope('<s xsi:type="apachens:Map"><item><key/></item></s>'), "no pair"),
        (envelope('<s xsi:type="apachens:Map"><item><key><a/></key><value/></item></s>'), "no word"),
        (envelope('<s xsi:type="xsd:base64Binary">A</s>'), "base64"),
        (envelope("<a>" * 40 + "</a>" * 40), "deeper"),
        (envelope("<s/>")[:-9], "half of it"),
    ],
)
def test_what_is_no_answer_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(WrongAnswer, match=why):
        parse_response(content, "get_status")


def test_an_external_entity_is_never_fetched(tmp_path: object) -> None:
    content = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + envelope("<s>&x;</s>")
    with pytest.raises(WrongAnswer, match="DTDForbidden"):
        parse_response(content, "get_status")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_refused(content: bytes) -> None:
    with pytest.raises(WrongAnswer):
        parse_response(content, "get_status")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cut=st.integers(1, 4000), flip=st.integers(0, 4000), byte=st.integers(0, 255))
def test_a_damaged_answer_is_never_half_read(cut: int, flip: int, byte: int) -> None:
    whole = DebbugsDouble(build_world()).answer(Asked("get_status", (900001, 900002), 0, ""))
    assert whole is not None
    with pytest.raises(WrongAnswer):
        parse_response(whole[: -min(cut, len(whole))], "get_status")
    damaged = bytearray(whole)
    damaged[flip % len(whole)] = byte
    try:
        parse_response(bytes(damaged), "get_status")
    except WrongAnswer:
        pass  # any other exception fails the test
