"""What the terminal can do, by the environment and standard output: width, colours, links."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

PIPE_WIDTH = 120
"""Of output that goes to no terminal, unless COLUMNS says otherwise."""


def terminal_width(environ: Mapping[str, str], *, is_terminal: bool) -> int:
    """Columns to write for."""
    told = environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told) > 0:
        return min(int(told), 1000)
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


def stdout_facts() -> tuple[int, bool, bool]:
    """Width, colours and links of this process's standard output."""
    is_terminal = sys.stdout.isatty()
    return (
        terminal_width(os.environ, is_terminal=is_terminal),
        has_color(os.environ, is_terminal=is_terminal),
        has_links(os.environ, is_terminal=is_terminal),
    )
