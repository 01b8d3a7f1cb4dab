"""`moin`: a page of a MoinMoin wiki, by the wiki's own API (XML-RPC, version 2; MoinMoin 1.9 has it, 2 does not).

The page is replaced whole, so a page that a person wrote is refused. Older wikis answer `putPage` with "true"
whatever became of the text, or write another page: what the page holds afterwards decides.
"""

from __future__ import annotations

import xmlrpc.client
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

from lptrack.deliver.answers import need_secret
from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire

MARK: Final = "## lptrack:"
"""A comment of the wiki's markup: nobody sees it, and it tells which pages are lptrack's."""
_NO_PAGE: Final = "No such page was found."


def send_moin(spec: DeliverySpec, post: Post, _earlier: str | None, _doubtful: bool, wire: Wire) -> str:
    """Write the page; one that is so already stays."""
    name = page_of(spec, post)
    text = build_page(post)
    token = _call(spec, wire, "getAuthToken", str(spec.values["user"]), need_secret(spec, wire))
    if not isinstance(token, str) or not token:
        raise DeliveryError(f"moin of {spec.team}: the wiki refuses user or password")
    before = _call_as(spec, wire, token, ("getPage", name))
    if isinstance(before, str) and _is_somebodys(before):
        raise DeliveryError(
            f"moin of {spec.team}: the page {name} is not lptrack's", hint="name a page that nobody else writes"
        )
    if not isinstance(before, str) or _mark(before) != _mark(text):
        _call_as(spec, wire, token, ("putPage", name, text))
        after = _call_as(spec, wire, token, ("getPage", name))
        if not isinstance(after, str) or _mark(after) != _mark(text):
            raise DeliveryError(
                f"moin of {spec.team}: the wiki did not take the page {name}",
                hint="before MoinMoin 1.9: xmlrpc_putpage_enabled, `xmlrpc_applytoken` among trusted_auth_methods",
            )
    return name


def page_of(spec: DeliverySpec, post: Post) -> str:
    """The page's name: as configured, `{date}` being the meeting's day."""
    date = (post.meeting or "").rpartition("/")[2].partition("T")[0]
    return str(spec.values["page"]).replace("{date}", date)


def build_page(post: Post) -> str:
    """The page, with the mark by which it is known again."""
    digest = sha256(post.wiki.encode()).hexdigest()[:16]
    return f"{MARK}{post.key}-{digest}\n{post.wiki}"


def _mark(page: str) -> str:
    return next((line.strip() for line in page.splitlines() if line.startswith(MARK)), "")


def _is_somebodys(page: str) -> bool:
    return bool(page.strip()) and not page.lstrip("\ufeff").startswith(MARK)


def _call_as(spec: DeliverySpec, wire: Wire, token: str, call: tuple[str, ...]) -> object:
    """What the method answers to the token's user; None where there is no such page."""
    calls = [{"methodName": name, "params": list(words)} for name, *words in (("applyAuthToken", token), call)]
    answers = _call(spec, wire, "system.multicall", calls)
    if not isinstance(answers, list) or len(answers) != len(calls):
        raise DeliveryError(f"moin of {spec.team}: {call[0]} has no answer")
    for answer in answers:
        if isinstance(answer, dict):
            if answer.get("faultString") == _NO_PAGE:
                return None
            raise DeliveryError(f"moin of {spec.team}: {call[0]}: {answer.get('faultString')}")
    last = answers[-1]
    return last[0] if isinstance(last, list) and last else last


def _call(spec: DeliverySpec, wire: Wire, method: str, *values: Any) -> object:
    body = xmlrpc.client.dumps(values, method, encoding="utf-8").encode("utf-8", "xmlcharrefreplace")
    address = f"{wire.url}{'&' if urlsplit(wire.url).query else '?'}action=xmlrpc2"
    status, answer = wire.send("POST", address, body, {"Content-Type": "text/xml"})
    if status != 200:
        raise DeliveryError(f"moin of {spec.team}: HTTP {status}")
    if b"<!" in answer:  # a document type: entities, which no answer needs
        raise DeliveryError(f"moin of {spec.team}: the answer is not XML-RPC")
    try:
        (value,), _ = xmlrpc.client.loads(answer)
    except xmlrpc.client.Fault as error:
        raise DeliveryError(f"moin of {spec.team}: {method}: {error.faultString}") from error
    except (ExpatError, xmlrpc.client.Error, ValueError, TypeError, LookupError, RecursionError) as error:
        raise DeliveryError(f"moin of {spec.team}: the answer is not XML-RPC") from error
    result: object = value
    return result


MOIN: Final = DeliveryKind("moin", ("url", "user", "page"), send_moin, edits=True)
