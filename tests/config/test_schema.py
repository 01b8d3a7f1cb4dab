"""The schema of `lptrack.toml` says what the reader of the file says: the same keys, the same values."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lptrack.config import load, places, values
from lptrack.config.load import parse_config
from lptrack.config.schema import build_schema
from lptrack.config.template import build_template
from lptrack.deliver import KINDS as DELIVERIES
from lptrack.errors import ConfigError
from lptrack.sources import KINDS as SOURCES
from tests.security.commandline import lptrack

SCHEMA = build_schema()
CHECK = Draft202012Validator(SCHEMA)


def as_json(value: Any) -> Any:
    """TOML's dates as an editor sees them."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def fits(text: str) -> bool:
    return not list(CHECK.iter_errors(as_json(tomllib.loads(text))))


def is_read(text: str) -> bool:
    try:
        parse_config(tomllib.loads(text))
    except ConfigError:
        return False
    return True


TEAM = '[[team]]\nname = "kestrel"\n'
RIGHT = [
    "",
    build_template(),
    re.sub(r"""(?m)^# (?=[\w"-]+ = |\[)""", "", build_template()),
    TEAM,
    TEAM + 'channels = ["#a"]\nnames = ["kestrel*"]\nmeetings = [""]\nchairs = ["ana"]\nseries = ["focal"]',
    TEAM + '[[team.source]]\nkind = "irclogs"\nchannel = "#a"\nsince = 2026-11-02',
    TEAM + '[[team.source]]\nkind = "command"\ncommand = ["a", "b"]',
    TEAM + '[[team.deliver]]\nkind = "webhook"\nurl = "https://a"\nwhat = "agenda"\nsecret-env = "X"',
    TEAM + '[[team.deliver]]\nkind = "webhook"\nurl-env = "X"',
    TEAM + '[[team.deliver]]\nkind = "github"\nrepository = "a/b"\nissue = "5"',
    'bugs.track = [1, { bug = 2, tracker = "debian", reason = "x" }]',
    '[trackers]\nmediawiki = "wikimedia"\n[nicks]\n"a_" = "a"',
    'report.feed = "https://a.example/report.atom"',
    'report.sections = ["new"]\nreport.columns = []\nreport.fold = false\nreport.horizon = 1',
    'resolve.max-age = "1.5h"\nresolve.jobs = 16\nresolve.deadline = "90"',
    'logs.silence = "6h"\nlogs.day-first = true\nlogs.timezone = "Europe/Berlin"',
]
WRONG = [
    'teams = []',
    'team = "a"',
    'team = ["a"]',
    '[[team]]\nchannels = []',
    TEAM + 'channel = ["a"]',
    TEAM + 'channels = "a"',
    TEAM + 'channels = [1]',
    TEAM + '[[team.source]]\nchannel = "#a"',
    TEAM + '[[team.source]]\nkind = "nosuch"',
    TEAM + '[[team.source]]\nkind = "irclogs"',
    TEAM + '[[team.source]]\nkind = "irclogs"\nchannel = "#a"\nsince = 5',
    TEAM + '[[team.source]]\nkind = "command"\ncommand = []',
    TEAM + '[[team.source]]\nkind = "command"\ncommand = "a"',
    TEAM + '[[team.deliver]]\nkind = "webhook"',
    TEAM + '[[team.deliver]]\nkind = "webhook"\nurl = "https://a"\nurl-env = "X"',
    TEAM + '[[team.deliver]]\nkind = "webhook"\nurl = "https://a"\nwhat = "all"',
    TEAM + '[[team.deliver]]\nkind = "github"\nrepository = "a/b"\nissue = "five"',
    TEAM + '[[team.deliver]]\nkind = "github"\nrepository = "a/b"\nissue = 5',
    'bugs.track = [0]', 'bugs.track = [true]', 'bugs.track = ["1"]', 'bugs.track = [{ reason = "x" }]',
    'bugs.track = 1', 'bugs.track = [10000000000]', 'bugs.seen = []',
    'trackers = 1', '[nicks]\na = 1',
    'report.sections = ["news"]', 'report.columns = ["bugs"]', 'report.fold = "no"', 'report.horizon = 0',
    'report.horizon = true', 'report.out = "a\\u0000b"', 'report.feed = "report.atom"',
    'report.feed = "javascript:x"', 'report.feed = "https://me:pw@a/"',
    'resolve.max-age = "soon"', 'resolve.max-age = 5', 'resolve.jobs = 17', 'resolve.jobs = "4"', 'resolve.job = 4',
    'logs.silence = "6 hours"', 'logs.day-first = 1', 'logs.bots = "a"', 'database = "a.db"', 'database.file = "a"',
]  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_read_fits(text: str) -> None:
    assert is_read(text)
    assert [error.message for error in CHECK.iter_errors(as_json(tomllib.loads(text)))] == []


@pytest.mark.parametrize("text", WRONG)
def test_what_is_refused_does_not_fit(text: str) -> None:
    assert not is_read(text)
    assert not fits(text)


def test_it_has_every_key_that_the_reader_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that the reader gains is in the schema too."""
    known: dict[str, set[str]] = {}

    def note(table: Mapping[str, Any], keys: tuple[str, ...], prefix: str, where: str) -> None:
        known.setdefault(prefix.replace("[0]", ""), set()).update(keys)

    for module in (load, places, values):
        monkeypatch.setattr(module, "check_keys", note)
    parse_config(tomllib.loads(TEAM + "[bugs]\ntrack = [{ bug = 1 }]\nignore = [{ bug = 1 }]"))
    tables = SCHEMA["properties"]
    listed = tables["bugs"]["properties"]["track"]["items"]["anyOf"][1]
    described = {
        "": tables, "team.": tables["team"]["items"]["properties"],
        "bugs.track.": listed["properties"], "bugs.ignore.": listed["properties"],
        **{f"{name}.": tables[name]["properties"] for name in ("logs", "bugs", "report", "resolve", "database")},
    }  # fmt: skip
    assert {prefix: set(keys) for prefix, keys in described.items()} == known


@pytest.mark.parametrize("table", ["source", "deliver"])
def test_every_kind_has_its_table(table: str) -> None:
    choices = SCHEMA["properties"]["team"]["items"]["properties"][table]["items"]["oneOf"]
    registry = SOURCES if table == "source" else DELIVERIES
    assert [choice["properties"]["kind"]["const"] for choice in choices] == list(registry.names())
    for choice in choices:
        kind = registry.find(choice["properties"]["kind"]["const"])
        more = {"kind"} if table == "source" else {"kind", "what", "secret-env"}
        assert set(choice["properties"]) == {*more, *kind.required, *kind.optional}


def test_the_command_prints_it(tmp_path: Path) -> None:
    done = lptrack("config", "schema", home=tmp_path)
    assert done.code == 0
    assert json.loads(done.out) == SCHEMA
    Draft202012Validator.check_schema(SCHEMA)
    assert lptrack("config", "scheme", home=tmp_path).code == 2
