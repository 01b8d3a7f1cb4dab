"""Launchpad's JSON, also where it is none, and what of it may be believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from launchpadlib import uris

from lptrack.model import LogEntry
from lptrack.trackers.launchpad.answers import (
    REDACTED,
    WrongAnswer,
    parse_activity,
    parse_bug,
    parse_focus,
    parse_page,
    parse_person_link,
    parse_person_text,
    parse_series,
    parse_tasks,
    parse_time,
    parse_web_link,
    resolve_from_log,
)
from lptrack.trackers.launchpad.client import needed_facts
from lptrack.trackers.launchpad.roots import SERVICE_ROOTS, build_bug_url, resolve_service_root
from tests.doubles.launchpad.recorded import Recorded

ROOT = "http://api.launchpad.test/devel"


def task(**more: Any) -> dict[str, Any]:
    return {
        "bug_target_name": "linux (Ubuntu)",
        "bug_target_display_name": "linux (Ubuntu)",
        "target_link": f"{ROOT}/ubuntu/+source/linux",
        "bug_link": f"{ROOT}/bugs/1",
        "status": "New",
        "importance": "Undecided",
        **more,
    }


def entry(what: str, old: str | None = None, new: str | None = None) -> LogEntry:
    return LogEntry(0, datetime(2013, 9, 1, tzinfo=UTC), "mia", what, old, new)


@pytest.mark.parametrize(
    ("link", "name"),
    [
        (f"{ROOT}/~cjwatson", "cjwatson"),
        (f"{ROOT}/~x+y.z-1", "x+y.z-1"),
        (REDACTED, None),
        (None, None),
        (f"{ROOT}/~", None),
        (7, None),
        ("~cjwatson", None),
    ],
)
def test_people_are_named_by_their_links(link: object, name: str | None) -> None:
    assert parse_person_link(link) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kernel: Packaging (Team) (kernel-packagers)", "kernel-packagers"),
        ("None (x+y.z-1)", "x+y.z-1"),
        ("nobody", None),
        (None, None),
    ],
)
def test_the_nick_is_the_last_bracket(text: str | None, name: str | None) -> None:
    assert parse_person_text(text) == name


def test_names_of_milestones_are_read_from_their_links() -> None:
    (one,) = parse_tasks([task(milestone_link=f"{ROOT}/ubuntu/+milestone/ubuntu-13.10")], 1)
    assert one.milestone == "ubuntu-13.10"
    assert dict(one.details)["target_link"] == "/ubuntu/+source/linux"


def test_a_hidden_assignee_is_named_where_the_public_log_names_it() -> None:
    tasks = parse_tasks([task(assignee_link=REDACTED)], 1)
    assert tasks[0].assignee is None
    assert dict(tasks[0].details)["redacted"] == "assignee"
    log = [entry("linux (Ubuntu): assignee", None, "Secret Squad (secret-squad)")]
    assert resolve_from_log(tasks, log)[0].assignee == "secret-squad"
    assert resolve_from_log(tasks, [])[0].assignee is None


def test_the_remote_bug_that_a_task_follows_is_in_the_log() -> None:
    tasks = parse_tasks([task(bug_watch_link=f"{ROOT}/bugs/1/+watch/7")], 1)
    first, second = "http://bugs.debian.org/722295", "http://bugs.debian.org/722296"
    added = [entry("bug watch added", None, f"{url} thing") for url in (first, second)]
    assert resolve_from_log(tasks, added)[0].watch is None  # which of the two is not said
    follows = entry("linux (Ubuntu): remote watch", None, "Debian Bug tracker #722296")
    assert resolve_from_log(tasks, [*added, follows])[0].watch == second
    assert resolve_from_log(tasks, added[:1])[0].watch == first
    removed = entry("bug watch removed", f"{first} thing")
    assert resolve_from_log(tasks, [*added, removed])[0].watch == second
    hostile = entry("bug watch added", None, "javascript:alert(1)")
    assert resolve_from_log(tasks, [hostile])[0].watch is None


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https://me:pw@x.org/",
        "http://",
        "//x.org",
        "https://x.org/\n",
        "https://x\u202e.org/",
        5,
        None,
        "https://[x/",
    ],
)
def test_only_addresses_for_reading_become_links(link: object) -> None:
    assert parse_web_link(link) is None


def test_times_are_utc_and_odd_ones_none() -> None:
    assert parse_time("2013-08-05T16:03:07.454717+02:00") == datetime(2013, 8, 5, 14, 3, 7, 454717, tzinfo=UTC)
    assert parse_time("2013-08-05T14:03:07") == datetime(2013, 8, 5, 14, 3, 7, tzinfo=UTC)
    assert parse_time("yesterday") is None
    assert parse_time(5) is None


def test_what_is_about_another_bug_is_no_answer() -> None:
    with pytest.raises(WrongAnswer):
        parse_bug({"id": 2}, 1)
    with pytest.raises(WrongAnswer):
        parse_tasks([task(bug_link=f"{ROOT}/bugs/2")], 1)
    with pytest.raises(WrongAnswer):
        parse_activity([{"datechanged": "2013-09-01", "whatchanged": "x", "bug_link": f"{ROOT}/bugs/11"}], 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "entries", "tags", "bug_link", "target_link", "bug_target_name", "start", "title"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(JSON)
def test_any_json_is_an_answer_or_a_wrong_answer(data: Any) -> None:
    for parse in (lambda: parse_bug(data, 1), lambda: parse_page(data), lambda: parse_focus(data)):
        try:
            parse()
        except WrongAnswer:
            pass
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    for parse_rows in (parse_tasks, parse_activity):
        try:
            parse_rows(rows, 1)
        except WrongAnswer:
            pass


def test_series_and_focus_are_told_as_histories_read_them() -> None:
    rows = json.loads(parse_series(Recorded().series("ubuntu") or []))
    assert {"name", "displayname", "datereleased", "status"} <= rows[0].keys()
    assert parse_focus(Recorded().pillar("unity-shell")) == '{"series": "trunk"}'
    assert parse_focus({"development_focus_link": None}) == '{"series": null}'


@pytest.mark.parametrize(
    ("targets", "log", "needed"),
    [
        (["juju"], [], set()),
        (["linux (Ubuntu)"], [], {"series:/ubuntu"}),
        (["juju", "juju/1.25"], [], {"focus:/juju"}),
        (["juju"], [entry("bug task deleted", "juju/1.25")], {"focus:/juju"}),
        (["juju"], [entry("juju/1.25: status", "New", "Triaged")], {"focus:/juju"}),
        (["juju"], [entry("affects", "ubuntu", "juju")], {"series:/ubuntu"}),
        (["juju"], [entry("description", "see a/b: status", "x/y")], set()),
        (["juju"], [entry("../../etc/x: status", "New", "Triaged")], set()),
    ],
)
def test_facts_are_asked_for_where_a_task_can_have_a_partner(
    targets: list[str], log: list[LogEntry], needed: set[str]
) -> None:
    tasks = parse_tasks([task(bug_target_name=name, target_link=f"{ROOT}/{name}") for name in targets], 1)
    assert needed_facts(tasks, log) == needed


def test_service_roots_are_launchpadlibs() -> None:
    assert {name: url for name, url in SERVICE_ROOTS.items() if name != "edge"} == {
        name: url for name, url in uris.service_roots.items() if name != "edge"
    }
    assert resolve_service_root("https://api.launchpad.net") == "https://api.launchpad.net/"
    assert build_bug_url(1) == "https://bugs.launchpad.net/bugs/1"
    assert build_bug_url(1, "staging") == "https://bugs.staging.launchpad.net/bugs/1"
    assert build_bug_url(1, "http://127.0.0.1:8080/") == "http://127.0.0.1:8080/bugs/1"
