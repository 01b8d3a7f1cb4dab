"""The common shape of IRC logs: one line, one entry, told apart by a table of patterns that a format file holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from lptrack.logs.interface import Channel, Day, Head, Item, RawLine, Shape
from lptrack.model import Line, LineKind

MODES = "@+%&~!."
"""What servers and clients put before a nick to tell its rank."""

_MASK = re.compile(r"[@+%&~!.]{0,5}([^!@\s]{1,64})![^!\s]{0,100}@\S{0,200}\Z")
_BRIDGES = re.compile(r"bridge|matrix|telegram|discord|slack|gitter|relay|mattermost|rocket", re.IGNORECASE)
_BRIDGED = re.compile(r"\s*(?:<([^<>]{1,64})>|\[([^\[\]]{1,64})\])\s+(?=\S)")
_RELAYS = 4  # so many relays may stand in a chain
_NETWORK = re.compile(
    r"\s*\[(?:matrix|telegram|tg|discord|slack|gitter|mattermost|rocket\.?chat|irc|xmpp|libera|oftc|freenode|zulip|signal"
    r"|whatsapp|teams)\]\s+<",
    re.IGNORECASE,
)
"""`<nestbot> [matrix] <ana> text`: whoever prints another network and a nick in it is a relay, whatever its name."""

_GHOST = re.compile(
    r"@_?(?:irc|oftc|libera|freenode|xmpp|slack|mattermost|gitter|zulip)(?:[-.][a-z]{2,12}){0,2}_(?P<nick>[^:]{1,200}):",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"=([0-9a-f]{2})")
"""`=5b` in a Matrix name is `[`: what such a name cannot hold, its bridge writes so."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_YEAR_FIRST = re.compile(r"(\d{4})(?:(\d\d)(\d\d)|[-/.](\d{1,2})[-/.](\d{1,2}))\Z")
_WORDS = re.compile(r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?(?:(\d{1,2})\.? +([a-z]{3})[a-z]*|([a-z]{3})[a-z]* +(\d{1,2})),?(?: +[\d:]{5,8})? +(\d{4})\Z", re.IGNORECASE)  # fmt: skip  # noqa: E501
_YEAR_LAST = re.compile(r"(\d{1,2})([/.])(\d{1,2})[/.](\d{4}|\d\d)\Z")


@lru_cache(maxsize=512)
def parse_day(text: str) -> date | None:
    """A date as logs write it: `2013-09-11`, `20130911`, `Wed Sep 11 2013`, `11 September 2013`, `11.09.2013`.

    With slashes the month comes first unless it cannot (`9/11/2013`: Pidgin writes what the locale says).
    """
    text = text.strip()
    if match := _YEAR_FIRST.match(text):
        year, month, day = (int(part) for part in match.groups() if part is not None)
    elif match := _WORDS.match(text):
        month = MONTHS.get((match[2] or match[3]).lower(), 0)
        day, year = int(match[1] or match[4]), int(match[5])
    elif match := _YEAR_LAST.match(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if year < 100:  # `18/02/20`: no log is older than IRC
            year += 2000 if year < 88 else 1900
        if match[2] == "/" and day <= 12:
            day, month = month, day
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def bare_nick(printed: str) -> str | None:
    """A nick as printed without brackets, padding and mode prefix; None where nothing is left."""
    nick = printed.strip()
    if nick[:1] == "<" and nick[-1:] == ">":
        nick = nick[1:-1].strip()
    if "!" in nick[1:] and (mask := _MASK.match(nick)) is not None:
        nick = mask[1]  # a host mask is nobody's name, and where somebody lives is nobody's business
    bare = nick.lstrip(MODES)
    return bare or nick or None


def read_bridge(speaker: str | None, text: str, *, is_relay: bool = False) -> str | None:
    """The person behind a bridge that prints `<person> text`; None where neither its name nor its text shows one.

    ``is_relay``: the configuration says that the speaker is one.
    """
    if speaker is None or text[:1] not in "<[" or not (is_relay or _BRIDGES.search(speaker) or _NETWORK.match(text)):
        return None
    person, start, in_brackets = None, 0, False
    for _ in range(_RELAYS):  # `<relay> [discord] <dora> text`: the innermost is the person
        match = _BRIDGED.match(text, start)
        if match is None:
            break
        name = (match[1] or match[2]).strip()
        if person is not None and match[1] and not _BRIDGES.search(person) and match[2] is None and not in_brackets:
            break  # `<carl> <quoted> text`: the second is what carl says
        person, start, in_brackets = name.rpartition("/")[2] or name, match.end(), match[2] is not None
    return bare_nick(person) if person else None


def read_ghost(name: str) -> str | None:
    """The nick behind a Matrix name that a bridge made (`@_oftc_ann:example.org`); None for a person's own name."""
    match = _GHOST.match(name)
    if match is None or match["nick"].isdigit():  # `@slack_4711:…` tells a number, and nobody's nick
        return None
    return _QUOTED.sub(lambda code: chr(int(code[1], 16)), match["nick"])


@dataclass(frozen=True)  # without slots, for the cached property
class Rule:
    """A pattern for whole lines; its groups may be `day`, `time`, `nick`, `text`, `new` (nick), `channel`."""

    kind: LineKind
    written: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first asked for: a run reads few of the formats."""
        return re.compile(rf"(?:{self.written})\Z", re.DOTALL)


def rule(kind: LineKind, pattern: str) -> Rule:
    """A rule whose pattern must match from the line's start to its end."""
    return Rule(kind, pattern)


@dataclass(frozen=True, slots=True)
class PatternFormat:
    """A line format given by its rules, tried in order.

    ``sign`` matches the lines that only this format writes; the share of them among the head's lines is how sure it
    is, weighed with ``weight`` where two formats look alike.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    sign: re.Pattern[str]
    weight: float = 1.0
    shape: Shape | None = None
    sample: int = 400

    def recognise(self, head: Head) -> float:
        """The weighed share of the head's lines that bear the format's sign."""
        lines = [line.text for line in head.lines[: self.sample] if line.text.strip()]
        if not lines:
            return 0.0
        hits = sum(1 for text in lines if self.sign.match(text))
        return self.weight * hits / len(lines)

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line on its own."""
        del head
        for line in lines:
            yield from self.read(line)

    def read(self, line: RawLine) -> tuple[Item, ...]:
        """The first rule that matches; UNREAD where none does."""
        number, text = line
        for known in self.rules:
            if match := known.pattern.match(text):
                return _build_items(known.kind, number, text, match.groupdict())
        kind = LineKind.UNREAD if text and not text.isspace() else LineKind.BLANK
        return (Line(number, kind, text),)


def _build_items(kind: LineKind, number: int, text: str, groups: dict[str, str | None]) -> tuple[Item, ...]:
    words = groups.get("text")
    nick = groups.get("nick")
    printed_day = groups.get("day")
    day = parse_day(printed_day) if printed_day else None
    speaker = bare_nick(nick) if nick else None
    if kind is LineKind.NICK:
        words = bare_nick(groups.get("new") or "")
    elif kind is LineKind.HEADER:
        facts: list[Item] = [Line(number, kind, text)]
        if day is not None:
            facts.append(Day(day, turns="Day changed" in text))
        if channel := groups.get("channel"):
            facts.append(Channel(channel))
        return tuple(facts)
    body = text if words is None else words
    person = read_bridge(speaker, body) if kind is LineKind.MESSAGE else None
    entry = Line(number, kind, body, speaker, groups.get("time"), day=day, person=person)
    if channel := groups.get("channel"):
        return (entry, Channel(channel))
    return (entry,)
