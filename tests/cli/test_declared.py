"""Each option is declared once: the command, its help and its environment follow, and each has an effect."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import lptrack
from lptrack.cli import ci, history, report, run, status
from lptrack.cli.declare import takes
from lptrack.config.flags import Flag, Positional, Roots, Setting
from lptrack.config.settings import settings
from lptrack.jobs.options import CiOptions, HistoryOptions, JobOptions, ReportOptions, RunOptions, StatusOptions
from lptrack.report.render import ONLY_SOME
from lptrack.trackers import roots

PACKAGE = Path(lptrack.__file__).parent
COMMANDS = {
    RunOptions: run.run, CiOptions: ci.ci, ReportOptions: report.report, StatusOptions: status.status,
    HistoryOptions: history.history,
}  # fmt: skip


def _read_names(*places: str) -> set[str]:
    """Every attribute that the code of these packages reads of anything."""
    files = [path for place in places for path in (PACKAGE / place).rglob("*.py") if path.name != "options.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    read = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return read | ONLY_SOME  # these go into `RenderSettings` by their names


def without_effect(options: type, read: set[str]) -> list[str]:
    return [field.name for field in fields(options) if field.name not in read]


@pytest.mark.parametrize("options", COMMANDS, ids=lambda options: options.__name__)
def test_every_option_has_an_effect(options: type) -> None:
    assert without_effect(options, _read_names("cli", "jobs")) == []


def test_an_option_that_nothing_reads_is_found() -> None:
    read = _read_names("cli", "jobs") - {"since_commit"}
    assert without_effect(CiOptions, read) == ["since_commit"]


@pytest.mark.parametrize("options", COMMANDS, ids=lambda options: options.__name__)
def test_the_command_has_exactly_the_options_that_are_declared(options: type) -> None:
    declared = [
        name
        for field in fields(options)
        for mark in get_args(get_type_hints(options, include_extras=True)[field.name])[1:]
        for name in ([f"root_of_{tracker}" for tracker in roots()] if isinstance(mark, Roots) else [field.name])
    ]
    assert sorted(inspect.signature(COMMANDS[options]).parameters) == sorted(declared)


def test_a_setting_has_one_flag_for_every_command() -> None:
    hints = get_type_hints(JobOptions, include_extras=True)
    named = {mark.name for hint in hints.values() for mark in get_args(hint)[1:] if isinstance(mark, Setting)}
    named |= {root.option for root in roots().values()}
    assert named == set(settings())


def test_what_is_given_reaches_the_command_as_one_object() -> None:
    seen: list[JobOptions] = []
    command = takes(RunOptions)(seen.append)
    given = {name: each.default for name, each in inspect.signature(command).parameters.items()}
    command(**given | {"logs": ["a.log"], "root_of_launchpad": "staging", "quiet": True})
    assert seen == [RunOptions(logs=["a.log"], given_roots={"launchpad": "staging"}, quiet=True)]


def test_marks_are_of_the_kinds_that_a_command_can_be_made_from() -> None:
    for options in COMMANDS:
        for name, hint in get_type_hints(options, include_extras=True).items():
            assert all(isinstance(mark, (Flag, Setting, Positional, Roots)) for mark in get_args(hint)[-1:]), name
