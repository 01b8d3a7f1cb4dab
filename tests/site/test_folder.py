"""The folder: only what differs is written, only what is ours goes, and bringing up to date equals building anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from lptrack.config.model import Config
from lptrack.errors import LptrackError, UsageError
from lptrack.jobs import site, site_share
from lptrack.jobs.site import SiteWish, write_site
from lptrack.jobs.site_files import SiteFolder, check_folder, hold_folder
from lptrack.jobs.site_record import TeamDesk
from lptrack.jobs.site_share import Made
from lptrack.join.model import Filters
from lptrack.model import Absence, BugKey, Meeting, Unresolved
from lptrack.report.model import Report
from lptrack.site.address import bug_path, meeting_path
from lptrack.site.manifest import NAME, parse_manifest, render_manifest
from tests.site.worlds import Village, build_village
from tests.storage.lives import make_fetched, make_task


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stamps(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_the_same_database_gives_the_same_bytes_and_nothing_is_written_twice(tmp_path: Path) -> None:
    with build_village(":memory:", 1) as village:
        first = write_site(village.store, Config(), SiteWish(tmp_path / "a"))
        assert first.written == first.files == len(read_all(tmp_path / "a")) - 1
        write_site(village.store, Config(), SiteWish(tmp_path / "b"))
        assert read_all(tmp_path / "a") == read_all(tmp_path / "b")
        before = stamps(tmp_path / "a")
        again = write_site(village.store, Config(), SiteWish(tmp_path / "a"))
        assert (again.written, again.removed) == (0, 0)
        rebuilt = write_site(village.store, Config(), SiteWish(tmp_path / "a", rebuild=True))
        assert (rebuilt.written, rebuilt.removed) == (0, 0)
        assert stamps(tmp_path / "a") == before  # not even renamed


CHANGES: dict[str, Callable[[Village], object]] = {
    "a meeting": lambda village: village.meet(20, 0),
    "a meeting of the past": lambda village: village.meet(-3, 1),
    "a bug read again": lambda village: village.read_again(2, "Fix Released"),
    "a bug read for the first time": lambda village: village.read_again(7, "Triaged"),
    "a bug that can no longer be seen": lambda village: village.store.record_unresolved(
        Unresolved(BugKey("launchpad", 5), "https://bugs.example/5", Absence.NOT_VISIBLE), village.last_read
    ),
    "a bug that became private": lambda village: village.store.record(
        make_fetched(9, [make_task("linux (Ubuntu)")], village.last_read, private=True), None
    ),
    "a run that changed nothing": lambda village: village.store.begin_run("run"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(2))
def test_bringing_up_to_date_is_building_anew(tmp_path: Path, change: str, seed: int) -> None:
    """Whatever happens, the pages that are left alone are those that would be built."""
    with build_village(":memory:", seed, weeks=4) as village:
        write_site(village.store, Config(), SiteWish(tmp_path / "kept"))
        CHANGES[change](village)
        write_site(village.store, Config(), SiteWish(tmp_path / "kept"))
        write_site(village.store, Config(), SiteWish(tmp_path / "new"))
        kept, new = read_all(tmp_path / "kept"), read_all(tmp_path / "new")
        assert sorted(kept) == sorted(new)
        assert [name for name in new if kept[name] != new[name] and name != NAME] == []
        one, other = parse_manifest(kept[NAME]), parse_manifest(new[NAME])
        assert one is not None
        assert other is not None
        assert dict(one.units) == dict(other.units)


def test_one_new_meeting_touches_its_team_and_its_bugs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with build_village(":memory:", 3, weeks=4) as village:
        write_site(village.store, Config(), SiteWish(tmp_path))
        before = read_all(tmp_path)
        built: list[str] = []
        real = TeamDesk.build_report_to

        def build(desk: TeamDesk, meeting: Meeting, before: Meeting | None) -> Report:
            built.append(meeting.id)
            return real(desk, meeting, before)

        monkeypatch.setattr(TeamDesk, "build_report_to", build)
        new = village.meet(20, 2, bots=False)
        last = [each for each in village.meetings if each.channel == new.channel][-2]
        write_site(village.store, Config(), SiteWish(tmp_path))
        assert built == [last.id, new.id]  # the one before has a link to it
        touched = {name for name, data in read_all(tmp_path).items() if before.get(name) != data}
        assert {name for name in touched if name.startswith("meetings/")} == {
            f"{meeting_path(last.id)}.html", *(f"{meeting_path(new.id)}.{form}" for form in ("html", "json", "csv")),
        }  # fmt: skip
        assert {name.split("/")[1] for name in touched if name.startswith("teams/")} == {"owl"}


def test_what_is_no_longer_part_goes_and_only_that(tmp_path: Path) -> None:
    out = tmp_path / "site"
    with build_village(":memory:", 1) as village:
        write_site(village.store, Config(), SiteWish(out))
        (out / "mine.html").write_text("mine")
        (out / "meetings" / "owl" / "notes.html").write_text("mine too")
        changed = out / f"{meeting_path(village.meetings[2].id)}.html"
        changed.write_text("edited by hand")
        written = write_site(village.store, Config(), SiteWish(out, Filters(team="Wren")))
    assert written.removed > 10
    assert written.left == (changed.relative_to(out).as_posix(),)
    assert changed.read_text() == "edited by hand"
    assert (out / "mine.html").read_text() == "mine"
    assert {path.parent.name for path in (out / "meetings").glob("*/*.json")} == {"wren-meeting"}
    assert not (out / "meetings" / "mail").exists()  # a folder that became empty


def test_another_s_file_is_never_written_over(tmp_path: Path) -> None:
    with build_village(":memory:", 1, weeks=1) as village:
        (tmp_path / "index.html").write_text("somebody's")
        with pytest.raises(UsageError, match=r"index\.html is there"):
            write_site(village.store, Config(), SiteWish(tmp_path))
        (tmp_path / "index.html").unlink()
        page = tmp_path / f"{bug_path(BugKey('launchpad', 1))}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        if not page.exists():
            page.write_text("a log of ours")
        (tmp_path / NAME).unlink(missing_ok=True)
        with pytest.raises(UsageError, match="is there, and no site"):
            write_site(village.store, Config(), SiteWish(tmp_path))


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"writer": "lptrack site"}', "null", '{"writer": "x", "format": 1}']
)
def test_a_manifest_of_somebody_else_stops_everything(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    with build_village(":memory:", 1, weeks=1) as village, pytest.raises(UsageError, match="not what lptrack wrote"):
        write_site(village.store, Config(), SiteWish(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize(
    "name", ["../victim.html", "/etc/passwd", "a/../../victim.html", "victim.txt", "..", "a\\b.html"]
)
def test_a_manifest_cannot_name_files_outside_the_site(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim.html"
    victim.write_text("precious")
    out = tmp_path / "site"
    with build_village(":memory:", 1, weeks=1) as village:
        write_site(village.store, Config(), SiteWish(out))
        found = parse_manifest((out / NAME).read_bytes())
        assert found is not None
        planned = render_manifest(found).replace(
            b'"planned": []', f'"planned": ["{name}"]'.replace("\\", "\\\\").encode()
        )
        assert planned != render_manifest(found)
        (out / NAME).write_bytes(planned)
        with pytest.raises(UsageError):
            write_site(village.store, Config(), SiteWish(out))
    assert victim.read_text() == "precious"


def test_links_in_the_folder_are_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "owl").mkdir(parents=True)
    out = tmp_path / "site"
    out.mkdir()
    (out / "meetings").symlink_to(elsewhere)
    with (
        build_village(":memory:", 1, weeks=1) as village,
        pytest.raises(UsageError, match="not a folder of this site"),
    ):
        write_site(village.store, Config(), SiteWish(out))
    assert list((elsewhere / "owl").iterdir()) == []


def test_a_killed_run_leaves_nothing_that_the_next_cannot_finish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    dice = Random(4)

    class Killed(BaseException):
        pass

    with build_village(":memory:", 1, weeks=3) as village:
        write_site(village.store, Config(), SiteWish(tmp_path / "whole"))
        real = SiteFolder._put
        for _ in range(12):
            left = [dice.randint(0, 70)]

            def put(self: SiteFolder, name: str, data: bytes, left: list[int] = left) -> str:
                if not left[0]:
                    raise Killed
                left[0] -= 1
                return real(self, name, data)

            monkeypatch.setattr(SiteFolder, "_put", put)
            with pytest.raises(Killed):
                write_site(village.store, Config(), SiteWish(out, Filters(team=dice.choice(("Wren", None)))))
        monkeypatch.setattr(SiteFolder, "_put", real)
        write_site(village.store, Config(), SiteWish(out))
    assert read_all(out) == read_all(tmp_path / "whole")


def test_the_folder_is_no_input_database_cache_or_configuration(tmp_path: Path) -> None:
    folder, cache = tmp_path / "site", tmp_path / "cache"
    (cache / "inner").mkdir(parents=True)
    folder.mkdir()
    database = folder / "index.json"
    database.write_text("")
    os.link(database, tmp_path / "linked")
    for out, path, what in (
        (tmp_path / "linked", database, "the database"),
        (folder, database, "the database"),
        (cache, cache, "the cache"),
        (cache / "inner", cache, "the cache"),
        (folder, folder / NAME, "the configuration"),
    ):
        with pytest.raises(UsageError, match=what):
            check_folder(out, [(path, what)])
    check_folder(folder, [(folder / "lptrack.db", "the database"), (tmp_path / "lptrack.toml", "the configuration")])


def test_pages_do_not_depend_on_python_s_hashes_or_on_the_clock(tmp_path: Path) -> None:
    """The prints in a manifest are the same in every process: no `repr` that they rest on tells an address."""
    with build_village(tmp_path / "a.db", 1, weeks=2) as village:
        write_site(village.store, Config(), SiteWish(tmp_path / "site"))
    text = (tmp_path / "site" / NAME).read_text()
    assert " at 0x" not in text
    with build_village(tmp_path / "b.db", 1, weeks=2) as village:
        write_site(village.store, Config(), SiteWish(tmp_path / "other"))
    assert (tmp_path / "other" / NAME).read_text() == text


def test_a_second_run_on_one_folder_is_told_and_writes_nothing(tmp_path: Path) -> None:
    with build_village(":memory:", 1, weeks=1) as village, hold_folder(tmp_path / "out"):
        with pytest.raises(LptrackError, match="another `lptrack site` is writing there"):
            write_site(village.store, Config(), SiteWish(tmp_path / "out"))
        assert read_all(tmp_path / "out") == {}
    with build_village(":memory:", 1, weeks=1) as village:  # whoever held it has gone
        assert write_site(village.store, Config(), SiteWish(tmp_path / "out")).written


def die(*_: object) -> Made:
    """A second process that is killed."""
    os._exit(1)


def read_another(*_: object) -> Made:
    """A second process that found another database than the first."""
    return Made("another", {}, 0, 0)


@pytest.mark.parametrize("second", [None, die, read_another])
def test_two_processes_write_what_one_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: Callable[..., Made] | None
) -> None:
    with build_village(str(tmp_path / "a.db"), 1, weeks=2) as village:
        write_site(village.store, Config(), SiteWish(tmp_path / "alone"))
        monkeypatch.setattr(site_share, "WORTH_A_PROCESS", 1)
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        if second is not None:
            monkeypatch.setattr(site, "write_share", second)
        written = write_site(village.store, Config(), SiteWish(tmp_path / "shared"))
    assert read_all(tmp_path / "shared") == read_all(tmp_path / "alone")
    assert written.written == written.files
