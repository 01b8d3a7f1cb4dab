"""Whatever happens to files of logs, what is in force afterwards is what the files that are there say, once each."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lptrack.jobs import known_files
from lptrack.jobs.update import take_in_logs
from lptrack.logs.extract import extract_log
from lptrack.logs.options import Options
from lptrack.logs.sources import Source, find_sources
from lptrack.storage.store import Store

BEGIN = datetime(2026, 3, 2, 15, 0, 0, tzinfo=UTC)


class Folder:
    """A folder of logs at the mercy of a die. Numbers are never used twice, so that each line is its own."""

    def __init__(self, place: Path, seed: int) -> None:
        self.place = place
        self.dice = random.Random(seed)
        self.next = 2_900_000
        for name in ("a/2026-03-02.log", "b/2026-03-02.log", "notes.txt"):
            self.write(place / name, [self.line(minute) for minute in range(5)])

    def line(self, minute: int) -> str:
        self.next += 1
        return f"[15:{minute % 60:02}] <ana> bug {self.next} is open"

    def write(self, path: Path, lines: list[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def edit(self) -> str:
        """One thing that people do to files; what it was."""
        files = sorted(path for path in self.place.rglob("*") if path.is_file())
        path = self.dice.choice(files)
        lines = path.read_text(encoding="utf-8").splitlines()
        place = self.dice.randrange(len(lines) + 1)
        what = self.dice.choice(["insert", "delete", "change", "rename", "split", "join", "append"])
        if what == "insert":
            self.write(path, [*lines[:place], self.line(place), *lines[place:]])
        elif what == "append":
            self.write(path, [*lines, self.line(len(lines))])
        elif what == "delete" and len(lines) > 1:
            self.write(path, lines[:place] + lines[place + 1 :] if place < len(lines) else lines[:-1])
        elif what == "change" and place < len(lines):
            self.write(path, [*lines[:place], self.line(place), *lines[place + 1 :]])
        elif what == "rename":
            self.next += 1
            path.rename(path.with_name(f"{self.next}-{path.name}"))
        elif what == "split" and len(lines) > 3:
            self.write(path.with_name(f"first-{path.name}"), lines[: len(lines) // 2])
            self.write(path, lines[len(lines) // 2 :])
        elif what == "join" and len(files) > 2:
            other = self.dice.choice([each for each in files if each != path])
            self.write(path, lines + other.read_text(encoding="utf-8").splitlines())
            other.unlink()
        return f"{what} {path.name}"

    def numbers(self) -> Counter[int]:
        """What the files that are there say: each line once, wherever it stands."""
        found: set[int] = set()
        for path in self.place.rglob("*"):
            if path.is_file():
                read = extract_log(Source(str(path), path))
                found.update(reference.number for reference in read.references)
        return Counter(found)


def read_all(store: Store, place: Path, at: datetime) -> None:
    for source in find_sources([str(place)]):
        assert isinstance(source, Source)
        store.take_in(extract_log(source), at)


def read_what_is_new(store: Store, place: Path, at: datetime) -> None:
    """As `run` does, which reads no file that lies as it lay."""
    time.sleep(0.03)
    assert list(take_in_logs(store, [str(place)], Options(), run=store.begin_run("run"), at=at))


WAYS = [pytest.param(read_all, seed, id=f"all-{seed}") for seed in range(40)]
WAYS += [pytest.param(read_what_is_new, seed, id=f"new-{seed}") for seed in range(12)]


@pytest.mark.parametrize(("read", "seed"), WAYS)
def test_what_is_in_force_is_what_the_files_say(
    read: Callable[[Store, Path, datetime], None], seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_files, "RACY", 20_000_000)
    folder = Folder(tmp_path / "logs", seed)
    done: list[str] = []
    with Store.open(":memory:") as store:
        for step in range(8):
            read(store, folder.place, BEGIN + timedelta(days=step))
            in_force = Counter(mention.bug.number for mention in store.load_mentions())
            present = folder.numbers()
            assert set(present) - set(in_force) == set(), f"lost after {done}"
            assert {number for number in in_force if in_force[number] > 1} == set(), f"twice after {done}"
            assert set(in_force) - set(present) == set(), f"still in force after {done}"
            done.append(folder.edit())
