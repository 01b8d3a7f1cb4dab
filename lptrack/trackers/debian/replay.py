"""The rows of a bug's log played forward, and checked against the present: tracks of its fields.

Pure. debbugs tells its present only; each value in between is proven by the row that set it and by the present that
follows from the whole. A field whose replay does not end at the present was changed by something that the log does
not show, and is unknown before.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from lptrack.model import UNKNOWN, BugTask, LogEntry, Observation, Unknown
from lptrack.trackers.debian.control import tag_operations
from lptrack.trackers.debian.status import DONE_BY, FIXED_IN, FORWARDED_TO
from lptrack.trackers.debian.tracks import NO_TAGS, UNKNOWN_TAGS, Tags, Track
from lptrack.trackers.debian.versions import VERSION_ORDER, bare_version

_REPORT_SLACK: Final = timedelta(hours=12)  # a report waits in the queue, or in a moderator's
_MOST: Final = 1_000  # a bug whose versions change more often, or with more tags, is somebody's joke
_TAG: Final = re.compile(
    "patch|wontfix|moreinfo|unreproducible|help|security|upstream|pending|confirmed|ipv6|lfs|d-i|l10n|newcomer|a11y|"
    "ftbfs|fixed-upstream|fixed|fixed-in-experimental|sid|experimental|"
    "(?:sarge|etch|lenny|squeeze|wheezy|jessie|stretch|buster|bullseye|bookworm|trixie)(?:-ignore)?|potato|woody"
)
END: Final = sys.maxsize
"""A position after every row."""

Versions = dict[str, str]
"""Fixed versions: the version alone → as debbugs spells it, empty where that is not known."""


@dataclass(slots=True)
class Tracks:
    """A bug's fields through its log. ``forwarded`` and ``done`` are whether they are set at all."""

    package: Track[str] = field(default_factory=Track)
    severity: Track[str] = field(default_factory=Track)
    title: Track[str] = field(default_factory=Track)
    owner: Track[str | None] = field(default_factory=Track)
    forwarded: Track[bool] = field(default_factory=Track)
    done: Track[bool] = field(default_factory=Track)
    tags: Track[Tags] = field(default_factory=lambda: Track(values=[UNKNOWN_TAGS]))
    fixed: Track[Versions] = field(default_factory=Track)
    notes: list[str] = field(default_factory=list)
    reported: bool = False  # the log begins with this bug's report

    def status(self, position: int) -> str | Unknown:
        """debbugs' status after the row at ``position``, in the interface's words."""
        done, tags, forwarded = self.done.at(position), self.tags.at(position), self.forwarded.at(position)
        if isinstance(tags, Unknown):
            tags = UNKNOWN_TAGS
        for is_set, word in ((done, "done"), (tags.has("fixed"), "fixed"), (tags.has("pending"), "pending")):
            if is_set is UNKNOWN:
                return UNKNOWN
            if is_set:
                return word
        if isinstance(forwarded, Unknown):
            return UNKNOWN
        return "forwarded" if forwarded else "open"

    def milestone(self, position: int, present: Versions) -> str | Unknown | None:
        """The oldest fixed version after the row at ``position``.

        debbugs writes its own idea of the source before a version; the ``present`` tells it of what stayed till now.
        """
        index = bisect_right(self.fixed.positions, position) - 1
        fixed = self.fixed.values[index]
        if isinstance(fixed, Unknown):
            return UNKNOWN
        if not fixed:
            return None
        first = min(fixed, key=VERSION_ORDER)
        stayed = all(not isinstance(later, Unknown) and first in later for later in self.fixed.values[index:])
        return fixed[first] or (present.get(first) if stayed else None) or UNKNOWN


def replay(observation: Observation, task: BugTask, entries: Sequence[LogEntry]) -> Tracks:
    """The tracks of a bug whose whole log, up to the observation, is ``entries``."""
    tracks = Tracks()
    skipping = False
    for entry in entries:
        if entry.what == "report" and not _is_birth(entry, observation):
            skipping = True
            tracks.notes.append("the log begins with a message that is not this bug's report")
        skipping = skipping and entry.what != "mail"
        if not skipping:
            _apply(tracks, entry)
    _check(tracks, observation, task)
    return tracks


def spelled_versions(task: BugTask) -> Versions:
    """The present's fixed versions: the version alone → as debbugs spells it, empty where it does in two ways."""
    words = dict(task.details).get(FIXED_IN, "").split()
    return _add({}, words, lambda word: word)


def _add(known: Versions, words: Sequence[str], spelled: Callable[[str], str]) -> Versions:
    """With more versions; one that is there already under another name may be meant by either."""
    versions = dict(known)
    for word in words:
        version, way = bare_version(word), spelled(word)
        versions[version] = way if versions.get(version, way) == way else ""
    return versions


def _is_birth(entry: LogEntry, observation: Observation) -> bool:
    born = observation.created_at
    return born is None or abs(entry.at - born) <= _REPORT_SLACK


def _apply(tracks: Tracks, entry: LogEntry) -> None:
    command = _COMMANDS.get(entry.what)
    if command is not None:
        command(tracks, entry)


def _report(tracks: Tracks, entry: LogEntry) -> None:
    at = entry.position
    tracks.reported = True
    tracks.owner.put(at, None)
    tracks.forwarded.put(at, False)
    tracks.done.put(at, False)
    tracks.tags.put(at, NO_TAGS)
    tracks.fixed.put(at, {})


def _set_word(tracks: Tracks, entry: LogEntry) -> None:
    """A package, a severity or a title."""
    if entry.new is not None:
        track: Track[str] = getattr(tracks, entry.what)
        _prove(tracks, entry, track)
        track.put(entry.position, entry.new)


def _reassign(tracks: Tracks, entry: LogEntry) -> None:
    """The versions that it is fixed in are another package's then, and forgotten."""
    if entry.new is None:
        return
    _prove(tracks, entry, tracks.package)
    if tracks.package.value != entry.new:
        tracks.fixed.put(entry.position, UNKNOWN if tracks.package.value is UNKNOWN else {})
    tracks.package.put(entry.position, entry.new)


def _fix(tracks: Tracks, entry: LogEntry) -> None:
    if len(tracks.fixed.positions) > _MOST:
        tracks.fixed.put(entry.position, UNKNOWN)
    elif entry.new is not None:
        known = tracks.fixed.value
        # Put down where it is unknown too: it was touched here, so the present is true only from here.
        after = known if isinstance(known, Unknown) else _add(known, entry.new.split(), _as_qualified)
        tracks.fixed.put(entry.position, after)


def _unfix(tracks: Tracks, entry: LogEntry) -> None:
    if len(tracks.fixed.positions) > _MOST:
        tracks.fixed.put(entry.position, UNKNOWN)
    elif entry.new is not None:
        _drop(tracks, entry.position, entry.new.split())


def _tag(tracks: Tracks, entry: LogEntry) -> None:
    if entry.new is None:
        return
    tags = tracks.tags.value
    too_many = len(tracks.tags.positions) > 10 * _MOST
    if isinstance(tags, Unknown) or len(tags.members) > _MOST or too_many:
        tags = UNKNOWN_TAGS
    change = tags.change(tag_operations(entry.new), lambda tag: _TAG.fullmatch(tag) is not None)
    tracks.tags.put(entry.position, change)


def _tag_if_open(tracks: Tracks, entry: LogEntry) -> None:
    """Tags that change only where the bug is not done; where that is unknown, so are they."""
    done, before = tracks.done.value, tracks.tags.value
    if done is not UNKNOWN and done:
        return
    _tag(tracks, entry)
    after = tracks.tags.value
    if done is not UNKNOWN or isinstance(before, Unknown) or isinstance(after, Unknown):
        return
    changed = {tag: UNKNOWN for tag, is_set in after.members.items() if before.has(tag) is not is_set}
    tracks.tags.put(entry.position, Tags({**after.members, **changed}, after.others))


def _be_unclear(tracks: Tracks, entry: LogEntry) -> None:
    for name in (entry.new or "").split():
        _lose(tracks, entry.position, name)
    tracks.notes.append(f"{entry.at:%Y-%m-%d %H:%M} UTC: unclear {entry.new} ({entry.message})")


def _clone(tracks: Tracks, entry: LogEntry) -> None:
    for name in ("package", "severity", "title", "owner", "forwarded", "done", "tags", "fixed"):
        getattr(tracks, name).forget()
        _lose(tracks, entry.position, name)
    tracks.notes.append(f"{entry.at:%Y-%m-%d %H:%M} UTC: cloned; the log before is that of {entry.new}")


_COMMANDS: Final[dict[str, Callable[[Tracks, LogEntry], None]]] = {
    "report": _report,
    "package": _set_word,
    "severity": _set_word,
    "title": _set_word,
    "reassign": _reassign,
    "owner": lambda tracks, entry: tracks.owner.put(entry.position, entry.new or None),
    "forwarded": lambda tracks, entry: tracks.forwarded.put(entry.position, entry.new is not None),
    "done": lambda tracks, entry: tracks.done.put(entry.position, True),
    "reopen": lambda tracks, entry: _reopen(tracks, entry.position),
    "found": lambda tracks, entry: _found(tracks, entry.position, (entry.new or "").split()),
    "fixed": _fix,
    "notfixed": _unfix,
    "tags": _tag,
    "tags-if-open": _tag_if_open,
    "unclear": _be_unclear,
    "clone": _clone,
}
"""What each command of a control mail does to a bug's fields; others leave them as they are."""


def _prove(tracks: Tracks, entry: LogEntry, track: Track[str]) -> None:
    if entry.old is not None and not track.prove(entry.old):
        tracks.notes.append(
            f"{entry.at:%Y-%m-%d %H:%M} UTC: {entry.what} was {entry.old}, which no message in the log had set"
        )


def _lose(tracks: Tracks, at: int, name: str) -> None:
    if name == "tags":
        tracks.tags.put(at, UNKNOWN_TAGS)
    elif hasattr(tracks, name):
        getattr(tracks, name).put(at, UNKNOWN)


def _reopen(tracks: Tracks, at: int) -> None:
    """debbugs forgets the fixed versions of what it reopens, and leaves a bug alone that is not done."""
    if tracks.done.value is not False:
        tracks.fixed.put(at, {} if tracks.done.value is True else UNKNOWN)
    tracks.done.put(at, False)


def _drop(tracks: Tracks, at: int, words: Sequence[str]) -> None:
    known, dropped = tracks.fixed.value, {bare_version(word) for word in words}
    kept = known if isinstance(known, Unknown) else {word: way for word, way in known.items() if word not in dropped}
    tracks.fixed.put(at, kept)


def _as_qualified(word: str) -> str:
    return word if "/" in word else ""


def _found(tracks: Tracks, at: int, words: Sequence[str]) -> None:
    """Found again in a version: not fixed there, and open again where nothing newer is known to be fixed."""
    done = tracks.done.value
    if not words:
        tracks.fixed.put(at, {})
        tracks.done.put(at, False)
        return
    _drop(tracks, at, words)
    fixed = tracks.fixed.value
    if done is False:
        return
    if isinstance(fixed, Unknown) or done is not True:
        tracks.done.put(at, UNKNOWN)
        return
    newest = max(words, key=VERSION_ORDER)
    if not fixed or VERSION_ORDER(newest) >= VERSION_ORDER(max(fixed, key=VERSION_ORDER)):
        tracks.done.put(at, False)


def _check(tracks: Tracks, observation: Observation, task: BugTask) -> None:
    """Hold the end of each track against the present."""
    details = dict(task.details)
    sound = {
        "package": task.package is None or tracks.package.prove(task.package),
        "severity": task.importance is None or tracks.severity.prove(task.importance),
        "title": observation.title is None or tracks.title.prove(observation.title),
        "owner": tracks.owner.prove(task.assignee),
        "done": tracks.done.prove(task.status == "done" or DONE_BY in details),
        "forwarded": tracks.forwarded.prove(task.status == "forwarded" or FORWARDED_TO in details),
        "fixed": tracks.fixed.prove(spelled_versions(task), lambda a, b: a.keys() == b.keys()),
        "tags": _check_tags(tracks, observation),
    }
    if tracks.status(END) not in {task.status, UNKNOWN}:
        tracks.done.forget()
        sound["done"] = False
    for name, good in sound.items():
        if not good:
            tracks.notes.append(f"the log does not lead to the present value of {name}: unknown before it was read")


def _check_tags(tracks: Tracks, observation: Observation) -> bool:
    present = Tags(dict.fromkeys(observation.tags, True), False)
    replayed = tracks.tags.value
    if isinstance(replayed, Unknown):
        replayed = UNKNOWN_TAGS
    names = {*present.members, *replayed.members}
    if any(replayed.has(tag) not in {UNKNOWN, present.has(tag)} for tag in names):
        tracks.tags.forget()
        return False
    if tracks.tags.positions[-1] >= 0:
        tracks.tags.values[-1] = present
    return True
