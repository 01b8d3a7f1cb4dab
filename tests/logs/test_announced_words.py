"""An announcement's importance and status are spelled as the tracker's API spells them, its target as printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lptrack.config.model import Config
from lptrack.jobs.log_options import build_log_options
from lptrack.logs.extract import extract_log
from lptrack.logs.sources import Source


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            '<ubottu> bug 1211511 in apt (Ubuntu) "C" [undecided,fix released]',
            ("apt (Ubuntu)", "Undecided", "Fix Released"),
        ),
        ('<ubottu> bug 1211511 in apt (Ubuntu) "C" [HIGH,INPROGRESS]', ("apt (Ubuntu)", "High", "In Progress")),
        (
            "<mup> Bug #1211511: C <apt:WontFix by ana> <https://launchpad.net/bugs/1211511>",
            ("apt", None, "Won't Fix"),
        ),
        ('<ubottu> Debian bug 712345 in apt "C" [Important,Open]', ("apt", "important", "open")),
        ('<ubottu> KDE bug 345678 in general "C" [NOR,RESOLVED]', ("general", "NOR", "RESOLVED")),
    ],
)
def test_words_are_the_trackers_own(tmp_path: Path, line: str, wanted: tuple[str | None, ...]) -> None:
    path = tmp_path / "a.log"
    path.write_text(f"[15:04:00] <ana> bug 1211511 please\n[15:04:01] {line}\n")
    (one,) = extract_log(Source(path.name, path), build_log_options(Config())).announcements
    assert (one.target, one.importance, one.status) == wanted
    assert line.endswith(one.reference.text)
