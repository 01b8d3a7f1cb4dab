"""More than a screen on a terminal goes through a pager, as with git: `LPTRACK_PAGER`, else `PAGER`, else `less`."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping


def choose_pager(environ: Mapping[str, str]) -> str | None:
    """The pager's command line; None where there is none, or the environment says `cat` or nothing."""
    for name in ("LPTRACK_PAGER", "PAGER"):
        if name in environ:
            command = environ[name].strip()
            return None if command in ("", "cat") else command
    return "less" if shutil.which("less", path=environ.get("PATH")) else None


def is_long(data: bytes, environ: Mapping[str, str]) -> bool:
    """Whether the text is more than a screen; its last line is the prompt's."""
    given = environ.get("LINES", "")
    lines = int(given) if given.isascii() and given.isdigit() and int(given) else shutil.get_terminal_size().lines
    return data.count(b"\n") >= lines


def show_in_pager(data: bytes, environ: Mapping[str, str]) -> bool:
    """Show the text in the pager and wait until its reader has finished. False: there is none, nothing was shown."""
    command = choose_pager(environ)
    if command is None:
        return False
    # As git sets them: quit on one screen, keep colours, leave the text on the screen.
    settings = {"LESS": "FRX", "LV": "-c", **environ}
    try:
        pager = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, env=settings)  # noqa: S603 (the user names it)
    except (OSError, ValueError):  # no such program; quotes that do not close
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager's searches
    try:
        with contextlib.suppress(BrokenPipeError):  # its reader had enough
            pager.communicate(data)
        pager.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def wants_pager(data: bytes) -> bool:
    """Whether this process's output is a terminal that the text does not fit on."""
    return os.isatty(1) and os.environ.get("TERM", "") not in ("", "dumb") and is_long(data, os.environ)
