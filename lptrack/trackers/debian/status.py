"""One bug's entry in an answer to `get_status`, turned into an observation.

debbugs' own words (`pending`, `mergedwith`, `keywords`, …) end here: what leaves is the model's. A bug is one task.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final

from lptrack.model import DEBIAN, BugTask, Observation
from lptrack.trackers.debian.soap import Node, WrongAnswer
from lptrack.trackers.debian.versions import VERSION_ORDER

STATUS_WORDS: Final = {
    "pending": "open",
    "forwarded": "forwarded",
    "pending-fixed": "pending",
    "fixed": "fixed",
    "done": "done",
}
"""debbugs' `pending` in the interface's words. Another value (`absent`) is kept as it is spelled."""

DONE_BY: Final = "done_by"
FORWARDED_TO: Final = "forwarded_to"
FIXED_IN: Final = "fixed_in"
FOUND_IN: Final = "found_in"
MERGED_WITH: Final = "merged_with"
"""Names of `BugTask.details`. Versions are joined by blanks, oldest first; bug numbers too."""


_WORD: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")


def parse_statuses(answer: Node, asked: Collection[int]) -> dict[int, Mapping[str, Node]]:
    """`get_status`' answer by bug number. A number that was ``asked`` and is missing here does not exist.

    Raises `WrongAnswer` for what is no map of states, and where it tells of a bug that nobody asked for.
    """
    if answer is None or answer == "":  # Perl's empty hash, as an untyped or nil element
        return {}
    if not isinstance(answer, dict):
        raise WrongAnswer("a list of states that is no map")
    statuses: dict[int, Mapping[str, Node]] = {}
    for key, value in answer.items():
        if not (key.isascii() and key.isdigit()) or len(key) > 12 or not isinstance(value, dict):
            raise WrongAnswer(f"a state under {key[:40]!r} that is none")
        if int(key) not in asked:
            raise WrongAnswer(f"a state of {key}, which was not asked")
        statuses[int(key)] = value
    return statuses


def parse_status(number: int, status: Mapping[str, Node], url: str) -> Observation:
    """The observation that one bug's state is. Raises `WrongAnswer` where it is another bug's, or says too little."""
    claimed = _text(status, "bug_num") or _text(status, "id")
    if claimed is not None and claimed != str(number):
        raise WrongAnswer(f"the state of {claimed[:40]!r} in place of {number}")
    pending, severity, package = _word(status, "pending"), _word(status, "severity"), _text(status, "package")
    if package is None:
        raise WrongAnswer(f"a state of {number} without its package")
    # Sorted twice: debbugs keeps them in no order, and two sources may have the same version.
    fixed = sorted(sorted(set(_words(status, "fixed_versions"))), key=VERSION_ORDER)
    details = {
        DONE_BY: _text(status, "done"),
        FORWARDED_TO: _text(status, "forwarded"),
        FIXED_IN: " ".join(fixed),
        FOUND_IN: " ".join(sorted(sorted(set(_words(status, "found_versions"))), key=VERSION_ORDER)),
        MERGED_WITH: _numbers(status, "mergedwith"),
        "blocked_by": _numbers(status, "blockedby"),
        "blocks": _numbers(status, "blocks"),
        "affects": _text(status, "affects"),
        "source": _text(status, "source"),
        "archived": "yes" if _text(status, "archived") not in {None, "0"} else None,
    }
    tags = _words(status, "tags") or _words(status, "keywords")
    task = BugTask(
        target=package,
        display_target=package,
        package=package,
        series=None,
        status=STATUS_WORDS.get(pending, pending) if pending else None,
        importance=severity,
        assignee=_text(status, "owner"),
        milestone=fixed[0] if fixed else None,
        url=url,
        created_at=_instant(status, "date"),
        details=tuple(sorted((name, value) for name, value in details.items() if value)),
    )
    return Observation(
        tracker=DEBIAN,
        number=number,
        url=url,
        title=_text(status, "subject"),
        tasks=(task,),
        tags=tuple(dict.fromkeys(tags)),
        created_at=task.created_at,
        updated_at=_instant(status, "log_modified"),
    )


def check_against_known(now: Observation, known: Observation) -> None:
    """Raise `WrongAnswer` where a bug has lost what every bug keeps: its date, a status, a severity, a subject."""
    task, before = now.tasks[0], known.tasks[0]
    if known.created_at is not None and now.created_at != known.created_at:
        raise WrongAnswer(f"a state of {now.number} with another date than it had")
    kept = (("pending", task.status, before.status), ("severity", task.importance, before.importance),
            ("subject", now.title, known.title))  # fmt: skip
    for name, value, was in kept:
        if value is None and was is not None:
            raise WrongAnswer(f"a state of {now.number} without the {name} that it had")


def _word(status: Mapping[str, Node], name: str) -> str | None:
    """One word of debbugs' own, also one that lptrack does not know."""
    text = _text(status, name)
    if text is not None and _WORD.fullmatch(text) is None:
        raise WrongAnswer(f"a {name} that is no word of debbugs: {text[:40]!r}")
    return text


def _text(status: Mapping[str, Node], name: str) -> str | None:
    """A value in words; debbugs says nothing by an empty string, or by a blank one."""
    value = status.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        # SOAP::Lite writes an empty list for some fields that are empty (`source` of a pseudo-package).
        if not value:
            return None
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return ", ".join(each for each in value if isinstance(each, str))
        raise WrongAnswer(f"a {name} that is no word")
    return " ".join(value.split()) or None


def _words(status: Mapping[str, Node], name: str) -> list[str]:
    value = status.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [word for each in value if isinstance(each, str) for word in each.split()]
    if not value:
        return []
    raise WrongAnswer(f"{name} that are no list of words")


def _numbers(status: Mapping[str, Node], name: str) -> str:
    numbers = {int(word) for word in _words(status, name) if word.isascii() and word.isdigit() and len(word) < 12}
    return " ".join(map(str, sorted(numbers)))


def _instant(status: Mapping[str, Node], name: str) -> datetime | None:
    text = _text(status, name)
    if text is None:
        return None
    try:
        seconds = float(text)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
