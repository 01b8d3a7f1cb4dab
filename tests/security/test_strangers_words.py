"""A folder of logs by strangers, through the real program: nothing that they wrote acts in any form or message."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lptrack.escape import show_hidden, undo_spreadsheet
from lptrack.report.render.agenda import AGENDA_FORMS
from tests.security.commandline import Done, acting, lptrack
from tests.security.hostile import ESCAPE, FORMULA, MARKUP, NAMES, write_folder

FORMS = ("table", "text", "markdown", "moin", "html", "csv", "json", "atom")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    write_folder(home / "logs")
    (home / "fine").mkdir()
    return home


@pytest.fixture(scope="module")
def ran(home: Path) -> Done:
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(home / "github-outputs")}
    words = ("ci", "logs", "--offline", "--db", "a.db", "--out", "out", "--fail-on", "new>0")
    return lptrack(*words, home=home, environment=environment)


def test_every_log_is_taken_in_whatever_its_name(home: Path, ran: Done) -> None:
    assert ran.code == 5, ran.err
    assert f"{len(NAMES)} new" in ran.err or "unchanged" in ran.err
    assert not [line for line in ran.err.splitlines() if line.startswith("lptrack: ") and "gate" not in line]


def test_nothing_acts_on_standard_error_and_no_name_begins_a_line(home: Path, ran: Done) -> None:
    assert not acting(ran.err)
    commands = [line for line in ran.err.splitlines() if line.startswith("::")]
    assert all(line.startswith(("::warning file=", "::warning::", "::error title=gate::")) for line in commands)
    assert "lptrack: fake" not in ran.err.splitlines()


def test_only_the_files_with_fixed_names_are_written(home: Path, ran: Done) -> None:
    assert ran.code == 5
    assert sorted(path.name for path in (home / "out").iterdir()) == sorted(
        ("report.md", "report.html", "report.csv", "report.json", "junit.xml", "lptrack.sarif", "summary.md",
         "codequality.json", "outputs.env", "gl-annotations.json")
    )  # fmt: skip
    assert not list(home.rglob("owned*"))
    assert {path.name for path in home.iterdir()} <= {
        "logs",
        "fine",
        "out",
        "a.db",
        "cache",
        "data",
        "github-outputs",
    }
    assert (home / "logs" / "report.html").read_text("utf-8").startswith("[15:04]"), "a log was overwritten"


def test_no_character_acts_in_any_written_file(home: Path, ran: Done) -> None:
    for path in (*(home / "out").iterdir(), home / "github-outputs"):
        text = path.read_bytes().decode("utf-8")
        assert not acting(text, "\n\r\t\u200b\ufeff"), path.name


def runner_commands(text: str) -> list[str]:
    """What GitHub's, Azure's or TeamCity's runner would take for a command."""
    lines = [line for line in re.split(r"[\r\n]", text) if line.lstrip().startswith("::")]
    return lines + re.findall(r"##[\w.]*\[", text)


def test_no_word_commands_a_runner_in_any_output(home: Path, ran: Done) -> None:
    assert not runner_commands(ran.out.decode())
    assert {line.partition(" ")[0] for line in runner_commands(ran.err)} <= {"::warning", "::error"}
    for path in (*(home / "out").iterdir(), home / "github-outputs"):
        assert not runner_commands(path.read_bytes().decode("utf-8")), path.name
    views = [[*command, "--format", form] for form in FORMS for command in (["report"], ["status"])]
    views += [["status", "--format", "csv", "--columns", "title"], ["history", "92900001"], ["check"], ["config"]]
    views += [["report", "--explain", "92900003"], ["db", "export"]]
    for words in views:
        done = lptrack(*words, *([] if words == ["config"] else ["--db", "a.db"]), home=home)
        assert not runner_commands(done.out.decode() + done.err), words
    for form in ("table", "jsonl", "csv"):
        done = lptrack("extract", "logs", "-v", "--format", form, home=home)
        assert not runner_commands(done.out.decode() + done.err), form


@pytest.mark.parametrize("form", AGENDA_FORMS)
def test_the_agenda_lets_nothing_act(form: str, home: Path, ran: Done) -> None:
    done = lptrack("agenda", "--db", "a.db", "--format", form, home=home, environment={"COLUMNS": "60"})
    assert done.code == 0, done.err
    text = done.out.decode("utf-8")
    assert not runner_commands(text + done.err)
    assert not acting(text, "\n\u200b") | acting(done.err, "\n")


def test_the_sites_pages_let_nothing_act_and_have_plain_names(home: Path, ran: Done) -> None:
    done = lptrack("site", "--db", "a.db", "--out", "site", home=home)
    assert done.code == 0, done.err
    assert not runner_commands(done.out.decode() + done.err)
    pages = [path for path in (home / "site").rglob("*") if path.is_file()]
    assert pages
    for path in pages:
        assert re.fullmatch(r"[\w./+-]+", path.relative_to(home).as_posix(), re.ASCII), path
        text = path.read_bytes().decode("utf-8")
        assert not runner_commands(text), path
        assert not acting(text, "\n\r\u200b\ufeff"), path
        if path.suffix == ".html":
            tags = _Tags()
            tags.feed(text)
            assert not [bad for bad in tags.bad if bad in ("img", "iframe", "object", "embed") or " on" in bad], path
    assert not list(home.rglob("owned*"))


def test_deliveries_and_sources_are_told_without_a_command(home: Path, ran: Done) -> None:
    hostile = "x\\n::error::y ##[error]z \\u001b[2J\\u3164"
    (home / "hostile.toml").write_text(
        f'[[team]]\nname = "{hostile}"\nnames = ["*"]\n'
        '[[team.deliver]]\nkind = "webhook"\nwhat = "agenda"\nurl = "http://127.0.0.1:9/x"\n'
        '[[team.source]]\nkind = "irclogs"\nchannel = "#x"\nsince = 2026-11-26\n'
        'url = "http://127.0.0.1:9/::error::/##x/"\n'
    )
    for words in (["post", "--dry-run"], ["post"], ["sources"]):
        done = lptrack(*words, "--db", "a.db", "--config", "hostile.toml", home=home)
        assert done.code in (0, 4, 6), (words, done.err)
        assert not runner_commands(done.out.decode() + done.err), words
        assert not acting(done.out.decode() + done.err, "\n\u200b"), words


def test_the_demos_words_command_nothing(tmp_path: Path) -> None:
    folder = "demo ##[error]x"
    done = lptrack("demo", folder, home=tmp_path)
    assert done.code == 0, done.err
    assert not runner_commands(done.out.decode() + done.err)


def test_the_configuration_is_shown_a_line_each_and_commands_nothing(tmp_path: Path) -> None:
    hostile = "x\\n::error::y ##[error]z \\u001b[2J\\u3164"
    (tmp_path / "lptrack.toml").write_text(
        f'nicks = {{ "{hostile}" = "{hostile}" }}\n[[team]]\nname = "{hostile}"\nnames = ["{hostile}"]\n'
        f'[report]\nout = "{hostile}"\n'
    )
    done = lptrack("config", home=tmp_path)
    assert done.code == 0, done.err
    text = done.out.decode()
    assert not runner_commands(text)
    assert not acting(text, "\n")
    assert not [line for line in text.splitlines() if line.startswith("y")]


@pytest.mark.parametrize(
    "folder", ["plain", "with blank", "it's $(touch owned)", "##[error]x", "-n", "a\nb=c", "=x", "~"]
)
def test_outputs_are_safe_to_source_and_to_append_whatever_the_folder(folder: str, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("[15:04] <ana> bug #92900001\n")
    done = lptrack("ci", "a.log", "--offline", "--db", "a.db", f"--out={folder}", home=tmp_path)
    assert done.code == 0, done.err
    outputs = tmp_path / folder / "outputs.env"
    text = outputs.read_text("utf-8")
    assert all(re.match(r"[a-z_]+=(?!.*<<)", line) for line in text.splitlines())
    sourced = subprocess.run(
        ["sh", "-eu", "-c", '. "$1"; printf %s "$report"', "sh", str(outputs)],
        cwd=tmp_path, capture_output=True, check=False, timeout=20, text=True,
    )  # fmt: skip
    assert (sourced.returncode, sourced.stderr) == (0, "")
    assert not (tmp_path / "owned").exists()
    if folder in ("plain", "with blank", "-n"):
        assert sourced.stdout == f"{folder}/report.md"
    if folder == "plain":  # appended to $GITHUB_OUTPUT, where a quote would be a part of the path
        assert "report=plain/report.md\n" in text


def test_a_shell_may_read_the_outputs(home: Path, ran: Done) -> None:
    fine = home / "fine"
    script = 'set -eu; . "$1"; test "$exit" = 5; printf %s "$to"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(home / "out" / "outputs.env")],
        cwd=fine, capture_output=True, check=False, timeout=20,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not list(fine.iterdir()), "sourcing the outputs made a file"
    assert done.stdout


def test_no_value_for_github_acts_where_a_step_echoes_it(home: Path, ran: Done) -> None:
    values = dict(line.split("=", 1) for line in (home / "github-outputs").read_text("utf-8").splitlines())
    assert values["exit"] == "5"
    assert not [value for value in values.values() if set(value) & set("$`\"'\\;&|<>()*?[]{}!#~")]


class _Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.bad += [tag] if tag in ("img", "iframe", "object", "embed", "base") else []
        for name, value in attrs:
            if name.startswith("on") or (name in ("href", "src") and not (value or "").startswith(("http", "#"))):
                self.bad.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", [["report"], ["status"], ["history", "92900001", "92900003", "92900005"]])
def test_no_form_lets_them_act(command: list[str], form: str, home: Path, ran: Done) -> None:
    if (command[0], form) in {("status", "atom"), ("history", "atom"), ("history", "csv")}:
        assert lptrack(*command, "--db", "a.db", "--format", form, home=home).code == 2
        return
    done = lptrack(*command, "--db", "a.db", "--format", form, home=home)
    assert done.code == 0, done.err
    assert done.err.count("\n") <= 1  # a report notes of which team it is, and which others there are
    assert show_hidden(done.err, keep="\n") == done.err
    text = done.out.decode("utf-8")
    assert not acting(text, "\n\r\u200b" if form == "csv" else "\n\u200b")
    match form:
        case "html":
            tags = _Tags()
            tags.feed(text)
            assert (tags.scripts, tags.bad) == (1, [])
        case "json":
            json.loads(text)
        case "atom":
            ET.fromstring(text)
        case "markdown":
            assert MARKUP not in text
            assert "](javascript:" not in text
            assert "\n<script" not in text
        case "csv":
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@") and cell]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_extract_lets_nothing_act(form: str, home: Path) -> None:
    done = lptrack("extract", "logs", "--format", form, "-v", home=home)
    assert done.code == 0, done.err
    assert not acting(done.err)
    text = done.out.decode("utf-8")
    assert not acting(text, "\n\r" if form == "csv" else "\n")
    if form == "jsonl":
        records = [json.loads(line) for line in text.splitlines()]
        assert any(ESCAPE in record["text"] or "\x9b31m" in record["text"] for record in records), "nothing is lost"
        assert {record["number"] for record in records} == {92900000 + n for n in range(1, 6)}
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        assert not [cell for row in rows for cell in row.values() if cell.lstrip()[:1] in tuple("=+-@") and cell]
        assert any(undo_spreadsheet(row["title"]).startswith(FORMULA) for row in rows)


def test_the_other_commands_let_nothing_act(home: Path, ran: Done) -> None:
    for words in (
        ["extract", "--check", "logs"],
        ["check", "--db", "a.db"],
        ["check", "--db", "a.db", "--format", "json"],
        ["db", "export", "--db", "a.db"],
        ["report", "--db", "a.db", "--explain", "92900003"],
        ["db", "check", "--db", "a.db"],
    ):
        done = lptrack(*words, home=home)
        assert done.code == 0, (words, done.err)
        assert not acting(done.out.decode("utf-8") + done.err, "\n"), words


def test_a_bad_log_with_a_hostile_name_is_named_harmlessly(tmp_path: Path) -> None:
    name = b"x\x1b]0;y\x07\nlptrack: fake\xff.log"
    with open(bytes(tmp_path) + b"/" + name, "wb") as file:
        file.write(bytes(range(256)) * 40)
    for words in (
        ["extract", name],
        ["extract", "."],
        ["run", "--offline", name],
        ["run", "--offline", "--db", name],
    ):
        done = lptrack(*words, home=tmp_path)
        assert done.code in (1, 3), done.err
        assert not acting(done.err), words
        assert "bug in lptrack" not in done.err
        assert not [line for line in done.err.splitlines() if line.startswith("lptrack: fake")], "a line of its own"
