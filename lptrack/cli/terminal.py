"""What the terminal can do, by the environment and standard output: width, colours, links."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import IO, cast

PIPE_WIDTH = 120
"""Of output that goes to no terminal, unless COLUMNS says otherwise."""


def terminal_width(environ: Mapping[str, str], *, is_terminal: bool) -> int:
    """Columns to write for."""
    given = environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) > 0:
        return min(int(given), 1000)
    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns if is_terminal else PIPE_WIDTH


def has_color(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether to colour: on terminals, unless NO_COLOR; elsewhere only with FORCE_COLOR."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM", "") not in ("", "dumb")


def has_links(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether the terminal is known to have OSC 8 links; one that is not known might print them."""
    term = environ.get("TERM", "")
    if not is_terminal or term in ("", "dumb") or term.startswith(("screen", "tmux")) or "TMUX" in environ:
        return False
    if environ.get("VTE_VERSION", "0").isdigit() and int(environ.get("VTE_VERSION", "0")) >= 5000:
        return True
    if environ.get("TERM_PROGRAM") in ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"):
        return True
    known = ("xterm-kitty", "alacritty", "foot", "wezterm", "xterm-ghostty")
    return "WT_SESSION" in environ or "KONSOLE_VERSION" in environ or term.startswith(known)


class Folded:
    """A stream whose lines are no longer than a terminal; what has no room stands below, indented."""

    def __init__(self, stream: IO[str], width: int) -> None:
        """Write to ``stream``, a terminal of ``width`` columns."""
        self._stream = stream
        self._width = width

    def write(self, text: str) -> int:
        """Write whole lines."""
        from lptrack.escape import inert_lines
        from lptrack.report.render.grid import wrap

        for line in text.splitlines():
            first, *more = wrap(line, self._width - len(_INDENT)) or [""]
            folded = "\n".join((first, *(_INDENT + part for part in more)))
            self._stream.write(inert_lines(folded) + "\n")  # a word that now begins a line may command a runner
        return len(text)

    def flush(self) -> None:
        """Flush what is below."""
        self._stream.flush()


_INDENT = "    "


def fold_stdout(stream: IO[str]) -> IO[str]:
    """The stream, folded where it is a terminal or COLUMNS says how wide a reader is."""
    is_terminal = stream.isatty()
    if not is_terminal and not os.environ.get("COLUMNS"):
        return stream
    return cast(IO[str], Folded(stream, terminal_width(os.environ, is_terminal=is_terminal)))


def stdout_facts() -> tuple[int, bool, bool]:
    """Width, colours and links of this process's standard output."""
    is_terminal = sys.stdout.isatty()
    return (
        terminal_width(os.environ, is_terminal=is_terminal),
        has_color(os.environ, is_terminal=is_terminal),
        has_links(os.environ, is_terminal=is_terminal),
    )
