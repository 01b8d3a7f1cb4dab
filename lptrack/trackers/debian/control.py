"""The commands of debbugs' mail server (`control@`), one line each: what a line asks for, never whether it was done.

After debbugs' `Debbugs::Control::Service`; a line that debbugs would refuse is None here too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Field = Literal["package", "severity", "title", "owner", "forwarded", "tags", "done", "fixed"]
"""What a bug's state is made of. debbugs' status word follows from done, tags and forwarded."""
FIELDS: Final[tuple[Field, ...]] = ("package", "severity", "title", "owner", "forwarded", "tags", "done", "fixed")

SEVERITIES: Final = ("critical", "grave", "serious", "important", "normal", "minor", "wishlist")
DEFAULT_SEVERITY: Final = "normal"

_LONGEST: Final = 2_000  # a command longer than this is none
_BUG: Final = re.compile(r"#?(-?[0-9]{1,10})")
_PACKAGE: Final = r"(?:src:|source:)?[a-z0-9][a-z0-9.+-]*"
_PACKAGES: Final = re.compile(rf"{_PACKAGE}(?:\s*,\s*{_PACKAGE})*", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z0-9-]+")
_VERSION: Final = re.compile(r"(?:[A-Za-z0-9.+-]+/)?[A-Za-z0-9.+:~-]+")
_STOP: Final = re.compile(r"(?:stop|quit|--|thank(?:s|\s*you)?|kthxbye)\.*", re.IGNORECASE)
_HARMLESS_TO_BUGS: Final = re.compile(
    r"submitter #?-?\d+ .+|(?:un)?block #?-?\d+ (?:by|with)\b.*|affects? #?-?\d+(?: .*)?"
    r"|(?:summary|outlook) #?-?\d+.*|(?:un)?archive #?-?\d+",
    re.IGNORECASE,
)
"""Anything else that begins with these words is prose, and counts among the lines that end the reading."""
_HARMLESS: Final = frozenset({
    "user", "usertag", "usertags", "usercategory", "debug", "send", "get", "send-detail", "getinfo", "help",
    "refcard", "subscribe", "unsubscribe", "index", "index-summary", "send-unmatched",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its `name` (one spelling each), the bugs that it names (negative: placeholders), the rest."""

    name: str
    bugs: tuple[int, ...] = ()
    argument: str | None = None


STOP: Final = Command("stop")
_NAMES: Final = {"priority": "severity", "tags": "tag"}


def parse_command(line: str) -> Command | None:
    """The command that a line is: `STOP` where reading ends, `harmless` where no state of ours changes, else None."""
    line = line.replace("\ufeff", "").strip()
    if not line or len(line) > _LONGEST:
        return None
    if _STOP.fullmatch(line):
        return STOP
    word, *more = line.split(None, 1)
    rest = more[0] if more else ""
    name = word.lower().rstrip(":") if word.lower() in {"package:", "limit:"} else word.lower()
    name = _NAMES.get(name, name)
    if name in _HARMLESS or _HARMLESS_TO_BUGS.fullmatch(" ".join(line.split())):
        return Command("harmless")
    match name:
        case "package" | "limit":
            return Command(name, (), rest)
        case "merge" | "forcemerge" | "clone":
            numbers = [_number(part) for part in rest.split()]
            bugs = tuple(number for number in numbers if number is not None)
            return Command(name, bugs) if len(bugs) == len(numbers) > 1 else None
        case _:
            return _one_bug(name, rest)


def _one_bug(name: str, rest: str) -> Command | None:  # noqa: C901
    first, *more = rest.split(None, 1) if rest else [""]
    bug, argument = _number(first), (more[0] if more else None)
    if bug is None:
        return None
    match name, argument:
        case ("unmerge" | "notforwarded" | "noowner" | "reopen", _):
            # `reopen N =` and `reopen N SUBMITTER` differ in the submitter only.
            return Command(name, (bug,)) if name == "reopen" or argument is None else None
        case ("close", _):
            return Command(name, (bug,), argument) if argument is None or argument[0].isdigit() else None
        case ("found", None):
            return Command(name, (bug,))
        case ("found" | "fixed" | "notfixed" | "notfound", str()):
            versions = [version.strip() for version in argument.split(",")]
            if not all(_VERSION.fullmatch(version) for version in versions):
                return None
            return Command("harmless") if name == "notfound" else Command(name, (bug,), " ".join(versions))
        case ("severity", str()):
            if argument in SEVERITIES:
                return Command(name, (bug,), argument)
            # refused, but a command: not one of the unknown lines after which debbugs stops reading
            return Command("harmless") if _WORD.fullmatch(argument) else None
        case ("reassign", str()):
            return _reassign(bug, argument)
        case ("forwarded" | "retitle", str()) if len(argument) > 1:
            return Command(name, (bug,), argument)
        case ("owner", str()) if len(argument) > 1 or argument == "!":
            return Command(name, (bug,), argument)
        case ("tag", str()):
            return Command(name, (bug,), argument)
        case _:
            return None


def _reassign(bug: int, argument: str) -> Command | None:
    packages, version = argument, ""
    if "," not in argument:
        packages, _, version = argument.partition(" ")
    if not _PACKAGES.fullmatch(packages) or (version.strip() and not _VERSION.fullmatch(version.strip())):
        return None
    names = [re.sub(r"^source:", "src:", name.strip().lower()) for name in packages.split(",")]
    return Command("reassign", (bug,), ",".join(names))


def _number(word: str) -> int | None:
    found = _BUG.fullmatch(word)
    return int(found[1]) if found else None


def tag_operations(argument: str) -> tuple[tuple[str, str], ...]:
    """`tags N + patch - moreinfo` as ("+", "patch"), ("-", "moreinfo"); ("=", "") first where the set starts anew.

    After debbugs: no sign means adding, `=` forgets the operations before it.
    """
    operations: list[tuple[str, str]] = []
    sign = "+"
    for word in argument.replace(",", " ").split():
        tag = word
        if word[0] in "+-=":
            sign, tag = word[0], word[1:]
            if sign == "=":
                operations = [("=", "")]
        if tag:
            operations.append(("-" if sign == "-" else "+", tag))
    return tuple(operations)


def fields_of(command: Command) -> tuple[Field, ...]:  # noqa: C901
    """What a command may change of each bug that it reaches."""
    match command.name:
        case "close" | "found" | "reopen":
            return ("done", "fixed")
        case "fixed" | "notfixed":
            return ("fixed",)
        case "reassign":
            return ("package", "fixed")
        case "severity":
            return ("severity",)
        case "tag":
            return ("tags",)
        case "forwarded" | "notforwarded":
            return ("forwarded",)
        case "owner" | "noowner":
            return ("owner",)
        case "retitle":
            return ("title",)
        case "merge":  # only bugs alike in the rest are merged; these are united
            return ("tags", "fixed", "owner")
        case "forcemerge":
            return tuple(field for field in FIELDS if field != "title")
        case _:
            return ()
