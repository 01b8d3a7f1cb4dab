"""Names on the command line that nothing bears: an error that says what there is, or a sentence that is true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lptrack.report.wording import find_near
from tests.security.commandline import lptrack

ROOT = Path(__file__).parents[2]
OTHER = (
    "[15:04] <ana> #startmeeting\n[15:05] <ana> LP: #92900001 and Debian bug #92900002\n[15:06] <ana> #endmeeting\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of two channels: the examples' and another's newer day."""
    home = tmp_path_factory.mktemp("named")
    (home / "#osprey-2014-02-01.log").write_text(OTHER)
    (home / "#osprey-2014-02-08.log").write_text(OTHER)
    words = ["run", str(ROOT / "examples/meetings"), "#osprey-2014-02-01.log", "#osprey-2014-02-08.log"]
    done = lptrack(*words, "--db", "a.db", "--cassette", str(ROOT / "cassettes/launchpad-made-up-bugs.json"),
                   "--debian-root", "off", home=home)  # fmt: skip
    assert "wrote" in done.err
    return home


@pytest.mark.parametrize("command", ["report", "status"])
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--team", "nosuch"], "kestrel-meeting"),
        (["--team", "kestrel-meeting"], "--channel kestrel-meeting"),
        (["--channel", "kestrelmeeting"], "did you mean kestrel-meeting?"),
        (["--status", "Fixcommitted"], "did you mean Fix Committed?"),
        (["--importance", "hi"], "did you mean High?"),
        (["--tracker", "debain"], "did you mean debian?"),
    ],
)
def test_a_misspelled_name_is_exit_2_with_the_right_one(
    command: str, words: list[str], says: str, home: Path
) -> None:
    done = lptrack(command, *words, "--db", "a.db", home=home)
    assert done.code == 2
    assert words[1] in done.err
    assert says in done.err
    assert not done.out


@pytest.mark.parametrize(
    "words", [["--status", "fix released"], ["--importance", "HIGH"], ["--tracker", "Launchpad"]]
)
def test_a_known_name_is_known_without_case(words: list[str], home: Path) -> None:
    assert lptrack("status", *words, "--db", "a.db", home=home).code == 0


@pytest.mark.parametrize("command", ["report", "status"])
@pytest.mark.parametrize("option", ["--package", "--series", "--assignee", "--speaker"])
def test_a_name_that_fits_nothing_is_said_to_fit_nothing(command: str, option: str, home: Path) -> None:
    words = [command, option, "nosuch", "--channel", "kestrel-meeting", "--db", "a.db"]
    done = lptrack(*words, home=home)
    assert done.code == 0
    assert f"No tracked bug fits: channel kestrel-meeting; {option[2:]} nosuch." in done.out.decode()
    machine = lptrack(*words, "--format", "json", home=home)
    assert "No tracked bug fits" in machine.err
    data = json.loads(machine.out)
    assert not data["unresolved"]
    assert not data.get("tasks")
    assert not data.get("new")


@pytest.mark.parametrize("command", ["report", "status"])
def test_a_name_that_fits_nothing_is_told_with_what_there_is(command: str, home: Path) -> None:
    near = lptrack(command, "--speaker", "brunno", "--channel", "kestrel-meeting", "--db", "a.db", home=home)
    assert "Did you mean speaker bruno?" in " ".join(near.out.decode().split())
    far = lptrack(command, "--speaker", "zoe", "--channel", "kestrel-meeting", "--db", "a.db", home=home)
    assert "There is no speaker zoe; there is ana" in " ".join(far.out.decode().split())
    package = lptrack(command, "--package", "lnux", "--channel", "kestrel-meeting", "--db", "a.db", home=home)
    assert "Did you mean package linux?" in " ".join(package.out.decode().split())


def test_a_run_for_a_team_of_which_nothing_is_known_says_so_and_goes_on(home: Path) -> None:
    done = lptrack("run", "--offline", "--channel", "kestrelmeeting", "--db", "a.db", home=home)
    assert done.code == 0
    assert "did you mean kestrel-meeting?" in done.err


def test_the_ends_of_a_report_are_of_one_team_unless_one_is_chosen(home: Path) -> None:
    done = lptrack("report", "--from", "2013-11-13", "--to", "last", "--db", "a.db", home=home)
    assert done.code == 2
    for word in ("kestrel-meeting/2013-11-13T16:01Z", "osprey", "--channel"):
        assert word in done.err
    chosen = lptrack("report", "--from", "2013-11-13", "--to", "last", "--channel", "kestrel-meeting", "--db", "a.db",
                     home=home)  # fmt: skip
    assert chosen.code == 0, chosen.err


def test_a_report_of_one_team_of_several_says_of_which(home: Path) -> None:
    default = lptrack("report", "--db", "a.db", home=home)
    told = 'report of #osprey; also in the database: Kestrel weekly of #kestrel-meeting (--team "Kestrel weekly")'
    assert told in default.err
    assert "also" not in lptrack("report", "--channel", "osprey", "--db", "a.db", home=home).err


def test_a_day_without_a_meeting_is_told_with_the_instant_that_is_taken(home: Path) -> None:
    said = "2013-11-12: no meeting that day; the end of the day is taken, 2013-11-12 23:59:59 UTC"
    report = lptrack("report", "--from", "2013-11-12", "--channel", "kestrel-meeting", "--db", "a.db", home=home)
    assert said in report.err
    assert said in lptrack("status", "--at", "2013-11-12", "--db", "a.db", home=home).err
    assert "no meeting" not in lptrack("status", "--at", "2013-11-13", "--db", "a.db", home=home).err


def test_explaining_a_number_of_another_tracker_names_it(home: Path) -> None:
    done = lptrack("report", "--explain", "92900002", "--channel", "osprey", "--db", "a.db", home=home)
    assert done.code == 2
    assert "did you mean debian:92900002?" in done.err


def test_a_part_of_a_date_is_told_how_a_meeting_is_named(home: Path) -> None:
    done = lptrack("report", "--from", "2013-11", "--channel", "kestrel-meeting", "--db", "a.db", home=home)
    assert done.code == 2
    assert "kestrel-meeting/2013-11" in done.err


def test_what_is_meant_is_found_by_letters_likeness_or_beginning() -> None:
    names = ["Fix Committed", "Fix Released", "High"]
    assert find_near("fix-commited", names) == "Fix Committed"
    assert find_near("hi", names) == "High"
    assert find_near("Nope", names) is None
