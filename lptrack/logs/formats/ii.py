"""suckless ii: `1519000000 <nick> text`, seconds since 1970, in a file called `out`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.interface import Head, Item, RawLine
from lptrack.logs.jsontext import parse_millis
from lptrack.logs.linewise import bare_nick, read_bridge
from lptrack.model import Line, LineKind

_ENTRY = re.compile(r"(?P<at>\d{9,10}) (?:<(?P<nick>[^<>\s]{1,200})> ?(?P<text>.*)|-!- ?(?P<event>.*))", re.DOTALL)
_ACTION = re.compile(r"\x01?ACTION (.*?)\x01?\Z", re.DOTALL)
_RENAME = re.compile(r"(\S{1,64}) (?:changed nick to|is now known as) \"?([^\s\"]{1,64})\"?")


@dataclass(frozen=True, slots=True)
class Ii:
    """One line, one entry; every line tells its instant."""

    name: str = "ii"
    title: str = "suckless ii"

    def recognise(self, head: Head) -> float:
        """By the seconds before the nick."""
        lines = [line.text for line in head.lines[:400] if line.text.strip()]
        return 0.97 * sum(1 for text in lines if _ENTRY.match(text)) / len(lines) if lines else 0.0

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line on its own."""
        del head
        for number, text in lines:
            match = _ENTRY.match(text)
            if match is None:
                yield Line(number, LineKind.UNREAD if text.strip() else LineKind.BLANK, text)
                continue
            at, clock = parse_millis(int(match["at"]) * 1000) or (None, None)
            if match["nick"] is None:
                rename = _RENAME.match(match["event"])
                if rename:
                    yield Line(number, LineKind.NICK, rename[2], rename[1], clock, at, "second")
                else:
                    yield Line(number, LineKind.EVENT, match["event"], None, clock, at, "second")
                continue
            speaker, body = bare_nick(match["nick"]), match["text"]
            kind = LineKind.MESSAGE
            if action := _ACTION.match(body):
                kind, body = LineKind.ACTION, action[1]
            yield Line(number, kind, body, speaker, clock, at, "second", person=read_bridge(speaker, body))


II = Ii()
