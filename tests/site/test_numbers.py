"""The site says what `report`, `status` and `history` say, of all meetings, teams and bugs of random worlds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lptrack.config.model import Config, Listed, Team
from lptrack.jobs.site import SiteWish, write_site
from lptrack.jobs.site_record import TeamDesk, load_site
from lptrack.jobs.view import load_history, load_report, load_status, load_window
from lptrack.join.model import Filters, Window
from lptrack.model import BugKey, Meeting
from lptrack.report.render import RenderSettings, find_form, render_document
from lptrack.site.address import bug_path, meeting_path
from lptrack.site.prints import iter_neighbours
from tests.site.worlds import TEAMS, build_village

BOM = RenderSettings(bom=True)
CONFIGS = (
    Config(),
    Config(
        teams=(Team("Birds", channels=("wren-meeting", "owl"), series=("saucy",)),),
        track=(Listed(BugKey("launchpad", 3), "always"),),
        ignore=(Listed(BugKey("launchpad", 4), "never"),),
        horizon=2,
    ),
    Config(fold=False, sections=("new", "closed", "all")),
)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("seed", range(3))
def test_every_meeting_is_its_report(tmp_path: Path, seed: int, config: Config) -> None:
    with build_village(":memory:", seed) as village:
        write_site(village.store, config, SiteWish(tmp_path))
        for meeting in village.meetings:
            report = load_report(
                village.store,
                config,
                Filters(),
                start=find_previous(village.meetings, meeting, config),
                end=meeting.id,
            )
            report = replace(report, window=replace(report.window, run=None))
            page = tmp_path / meeting_path(meeting.id)
            for form in ("json", "csv"):
                expected = render_document(report, find_form(form), BOM).decode()
                assert page.with_suffix(f".{form}").read_text(encoding="utf-8") == expected, (meeting.id, form)
            written = page.with_suffix(".html").read_text(encoding="utf-8")
            assert text_of(written, "headline") == text_of(
                render_document(report, find_form("html"), BOM).decode(), "headline"
            )
            counts = {
                key: int(count) for key, count in re.findall(r'<h2 id="(\w+)-h">.*?<span class="n">(\d+)', written)
            }
            for section in report.page.sections:
                assert section.key == "all" or counts[section.key] == len(section.rows)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_team_s_record_gives_the_windows_that_the_database_gives(config: Config) -> None:
    """Of each meeting everything that a report is made of, to the last field; masters of duplicates too."""
    masters = 0
    for seed in range(4):
        with build_village(":memory:", seed, weeks=4) as village:
            village.read_again(7, "Triaged")  # the master of what is a duplicate in these worlds
            record = load_site(village.store, config, Filters(), "", None)
            for team in record.teams:
                desk = TeamDesk(village.store, record, team)
                for meeting, beside in iter_neighbours(team.meetings):
                    found = desk.build_report_to(meeting, beside.before).window
                    start = None if beside.before is None else beside.before.id
                    expected = replace(load_window(village.store, config, start=start, end=meeting.id), run=None)
                    for name in Window.__dataclass_fields__:
                        assert getattr(found, name) == getattr(expected, name), (meeting.id, name)
                    masters += len(found.masters)
    assert masters


def find_previous(meetings: list[Meeting], meeting: Meeting, config: Config) -> str | None:
    """The meeting before it in its team, found without the program."""
    mine = sorted(
        (each for each in meetings if config.team_of(each) == config.team_of(meeting)),
        key=lambda each: str(each.started_at),
    )
    place = [each.id for each in mine].index(meeting.id)
    return mine[place - 1].id if place else None


def text_of(page: str, kind: str) -> str:
    found = re.search(rf'<p class="{kind}">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("seed", range(3))
def test_every_team_is_its_status_and_its_report(tmp_path: Path, seed: int) -> None:
    with build_village(":memory:", seed) as village:
        write_site(village.store, Config(), SiteWish(tmp_path))
        index = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))["teams"]
        assert len(index) == len(TEAMS)
        for channel, name in TEAMS:
            team = next(each for each in index if (name or f"#{channel}") in each["team"])
            page = json.loads((tmp_path / team["page"]).with_suffix(".json").read_text(encoding="utf-8"))
            filters = Filters(team=name) if name else Filters(channel=channel)
            status = load_status(village.store, Config(), filters)
            expected = json.loads(render_document(status, find_form("json"), BOM))
            assert page["status"]["tasks"] == expected["tasks"]
            assert page["status"]["unresolved"] == expected["unresolved"]
            assert team["headline"] == load_report(village.store, Config(), filters).page.headline
            since = load_report(village.store, Config(), filters, start="last", end="now")
            assert team["since"] == since.page.headline
            assert since.trends is not None
            assert (team["open"], team["closed"]) == (since.trends.open[-1], since.trends.closed[-1])
            assert team["in_view"] == len(since.shown.bugs)
            assert [each["meeting"] for each in page["meetings"]] == [
                each.id for each in village.meetings if (each.channel, each.name) == (channel, name)
            ]


@pytest.mark.parametrize("seed", range(3))
def test_every_bug_is_its_history(tmp_path: Path, seed: int) -> None:
    with build_village(":memory:", seed) as village:
        write_site(village.store, Config(), SiteWish(tmp_path))
        listed = json.loads((tmp_path / "bugs/index.json").read_text(encoding="utf-8"))["bugs"]
        keys = [BugKey(each["tracker"], each["number"]) for each in listed]
        assert keys == sorted(keys)
        assert BugKey("launchpad", 11) not in keys  # private
        assert not (tmp_path / "bugs/launchpad/11.html").exists()
        spoken = set(village.store.load_referenced()) - {BugKey("launchpad", 11)}
        assert set(keys) == spoken
        for bug, each in zip(keys, listed, strict=True):
            history = load_history(village.store, [bug])
            expected = json.loads(render_document(history, find_form("json"), BOM))["bugs"][0]
            page = tmp_path / bug_path(bug)
            assert json.loads(page.with_suffix(".json").read_text(encoding="utf-8")) == expected
            mentions = [entry for entry in expected["timeline"] if entry["kind"] == "mention"]
            assert each["times_mentioned"] == len(mentions)
            written = page.with_suffix(".html").read_text(encoding="utf-8")
            assert written.count('<li class="e-') == len(expected["timeline"])
            for meeting in {entry["meeting"] for entry in mentions}:
                assert f'href="../../{meeting_path(meeting)}.html"' in written


def test_a_meeting_that_nobody_can_date_and_one_that_is_nobodys_have_a_page(tmp_path: Path) -> None:
    from tests.storage.lives import make_log, make_meeting, make_reference

    with build_village(":memory:", 5, weeks=2) as village:
        undated = make_meeting(None, channel="attic")
        nameless = make_meeting(village.begin, channel="wren-meeting")
        for meeting in (undated, nameless):
            log = make_log([meeting], [make_reference(meeting, 1, 2)], source=f"logs/{meeting.id}.log")
            village.store.take_in(log, village.begin)
        write_site(village.store, Config(), SiteWish(tmp_path))
        for meeting in (undated, nameless):
            report = load_report(village.store, Config(), Filters(), start=None, end=meeting.id)
            expected = json.loads(render_document(report, find_form("json"), BOM))
            page = json.loads((tmp_path / meeting_path(meeting.id)).with_suffix(".json").read_text(encoding="utf-8"))
            assert {**page, "run": None} == {**expected, "run": None}
        assert meeting_path(nameless.id) in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_one_team_alone(tmp_path: Path) -> None:
    with build_village(":memory:", 1) as village:
        write_site(village.store, Config(), SiteWish(tmp_path, Filters(team="Wren")))
        assert {path.parent.name for path in tmp_path.glob("teams/*/index.html")} == {"wren"}
        assert {path.parent.name for path in tmp_path.glob("meetings/*/*.html")} == {"wren-meeting"}
        index = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
        assert [each["team"] for each in index["teams"]] == ["Wren of #wren-meeting"]
        check_links(tmp_path)


def check_links(folder: Path) -> None:
    """Every link to another page of the site leads to one, and none leads out of the folder."""
    count = 0
    for page in folder.rglob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"#][^"]*)"', page.read_text(encoding="utf-8")):
            if not address.startswith(("https://", "http://")):
                target = (page.parent / address.partition("#")[0]).resolve()
                assert target.is_file(), (page, address)
                assert folder.resolve() in target.parents, (page, address)
                count += 1
    assert count > 20


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    with build_village(":memory:", 2) as village:
        write_site(village.store, Config(), SiteWish(tmp_path))
        check_links(tmp_path)


def test_the_feed_names_its_address_where_it_is_told(tmp_path: Path) -> None:
    with build_village(":memory:", 2, weeks=2) as village:
        write_site(village.store, Config(), SiteWish(tmp_path, base="https://bugs.example/"))
        feed = (tmp_path / "teams/wren/feed.atom").read_text(encoding="utf-8")
        assert '<link rel="self" href="https://bugs.example/teams/wren/feed.atom"/>' in feed
        assert f'href="https://bugs.example/{meeting_path(village.meetings[4].id)}.html"' in feed
