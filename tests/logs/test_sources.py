"""Every kind of input is read or refused with one clear error; nothing else is touched by a bad one."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from lptrack.errors import UnreadableLog
from lptrack.logs.channels import channel_of_name
from lptrack.logs.extract import extract_log
from lptrack.logs.sources import BOMB_SIZE, Source, find_sources, is_log_name

LOG = b"[10:00] <alice> bug 2900001\n[10:01] <bob> hello\n"


def _only(argument: Path | str) -> Source:
    (found,) = find_sources([str(argument)])
    assert isinstance(found, Source)
    return found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \n\0", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary"),
        (random.Random(4).randbytes(4000), "binary"),
        (b"\0\1\2\3" * 500, "binary"),
        (b'{"a": 1}', "not in a format"),
        (b"import os\nprint(1)\n", "not in a format"),
        (b"<html><body><h1>404 Not Found</h1></body></html>", "a server's error page"),
        (b"\x1f\x8b\x08 not gzip at all", "gzip"),
    ],
    ids=["empty", "blank", "picture", "noise", "counting", "json", "program", "page", "no gzip"],
)
def test_what_is_no_log_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableLog) as raised:
        extract_log(_only(path))
    assert words in raised.value.message
    assert raised.value.message.startswith(str(path))
    assert raised.value.exit_code == 3


def test_missing_paths_and_folders_without_logs_are_errors(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"x")
    missing, empty = find_sources([str(tmp_path / "none.txt"), str(tmp_path)])
    assert isinstance(missing, UnreadableLog)
    assert "no such file" in missing.message
    assert isinstance(empty, UnreadableLog)
    assert "holds no logs" in empty.message


def test_folders_are_searched_in_order_and_named_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.txt", "a/2.log", "a/1.log.gz", ".git/config.txt", "README.md", "style.css", "a/#chan"):
        path = tmp_path / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(LOG)
    monkeypatch.chdir(tmp_path)
    names = [found.name for found in find_sources(["logs/"]) if isinstance(found, Source)]
    assert names == ["logs/b.txt", "logs/a/#chan", "logs/a/1.log.gz", "logs/a/2.log"]


@pytest.mark.parametrize("name", ["x.log.1", "#ubuntu.2013-09-11", "x.weechatlog", "log", "x.txt.gz"])
def test_usual_names_of_logs_are_looked_into(name: str) -> None:
    assert is_log_name(name)


def test_gzip_of_one_and_of_several_members_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x-2013-09-11.txt.gz"
    path.write_bytes(gzip.compress(LOG) + gzip.compress(b"[10:02] <carol> bug 2900002\n"))
    assert [one.number for one in extract_log(_only(path)).references] == [2900001, 2900002]


def test_gzip_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.txt.gz"
    path.write_bytes(gzip.compress(random.Random(5).randbytes(100) + LOG * 50)[:-20])
    with pytest.raises(UnreadableLog, match="damaged"):
        extract_log(_only(path))


def test_gzip_bomb_is_refused_while_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "x.txt.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range((BOMB_SIZE >> 20) + 2):
            file.write(b"\0" * (1 << 20))
    with pytest.raises(UnreadableLog, match="times its size"):
        for _chunk in _only(path).chunks():
            pass


def test_utf16_with_a_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x-2013-09-11.txt"
    path.write_bytes(LOG.decode().encode("utf-16"))
    assert [one.speaker for one in extract_log(_only(path)).references] == ["alice"]


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("2013/09/11/#ubuntu-meeting.txt", "ubuntu-meeting"),
        ("logs/%23Ubuntu-Devel.html", "ubuntu-devel"),
        ("ubuntu-meeting.2013-09-11-15.04.log.txt", "ubuntu-meeting"),
        ("status-2018-04-16.html", "status"),
        ("mail-2017-11-14.md", "mail"),
        ("ubuntu+1-2013-01-01.txt.gz", "ubuntu+1"),
        ("znc/#ubuntu/2013-09-11.log", "ubuntu"),
        ("#chan_20130911.log", "chan"),
        ("irc.libera.#cloud-init.weechatlog", "cloud-init"),
        ("-", "stdin"),
        ("2013-09-11.txt", "2013-09-11"),
    ],
)
def test_channel_is_told_by_the_name(name: str, channel: str) -> None:
    assert channel_of_name(name) == channel
