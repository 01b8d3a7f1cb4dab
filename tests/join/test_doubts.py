"""What the logs leave open: `lptrack check` names it, and a configuration settles it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.security.commandline import Done, lptrack

START = (
    "15:00 <ana> #startmeeting{name}\n"
    "15:00 <meetbot> Meeting started Mon Mar  3 15:00:02 2025 UTC.  The chair is ana.\n"
)


def write(folder: Path, day: int, name: str, bugs: str = "bug 92900001") -> None:
    text = START.replace("{name}", f" {name}" if name else "").replace("Mar  3", f"Mar {day:2}")
    folder.mkdir(exist_ok=True)
    (folder / f"birds.2025-03-{day:02}.log").write_text(f"{text}15:01 <ben> {bugs}\n15:30 <ana> #endmeeting\n")


def run(home: Path, *words: str) -> Done:
    return lptrack(*words, "--db", "a.db", home=home)


def test_names_that_may_be_one_and_meetings_of_nobody(tmp_path: Path) -> None:
    for day, name in ((3, "Kestrel"), (4, "Owl"), (5, ""), (6, "Kestrel Board")):
        write(tmp_path / "logs", day, name)
    assert run(tmp_path, "run", "logs", "--offline").code == 0
    shown = run(tmp_path, "check")
    assert shown.code == 0
    assert b'"Kestrel" (1) and "Kestrel Board" (1) may be one team' in shown.out
    assert b"birds/2025-03-05T15:00Z has no name" in shown.out
    record = json.loads(run(tmp_path, "check", "--format", "json").out)
    assert record["names"] == [{"channel": "birds", "names": ["Kestrel", "Kestrel Board"], "meetings": [1, 1]}]
    assert record["nameless"] == {"birds": ["birds/2025-03-05T15:00Z"]}
    (tmp_path / "lptrack.toml").write_text('[[team]]\nname = "Birds"\nnames = ["kestrel*", "owl", ""]\n')
    record = json.loads(run(tmp_path, "check", "--format", "json").out)
    assert (record["names"], record["nameless"]) == ([], {})


def test_copies_of_a_meeting_that_differ_count_together_and_are_named(tmp_path: Path) -> None:
    write(tmp_path / "one", 3, "Kestrel", "bug 92900001 and bug 92900002")
    write(tmp_path / "two", 3, "Kestrel", "bug 92900001 and bug 92900003")
    assert run(tmp_path, "run", "one", "two", "--offline").code == 0
    (copies,) = json.loads(run(tmp_path, "check", "--format", "json").out)["copies"]
    assert sorted(bug for bugs in copies["alone"].values() for _, bug in bugs) == [92900002, 92900003]
    status = json.loads(run(tmp_path, "status", "--format", "json").out)
    assert {each["number"] for each in status["unresolved"]} == {92900001, 92900002, 92900003}


def test_the_last_meeting_of_a_shared_channel_has_to_be_somebody_s(tmp_path: Path) -> None:
    for day, name in ((3, "Kestrel"), (4, "Owl"), (5, "")):
        write(tmp_path / "logs", day, name)
    assert run(tmp_path, "run", "logs", "--offline").code == 0
    for words in ((), ("--channel", "birds"), ("--since-last",)):
        refused = run(tmp_path, "report", *words)
        assert refused.code == 2, words
        assert '--team "Kestrel" or --team "Owl"' in refused.err
    assert run(tmp_path, "report", "--team", "kestrell").code == 0  # a slip, as in a log
    assert run(tmp_path, "report", "--to", "birds/2025-03-05T15:00Z").code == 0
