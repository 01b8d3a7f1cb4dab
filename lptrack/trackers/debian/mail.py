"""One message of a bug's log as `get_bug_log` gives it: who, when, to which of debbugs' addresses, and its body.

debbugs stamps what it receives: `Received: (at control) by bugs.debian.org; 11 Sep 2013 15:04:18 +0000`. That is its
own clock, and says which of its addresses took the mail; only without it the sender's `Date`, `To` and `Cc` count.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from typing import Final

from lptrack.trackers.debian.soap import Node, WrongAnswer

_STAMP: Final = re.compile(r"\(at ([^()\s]{1,60})\) by ([^;\s]{1,200})(?:;(.{1,100}))?", re.DOTALL)
_ADDRESS: Final = re.compile(
    r"(?<![\w.+-])(control|submit|maintonly|quiet|[0-9]{1,10}(?:-[a-z]{1,20})?)@([\w.-]{1,200})", re.IGNORECASE
)
_PSEUDO_HEADER: Final = re.compile(r"([\w-]{1,60}):[ \t\u00a0]*(\S.*)")
_OWNER: Final = re.compile(r"owner@[\w.-]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message. ``addresses`` are local parts (`control`, `722295-done`), the stamp's first.

    ``at`` is None where no date can be read. ``pseudo`` are the body's leading `Name: value` lines, in order.
    """

    at: datetime | None
    person: str | None
    reply_to: str | None
    to: str
    subject: str
    addresses: tuple[str, ...]
    headers: Mapping[str, str]
    lines: tuple[str, ...]
    pseudo: tuple[tuple[str, str], ...]

    @property
    def by_tracker(self) -> bool:
        """Written by debbugs: it drops what arrives with its own `X-Loop`, so nobody else's mail in a log has it."""
        return _OWNER.fullmatch(self.headers.get("x-loop", "")) is not None


def parse_mails(answer: Node, domains: Sequence[str]) -> tuple[Mail, ...]:
    """`get_bug_log`'s answer, oldest first. Raises `WrongAnswer` where it is no list of messages."""
    if answer is None or answer == "":
        return ()
    if not isinstance(answer, list):
        raise WrongAnswer("a log that is not a list")
    mails = []
    for item in answer:
        header, body = (item.get("header"), item.get("body")) if isinstance(item, dict) else (None, None)
        if not isinstance(header, str):
            raise WrongAnswer("a log with a message that has no header")
        mails.append(parse_mail(header, body if isinstance(body, str) else "", domains))
    return tuple(mails)


def parse_mail(header: str, body: str, domains: Sequence[str]) -> Mail:
    """One message; any text does. ``domains`` are the tracker's own."""
    fields = _unfold(header)
    headers: dict[str, str] = {}
    for name, value in fields:
        headers.setdefault(name, value)
    addresses: list[str] = []
    at = None
    stamp = _STAMP.match(headers.get("received", ""))
    if stamp:
        addresses.append(stamp[1].lower())
        domains = (*domains, stamp[2].lower())
        at = _instant(stamp[3] or "")
    # A mail to two of the tracker's addresses is in its log twice, and `get_bug_log` leaves the second one out.
    # (Python's own parser of addresses calls itself for each bracket within a bracket: a hostile `To` ends it.)
    for value in [value for key, value in fields if key in {"to", "cc"}][:20]:
        for local, domain in _ADDRESS.findall(value):
            if domain.lower().rstrip(".") in domains and local.lower() not in addresses:
                addresses.append(local.lower())
    sender = _decode(headers.get("from") or headers.get("resent-from") or "")
    lines = _strip_signature(body.splitlines())
    return Mail(
        at=at or _instant(headers.get("date", "")),
        person=sender or None,
        reply_to=_decode(headers.get("reply-to", "")) or sender or None,
        to=_decode(headers.get("to", "")),
        subject=_decode(headers.get("subject", "")),
        addresses=tuple(addresses),
        headers=headers,
        lines=tuple(lines),
        pseudo=_pseudo_headers(lines),
    )


def sure_dates(mails: Sequence[Mail]) -> tuple[bool, ...]:
    """Which dates can be believed: the longest run through the log that never goes back.

    A log is in the order in which debbugs worked; a sender's clock may be years off in either direction.
    """
    tails: list[datetime] = []  # smallest last date of a run of each length
    tail_index: list[int] = []
    before: dict[int, int | None] = {}
    for index, mail in enumerate(mails):
        if mail.at is None:
            continue
        place = bisect_right(tails, mail.at)
        before[index] = tail_index[place - 1] if place else None
        tails[place : place + 1], tail_index[place : place + 1] = [mail.at], [index]
    sure = [False] * len(mails)
    at: int | None = tail_index[-1] if tail_index else None
    while at is not None:
        sure[at] = True
        at = before[at]
    return tuple(sure)


def _unfold(header: str) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in header.splitlines():
        if line[:1] in {" ", "\t"} and fields:
            name, value = fields[-1]
            if len(value) < 10_000:
                fields[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon and name and not name[-1].isspace():
            fields.append((name.lower(), value.strip()))
    return fields


def _decode(value: str) -> str:
    """A header's words as people read them; one that cannot be decoded stays as it is."""
    value = value[:2_000]
    try:
        value = str(make_header(decode_header(value)))
    except (MessageError, ValueError, LookupError):
        pass
    return " ".join(value.split())


def _instant(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _strip_signature(lines: list[str]) -> list[str]:
    """Without leading blank lines and without the wrapping of a PGP clear signature, as debbugs reads it."""
    start = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    lines = lines[start:]
    if lines and lines[0].startswith("-----BEGIN PGP SIGNED"):
        blank = next((index for index, line in enumerate(lines) if not line.strip()), len(lines))
        end = next((i for i, line in enumerate(lines) if line.startswith("-----BEGIN PGP SIGNATURE")), len(lines))
        lines = [line.removeprefix("- ") for line in lines[blank:end]]
        start = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
        lines = lines[start:]
    return lines


def _pseudo_headers(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    pseudo: list[tuple[str, str]] = []
    for line in lines:
        found = _PSEUDO_HEADER.fullmatch(line.replace("\ufeff", "").rstrip()[:2_000])
        if not found:
            break
        name = found[1].lower()
        pseudo.append(({"tag": "tags", "usertag": "usertags"}.get(name, name), found[2]))
    return tuple(pseudo)
