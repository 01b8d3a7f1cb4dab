"""From lines to references: what each line names, by whom, on what topic, in which meeting. The join of the parts.

Lines come one by one, references go out meeting by meeting: only at its end is it known whether a lone number in it
was shown to be a bug. What waits is little, and beyond a bound it waits on disk (`lptrack.logs.spool`).
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Literal, assert_never

from lptrack.grammar.bot_nicks import looks_like_bot
from lptrack.grammar.bots import Announced, NotFound, echoes, is_bot, parse_announcements
from lptrack.grammar.scan import Match, scan_line
from lptrack.grammar.table import BARE
from lptrack.grammar.trackers import tracker_of_word
from lptrack.logs.calendar import Calendar, parse_started
from lptrack.logs.channels import channel_of_address
from lptrack.logs.frames import Tally
from lptrack.logs.interface import Began, Channel, Day, Item, LogAddress, MonthDay, Named, Present, Topic
from lptrack.logs.linewise import read_bridge
from lptrack.logs.meetings import Discussion, MeetingReader, Place, build_meeting
from lptrack.logs.options import Options
from lptrack.logs.people import People
from lptrack.logs.spool import Spool
from lptrack.model import LAUNCHPAD, Announcement, Line, LineKind, Meeting, Reference, ReferenceKind

SAID = frozenset((LineKind.MESSAGE, LineKind.ACTION, LineKind.NOTICE, LineKind.TEXT, LineKind.UNREAD))
"""Lines in which a number is a reference; an UNREAD one may be the rest of a message."""

NEAR = 400
"""A bot answers within so many lines of the file."""


_OPEN_END = re.compile(r"(?:\b[\w.+-]{1,30} )?\b(?:bugs?|lp:?|launchpad)\s*[(\[]?\s*\Z", re.IGNORECASE)
"""How a line of prose ends whose bug's number went to the next line."""


_UNNAMED = frozenset(
    ("bug", "bug-told", "bugs-apart", "bugs-in-brackets", "list-without-word", "list-of-packages", "duplicate")
)
"""Rules whose words name no tracker."""

_HASHED = re.compile(r"(?<![\w#/.@&-])(?<!\bissue )(?<!\bissues )#(?P<n>[12][0-9]{6})(?![0-9])")
"""So long a number with its sign is a bug of Launchpad's wherever Launchpad is the channel's own tracker."""


_HEADING = re.compile(r"\s*(?:#{1,6}\s|=+\s|\*{2}\S|__\S)|.{1,120}:\s*\Z")
_OF_BUGS = re.compile(r"\b(?:bugs?|lp)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:[-*+•|]|\d{1,3}[.)])?\s*\[?#?(?P<n>[0-9]{5,7})(?![0-9\w]|[.:-][0-9])")
"""An item of a list that begins with a number."""


class _Anything:
    """Every number might be shown to be a bug later in the meeting."""

    def __contains__(self, _number: object) -> bool:
        return True


_ANY = _Anything()


@dataclass(slots=True)
class Shown:
    """What a meeting has shown: which numbers are bugs of which tracker, and in which line they were last raised."""

    bugs: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    announced: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    raised: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    contestable: set[tuple[int, int]] = field(default_factory=set)  # line and number
    own: set[int] = field(default_factory=set)  # numbers that a link or a name says to be the channel's tracker's
    foreign: dict[int, tuple[str, int]] = field(default_factory=dict)  # whose a link or a bot showed it to be, where

    def owner_elsewhere(self, number: int, line: int, own: str) -> str | None:
        """Whose a number is that plain words name: another tracker's, from NEAR before the line that shows it on."""
        tracker, shown_at = self.foreign.get(number, (None, 0))
        if number in self.own or number in self.announced[own] or line < shown_at - NEAR:
            return None
        return tracker


Found = Reference | Announcement


@dataclass(frozen=True, slots=True)
class Stretch:
    """A meeting (None: what is outside of all) with what was found in it; ``found`` is read once."""

    meeting: Meeting | None
    found: Iterator[Found]


class Collector:
    """Reads one document's items. ``ready`` holds the stretches that have ended, in order, for the caller to take."""

    def __init__(
        self, source: str, options: Options, calendar: Calendar, channel: str, digest: Callable[[], str]
    ) -> None:
        self.source = source
        self.options = options
        self.calendar = calendar
        self.channel = channel
        self.told_channel = False
        self.ready: deque[Stretch] = deque()
        self.digest = digest
        self.people = People(options.persons)
        self.meetings = MeetingReader(
            self._close, counting=options.counting, silence=options.silence, frame=options.frame
        )
        self.waiting: Spool[_Draft] = Spool()
        self.shown = Shown()
        self.claims: dict[str, int] = {}
        self.url: str | None = None
        self.lines = 0
        self.unread = 0
        self.tell_unread: Callable[[Line], None] | None = None
        self.unasked: dict[int, None] = {}  # in order
        self.talkers: set[str] = set()  # nicks that have spoken of bugs as people do
        self.bot_heard = False  # a known bot has spoken of a bug
        self._last = 0
        self.section: str | None = None  # whose bugs the list under this heading is of
        self._writer: tuple[str | None, datetime | None] = (None, None)  # of the mail or post that is read
        self._prose = (0, "")  # the last line of prose: its number and end

    # ------------------------------------------------------------------------------------------- reading

    def feed(self, item: Item) -> None:  # noqa: C901
        """The next item of the document."""
        match item:
            case Line():
                self._feed_line(item)
            case Day(day, turns):
                # irssi of a machine whose clock was set back says "Day changed" to a day that is over
                goes_back = turns and self.calendar.day is not None and day < self.calendar.day
                if not self.calendar.fixed and not goes_back:
                    self.calendar.set_day(day)
            case Channel(name):
                if not self.told_channel:
                    self.channel, self.told_channel = name.lstrip("#").lower() or self.channel, True
            case LogAddress(url):
                self.url = url
                if not self.told_channel and (channel := channel_of_address(url)) is not None:
                    self.channel, self.told_channel = channel, True
            case Named(text):
                self.meetings.titled = self.meetings.titled or text
            case Present(nick, lines):
                self.claims[nick] = lines
                self.meetings.tally = self.meetings.tally or Tally()
            case MonthDay(month, day):
                if not self.calendar.fixed:
                    self.calendar.set_month_day(month, day)
            case Topic(text):
                self.meetings.topic, self.meetings.subtopic = text, None
            case Began():
                self._begin(item)
            case _:
                assert_never(item)

    def finish(self) -> None:
        """The document ends here."""
        self.meetings.finish()

    def _begin(self, began: Began) -> None:
        current = self.meetings.current
        current.chair = began.chair or current.chair
        stamped = self.calendar.stamp(Line(0, LineKind.HEADER, "", time=began.clock, at=began.at))
        if stamped.at is not None:
            current.began, current.exact = stamped.at, stamped.exact

    def _feed_line(self, line: Line) -> None:
        if line.number != self._last:
            self.lines += 1
            self._last = line.number
        kind = line.kind
        if kind is LineKind.UNREAD:
            self.unread += 1
            if self.tell_unread is not None:
                self.tell_unread(line)
        elif kind is LineKind.NICK and line.speaker and line.text:
            self.people.rename(line.speaker, line.text)
            self.meetings.rename(line.speaker, line.text)
        # of a mail or a post every line tells its instant; where it prints the day too it is a chat's
        is_prose = kind is LineKind.TEXT or (line.at is not None and line.day is None)
        line = self.calendar.stamp(line)
        if kind not in SAID:
            self.meetings.see(line)
            return
        if line.person is None and line.speaker is not None and line.speaker.casefold() in self.options.relays:
            line = replace(line, person=read_bridge(line.speaker, line.text, is_relay=True))
        speaker_is_bot = line.speaker is not None and is_bot(line.speaker, self.options.bots)
        if line.text.startswith("Meeting started ") and (at := parse_started(line.text)) is not None:
            self.calendar.agree(line, at)
            line = self.calendar.stamp(replace(line, at=None))
        place = self.meetings.feed(line, speaker_is_bot)
        self._scan(line, place, speaker_is_bot, is_prose=is_prose)

    # ------------------------------------------------------------------------------------------- references

    def _scan(self, line: Line, place: Place, speaker_is_bot: bool, *, is_prose: bool) -> None:  # noqa: C901
        announced = tuple(self._place_announcement(one) for one in parse_announcements(line.text))
        if announced and all(self._announces(line, one, speaker_is_bot) for one in announced):
            for one in announced:
                if isinstance(one, Announced):
                    self._add_announcement(line, place, one)
            return
        if speaker_is_bot and line.speaker is not None and echoes(line.speaker, line.text):
            return
        own = self.options.tracker_of(self.channel)
        shown = self.shown
        if is_prose:
            self._follow_headings(line, own)
        for found in self._matches(line, own):
            match = self._place(found, line.number, own)
            if match.kind is not ReferenceKind.BARE:
                shown.bugs[match.tracker].add(match.number)
                if match.contestable:
                    shown.contestable.add((line.number, match.number))
                if not speaker_is_bot:
                    shown.raised[match.tracker][match.number] = line.number
                    if match.contestable:
                        shown.raised[own][match.number] = line.number
                    if line.speaker is not None:
                        self.talkers.add(line.speaker)
            elif match.rule != BARE.name and not speaker_is_bot:
                shown.raised[own][match.number] = line.number
            self._add(line, place, match.kind, match.tracker, match.number, match.rule)

    def _follow_headings(self, line: Line, own: str) -> None:
        """Under a heading that says bugs, a number that begins an item is a bug of the tracker that it names."""
        text = line.text
        if (line.speaker, line.at) != self._writer:
            self.section, self._writer = None, (line.speaker, line.at)
        if _HEADING.match(text):
            named = [tracker_of_word(word, 0) for word in re.findall(r"[a-z][a-z.]+", text.lower())]
            self.section = next((name for name in named if name), own) if _OF_BUGS.search(text) else None
        elif self.section is not None and (item := _LISTED.match(text)) is not None:
            self.shown.bugs[self.section].add(int(item["n"]))

    def _place(self, match: Match, line: int, own: str) -> Match:
        """The match, and whose it is: what a link or a foreign bot showed holds for the rest of the meeting."""
        linked = match.kind is ReferenceKind.LINK or match.rule in _UNNAMED  # words whose line links elsewhere
        if linked and match.tracker != own:
            self.shown.foreign.setdefault(match.number, (match.tracker, line))
        if match.kind is ReferenceKind.BARE or match.tracker != own:
            return match
        if match.rule not in _UNNAMED:
            self.shown.own.add(match.number)
            return match
        elsewhere = self.shown.owner_elsewhere(match.number, line, own)
        return match if elsewhere is None else replace(match, tracker=elsewhere)

    def _place_announcement(self, one: Announced | NotFound) -> Announced | NotFound:
        """A bot that names no tracker, or only the family, speaks of the one that the meeting has shown."""
        if isinstance(one, NotFound):
            return one
        shown = self.shown.foreign.get(one.number)
        if one.tracker in ("bugzilla", "github") and shown is not None:
            return replace(one, tracker=shown[0])
        return one

    def _matches(self, line: Line, own: str) -> Iterable[Match]:
        """What the line names; in prose also what it names with the word that ends the line before: `LP:` / `#5`."""
        matches = scan_line(line.text, tracker=own, shown=_ANY, names=self.options.names)
        if line.kind is not LineKind.TEXT:
            return matches
        number, tail = self._prose
        self._prose = line.number, line.text[-40:]
        cut = _OPEN_END.search(tail) if number in (line.number - 1, line.number) else None
        if cut is None or not line.text.lstrip()[:9].lstrip("#[").strip()[:1].isdigit():
            return matches
        before = f"{cut[0]} "
        known = {match.number for match in matches if match.kind is not ReferenceKind.BARE}
        wrapped = [
            match
            for match in scan_line(before + line.text.lstrip(), tracker=own, names=self.options.names)
            if match.start >= len(before) and match.number not in known
        ]
        new = {match.number for match in wrapped}
        return [*wrapped, *(match for match in matches if match.number not in new)]

    def _announces(self, line: Line, announced: Announced | NotFound, speaker_is_bot: bool) -> bool:
        """Whether a line that reads like a bot's is one: by its speaker, or an unknown one who answers a mention."""
        if speaker_is_bot:
            self.bot_heard = True
            return True
        if line.speaker is None or isinstance(announced, NotFound):
            return False
        is_announced = announced.number in self.shown.announced.get(announced.tracker, ())
        if self.bot_heard and (is_announced or line.speaker in self.talkers):
            return False  # a person who pastes what the channel's bot says
        if line.kind not in (LineKind.MESSAGE, LineKind.NOTICE):
            return False
        return looks_like_bot(line.speaker) or self._find_cause(line, announced) is not None

    def _find_cause(self, line: Line, announced: Announced) -> int | None:
        for number in (announced.number, announced.duplicate):
            if number is not None:
                cause = self.shown.raised[announced.tracker].get(number)
                if cause is None and number not in self.shown.own:  # `bug 5`, and the bot says whose it is
                    cause = self.shown.raised[self.options.tracker_of(self.channel)].get(number)
                if cause is not None and line.number - cause <= NEAR:
                    return cause
        return None

    def _add_announcement(self, line: Line, place: Place, announced: Announced) -> None:
        number, tracker = announced.number, announced.tracker
        cause = self._find_cause(line, announced)
        self.shown.bugs[tracker].add(number)
        self.shown.announced[tracker].add(number)
        if tracker != self.options.tracker_of(self.channel):
            self.shown.foreign.setdefault(number, (tracker, line.number))
        if cause is None:
            self.unasked[number] = None
        self._add(line, place, ReferenceKind.ANNOUNCEMENT, tracker, number, announced.rule, announced, cause)

    def _add(
        self, line: Line, place: Place, kind: ReferenceKind, tracker: str, number: int, rule: str,
        announced: Announced | None = None, cause: int | None = None,
    ) -> None:  # fmt: skip
        speaker = line.speaker
        in_words = None
        if announced is not None:
            spell = self.options.spell  # `Fix released` → `Fix Released`; the line itself is kept as printed
            in_words = (
                announced.target, announced.title, spell(tracker, announced.importance),
                spell(tracker, announced.status), announced.assignee, announced.duplicate, cause,
            )  # fmt: skip
        self.waiting.add((
            kind, tracker, number, line.number, speaker, line.at, line.exact, line.time, place.topic, line.text, rule,
            self.people.person_of(speaker, line.person), place.duty, place.duty_of, place.subtopic, in_words,
        ))  # fmt: skip

    # ------------------------------------------------------------------------------------------- meetings

    def _close(self, discussion: Discussion | None) -> None:
        meeting = None
        if discussion is not None:
            day = None
            if self.calendar.day is not None:
                day = datetime.combine(self.calendar.day, time(), UTC)
            meeting = build_meeting(
                discussion, self.channel, day=day, digest=self.digest, claims=self.claims, url=self.url,
                titled=self.meetings.titled if discussion.position == 0 else None,
            )  # fmt: skip
        shown, waiting = self.shown, self.waiting
        self.shown, self.waiting = Shown(), Spool()
        own = self.options.tracker_of(self.channel)
        identity = meeting.id if meeting else None
        self.ready.append(Stretch(meeting, _settle(waiting, shown, identity, own, self.source, self.meetings.undone)))


_Exact = Literal["day", "minute", "second"]
_Name = str | None
_Said = tuple[_Name, _Name, _Name, _Name, _Name, int | None, int | None]
_Draft = tuple[
    ReferenceKind, str, int, int, _Name, datetime | None, _Exact, _Name, _Name, str, str,
    _Name, _Name, _Name, _Name, _Said | None,
]  # fmt: skip
"""A reference whose meeting is not known yet, as `_add` makes it: plain tuples go to disk and back fastest."""


def _tracker_of_bare(number: int, line: int, text: str, shown: Shown, own: str) -> str | None:
    """Whose bug a lone number is: of the tracker that the meeting has shown it to be; None where it has not."""
    if (elsewhere := shown.owner_elsewhere(number, line, own)) is not None:
        return elsewhere
    if number in shown.bugs[own]:
        return own
    others = [tracker for tracker, numbers in shown.bugs.items() if number in numbers]
    if len(others) == 1:
        return others[0]
    hashed = own == LAUNCHPAD and not others and 1_000_000 <= number < 3_000_000
    return own if hashed and any(int(found["n"]) == number for found in _HASHED.finditer(text)) else None


def _settle(
    waiting: Spool[_Draft], shown: Shown, meeting: str | None, own: str, source: str, undone: set[int]
) -> Iterator[Found]:
    """What waited, with its meeting; lone numbers only where the meeting has shown them to be bugs."""
    bare = ReferenceKind.BARE
    place, named = (0, ""), set[tuple[str, int]]()  # a line gives one reference for a tracker's number
    for (
        kind, tracker, number, line, speaker, at, exact, clock, topic, text, rule, person, duty, duty_of, subtopic,
        announced,
    ) in waiting:  # fmt: skip
        if kind is bare:
            known = _tracker_of_bare(number, line, text, shown, own)
            if known is None:
                continue
            tracker = known  # noqa: PLW2901
            if rule != BARE.name:
                kind = ReferenceKind.MENTION  # noqa: PLW2901  # `upstream bug 5`, which the bot then told of
        kept_duty, kept_of = (None, None) if line in undone else (duty, duty_of)
        owner = tracker
        if tracker == own and rule in _UNNAMED and announced is None:
            owner = shown.owner_elsewhere(number, line, own) or own
        if shown.contestable and number in shown.announced[own] and (line, number) in shown.contestable:
            owner = own  # `kernel bug 1218004`, and the bot showed that it was the channel's own
        if (line, text) != place:
            place = line, text
            named.clear()
        if announced is None and (owner, number) in named:
            continue
        named.add((owner, number))
        reference = Reference(
            kind, owner, number, source, line, meeting, speaker, at, exact, clock, topic, text, rule,
            person, kept_duty, kept_of, subtopic,
        )  # fmt: skip
        yield reference if announced is None else Announcement(reference, *announced)
    waiting.close()
