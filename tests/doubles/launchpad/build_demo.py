"""Makes what `lptrack demo` shows, `lptrack/demo/`: `python -m tests.doubles.launchpad.build_demo`.

The weeks of `demo_weeks` happen in the in-memory Launchpad; the logs are written as MeetBot writes them, the bot's
answers from the state at that minute, and the client's requests of that world are recorded.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import lptrack
from lptrack.model import LAUNCHPAD, BugKey
from lptrack.net.cassette import load_cassette, save_cassette
from lptrack.net.settings import Settings
from lptrack.trackers.interface import Wanted
from lptrack.trackers.launchpad import LAUNCHPAD_TRACKER
from tests.doubles.launchpad.demo_weeks import FILED, HAPPENED, MEETINGS, PEOPLE, PRIVATE, Filed, Happened
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.doubles.launchpad.world import Place, Series, World
from tests.doubles.launchpad.world_answers import WorldCatalogue

DEMO = Path(lptrack.__file__).parent / "demo"
CHANNEL = "lantern-meeting"
API, WEB = "https://api.launchpad.net/", "https://bugs.launchpad.net/"


def build_world() -> World:
    """Ubuntu while 25.04 is made, and the team's own program."""
    world = World(datetime(2025, 1, 1, tzinfo=UTC))
    made = datetime(2024, 10, 18, tzinfo=UTC)
    ubuntu = world.add_distribution("ubuntu", "Ubuntu", (Series("plucky", "Plucky", "Active Development", made),))
    lantern = world.add_project("lantern", "Lantern")
    world.add_milestone(ubuntu, "ubuntu-25.04")
    world.add_milestone(lantern, "2.4")
    for name, shown in PEOPLE.items():
        world.add_person(name, shown)
    return world


def _place(world: World, text: str) -> Place:
    package, _, distribution = text.removesuffix(")").partition(" (")
    return Place(world.pillars[distribution.lower()], None, package) if distribution else Place(world.pillars[text])


def _happen(world: World, event: Filed | Happened) -> None:
    place, by = _place(world, event.place), world.people[event.by]
    if isinstance(event, Filed):
        world.file(event.number, by, place, event.title, importance=event.importance)
        return
    bug = world.bugs[event.number]
    task = bug.at(place)
    if task is None:
        world.add_task(bug, by, place)
        return
    milestones = {each.name: each for each in place.pillar.milestones}
    values: dict[str, Any] = dict(event.changes)
    for name, known in (("assignee", world.people), ("milestone", milestones)):
        if name in values:
            values[name] = known[str(values[name])]
    world.edit(bug, task, by, **values)


def _write_log(world: World, start: datetime, script: str) -> Iterator[str]:
    clock = start + timedelta(seconds=4)

    def line(nick: str, text: str) -> str:
        return f"{clock:%H:%M:%S} <{nick}> {text}"

    yield line("ines", "#startmeeting Lantern weekly")
    yield line("meetingology", f"Meeting started {clock:%a %b %d %H:%M:%S %Y} UTC.  The chair is ines.")
    for said in script.strip().splitlines():
        nick, _, text = said.partition(" ")
        clock += timedelta(seconds=9 if nick == "?" else 31)
        if nick != "?":
            yield line(nick, text)
            continue
        bug = world.bugs[int(text)]
        task = bug.tasks[0]
        shown = task.place.name if task.place.pillar.distribution else task.place.pillar.shown
        state = f"[{task.importance},{task.status}]"
        yield line("ubottu", f'bug {text} in {shown} "{bug.title}" {state} https://launchpad.net/bugs/{text}')
    clock += timedelta(seconds=20)
    yield line("ines", "#endmeeting")
    yield line("meetingology", f"Meeting ended {clock:%a %b %d %H:%M:%S %Y} UTC.  ")


def build() -> dict[str, str]:
    """The demo's files: name → text."""
    world = build_world()
    files: dict[str, str] = {}
    moments = [*((each.at, each) for each in (*FILED, *HAPPENED)), *MEETINGS]
    for at, what in sorted(moments, key=lambda moment: moment[0]):
        world.now = at
        if isinstance(what, str):
            name = f"meetings/{CHANNEL}.{at:%Y-%m-%d-%H.%M}.log.txt"
            files[name] = "".join(f"{line}\n" for line in _write_log(world, at, what))
        else:
            _happen(world, what)
    world.wait(timedelta(hours=1))
    return files | {"launchpad.json": _record(world)}


def _record(world: World) -> str:
    with tempfile.TemporaryDirectory() as folder, LoopbackLaunchpad(WorldCatalogue(world)) as server:
        path = Path(folder) / "recorded.json"
        client = LAUNCHPAD_TRACKER.connect(Settings(roots={"launchpad": server.root}, record=path))
        for _ in client.fetch([Wanted(BugKey(LAUNCHPAD, number)) for number in (*sorted(world.bugs), PRIVATE)]):
            pass
        client.close()
        text = json.dumps(load_cassette(path), ensure_ascii=False)
        for here, there in (
            (f"{server.root}devel/", f"{API}devel/"),
            (server.root, WEB),
            ("http://launchpad.test/", "https://launchpad.net/"),
        ):
            text = text.replace(here, there)
        exchanges = [each for each in json.loads(text)["exchanges"] if each["url"] != f"{API}devel/"]
        exchanges.sort(key=lambda each: (each["url"], json.dumps(each, sort_keys=True)))
        about = "Made-up bugs of a made-up team, as an in-memory Launchpad answers; see tests/doubles/launchpad/"
        save_cassette(path, {"about": about, "roots": {"launchpad": API}, "exchanges": exchanges})
        return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    for name, text in build().items():
        (DEMO / name).parent.mkdir(parents=True, exist_ok=True)
        (DEMO / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text):,} characters")
