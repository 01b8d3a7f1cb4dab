"""What the program says to its user: standard error, one line each, with nothing of a stranger's acting on it."""

from __future__ import annotations

import sys
import unicodedata


def plain(text: str) -> str:
    """The text with every control and direction-changing character shown as an escape, so that a terminal is safe."""
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
        else ascii(character)[1:-1]
        for character in text
    )


def complain(message: str, hint: str | None = None) -> None:
    """One line for what happened; then what to do about it, if there is a thing to do."""
    print(f"lptrack: {plain(message).replace(chr(10), ' ')}", file=sys.stderr)
    if hint:
        for line in plain(hint).splitlines():
            print(f"  {line}", file=sys.stderr)


def note(message: str) -> None:
    """A calm line of progress or result beside the machine output."""
    print(plain(message), file=sys.stderr, flush=True)
