"""The right team and the right window: what a run reports on, and never another team's page."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lptrack.config.model import Config, Team
from lptrack.errors import UsageError
from lptrack.jobs.teams import Assignment, as_folder, assign_reports, name_folders
from lptrack.join.model import Filters
from lptrack.join.teams import unify_names
from lptrack.logs.extract import extract_log
from lptrack.logs.sources import Source
from lptrack.model import Meeting
from lptrack.net.settings import Budget
from lptrack.storage.store import Store
from tests.security.commandline import Done, lptrack

NOW = datetime(2031, 12, 1, tzinfo=UTC)


def meeting(channel: str, day: int, name: str | None = None) -> Meeting:
    start = datetime(2031, 11, day, 15, tzinfo=UTC)
    return Meeting(f"{channel}/2031-11-{day:02}T15:00Z", channel, start, "minute", start, name, None)


KESTREL = [meeting("birds", 3, "Kestrel"), meeting("birds", 10, "Kestrel")]
OWL = [meeting("birds", 4, "Owl"), meeting("birds", 11, "Owl")]
OTHERS = [meeting("fish", 5), meeting("fish", 12)]
ALL = unify_names(sorted([*KESTREL, *OWL, *OTHERS], key=lambda each: each.started_at or NOW))


def assign(
    given: list[Meeting] | None,
    *,
    earlier: list[Meeting] | None = None,
    config: Config | None = None,
    filters: Filters | None = None,
    meetings: tuple[Meeting, ...] = ALL,
    start: str | None = None,
    end: str | None = None,
) -> tuple[Assignment, ...]:
    return assign_reports(
        meetings, config or Config(), filters or Filters(), earlier={each.id for each in earlier or ()},
        given=None if given is None else {each.id for each in given}, now=NOW, start=start, end=end,
    )  # fmt: skip


def test_the_teams_of_the_logs_that_were_given() -> None:
    assert [each.team for each in assign(KESTREL[:1])] == [("birds", "Kestrel")]
    assert [each.folder for each in assign(KESTREL[:1])] == [""]
    both = assign([*KESTREL, OTHERS[0]])
    assert [(each.name, each.folder) for each in both] == [("#fish", "fish"), ("Kestrel of #birds", "kestrel")]


def test_without_a_log_every_configured_team_else_every_team() -> None:
    assert [each.folder for each in assign(None)] == ["fish", "kestrel", "owl"]
    config = Config(teams=(Team("raptors", meetings=("kestrel", "owl")), Team("whales", channels=("sea",))))
    assert [(each.team, each.folder) for each in assign(None, config=config)] == [(("", "raptors"), "")]


def test_a_newer_meeting_gets_its_window_and_no_newer_one_tells_what_moved_since() -> None:
    new, old = assign([*KESTREL, *OWL], earlier=[*KESTREL[:1], *OWL])
    assert (new.name, new.start, new.end) == ("Kestrel of #birds", None, None)
    assert (old.name, old.start, old.end) == ("Owl of #birds", "last", "now")
    late = assign(OWL[:1], earlier=[*KESTREL, OWL[1]])
    assert [(each.start, each.end) for each in late] == [("last", "now")], (
        "an old meeting, read late, is no newer one"
    )


def test_what_is_asked_for_is_what_each_team_gets() -> None:
    assert {(each.start, each.end) for each in assign(None, start="previous", end="now")} == {("previous", "now")}
    (one,) = assign(None, start=KESTREL[0].id)
    assert one.team == ("birds", "Kestrel"), "a meeting's id is one team's"
    for start, end in (("2032-01-05", "now"), ("last", "2032-01-05T12:00Z"), ("nosuch/2031-11-03T15:00Z", None)):
        with pytest.raises(UsageError):
            assign(KESTREL, start=start, end=end)


def test_a_filter_chooses_and_a_meeting_of_no_team_is_alone() -> None:
    assert [each.team for each in assign(OTHERS, filters=Filters(team="owl"))] == [("birds", "Owl")]
    assert [each.folder for each in assign(None, filters=Filters(channel="birds"))] == ["kestrel", "owl"]
    lost = meeting("birds", 20)
    meetings = unify_names([*ALL, lost])
    assert [each.team for each in assign([*KESTREL, lost], meetings=meetings)] == [("birds", "Kestrel")]
    (alone,) = assign([lost], meetings=meetings)
    assert alone.team == ("birds", lost.id)
    assert assign(None, meetings=()) == (Assignment(None),)


def test_folders_are_letters_and_digits_and_each_teams_own() -> None:
    assert as_folder("SIG: Cloud/../Infra_2") == "sig-cloud-infra-2"
    names = name_folders([("a", "Team"), ("b", "team"), ("", "TEAM!")])
    assert len(set(names.values())) == 3
    assert all(re.fullmatch(r"[\w-]+", each) for each in names.values())


LOG = (
    "[15:00] <ana> #startmeeting {name}\n[15:01] <ana> bug #{bug} is open\n[15:02] <ana> #endmeeting\n"
)  # fmt: skip


def write_log(folder: Path, name: str, day: str, bug: int) -> Path:
    folder.mkdir(exist_ok=True)
    log = folder / f"birds-2025-11-{day}.log"
    log.write_text(LOG.format(name=name, bug=bug), encoding="utf-8")
    return log


def numbers(report: Path) -> set[int]:
    data = json.loads(report.read_text(encoding="utf-8"))
    return {each["number"] for key in ("changes", "new", "unchanged", "unresolved") for each in data[key]}


def test_each_page_has_its_own_teams_bugs(tmp_path: Path) -> None:
    mine = write_log(tmp_path / "mine", "Kestrel", "03", 92900001)
    theirs = write_log(tmp_path / "theirs", "Owl", "11", 92900002)
    assert lptrack("run", theirs, "--offline", home=tmp_path).code == 0
    assert lptrack("run", mine, "--offline", home=tmp_path).code == 0
    assert numbers(tmp_path / "reports" / "report.json") == {92900001}
    assert not (tmp_path / "reports" / "index.html").exists()
    done = lptrack("run", "--offline", "--out", "all", home=tmp_path)
    assert done.code == 0, done.err
    assert numbers(tmp_path / "all" / "kestrel" / "report.json") == {92900001}
    assert numbers(tmp_path / "all" / "owl" / "report.json") == {92900002}
    for name in ("index.html", "index.md"):
        page = (tmp_path / "all" / name).read_text(encoding="utf-8")
        assert "kestrel/report." in page
        assert "owl/report." in page
    window = json.loads((tmp_path / "all" / "owl" / "report.json").read_text(encoding="utf-8"))
    assert (window["from"]["meeting"], window["to"]["meeting"]) == ("birds/2025-11-11T15:00Z", None)
    assert lptrack("report", "--from", "last", "--to", "2999-01-01", home=tmp_path).code == 2


def ci(tmp_path: Path, *words: str | Path) -> Done:
    return lptrack("ci", *words, "--offline", home=tmp_path)


def test_ci_of_two_teams_has_the_files_of_each_and_the_sums_above(tmp_path: Path) -> None:
    write_log(tmp_path / "logs", "Kestrel", "03", 92900001)
    write_log(tmp_path / "logs", "Owl", "11", 92900002)
    done = ci(tmp_path, "logs", "--format", "json", "--fail-on", "new>0")
    assert done.code == 0, done.err
    data = json.loads(done.out)
    assert [each["team"] for each in data["teams"]] == ["Kestrel of #birds", "Owl of #birds"]
    assert [(gate["gate"], gate["team"]) for gate in data["gates"]] == [
        ("new>0", "Kestrel of #birds"), ("new>0", "Owl of #birds"),
    ]  # fmt: skip
    for team in ("kestrel", "owl"):
        names = {path.name for path in (tmp_path / "reports" / team).iterdir()}
        assert {"report.md", "junit.xml", "lptrack.sarif", "summary.md", "outputs.env"} <= names
    figures = dict(
        line.split("=", 1) for line in (tmp_path / "reports" / "outputs.env").read_text(encoding="utf-8").splitlines()
    )
    assert figures["bugs"] == "2"
    assert figures["report"] == "reports/index.md"


def test_a_repository_without_logs_is_green_and_a_missing_log_rewrites_no_report(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "README.md").write_text("Logs go here.\n", encoding="utf-8")
    first = ci(tmp_path, "logs")
    assert first.code == 0, first.err
    assert "no logs yet" in first.err
    write_log(tmp_path / "logs", "Kestrel", "03", 92900001)
    assert ci(tmp_path, "logs").code == 0
    (tmp_path / "reports" / "report.md").write_text("mine", encoding="utf-8")
    for command in ("ci", "run"):
        done = lptrack(command, "lgos", "--offline", home=tmp_path)
        assert done.code == 3
        assert "lgos" in done.err
        assert "no report was written" in done.err
        assert (tmp_path / "reports" / "report.md").read_text(encoding="utf-8") == "mine"
    assert ci(tmp_path, "logs", "lgos").code == 3
    assert (tmp_path / "reports" / "report.md").read_text(encoding="utf-8") != "mine", "the others are done"


def test_a_run_that_was_killed_before_it_reported_leaves_its_meetings_to_the_next(tmp_path: Path) -> None:
    log = extract_log(Source("kestrel.2031-11-03.log", None, content=b"[15:00] <ana> bug #92900001\n"))
    (meeting_id,) = [each.id for each in log.meetings]
    with Store.open(tmp_path / "a.db") as store:
        killed = store.begin_run("run")
        store.take_in(log, NOW, run=killed)
        assert not store.load_reported_meetings()
        store.end_run(killed, 0, Budget())
        assert store.load_reported_meetings() == {meeting_id}
