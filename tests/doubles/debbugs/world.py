"""The tracker behind the double: bugs that mail changes, a log of that mail, and the truth at every moment.

What each command does is written from debbugs' own source, not from lptrack's reading of it, so that a history built
from the log can be held against `Bug.truth`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

Command = tuple[str | int, ...]
"""`("severity", 7, "important")`, `("tag", 7, "+ patch")`, `("close", 7, "1.2-1")`, `("forcemerge", 7, 8)`."""

DOMAIN = "bugs.debian.org"


@dataclass(slots=True)
class Bug:
    """One bug as the tracker holds it; `truth` are (from when, state) pairs, oldest first."""

    number: int
    package: str
    subject: str
    severity: str
    date: datetime
    originator: str = "Some Body <some.body@example.org>"
    owner: str = ""
    forwarded: str = ""
    done: str = ""
    tags: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)
    archived: bool = False
    log: list[dict[str, object]] = field(default_factory=list)
    modified: datetime | None = None
    only: frozenset[str] = frozenset()  # the fields that the tracker tells; all where this is empty
    truth: list[tuple[datetime, dict[str, str | None]]] = field(default_factory=list)

    @property
    def pending(self) -> str:
        """debbugs' word, by its precedence."""
        if self.done:
            return "done"
        if "fixed" in self.tags:
            return "fixed"
        if "pending" in self.tags:
            return "pending-fixed"
        return "forwarded" if self.forwarded else "pending"

    def state(self) -> dict[str, str | None]:
        """What lptrack should say of it, in the interface's words."""
        words = {"pending": "open", "pending-fixed": "pending"}
        return {
            "status": words.get(self.pending, self.pending),
            "importance": self.severity,
            "assignee": self.owner or None,
            "milestone": min(sorted(self.fixed), key=_version_key) if self.fixed else None,
            "target": self.package,
            "title": self.subject,
            "tags": " ".join(sorted(self.tags)),
        }

    def at(self, instant: datetime) -> dict[str, str | None] | None:
        """The truth at an instant; None before the bug was there."""
        held = None
        for since, state in self.truth:
            if since <= instant:
                held = state
        return held


def _version_key(spelled: str) -> tuple[int, ...]:
    """Versions in scripted worlds are numbers with dots and a dash."""
    return tuple(int(part) for part in spelled.rpartition("/")[2].replace("-", ".").split("."))


class World:
    """All bugs. Each method is one mail that the tracker received at `at`, and does what debbugs would do."""

    def __init__(self) -> None:
        self.bugs: dict[int, Bug] = {}
        self._mails = 0

    # ------------------------------------------------------------------------------------------ mail

    def report(
        self,
        number: int,
        at: datetime,
        *,
        package: str = "made-up",
        subject: str = "made-up: it breaks (made-up)",
        severity: str | None = None,
        pseudo: Sequence[str] = (),
        sender: str = "Some Body <some.body@example.org>",
    ) -> Bug:
        """A mail to submit@ opens a bug."""
        bug = Bug(number, package, subject, severity or "normal", at, originator=sender)
        told = dict(line.split(": ", 1) for line in pseudo)
        bug.owner, bug.forwarded = told.get("Owner", ""), told.get("Forwarded", "")
        bug.tags = set(told.get("Tags", "").split())
        bug.found = {told["Version"]} if "Version" in told else set()
        self.bugs[number] = bug
        body = [f"Package: {package}", *([f"Severity: {severity}"] if severity else []), *pseudo, "", "It breaks."]
        self._record([bug], self._mail("submit", at, sender, subject, body), at)
        return bug

    def control(
        self,
        commands: Sequence[Command],
        at: datetime,
        *,
        sender: str = "Ann Triager <ann@example.org>",
        stamp: str = "control",
        to: str = f"control@{DOMAIN}",
        before: Sequence[str] = (),
        after: Sequence[str] = (),
        bits: bool = False,
    ) -> None:
        """Commands to control@, or (`bits`) as `Control:` lines of a mail to a bug. Only changed bugs log it.

        ``before`` and ``after`` are lines that change nothing: the latter stand below the `thanks` that ends reading.
        """
        changed: dict[int, Bug] = {}
        called: dict[int, int] = {}  # `-1` and its kin: the clones that this mail makes
        for command in commands:
            for bug in self._apply(command, sender, called):
                changed[bug.number] = bug
        lines = [" ".join(str(part) for part in command) for command in commands]
        body = (
            [f"Control: {line}" for line in lines] + ["", "As said."] if bits else [*before, *lines, "thanks", *after]
        )
        mail = self._mail(stamp, at, sender, "about bugs", body, to=to)
        logged = list(changed.values())
        own = stamp.partition("-")[0]
        if own.isdigit() and int(own) in self.bugs and int(own) not in changed and not self.bugs[int(own)].archived:
            logged.append(self.bugs[int(own)])
        self._record(logged, mail, at)

    def comment(self, number: int, at: datetime, body: Sequence[str], sender: str = "Bob <bob@example.org>") -> None:
        """A mail to the bug that asks for nothing; one to an archived bug is sent back."""
        if self.bugs[number].archived:
            return
        self._record([self.bugs[number]], self._mail(str(number), at, sender, "Re: it breaks", body), at)

    def close(
        self, number: int, at: datetime, *, pseudo: Sequence[str] = (), sender: str = "Una Ploader <una@example.org>"
    ) -> None:
        """A mail to N-done@, as an upload's closing is."""
        bug = self.bugs[number]
        if bug.archived:
            return
        family = [bug, *(self.bugs[other] for other in sorted(bug.merged))]
        fields = dict(line.split(": ", 1) for line in pseudo)
        for each in family:
            if not each.done or "Version" in fields or "Source-Version" in fields:
                each.done = sender
                each.tags.discard("pending")
                if "Source-Version" in fields:
                    each.fixed.add(f"{fields['Source']}/{fields['Source-Version']}")
                elif "Version" in fields:
                    each.fixed.add(fields["Version"])
        mail = self._mail(f"{number}-done", at, sender, f"Bug#{number}: fixed", [*pseudo, "", "It is fixed."])
        self._record(family, mail, at)

    def spam(self, number: int, at: datetime, *, kind: int) -> None:
        """What strangers send to a bug's address: it is in the log, and asks for nothing."""
        if self.bugs[number].archived:
            return
        mail = self._mail(str(number), at, ("", "=?utf-8?B?4oKs?= <x@example.org>", "a\tb")[kind % 3], "WIN", [
            ("<html><p>severity 11 grave", "thanks</p>"), ("c2V2ZXJpdHkgMTEgZ3JhdmUK",),
            ("--", "Control: severity -1 grave"), ("> Control: tags -1 + patch", ""), ("\xff\x00", "close 11"),
        ][kind % 5])  # fmt: skip
        if kind % 2:
            mail["header"] = (
                str(mail["header"]) + "\nContent-Type: text/html; charset=koi9\nContent-Transfer-Encoding: base64"
            )
        self._record([self.bugs[number]], mail, at)

    def expire(self, number: int) -> None:
        """A bug that is done for long is archived: no mail tells, and none is taken any more."""
        bug = self.bugs[number]
        if bug.done and not bug.merged:
            bug.archived = True

    def silently(self, number: int, at: datetime, **changes: object) -> None:
        """An administrator's hand: a change that no mail tells."""
        bug = self.bugs[number]
        for name, value in changes.items():
            setattr(bug, name, value)
        bug.truth.append((at, bug.state()))

    def _mail(
        self, stamp: str, at: datetime, sender: str, subject: str, body: Sequence[str], to: str | None = None
    ) -> dict[str, object]:
        self._mails += 1
        when = f"{at:%a, %d %b %Y %H:%M:%S} +0000"
        header = "\n".join([
            f"Received: (at {stamp}) by {DOMAIN}; {when.partition(', ')[2]}",
            f"From: {sender}",
            f"To: {to or f'{stamp}@{DOMAIN}'}",
            f"Subject: {subject}",
            f"Date: {when}",
            f"Message-Id: <made-up-{self._mails}@example.org>",
        ])  # fmt: skip
        return {"header": header, "body": "\n".join(body), "msg_num": self._mails, "attachments": []}

    def _record(self, bugs: Iterable[Bug], mail: dict[str, object], at: datetime) -> None:
        for bug in bugs:
            bug.log.append(mail)
            bug.modified = at
            bug.truth.append((at, bug.state()))

    # ------------------------------------------------------------------------------------------ commands

    def _apply(self, command: Command, sender: str, called: dict[int, int]) -> list[Bug]:
        """The bugs that this command really changed."""
        name, number, *arguments = command
        bug = self.bugs.get(called.get(int(number), int(number)))
        if name == "unarchive" and bug is not None and bug.archived:
            bug.archived = False
            return [bug]
        if bug is None or bug.archived or name == "unarchive":
            return []
        if name == "clone":
            return [bug, *(self._clone(bug, called, int(each)) for each in arguments)]
        family = [bug, *(self.bugs[other] for other in sorted(bug.merged))]
        if name in {"merge", "forcemerge"}:
            return self._merge(family, [self.bugs[int(other)] for other in arguments], force=name == "forcemerge")
        if name == "unmerge":
            for each in family:
                each.merged.discard(bug.number)
            bug.merged.clear()
            return family if len(family) > 1 else []
        argument = " ".join(str(part) for part in arguments)
        return [each for each in family if _change(each, str(name), argument, sender)]

    def _clone(self, bug: Bug, called: dict[int, int], name: int) -> Bug:
        """A bug with all that the other has (its date, and its log up to here) but who it is merged with."""
        new = replace(
            bug, number=max(self.bugs) + 1, tags=set(bug.tags), fixed=set(bug.fixed), found=set(bug.found),
            merged=set(), log=list(bug.log), truth=[],
        )  # fmt: skip
        self.bugs[new.number] = new
        called[name] = new.number
        return new

    def _merge(self, family: list[Bug], others: list[Bug], *, force: bool) -> list[Bug]:
        master = family[0]
        everyone = {each.number: each for each in family}
        for other in others:
            everyone |= {number: self.bugs[number] for number in {other.number, *other.merged}}
        alike = all(
            (each.package, each.severity, each.done, each.forwarded) ==
            (master.package, master.severity, master.done, master.forwarded)
            for each in everyone.values()
        )  # fmt: skip
        if any(each.archived for each in everyone.values()):
            return []
        if len(everyone) == len(family) or not (alike or force):
            return []
        tags = set().union(*(each.tags for each in everyone.values()))
        fixed = set().union(*(each.fixed for each in everyone.values()))
        for each in everyone.values():
            each.merged = set(everyone) - {each.number}
            each.tags, each.fixed = set(tags), set(fixed)
            each.owner = master.owner
            each.package, each.severity, each.done, each.forwarded = (
                master.package, master.severity, master.done, master.forwarded,
            )  # fmt: skip
        return list(everyone.values())


def _qualified(bug: Bug, version: str) -> str:
    """debbugs finds the source of a version that it knows; here those that begin with 1."""
    return f"{bug.package}/{version}" if version.startswith("1") else version


def _change(bug: Bug, name: str, argument: str, sender: str) -> bool:
    before = (bug.state(), set(bug.fixed), bug.done, bug.forwarded)
    match name:
        case "severity":
            bug.severity = argument
        case "retitle":
            bug.subject = argument
        case "owner":
            bug.owner = sender if argument == "!" else argument
        case "noowner":
            bug.owner = ""
        case "forwarded":
            bug.forwarded = argument
        case "notforwarded":
            bug.forwarded = ""
        case "reassign":
            if argument != bug.package:
                bug.package = argument
                bug.fixed.clear()
                bug.found.clear()
        case "tag":
            sign, *tags = argument.split()
            if sign == "=":
                bug.tags = set(tags)
            elif sign == "-":
                bug.tags -= set(tags)
            else:
                bug.tags |= set(tags)
        case "close":
            if argument:
                bug.fixed.add(_qualified(bug, argument))
            bug.done = bug.done or sender
        case "reopen":
            if bug.done:
                bug.done = ""
                bug.fixed.clear()
        case "fixed":
            bug.fixed.add(_qualified(bug, argument))
        case "notfixed":
            bug.fixed = {each for each in bug.fixed if each.rpartition("/")[2] != argument}
        case "found" if argument:
            bug.fixed = {each for each in bug.fixed if each.rpartition("/")[2] != argument}
            newest = max((_version_key(each) for each in bug.fixed), default=())
            if bug.done and _version_key(argument) >= newest:
                bug.done = ""
        case "found":
            bug.fixed.clear()
            bug.done = ""
        case _:
            raise ValueError(f"no such command: {name}")
    return before != (bug.state(), bug.fixed, bug.done, bug.forwarded)
