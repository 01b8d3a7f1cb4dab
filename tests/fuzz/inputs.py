# ruff: noqa: E501 (lists of damage and of seeds)
"""Whole inputs to damage: the golden and example logs, recorded answers, the doubles' words, and usual arguments."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lptrack.model import Meeting, Observation

if TYPE_CHECKING:
    from lptrack.join.model import Filters
    from lptrack.model import BugTask
    from lptrack.trackers.launchpad.answers import BugEntry

ROOT: Final = Path(__file__).parents[2]
NUMBER: Final = 2900001


def log_seeds(name: str) -> Sequence[bytes]:
    """The logs of a format, and two of others."""
    from lptrack.logs.formats import recognise
    from lptrack.logs.head import HEAD, build_head

    own: list[bytes] = []
    others: list[bytes] = []
    for path in _log_files():
        data = path.read_bytes()
        known = recognise(build_head(path.name, data[:HEAD], whole=len(data) < HEAD))
        (own if known is not None and known.name == name else others).append(data)
    return own + others[:2]


def all_logs() -> Sequence[bytes]:
    """Every golden and example log."""
    return [path.read_bytes() for path in _log_files()]


def _log_files() -> list[Path]:
    folders = (ROOT / "tests" / "golden" / "logs", ROOT / "examples" / "meetings")
    return sorted(
        path for folder in folders for path in folder.iterdir() if path.is_file() and ".expected." not in path.name
    )


def lines() -> Sequence[bytes]:
    """The lines of all logs, and the grammar's own cases."""
    found = {line[:2000] for log in all_logs() for line in log.splitlines() if line.strip()}
    for path in sorted((ROOT / "tests" / "grammar" / "cases").iterdir()):
        found.update(line[:2000] for line in path.read_bytes().splitlines() if line.strip())
    return sorted(found)


def debian_answers() -> Sequence[bytes]:
    """States and logs, as the double of debbugs answers them."""
    from tests.doubles.debbugs.facts import build_world
    from tests.doubles.debbugs.server import FAULT_BODY, Asked, DebbugsDouble

    world = build_world()
    double = DebbugsDouble(world)
    numbers = tuple(sorted(world.bugs))
    answers = [double.answer(Asked("get_status", numbers, 0, ""))]
    answers += [double.answer(Asked("get_bug_log", (number,), 0, "")) for number in numbers]
    return [FAULT_BODY, *(answer for answer in answers if answer is not None)]


def debian_observation() -> Observation:
    """A Debian bug as a read of it saw it."""
    from lptrack.trackers.debian.soap import parse_response
    from lptrack.trackers.debian.status import parse_status, parse_statuses

    statuses = parse_statuses(parse_response(debian_answers()[1], "get_status"), range(10**12))
    number = max(statuses)
    return parse_status(number, statuses[number], f"https://bugs.debian.org/{number}")


def launchpad_answers() -> Sequence[bytes]:
    """All answers about a bug in one object, for each recorded bug (each under the same number)."""
    held = json.loads((files("tests.doubles.launchpad") / "recorded.json").read_text("utf-8"))
    series, pillar = held["series"], next(iter(held["pillars"].values()))
    found = []
    for number, life in held["bugs"].items():
        last = life["snapshots"][-1]
        told = {
            "bug": last["bug"],
            "tasks": {"start": 0, "total_size": len(last["tasks"]), "entries": last["tasks"]},
            "activity": {"start": 0, "entries": life["activity"]},
            "series": {"start": 0, "entries": [each for rows in series.values() for each in rows]},
            "focus": pillar,
        }
        text = json.dumps(told)
        found.append(re.sub(rf"(?<!\d){number}(?!\d)", str(NUMBER), text).encode())
    return found


def launchpad_observation(entry: BugEntry, tasks: tuple[BugTask, ...]) -> Observation:
    """The observation that a reader makes of a bug's answers."""
    return Observation(
        tracker="launchpad",
        number=entry.number,
        url=entry.url or f"https://bugs.launchpad.net/bugs/{entry.number}",
        title=entry.title,
        tasks=tasks,
        tags=entry.tags,
        duplicate_of=entry.duplicate_of,
        private=entry.private,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
        etag=entry.etag,
        details=entry.details,
    )


def headers() -> Sequence[bytes]:
    """Waits and dates as servers write them."""
    return [
        b"120", b"0", b"Wed, 11 Sep 2013 15:04:18 GMT", b"Wed, 11 Sep 2013 15:04:18 +0200", b"Wednesday, 11-Sep-13 15:04:18 GMT",
        b"Sat, 01 Jan 0001 00:00:00 +1400", b"Fri, 31 Dec 9999 23:59:59 -1400", b"Wed Sep 11 15:04:18 2013", b"-1", b"1e9",
    ]  # fmt: skip


def cassettes() -> Sequence[bytes]:
    """A short cassette in each of its shapes."""
    exchange: dict[str, Any] = {
        "method": "GET", "url": "https://api.launchpad.net/devel/bugs/2900001", "accept": "application/json",
        "status": 200, "headers": {"Content-Type": "application/json", "Etag": '"1"'}, "json": {"id": 2900001},
    }  # fmt: skip
    text = {**{name: exchange[name] for name in exchange if name != "json"}, "text": "no"}
    packed = {**{name: exchange[name] for name in exchange if name != "json"}, "base64": "bm8="}
    return [
        json.dumps({"provenance": "made up", "exchanges": each}).encode()
        for each in ([exchange], [text, exchange], [packed], [])
    ]


def configurations() -> Sequence[bytes]:
    """The commented template, all of it switched on, and tables in other spellings."""
    from lptrack.config.template import build_template

    on = re.sub(r"^# (?=[\[\w\"])", "", build_template(), flags=re.MULTILINE)
    return [
        build_template().encode(), on.encode(),
        b'[[team]]\nname = "a"\nmeetings = ["*"]\n[bugs]\ntrack = [1, { bug = 2, tracker = "debian" }]\n[resolve]\njobs = 2\n',
        b'[resolve]\nmax-age = "1h"\ndeadline = "10m"\ncache = "c"\n[database]\npath = "a.db"\n[logs]\ntimezone = "UTC"\n',
    ]  # fmt: skip


def words() -> Sequence[bytes]:
    """What people write as BUG, MEETING, TIME, GATE, age, zone and address."""
    return [
        word.encode()
        for word in [
            "2900001",
            "#2900001",
            "debian:719024",
            "last",
            "previous",
            "now",
            "2013-11-18",
            "2013-11-18T16:01Z",
            "2013-11-18T16:01:02.5+02:00",
            "kestrel-meeting/2013-11-04T16:00Z",
            "kestrel",
            "unowned>5",
            "critical-untouched>14d",
            "reopened",
            "1h",
            "90s",
            "2w",
            "Europe/Berlin",
            "UTC",
            "production",
            "https://api.launchpad.net/",
            "http://127.0.0.1:8080/x/",
            "0001-01-01T00:00+14:00",
            "9999-12-31T23:59-14:00",
            "https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=722295",
            "https://bugs.launchpad.net/ubuntu/+bug/2900001",
            "2013",
            "20131118",
        ]
    ] + [b"LP: #2900001", b"Debian Bug tracker #722295", b"2013-11-18 16:01"]


@cache
def exports() -> Sequence[bytes]:
    """A small database as `db export` writes it."""
    from lptrack.logs.extract import extract_log
    from lptrack.logs.sources import Source
    from lptrack.storage.store import Store

    now = datetime(2026, 3, 1, tzinfo=UTC)
    with Store.open(":memory:", clock=lambda: now) as store:
        path = min((ROOT / "examples" / "meetings").iterdir())
        store.take_in(extract_log(Source(path.name, path)), now, run=store.begin_run("run"))
        return ["".join(store.export_lines()).encode()]


def templates() -> Sequence[bytes]:
    """Templates that are meant well, and some that are not."""
    return [
        b'{{ page.headline }}\n{% for section in page.sections %}{{ section.title }}{% for row in section.rows %}'
        b'{{ row.cells["bug"].text | oneline }}{% endfor %}{% endfor %}',
        b"{{ ''.__class__.__mro__[1].__subclasses__() }}",
        b"{{ page.__init__.__globals__ }}{{ self._TemplateReference__context }}",
        b"{% for c in [].__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}{{ lipsum.__globals__['os'] }}",
        b"{% macro a(x) %}{{ x | markdown }}{% endmacro %}{{ a(page.title) }}{{ 'a' * 30 }}{{ range(10) | list }}",
        b'{{ "%s{0.__class__}" | format(1) }}{{ "{0.__class__}".format(page) }}{% set x = report.window %}{{ x.start | place }}',
    ]  # fmt: skip


def meetings() -> tuple[Meeting, ...]:
    """Two meetings of one team."""
    return tuple(
        Meeting(f"kestrel-meeting/2013-11-{day:02}T16:00Z", "kestrel-meeting", datetime(2013, 11, day, 16, tzinfo=UTC),
                "second", None, None, None)
        for day in (4, 11)
    )  # fmt: skip


def no_filters() -> Filters:
    """No filter at all."""
    from lptrack.join.model import Filters as Chosen

    return Chosen()


@contextmanager
def as_file(data: bytes) -> Iterator[Path]:
    """The bytes as a file of their own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lptrack.toml"
        path.write_bytes(data)
        yield path
