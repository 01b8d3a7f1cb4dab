# ruff: noqa: E501 (tables of hostile words)
"""Words of the command line, of the environment and of the configuration that cannot be meant: one line, never more."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lptrack.cli.main import main
from tests.security.commandline import acting, build_environment, lptrack

LOG = "[15:04] <ana> #startmeeting\n[15:05] <ana> bug #92900001 is open\n[15:06] <ana> #endmeeting\n"
TIMES = (
    "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "0001-01-01", "9999-12-31", "2013-02-29", "2013-02-30", "",
    " ", "\x1b[31m", "a\nb", "2013-09-11T15:04:18.999999999999Z", "2013-W37-5", "-1", "٢٠١٣-٠٩-١٣", "\udcff", "9" * 5000,
)  # fmt: skip
BUGS = (
    "99999999999999999999",
    "-1",
    "1e5",
    "debian:0",
    "x:1",
    "\x1b",
    "",
    "http://[",
    "http://[::1",
    "９２",
    "\udcff",
)
AGES = ("99999999999d", "999999999d", "-1h", "1e9h", "nan", "inf", "", "1y", "１h", "9" * 5000)
NUMBERS = ("nan", "inf", "-1", "1e400", "1e300", "9" * 5000, "１")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("arguments")
    (home / "a-2013-09-11.log").write_text(LOG)
    assert lptrack("run", "a-2013-09-11.log", "--offline", "--db", "a.db", home=home).code == 0
    return home


def run_here(*words: str, home: Path) -> tuple[int, str]:
    """The program in this process: hundreds of wrong words, not hundreds of processes."""
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.chdir(home), contextlib.redirect_stderr(err), contextlib.redirect_stdout(out):
        try:
            main([*words])
        except SystemExit as end:
            code = end.code
    err.flush()
    assert isinstance(code, int)
    return code, err.buffer.getvalue().decode()


@pytest.mark.parametrize(
    ("command", "values"),
    [
        (["status", "--db", "a.db", "--at"], TIMES),
        (["report", "--db", "a.db", "--from"], TIMES),
        (["report", "--db", "a.db", "--to"], TIMES),
        (["report", "--db", "a.db", "--since"], TIMES),
        (["report", "--db", "a.db", "--as-known-at"], TIMES),
        (["history", "--db", "a.db", "--"], BUGS),
        (["report", "--db", "a.db", "--explain"], BUGS),
        (["run", "--offline", "--db", "a.db", "--max-age"], AGES),
        (["run", "--offline", "--db", "a.db", "--deadline"], AGES),
        (["run", "--offline", "--db", "a.db", "--wait"], NUMBERS),
        (["report", "--db", "a.db", "--last"], NUMBERS),
        (["report", "--db", "a.db", "--private"], NUMBERS),
        (["run", "--offline", "--db", "a.db", "--jobs"], NUMBERS),
        (["ci", "--offline", "--db", "a.db", "--fail-on"], tuple(f"untouched>{age}" for age in AGES)),
        (["ci", "--offline", "--db", "a.db", "--fail-on"], tuple(f"open>{number}" for number in NUMBERS)),
        (["report", "--db", "a.db", "--format", "csv", "--delimiter"], ("", "\n", "ab", '"', "\r", "=", "a", "\udcff")),
        (["report", "--db", "a.db", "--format", "csv", "--columns"], ("", ",", "nope", "\x1b", "title,title")),
        (["extract", "a-2013-09-11.log", "--timezone"], ("../../etc/passwd", "", ".", "Europe", "./" * 3000, "\udcff")),
        (["extract", "a-2013-09-11.log", "--timezone", "Pacific/Kiritimati", "--date"], ("0001-01-01", *TIMES[2:])),
        (["extract", "a-2013-09-11.log", "--timezone", "America/Adak", "--date"], ("9999-12-31", "9999", "0000")),
        (["run", "--db", "a.db", "--deadline", "1s", "--service-root"], ("", "x", "http://", "http://[::1", "file:///x", "\udcff")),
    ],
    ids=lambda value: " ".join(value).replace("/", "") if isinstance(value, list) else "",
)  # fmt: skip
def test_a_word_that_cannot_be_meant_is_one_line(command: list[str], values: tuple[str, ...], home: Path) -> None:
    for value in values:
        code, err = run_here(*command, value, home=home)
        assert code in (0, 1, 2, 3, 4, 5)
        assert "bug in lptrack" not in err, (value, err)
        assert "Traceback" not in err, (value, err)
        assert not acting(err), (value, err)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000,
        "a = " + "9" * 5000,
        "[bugs]\ntrack = [99999999999999999999]",
        "[bugs]\ntrack = [-1, 0]",
        "[bugs]\ntrack = [true]",
        '[database]\npath = "a\\u0000b"',
        '[logs]\ntimezone = "../../etc/passwd"',
        '[resolve]\nmax-age = "999999999d"',
        '[resolve]\njobs = 99999999999999999999',
        '[[team]]\nname = "\\u001b[31m"\nmeetings = ["[", "*", "' + "*a" * 3000 + '"]',
        '[report]\nsections = ["\\u001b"]',
        '[bugs]\ntrack = [{ bug = 1, tracker = "\\u001b]0;x\\u0007" }]',
        '"\\u001b" = 1',
        "[team]\nname = 1979-05-27T07:32:00Z",
        "\ufeff[logs]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [["config"], ["run", "--offline"], ["report"]])
def test_a_configuration_is_data_and_what_cannot_be_meant_is_one_line(
    text: str, command: list[str], home: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    database = ["--db", "a.db"] if command[0] != "config" else []
    code, err = run_here(*command, *database, "--config", str(tmp_path / "mine.toml"), home=home)
    assert code in (0, 1, 2, 4)
    assert "bug in lptrack" not in err
    assert not acting(err)


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"COLUMNS": "-1"}, {"COLUMNS": "0"}, {"COLUMNS": "9" * 30}, {"COLUMNS": "x", "LINES": "\x1b"}, {"NO_COLOR": ""},
        {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        {"TERM": "\x1b[31m", "FORCE_COLOR": "1"}, {"TZ": "Mars/Olympus"}, {"LPTRACK_OFFLINE": "perhaps"}, {"LPTRACK_DB": ""},
        {"LPTRACK_SERVICE_ROOT": "", "LPTRACK_CACHE": "", "LPTRACK_CONFIG": ""}, {"XDG_DATA_HOME": "relative"}, {"HOME": ""},
        {"LPTRACK_UNKNOWN": "\x1b", "GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": "/no/where", "GITHUB_STEP_SUMMARY": ""},
    ],
    ids=str,
)  # fmt: skip
def test_an_environment_of_junk_is_no_failure_of_lptrack(environment: dict[str, str], home: Path) -> None:
    for words in (["report", "--db", "a.db"], ["ci", "--offline", "--db", "a.db"]):
        done = lptrack(*words, home=home, environment=environment)
        assert done.code in (0, 1, 2), done.err
        assert "bug in lptrack" not in done.err
        assert "Traceback" not in done.err
        assert not acting(done.err)


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["0", "1", "2", "012"])
@pytest.mark.parametrize(
    "words", ["extract a-2013-09-11.log", "run --offline --db a.db", "status --db a.db", "extract -"]
)
def test_closed_streams_are_no_failure_of_lptrack(words: str, closed: str, home: Path) -> None:
    shut = " ".join(f"{number}{'<' if number == '0' else '>'}&-" for number in closed)
    command = f"{sys.executable} -m lptrack {words} {shut}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=home, env=build_environment(home), capture_output=True, check=False, timeout=60,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode in (0, 1, 3)
    assert b"bug in lptrack" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_words_that_are_no_text_are_shown_as_such(home: Path) -> None:
    for words in (
        (b"extract", b"\xff\xfe"),
        (b"report", b"--db", b"\xff"),
        (b"history", b"--db", b"a.db", b"\xff"),
        (b"\xff",),
    ):
        done = lptrack(*words, home=home)
        assert done.code in (1, 2, 3)
        assert "bug in lptrack" not in done.err
        assert not acting(done.err)
    assert os.listdir(home)
