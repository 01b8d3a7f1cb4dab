"""Write what the program says of itself: `docs/reference.md` and the manual page. `make docs` runs it.

python docs/tools/reference.py            write both
python docs/tools/reference.py --check    exit 1 where the files differ from the program
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from lptrack._version import __version__
from lptrack.cli.main import app

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference.md"
MANUAL = ROOT / "contrib" / "man" / "lptrack.1"
EXITS = (
    (0, "done"),
    (1, "a failure that this list does not name"),
    (2, "the command line is wrong"),
    (3, "done, but some input could not be read as a log"),
    (4, "done, but some bugs could not be resolved"),
    (5, "ci: a gate was not met"),
    (6, "done, but a delivery failed; the next post tries again"),
)


def walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its words on the command line."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, each in inner.items():
        if not each.hidden:
            yield from walk(each, f"{path} {name}")


def options_of(command: Any) -> list[tuple[str, str]]:
    """(how it is written, what it means) of each parameter that is not hidden."""
    rows = []
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        if parameter.param_type_name == "argument":
            rows.append((parameter.metavar or parameter.name.upper(), parameter.help or ""))
            continue
        names = ", ".join((*parameter.opts, *parameter.secondary_opts))
        value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
        variable = f" (environment: {parameter.envvar})" if parameter.envvar else ""
        rows.append((f"{names}{value}", f"{parameter.help or ''}{variable}"))
    return rows


def describe(command: Any, before: str = "", after: str = "") -> str:
    """The command's help; its examples, which click must not fold, stand between ``before`` and ``after``."""
    words, _, examples = (command.help or "").partition("\b\n")
    told = " ".join(words.split())
    return f"{told}\n\n{before}{examples.rstrip()}{after}" if examples else told


def render_reference() -> str:
    """The Markdown page."""
    parts = [
        "# Reference\n\nGenerated from the program by `make docs`; a test holds that it is up to date.\n\n",
        "Exit codes: " + "; ".join(f"{code} {words}" for code, words in EXITS) + ".\n",
    ]
    for path, command in walk(typer.main.get_command(app), "lptrack"):
        parts.append(f"\n## {path}\n\n{describe(command, '```text' + chr(10), chr(10) + '```')}\n\n")
        parts.append("| option | meaning |\n| --- | --- |\n")
        for written, meaning in options_of(command):
            cell = meaning.replace("|", "\\|").replace("\n", " ")
            parts.append(f"| `{written.replace('|', chr(92) + '|')}` | {cell} |\n")
    return "".join(parts)


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.splitlines())


def render_manual() -> str:
    """The manual page, in man(7)'s macros."""
    lines = [
        f'.TH LPTRACK 1 "" "lptrack {__version__}" "User Commands"',
        ".SH NAME",
        _roff("lptrack - what moved since the last meeting"),
        ".SH SYNOPSIS",
        ".B lptrack",
        r"\fICOMMAND\fR [\fIOPTION\fR]... [\fIARGUMENT\fR]...",
        ".SH DESCRIPTION",
        _roff(
            "Finds the bugs that meetings spoke of, asks Launchpad and Debian what they were then and are "
            "now, and reports what moved, who moved it, when, and how that is known."
        ),
        ".SH COMMANDS",
    ]
    for path, command in walk(typer.main.get_command(app), "lptrack"):
        lines += [f".SS {_roff(path)}", _roff(describe(command)).replace("\n\n", "\n.PP\n.nf\n", 1)]
        lines.append(".fi")
        for written, meaning in options_of(command):
            lines += [".TP", f".B {_roff(written)}", _roff(meaning)]
    lines.append(".SH EXIT STATUS")
    for code, words in EXITS:
        lines += [".TP", f".B {code}", _roff(words)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write, or check, both files."""
    stale = []
    for path, text in ((REFERENCE, render_reference()), (MANUAL, render_manual())):
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what the program says: run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
