"""Which room of the house may import which: the one table. CONTRIBUTING's is written from it, and the test reads it.

`python -m tests.layers` writes CONTRIBUTING's table anew.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import lptrack

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = Path(lptrack.__file__).parent  # `make test` runs beside an installed wheel: there is no source tree
BEGIN, END = "<!-- layers: written by `make docs` -->\n", "<!-- end of layers -->\n"


@dataclass(frozen=True, slots=True)
class Room:
    """A package or a module at the top: what it is for, and what of the others it may import (whole, or one file)."""

    purpose: str
    may_import: frozenset[str] = frozenset()


def _room(purpose: str, *may_import: str) -> Room:
    return Room(purpose, frozenset(may_import))


ROOMS: Final[Mapping[str, Room]] = {
    "_version": _room("the version, in its one place"),
    "errors": _room("every error, with its exit code and its hint"),
    "model": _room("the field's words as types"),
    "escape": _room("what makes a stranger's text harmless, for each kind of output"),
    "files": _room("files that are there whole or not at all"),
    "plugins": _room("registries whose members are loaded when they are first asked for", "errors"),
    "parquet": _room("writing Parquet files, typed", "_version", "errors"),
    "grammar": _room("how people and bots write bug numbers", "model"),
    "net": _room("the one HTTP session: cache, patience, politeness, cassettes", "_version", "errors", "files"),
    "logs": _room(
        "log files → lines → meetings and references; `formats/` has one file a format",
        "_version", "errors", "escape", "grammar", "model", "net", "parquet",
    ),
    "trackers": _room(
        "one folder a tracker: its words, reading its bugs, the pure reconstruction of their past",
        "errors", "files", "model", "net",
    ),
    "sources": _room(
        "where teams keep their logs, a file a kind: what each has, and how it is fetched",
        "errors", "files", "logs", "net", "plugins",
    ),
    "deliver": _room(
        "where teams read their reports, a file a kind: sending, finding and editing a post",
        "_version", "errors", "net", "plugins",
    ),
    "storage": _room(
        "the SQLite file",
        "_version", "errors", "escape", "files", "logs.model", "model", "net.settings", "sources.interface",
        "trackers",
    ),
    "config": _room(
        "`lptrack.toml`, and what is in force",
        "deliver", "errors", "files", "model", "net.settings", "plugins", "sources", "trackers",
    ),
    "join": _room(
        "states at an instant, changes between two, what a report is about", "errors", "model", "storage", "trackers",
    ),
    "report": _room(
        "the judgement, the report's model, `render/` with one file a form",
        "_version", "errors", "escape", "files", "join", "model", "trackers",
    ),
    "site": _room(
        "static pages of all teams, meetings and bugs: from typed evidence to bytes",
        "_version", "escape", "join", "model", "report",
    ),
    "ci": _room(
        "gates and machine forms of a CI run",
        "_version", "config.duration", "errors", "escape", "join", "logs", "model", "report", "trackers",
    ),
    "jobs": _room(
        "what lptrack does, apart from the command line: `update` takes in and asks, `view` builds what is shown",
        "_version", "config", "deliver", "errors", "files", "join", "logs", "model", "net", "parquet", "report",
        "site", "sources", "storage", "trackers",
    ),
    "cli": _room(
        "the command line: a file a command; parses, calls, prints",
        "_version", "ci", "config", "errors", "escape", "files", "jobs", "join", "logs", "model", "net", "parquet",
        "report", "storage", "trackers",
    ),
    "api": _room(
        "lptrack as a library", "config", "errors", "escape", "jobs", "join", "logs", "model", "report", "storage",
    ),
    "__init__": _room("the library's names, loaded when they are first used", "_version", "api"),
    "__main__": _room("`python -m lptrack`", "cli"),
}  # fmt: skip


def find_faults(package: Path, rooms: Mapping[str, Room] = ROOMS) -> list[str]:
    """Everything in the package that the table does not allow, and everything in the table that nothing needs."""
    modules = {_name(package, path): path for path in sorted(package.rglob("*.py"))}
    faults = [f"{room}: no row in the table of tests/layers.py" for room in _rooms_of(modules) - set(rooms)]
    faults += [f"{room}: a row in tests/layers.py, and no such room" for room in set(rooms) - _rooms_of(modules)]
    used: dict[str, set[str]] = {}
    between: dict[str, set[str]] = {}
    for name, path in modules.items():
        room = _room_of(name)
        allowed = rooms[room].may_import if room in rooms else frozenset()
        for target in _imports(path, modules):
            if _room_of(target) == room:
                continue
            between.setdefault(room, set()).add(_room_of(target))
            door = next((each for each in allowed if target == each or target.startswith(f"{each}.")), None)
            if door is None:
                faults.append(f"{name} imports {target}, which {room} may not")
            else:
                used.setdefault(room, set()).add(door)
    for room, row in rooms.items():
        faults += [
            f"{room} may import {door}, and does not" for door in sorted(row.may_import - used.get(room, set()))
        ]
    faults += [f"a circle: {' → '.join(circle)}" for circle in _circles(between)]
    return sorted(faults)


def _name(package: Path, path: Path) -> str:
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def _room_of(module: str) -> str:
    return module.partition(".")[0]


def _rooms_of(modules: Mapping[str, Path]) -> set[str]:
    return {_room_of(name) for name in modules}


def _imports(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    """Every module of the package that the file imports anywhere: at its top, in a function, for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            package, _, rest = node.module.partition(".")
            if package == "lptrack":
                for name in node.names:
                    inner = f"{rest}.{name.name}" if rest else name.name
                    yield inner if inner in modules else rest or "__init__"
        elif isinstance(node, ast.Import):
            for name in node.names:
                package, _, rest = name.name.partition(".")
                if package == "lptrack":
                    yield rest or "__init__"


def _circles(between: Mapping[str, set[str]]) -> Iterator[list[str]]:
    def walk(room: str, path: list[str]) -> Iterator[list[str]]:
        if room in path:
            yield [*path[path.index(room) :], room]
            return
        for target in sorted(between.get(room, ())):
            if target >= path[0] if path else True:  # each circle once: told from its first name
                yield from walk(target, [*path, room])

    for room in sorted(between):
        yield from (circle for circle in walk(room, []) if circle[0] == room)


def render_table(rooms: Mapping[str, Room] = ROOMS) -> str:
    """CONTRIBUTING's table."""
    lines = ["| room | what it is for | may import |\n", "| --- | --- | --- |\n"]
    for name, room in rooms.items():
        file = PACKAGE / f"{name}.py"
        shown = f"`lptrack/{name}.py`" if file.exists() else f"`lptrack/{name}/`"
        lines.append(f"| {shown} | {room.purpose} | {', '.join(sorted(room.may_import)) or 'nothing'} |\n")
    return "".join(lines)


def write_table(page: str) -> str:
    """The page with its table as the rooms have it."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{render_table()}\n{END}{tail}"


if __name__ == "__main__":
    contributing = ROOT / "CONTRIBUTING.md"
    contributing.write_text(write_table(contributing.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
