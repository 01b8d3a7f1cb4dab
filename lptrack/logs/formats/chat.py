"""Chats as other clients keep or people paste them: Konversation, Quassel, `[15:04] nick: text`, `<nick> text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lptrack.logs.formats.irclogs_txt import OLD_IRCLOGS, WORDY_NICK
from lptrack.logs.interface import Head, Item, RawLine
from lptrack.logs.linewise import PatternFormat, rule
from lptrack.logs.markup import strip_lines
from lptrack.model import Line, LineKind

_DAY = (
    r"(?P<day>\d{4}-\d\d-\d\d|\d{4}/\d{1,2}/\d{1,2}|(?:[A-Z][a-z]{2,8},? )?"
    r"(?:\d{1,2} [A-Z][a-z]{2,8}|[A-Z][a-z]{2,8} {1,2}\d{1,2}),?"
    r" \d{4}|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d))"
)
_CLOCK = (
    rf"\s{{0,4}}(?:[\[(]?{_DAY}[\])]?(?:[T,]| -)?\s{{0,2}})?"
    r"[\[(]?(?P<time>\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?)[\])]?(?:[:,]| -)?\s{1,4}"
)
_TIGHT = r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d(?::\d\d)?)"  # nothing between clock and nick
_MAYBE = rf"(?:{_CLOCK})?"
_NICK = r"(?P<nick>[@+%&~!]?[A-Za-z_`\[\]{}\\|^][\w`\[\]{}\\|^.-]{0,31})"
_CLIENT = (
    r"Join|Part|Quit|Topic|Mode|Nick|Kick|Notify|Notice|Info|Error|Away|CTCP|Welcome|Names|Created|URL|Ban|Whois"
)

_RULES = PatternFormat(
    name="chat",
    title="chats of other clients, pasted chats",
    rules=(
        *OLD_IRCLOGS,
        rule(LineKind.MESSAGE, _TIGHT + r"<(?P<nick> {0,24}[@+%&~!]{0,4}[^<>\s]{1,64})>\s?(?P<text>.*)"),
        rule(LineKind.MESSAGE, _MAYBE + r"<(?P<nick> {0,24}[@+%&~!]{0,4}[^<>\s]{1,64})>\s?(?P<text>.*)"),
        rule(LineKind.MESSAGE, _CLOCK + rf"<{WORDY_NICK}>\s(?P<text>.*)"),
        rule(
            LineKind.NICK,
            _CLOCK
            + r"(?:(?:\*{1,3}|===|---|-!-|Nick)\s{1,4})?(?P<nick>\S{1,64}) is now known as (?P<new>\S{1,64}?)\.?\s*",
        ),
        rule(LineKind.EVENT, _CLOCK + rf"(?:(?:{_CLIENT})[\t ]|\*\*\*|===|---|-!-|-->|<--|→|←|⇒|⇐).*"),
        rule(LineKind.NOTICE, _CLOCK + r"-(?P<nick>[^\s:-][^\s:]{0,63}?)(?::\S{1,64}?)?-\s(?P<text>.*)"),
        rule(LineKind.ACTION, _CLOCK + r"[*•]\s{1,8}(?P<nick>[^\s:]{1,64}) ?(?P<text>.*)"),
        rule(
            LineKind.MESSAGE, _CLOCK + rf"{_NICK}(?: ?:\s{{1,4}}|\t\s{{0,8}}|\s{{0,24}}\|\s|\s{{1,24}})(?P<text>.*)"
        ),
        rule(LineKind.ACTION, r"\s{0,4}\* (?P<nick>[^\s:*]{1,64}) (?P<text>.*)"),
    ),
    sign=re.compile(
        rf"(?:\d{{4}}-\d\d-\d\d[ T][\d:]{{5,8}}(?=<)|{_CLOCK})"
        rf"(?:< {{0,24}}[@+%&~!]{{0,4}}[^<>\s]{{1,64}}>|[*•]\s{{1,8}}\S|(?:{_CLIENT})\t"
        rf"|{_NICK}(?: ?:\s|\t|\s{{0,24}}\|\s|\s{{3,24}}\S))"
    ),
)
_BARE = re.compile(r"<[ @+%&~!]?[A-Za-z_`\[\]{}\\|^][^<>\s/=]{1,63}> \S|\* [A-Za-z_`]\S{0,31} \w")
_MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|p|div|pre|h\d|ul|table)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chat:
    """Lines that begin with a clock and a nick in whatever brackets, or with `<nick>` alone; also in a web page."""

    name: str = _RULES.name
    title: str = _RULES.title

    def recognise(self, head: Head) -> float:
        """Less sure than every format that knows its lines; a chat without clocks must be nothing else."""
        lines = [line for line in head.lines[:400] if line.text.strip()]
        if not lines:
            return 0.0
        if _is_page(head):
            texts = [text for _, stripped in strip_lines(lines) for text in stripped]
            hits = sum(1 for text in texts if _RULES.sign.match(text))
            return 0.9 * hits / len(texts) if hits > 1 else 0.0
        bare = sum(1 for line in lines if _BARE.match(line.text))
        spoken = sum(1 for line in lines if line.text.startswith("<") and _BARE.match(line.text))
        alone = 0.3 * bare / len(lines) if spoken and bare >= 0.6 * len(lines) else 0.0
        return max(0.4 * _RULES.recognise(head), alone)

    def parse(self, lines: Iterable[RawLine], head: Head) -> Iterator[Item]:
        """Each line on its own."""
        if not _is_page(head):
            yield from _RULES.parse(lines, head)
            return
        for raw, texts in strip_lines(lines):
            if not texts:
                yield Line(raw.number, LineKind.BLANK, "")
            for text in texts:
                yield from _RULES.read(RawLine(raw.number, text.strip()))


def _is_page(head: Head) -> bool:
    return _MARKUP.match(head.text) is not None


CHAT = Chat()
