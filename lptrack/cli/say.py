"""What the program says to its user: standard error, one line each, with nothing of a stranger's acting on it."""

from __future__ import annotations

import sys

from lptrack.escape import inert_lines, one_line, show_hidden


def plain(text: str) -> str:
    """The text with every control and direction-changing character spelled out, so that a terminal is safe."""
    return inert_lines(show_hidden(text, keep="\n"))


def complain(message: str, hint: str | None = None) -> None:
    """One line for what happened; then what to do about it, if there is a thing to do."""
    print(f"lptrack: {one_line(message)}", file=sys.stderr)
    for line in plain(hint or "").splitlines():
        print(inert_lines(f"  {line}"), file=sys.stderr)


_quiet = False


def be_quiet(quiet: bool) -> None:
    """From now on `note` says nothing (or something again): the `-q` of the command that runs."""
    global _quiet  # noqa: PLW0603 (one command runs in a process)
    _quiet = quiet


def note(message: str) -> None:
    """A calm line of progress or result beside the machine output; none with `-q`."""
    if _quiet:
        return
    line = one_line(message)
    if line.startswith("::"):  # a file's name: at a line's begin it would command a GitHub runner
        line = f"lptrack: {line}"
    print(line, file=sys.stderr, flush=True)
