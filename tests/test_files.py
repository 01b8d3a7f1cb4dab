"""A file is there whole or as it was, with its mode set before anything is in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lptrack.files import open_whole, own_folder, save_whole
from tests.security.commandline import ROOT, lptrack

LOG = min((ROOT / "examples" / "meetings").iterdir())


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("private", [True, False])
def test_what_breaks_in_the_middle_leaves_the_old_file_and_nothing_else(private: bool, tmp_path: Path) -> None:
    path = tmp_path / "a"
    save_whole(path, ["old"], private=private)

    def parts() -> Iterator[str]:
        yield "new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_whole(path, parts(), private=private)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("private", "before", "expected"), [
    (True, None, 0o600), (True, 0o644, 0o600), (False, None, 0o640), (False, 0o604, 0o604),
])  # fmt: skip
def test_its_mode_is_set_before_its_content(private: bool, before: int | None, expected: int, tmp_path: Path) -> None:
    path = tmp_path / "a"
    if before is not None:
        path.write_text("old")
        path.chmod(before)
    umask = os.umask(0o027)
    try:
        with open_whole(path, private=private) as file:
            (beside,) = (each for each in tmp_path.iterdir() if each != path)
            assert (mode_of(beside), beside.stat().st_size) == (expected, 0)
            file.write(b"new")
    finally:
        os.umask(umask)
    assert (mode_of(path), path.read_text()) == (expected, "new")


def test_what_came_meanwhile_is_not_replaced_unless_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a"
    writing = open_whole(path, replace=False)
    writing.__enter__().write(b"ours")
    path.write_text("theirs")
    with pytest.raises(FileExistsError):
        writing.__exit__(None, None, None)
    assert path.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_its_owners_with_all_that_leads_to_it(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        own_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(umask)
    assert {mode_of(tmp_path / each) for each in ("a", "a/b", "a/b/c")} == {0o700}
    assert own_folder(tmp_path / "a") == tmp_path / "a"


def test_extract_leaves_the_old_file_where_it_is_killed_or_the_disk_is_full(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("old")
    done = lptrack("extract", LOG, "-o", "out.csv", "--format", "csv", home=tmp_path)
    assert done.code == 0, done.err
    whole = (tmp_path / "out.csv").read_bytes()
    assert whole.startswith(b"kind,")
    assert lptrack("extract", LOG, "-o", "/dev/null", home=tmp_path).code == 0
    assert Path("/dev/null").is_char_device()
    assert lptrack("extract", LOG, "-o", "no/such/folder", home=tmp_path).code == 2
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == ["out.csv"]
