"""Whose a number is, told by what else the meeting holds: links, the channel's bot, other trackers' bots."""

from __future__ import annotations

from pathlib import Path

from lptrack.logs.extract import extract_log
from lptrack.logs.sources import Source
from lptrack.model import Reference, ReferenceKind

FILLER = "[15:30] <eve> hm\n"


def _read(folder: Path, *lines: str) -> list[Reference]:
    path = folder / "ubuntu-example.log"
    path.write_text("".join(line if line == FILLER else f"[15:04] {line}\n" for line in lines))
    return list(extract_log(Source(path.name, path)).references)


def _told(found: list[Reference]) -> list[tuple[int, str, str]]:
    return [(each.line, str(each.kind), f"{each.bug.tracker} {each.bug.number}") for each in found]


def _answer(tracker: str, number: int, host: str) -> str:
    return f'<ubottu> {tracker} bug {number} in hello "Crash" [Low,New] https://{host}/{number}'


def test_another_trackers_bot_answers_what_was_asked_and_all_that_follows(tmp_path: Path) -> None:
    found = _read(
        tmp_path, "<ana> bug 699999", _answer("Gnome", 699999, "bugzilla.gnome.org"), "<bob> bug 699999 and #699999"
    )
    assert _told(found) == [
        (1, "mention", "gnome 699999"), (2, "announcement", "gnome 699999"), (3, "mention", "gnome 699999"),
    ]  # fmt: skip


def test_what_was_said_long_before_or_named_launchpads_stays(tmp_path: Path) -> None:
    link = "<ana> https://bugs.kde.org/show_bug.cgi?id=345678"
    early = _read(tmp_path, "<ana> bug 345678", *[FILLER] * 500, link, "<ana> bug 345678")
    assert [one[2] for one in _told(early)] == ["launchpad 345678", "kde 345678", "kde 345678"]
    named = _read(tmp_path, "<ana> LP bug 345678", link, "<bob> bug 345678")
    assert [one[2] for one in _told(named)] == ["launchpad 345678", "kde 345678", "launchpad 345678"]


def test_the_channels_bot_decides_behind_a_package_but_not_behind_a_tracker(tmp_path: Path) -> None:
    host = "launchpad.net/bugs"
    kernel = _read(tmp_path, "<ana> kernel bug 42981", _answer("Launchpad", 42981, host))
    assert _told(kernel)[0] == (1, "mention", "launchpad 42981")
    kde = _read(tmp_path, "<ana> KDE bug 388888", _answer("Launchpad", 388888, host))
    assert _told(kde)[0] == (1, "mention", "kde 388888")


def test_a_word_that_is_no_tracker_leaves_the_number_to_the_bot(tmp_path: Path) -> None:
    asked = ("<ana> upstream bug 61234", "<ana> distribute bug #349")
    assert _read(tmp_path, *asked) == []
    host = "launchpad.net/bugs"
    found = _read(tmp_path, *asked, _answer("Launchpad", 61234, host), _answer("Launchpad", 349, host))
    assert _told(found)[:2] == [(1, "mention", "launchpad 61234"), (2, "mention", "launchpad 349")]
    assert found[0].kind is ReferenceKind.MENTION


def test_a_table_under_a_heading_that_says_bugs(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# Notes\n\n## Bugs\n\n| 1520006 | crash |\n\n## Downloads\n\n| 1520007 | May |\n")
    assert [one[2] for one in _told(list(extract_log(Source(path.name, path)).references))] == ["launchpad 1520006"]


def test_words_beside_another_trackers_link_show_the_number_too(tmp_path: Path) -> None:
    page = "<ana> bug 654321 crashes - https://bugzilla.redhat.com/show_bug.cgi?id=654321"
    found = _read(tmp_path, page, "<bob> bug 654321, and #654321")
    assert [one[2] for one in _told(found)] == ["redhat 654321"] * 2


def test_seven_digits_count_in_launchpads_channels_but_not_as_an_issue(tmp_path: Path) -> None:
    found = _read(tmp_path, "<ana> still #1654331", "<bob> timeout issue #1654332, retry issues #1654333")
    assert [one[2] for one in _told(found)] == ["launchpad 1654331"]


def test_a_line_names_a_trackers_bug_once_whosever_it_is(tmp_path: Path) -> None:
    link = "<ana> https://bugs.kde.org/show_bug.cgi?id=345678"
    found = _read(
        tmp_path, link, "<bob> bug 345678, as said: 345678 is KDE bug 345678", "<eve> Debian bug 712345, 712345"
    )
    assert [(one[0], one[2]) for one in _told(found)] == [(1, "kde 345678"), (2, "kde 345678"), (3, "debian 712345")]
