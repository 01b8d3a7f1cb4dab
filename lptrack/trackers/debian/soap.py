"""debbugs' SOAP, both ways: an envelope to ask with, and an answer read into plain Python without trusting it.

Pure. The types are what debbugs' `Debbugs::SOAP` sends: strings, numbers (which stay strings: Perl guesses a type for
each value anew), base64 for whatever is not ASCII, arrays, maps, and untyped structures.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, ParseError, QName, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

Node = str | None | list["Node"] | dict[str, "Node"]

NAMESPACE: Final = "Debbugs/SOAP/V1"
_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODING: Final = "http://schemas.xmlsoap.org/soap/encoding/"
_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NO_XML: Final = "no XML or half of it"
_DEEPEST: Final = 16  # a bug's log needs five


class WrongAnswer(Exception):
    """What came back is no answer of debbugs: HTML, garbage, half a document, something hostile."""


class SoapFault(WrongAnswer):
    """debbugs itself says that it could not do it."""


def build_request(method: str, numbers: Sequence[int], *, as_array: bool) -> bytes:
    """The envelope that calls `method` with bug numbers, as one array argument or one after the other."""
    envelope = Element(f"{{{_ENVELOPE}}}Envelope", {f"{{{_ENVELOPE}}}encodingStyle": _ENCODING})
    body = SubElement(envelope, f"{{{_ENVELOPE}}}Body")
    parent = SubElement(body, f"{{{NAMESPACE}}}{method}")
    name = "arg"
    if as_array:
        parent = SubElement(parent, "arg", {f"{{{_XSI}}}type": QName(_ENCODING, "Array")})  # type: ignore[dict-item]
        parent.set(f"{{{_ENCODING}}}arrayType", QName(_XSD, f"anyType[{len(numbers)}]"))  # type: ignore[arg-type]
        name = "item"
    for number in numbers:
        SubElement(parent, name, {f"{{{_XSI}}}type": QName(_XSD, "int")}).text = str(number)  # type: ignore[dict-item]
    document: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return document


def parse_response(content: bytes, method: str) -> Node:
    """The value that `method` returned. Raises `SoapFault` or `WrongAnswer`; never reads half an answer."""
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        nature = _nature(content)
        why = f"refused for its {type(error).__name__}" if nature == _NO_XML else f"{nature} instead of an answer"
        raise WrongAnswer(why) from error
    except (ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise WrongAnswer(f"{_nature(content)} instead of an answer ({error})") from error
    fault = root.find(f"{{{_ENVELOPE}}}Body/{{{_ENVELOPE}}}Fault")
    if fault is not None:
        text = (fault.findtext("faultstring") or "no reason given").strip()
        raise SoapFault(f"SOAP fault: {text[:200]}")
    response = root.find(f"{{{_ENVELOPE}}}Body/{{*}}{method}Response")
    if response is None or len(response) == 0:
        raise WrongAnswer(f"an answer without {method}Response")
    return _decode(response[0], 0)


def _nature(content: bytes) -> str:
    head = content[:200].lstrip().lower()
    if not head:
        return "an empty body"
    return "an HTML page" if head.startswith((b"<!doctype html", b"<html")) else _NO_XML


def _decode(element: Element, depth: int) -> Node:
    if depth > _DEEPEST:
        raise WrongAnswer("an answer nested deeper than any of debbugs'")
    if element.get("href") is not None:
        raise WrongAnswer("an answer with references between its parts, which debbugs does not send")
    if element.get(f"{{{_XSI}}}nil") in {"1", "true"}:
        return None
    # The prefix is lost by the parser; the local names are unambiguous in what debbugs sends.
    kind = (element.get(f"{{{_XSI}}}type") or "").rpartition(":")[2]
    match kind:
        case "Array":
            return [_decode(child, depth + 1) for child in element]
        case "Map":
            return dict(_decode_pair(item, depth + 1) for item in element)
        case "base64Binary" | "base64":
            try:
                return base64.b64decode(element.text or "").decode("utf-8", errors="replace")
            except (binascii.Error, ValueError) as error:
                raise WrongAnswer("a value that is not the base64 it claims to be") from error
        case _ if len(element) > 0:
            return {child.tag.rpartition("}")[2]: _decode(child, depth + 1) for child in element}
        case _:
            return element.text or ""


def _decode_pair(item: Element, depth: int) -> tuple[str, Node]:
    if len(item) != 2:
        raise WrongAnswer("a map with an entry that is no pair")
    key = _decode(item[0], depth)
    if not isinstance(key, str):
        raise WrongAnswer("a map with a key that is no word")
    return key, _decode(item[1], depth)
