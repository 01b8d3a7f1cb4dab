"""Which meeting a line belongs to, its topic and duty: MeetBot's and mootbot's commands and answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from lptrack.logs.calendar import parse_ended, parse_started
from lptrack.logs.frames import Frame, Tally
from lptrack.logs.names import clean_name
from lptrack.model import Attendance, Line, LineKind, Meeting

_COMMAND = re.compile(
    r"\s*(?:[#!](startmeeting|endmeeting|meetingname|topic|subtopic|unchair|chair|action|agreed?|accepted|undo)\b"
    r"|\[(topic|action|agreed|subtopic)\])[ \t]*:?[ \t]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_NOTED = re.compile(r"[\s*']*(ACTION|AGREED)'*: *(.*)", re.DOTALL)
"""How minutes write an action."""

_CHAIR = re.compile(r"The chair is (\S+?)\.?(?:\s|$)")
_NAMED = re.compile(r"The meeting name (?:is|has been set to) ['\"]?(.{1,200}?)['\"]?\.?\s*\Z", re.IGNORECASE)
_CHAIRS = re.compile(r"Current chairs?: (.{1,400})", re.IGNORECASE)
_DUTY = re.compile(r"@?([\w`|^{}\[\]\\-]{1,32})(?:\s*[:,;]|\s+(?:to|will|is|should|shall|must|needs|has|can|gets)\b)", re.IGNORECASE)  # fmt: skip  # noqa: E501

_DUTIES = re.compile(
    r"(@?[\w`|^{}\[\]\\-]{1,32}(?:(?:\s*,\s*|\s+(?:and|&)\s+)@?[\w`|^{}\[\]\\-]{1,32}){1,7})"
    r"(?:\s*[:;]|\s+(?:to|will|are|should|shall|must|need|have|can|get)\b)",
    re.IGNORECASE,
)


SILENCE: Final = timedelta(hours=6)
"""After so long without a line a meeting whose `#endmeeting` was forgotten has ended with its last line."""


@dataclass(slots=True)
class Discussion:
    """A meeting while it is read."""

    began: datetime | None = None
    exact: Literal["none", "day", "minute", "second"] = "none"
    by_bot: bool = False
    ended: datetime | None = None
    last: datetime | None = None
    name: str | None = None
    chair: str | None = None
    chairs: set[str] = field(default_factory=set)  # who else may end it, in lower case
    lines: dict[str, int] = field(default_factory=dict)
    noted: list[int] = field(default_factory=list)  # lines of its actions, for `#undo`
    position: int = 0  # among the discussions of the document
    first: int = 0  # its first line in the document


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands."""

    topic: str | None
    subtopic: str | None
    duty: str | None = None
    duty_of: str | None = None


@dataclass(slots=True)
class MeetingReader:
    """Follows the commands of a log. ``closed`` is called with each stretch as it ends, in order.

    A stretch is a discussion, or None for lines outside of every pair. A log without a pair is one discussion, which
    is not known before its end; therefore the first stretch is handed out only when a pair begins or the log ends.
    """

    closed: Callable[[Discussion | None], None]
    counting: bool = True
    carried: Callable[[], Discussion | None] = lambda: None  # what was open at the end of the log before this one
    topic: str | None = None
    subtopic: str | None = None
    current: Discussion = field(default_factory=Discussion)
    in_pair: bool = False
    pairs: int = 0
    asked: str | None = None  # the name in the last `#startmeeting`, which the bot's start answers
    titled: str | None = None  # what the document's heading calls the meeting
    silence: timedelta = SILENCE
    undone: set[int] = field(default_factory=set)  # lines whose action `#undo` took back
    frame: Frame | None = None  # where the meeting is, whatever the commands say
    tally: Tally | None = None  # of a page that counts the lines itself

    def feed(self, line: Line, is_bot: bool) -> Place:
        """Take in the next line, and tell where it stands."""
        if line.kind is LineKind.TEXT and (noted := _NOTED.match(line.text)) is not None:
            owners = _owners(noted[2]) if noted[1] == "ACTION" else None
            return Place(self.topic, self.subtopic, noted[1].lower(), owners)
        if line.kind not in (LineKind.MESSAGE, LineKind.ACTION, LineKind.NOTICE):
            return Place(self.topic, self.subtopic)
        self._keep_frame(line)
        self._end_after_silence(line)
        duty: str | None = None
        duty_of: str | None = None
        if line.kind is not LineKind.ACTION:
            text = line.text.lstrip()
            start = text[:1]
            if start in ("#", "[", "!"):
                duty, duty_of = self._read_command(start, line)
            elif start == "M":
                self._hear_bot(text, line, is_bot)
            elif start in ("T", "C") and self.in_pair and is_bot:
                self._hear_details(text)
        self._count(line)
        if self.tally is not None and line.speaker is not None:
            self.tally.add(line.number, line.speaker)
        return Place(self.topic, self.subtopic, duty, duty_of)

    def _read_command(self, start: str, line: Line) -> tuple[str | None, str | None]:
        match = _COMMAND.match(line.text)
        # `!topic | ana` asks Ubuntu's bot for a factoid: only a meeting of zodbot's kind is led with `!`
        if match is None or (start == "!" and not self.in_pair and not match[1].lower().endswith("meeting")):
            return None, None
        return self._obey((match[1] or match[2]).lower(), match[3].strip(), line)

    def _hear_details(self, text: str) -> None:
        """A bot's lines after the start: who has the chair, what the meeting is called, who else may lead it."""
        if chair := _CHAIR.match(text):
            self.current.chair = chair[1]
        elif named := _NAMED.match(text):
            self.current.name = named[1]
        elif named := _CHAIRS.match(text):
            self.current.chairs = _nicks(named[1])

    def see(self, line: Line) -> None:
        """A line that nobody said: a log without a start of its own begins with its first line."""
        current = self.current
        if current.began is None and line.at is not None and not self.pairs and line.kind is LineKind.EVENT:
            current.began, current.exact = line.at, line.exact

    def finish(self) -> None:
        """The log ends here."""
        if self.in_pair and self.tally is not None and self.tally.numbers:
            self.tally.read.append(Frame(self.current.first, self.tally.numbers[-1]))
        if self.in_pair or not self.pairs:
            self.closed(self.current)
        else:
            self.closed(None)

    def _obey(self, command: str, rest: str, line: Line) -> tuple[str | None, str | None]:
        """Do as a command says; gives what kind of duty it notes, and whose."""
        match command:
            case "startmeeting" | "endmeeting" | "meetingname":
                self._obey_frame(command, rest, line)
            case "chair" | "unchair":
                if self._may_end(line.speaker):
                    chairs, nicks = self.current.chairs, _nicks(rest)
                    self.current.chairs = chairs | nicks if command == "chair" else chairs - nicks
            case "undo":
                if self.current.noted and self._may_end(line.speaker):
                    self.undone.add(self.current.noted.pop())
            case "topic":
                self.topic, self.subtopic = rest or None, None
            case "subtopic":
                self.subtopic = rest or None
            case "action":
                self.current.noted.append(line.number)
                return "action", _owners(rest)
            case "agreed" | "agree" | "accepted":
                self.current.noted.append(line.number)
                return "agreed", None
            case _:
                pass
        return None, None

    def _obey_frame(self, command: str, rest: str, line: Line) -> None:
        """Where a meeting begins, where it ends, and what it is called."""
        if command == "startmeeting":
            self._note_mark(line, starts=True)
            self.asked = rest or None
            if not self.in_pair and self.frame is None:
                self._start(line)
            if self.in_pair and not self.current.name:
                self.current.name, self.asked = self.asked, None
        elif command == "endmeeting":
            self._note_mark(line, starts=False)
            self._carry_over()
            if self.in_pair and self.frame is None and self._may_end(line.speaker):
                self._count(line)
                self._end(line.at, line.number)
        elif self.in_pair and rest:
            self.current.name = rest

    def rename(self, old: str, new: str) -> None:
        """A chair who takes another nick stays one."""
        if self.in_pair and self._may_end(old):
            self.current.chairs.add(new.casefold())

    def _may_end(self, speaker: str | None) -> bool:
        """Whether MeetBot would heed this nick: the chair, or one named since. Where no chair is known, anybody."""
        chair = self.current.chair
        if chair is None or speaker is None:
            return True
        return speaker.casefold() in {chair.casefold(), *self.current.chairs}

    def _end_after_silence(self, line: Line) -> None:
        """A day log goes on for hours after a meeting that nobody ended."""
        last = self.current.last
        if self.frame is not None:
            return
        if self.in_pair and last is not None and line.at is not None and line.at - last > self.silence:
            self._end(last, line.number - 1)

    def _keep_frame(self, line: Line) -> None:
        """Begin and end where the page's own counts say."""
        if self.frame is None:
            return
        if self.in_pair and line.number > self.frame.last:
            self._end(self.current.last, self.frame.last)
        if not self.pairs and line.number >= self.frame.first:
            self._start(line)

    def _note_mark(self, line: Line, *, starts: bool) -> None:
        """A line that may begin the meeting, or end it, whoever said it."""
        if self.tally is not None:
            (self.tally.starts if starts else self.tally.ends).append(line.number)

    def _hear_bot(self, text: str, line: Line, is_bot: bool) -> None:
        """A bot's `Meeting started …` and `Meeting ended …`, which tell the instant to the second."""
        if text.startswith("Meeting started "):
            self._note_mark(line, starts=True)
            self._hear_start(text, line, is_bot)
        elif is_bot and text.startswith(("Meeting ended ", "Meeting finished at ")):
            self._note_mark(line, starts=False)
            self._carry_over()
            if self.in_pair and self.frame is None:
                self._end(parse_ended(text) or line.at, line.number - 1)

    def _hear_start(self, text: str, line: Line, is_bot: bool) -> None:
        at = parse_started(text)
        at = None if at is None else at.astimezone(UTC)
        if at is None and not re.match(r"Meeting started at \d\d:\d\d\.", text):
            return
        again = self.in_pair and is_bot and self.current.by_bot and _is_another(self.current.began, at)
        if self.frame is not None and (again or not self.in_pair):
            return
        fresh = not self.in_pair or (not self.current.by_bot and _near(self.current.began, at, line.at))
        if again:  # the one before was never ended; MeetBot starts a second only where it knows of no first
            self._end(self.current.last, line.number - 1)
        elif not fresh or not (is_bot or self.in_pair):
            return
        if not self.in_pair:
            self._start(line)
            self.current.name, self.asked = self.asked, None
        self.current.by_bot = True
        if at is not None:
            self.current.began, self.current.exact = at, "second"
        if chair := _CHAIR.search(text):
            self.current.chair = chair[1]

    def _carry_over(self) -> None:
        """An end before any start: the meeting began in the log of the day before."""
        if self.in_pair or self.pairs:
            return
        begun = self.carried()
        if begun is not None:
            begun.lines = self.current.lines
            begun.last = self.current.last
            self.current, self.in_pair, self.pairs = begun, True, 1

    def _start(self, line: Line) -> None:
        self.closed(None)  # also before the first pair: what was said until here is outside of it
        self.pairs += 1
        self.in_pair = True
        self.topic = self.subtopic = None
        exact: Literal["none", "minute", "second"] = "none"
        if line.at is not None:
            exact = "second" if line.exact == "second" else "minute"
        self.current = Discussion(line.at, exact, chair=line.speaker, position=self.pairs - 1, first=line.number)

    def _end(self, at: datetime | None, last: int) -> None:
        """The meeting is over: when, and with which line of the document."""
        self.current.ended = at
        if self.tally is not None:
            self.tally.read.append(Frame(self.current.first, last))
        self.closed(self.current)
        self.in_pair = False
        self.topic = self.subtopic = None
        self.current = Discussion(position=self.pairs)

    def _count(self, line: Line) -> None:
        current = self.current
        if line.at is not None:
            if current.began is None:
                current.began = line.at
                current.exact = line.exact
            current.last = line.at
        if self.counting and line.speaker is not None:
            current.lines[line.speaker] = current.lines.get(line.speaker, 0) + 1


def _nicks(text: str) -> set[str]:
    """The nicks of a list, without case."""
    return {nick.casefold() for nick in re.split(r"[\s,]+", text) if nick}


def _is_another(began: datetime | None, at: datetime | None) -> bool:
    """Whether a start is told that is none of the one that is known: a repetition tells the same second."""
    return began is not None and at is not None and abs(at - began) > timedelta(minutes=1)


def _owners(text: str) -> str | None:
    """Whom an action names: `ana to do this`, `ana and bo will …`; several are joined by `, `."""
    several = _DUTIES.match(text)
    if several is not None:
        return ", ".join(re.split(r"\s*(?:,|&|\band\b)\s*", several[1].replace("@", "")))
    owner = _DUTY.match(text)
    return owner[1] if owner else None


def _near(began: datetime | None, at: datetime | None, heard: datetime | None) -> bool:
    """A bot answers its command at once; a start it speaks of later is another's or a repetition."""
    if began is None or heard is None or at is None:
        return True
    return abs(heard - began) <= timedelta(minutes=5)


def build_meeting(
    discussion: Discussion,
    channel: str,
    *,
    day: datetime | None,
    digest: Callable[[], str],
    claims: dict[str, int],
    url: str | None,
    titled: str | None = None,
) -> Meeting:
    """The meeting with its id as the interface spells it. ``day``: midnight of the date, where only that is known.

    ``titled``: what the document's heading calls its one meeting.
    """
    began, exact = discussion.began, discussion.exact
    if began is None and day is not None:
        began, exact = day, "day"
    if began is None:
        content = digest() if not discussion.position else _digest_again(digest(), discussion.position)
        start = f"undated-{content[:8]}"
    else:
        start = f"{began:%Y-%m-%d}" if exact == "day" else f"{began:%Y-%m-%dT%H:%MZ}"
    counted = discussion.lines
    people = tuple(
        Attendance(nick, lines, claims.get(nick))
        for nick, lines in sorted(counted.items(), key=lambda x: (-x[1], x[0]))
    ) + tuple(Attendance(nick, 0, lines) for nick, lines in claims.items() if nick not in counted)
    return Meeting(
        id=f"{channel}/{start}",
        channel=channel,
        started_at=began,
        start_exact=exact,
        ended_at=discussion.ended or discussion.last,
        name=clean_name(discussion.name or titled or "", channel),
        chair=discussion.chair,
        people=people,
        url=url,
    )


def _digest_again(digest: str, position: int) -> str:
    """Two undated meetings of one document need two ids."""
    return hashlib.sha256(f"{digest} {position}".encode()).hexdigest()
