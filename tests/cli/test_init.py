"""`lptrack init`: what it proposes from logs and addresses, that it asks on a terminal and never off it."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lptrack.config.load import load_config, parse_config
from lptrack.config.model import Config
from lptrack.jobs.update import take_in_logs
from lptrack.join.evidence import load_meetings
from lptrack.logs.options import Options
from lptrack.storage.store import Store, tell_time
from tests.net.server import Scripted, scripted

PROGRAM = [sys.executable, "-c", "from lptrack.cli.main import main; main()"]
DAY = "[15:00] <ann> #startmeeting {}\n[15:01] <ann> bug #2900001 is next\n[15:09] <ann> #endmeeting\n"
ANNOUNCED = '[15:02] <ubottu> bug 2900002 in linux (Ubuntu Noble) "It hums (made-up)" [High,New] https://launchpad.net/bugs/2900002\n'


@pytest.fixture
def web() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


def init(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, "init", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60,
        stdin=subprocess.DEVNULL, env=os.environ | {"XDG_CACHE_HOME": str(folder / "cache")},
    )  # fmt: skip


def read(folder: Path) -> Config:
    return load_config(folder / "lptrack.toml")


def logs(folder: Path, *names: str, channel: str = "kestrel-meeting") -> Path:
    place = folder / "logs"
    place.mkdir(exist_ok=True)
    for number, name in enumerate(names, 2):
        text = DAY.format(name).replace("[15:09]", f"{ANNOUNCED}[15:09]").replace("[15:01]", f"[15:0{number}]")
        (place / f"{channel}.2026-11-{number:02}.txt").write_text(text, encoding="utf-8")
    return place


def test_the_teams_of_the_logs_are_proposed_and_hold_their_meetings(tmp_path: Path) -> None:
    place = logs(tmp_path, "Kestrel", "Egret", "Kestrel")
    done = init(tmp_path, str(place))
    assert done.returncode == 0, done.stderr
    config = read(tmp_path)
    assert sorted(team.name.casefold() for team in config.teams) == ["egret", "kestrel"]
    assert {team.channels for team in config.teams} == {("kestrel-meeting",)}
    with Store.open(":memory:") as store:
        list(take_in_logs(store, [str(place)], Options(), run=store.begin_run("run"), at=tell_time()))
        teams = [config.team_of(meeting)[1].casefold() for meeting in load_meetings(store)[0]]
    assert teams == ["kestrel", "egret", "kestrel"]
    text = (tmp_path / "lptrack.toml").read_text(encoding="utf-8")
    assert '# series = ["noble"]' in text
    assert "# 2 meetings read, the last kestrel-meeting/2026-11-04T15:00Z, mostly chaired by ann." in text
    assert not any(team.deliveries for team in config.teams)


def test_a_channel_of_one_team_needs_no_names(tmp_path: Path) -> None:
    init(tmp_path, str(logs(tmp_path, "Kestrel", "Kestrel")))
    [team] = read(tmp_path).teams
    assert (team.channels, team.meetings, team.sources) == (("kestrel-meeting",), (), ())


def test_addresses_are_read_and_become_sources(web: Scripted, tmp_path: Path) -> None:
    name = "kestrel.2026-11-02-15.00.log.txt"
    web.replies["/k/"] = [(200, {}, f'<a href="{name}">x</a>'.encode())]
    web.replies[f"/k/{name}"] = [(200, {"Content-Type": "text/plain"}, DAY.format("Kestrel").encode())]
    done = init(tmp_path, f"{web.url}/k/", "#egret:example.org")
    assert done.returncode == 0, done.stderr
    [team] = read(tmp_path).teams  # of a room that could not be read it is most likely the one team that was
    page, room = team.sources
    assert (team.name.casefold(), team.channels, page.kind, page.url) == (
        "kestrel", ("kestrel",), "index", f"{web.url}/k/",
    )  # fmt: skip
    assert (room.values["room"], room.values["channel"]) == ("#egret:example.org", "#kestrel")
    assert room.values["secret-env"] == "KESTREL_MATRIX"


def test_a_room_without_a_known_meeting_is_a_team_of_its_own(tmp_path: Path) -> None:
    assert init(tmp_path, "#egret:example.org").returncode == 0
    [team] = read(tmp_path).teams
    assert (team.name, team.channels, team.sources[0].values["secret-env"]) == ("egret", ("egret",), "EGRET_MATRIX")


def test_a_repository_in_a_folder_is_a_source(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "kestrel.2026-11-02.txt").write_text(DAY.format("Kestrel"), encoding="utf-8")
    git = ["git", "-C", str(repository), "-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "log"]):
        subprocess.run([*git, *words], check=True)
    done = init(tmp_path, "repository")
    assert done.returncode == 0, done.stderr
    [team] = read(tmp_path).teams
    assert (team.name.casefold(), team.sources[0].kind, team.sources[0].url) == ("kestrel", "git", str(repository))


def test_what_cannot_be_read_is_named_and_the_rest_is_written(web: Scripted, tmp_path: Path) -> None:
    done = init(tmp_path, str(logs(tmp_path, "Kestrel")), f"{web.url}/gone/", "nonsense")
    assert done.returncode == 4
    assert "/gone/ is not there" in done.stderr
    assert "nonsense: neither a file nor an address" in done.stderr
    assert [team.sources[0].kind for team in read(tmp_path).teams if team.sources] == ["index"]


def test_off_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    done = init(tmp_path, str(logs(tmp_path, "Kestrel")))
    assert "?" not in done.stdout + done.stderr
    assert "read it, then `lptrack config trust`" in done.stdout


def test_a_file_that_is_there_stays_without_force(tmp_path: Path) -> None:
    (tmp_path / "lptrack.toml").write_text("# mine\n", encoding="utf-8")
    assert init(tmp_path, str(logs(tmp_path, "Kestrel"))).returncode == 2
    assert (tmp_path / "lptrack.toml").read_text(encoding="utf-8") == "# mine\n"
    assert init(tmp_path, "--force", "other.toml").returncode == 0
    assert init(tmp_path, "-o", "lptrack.toml", "--force").returncode == 0
    assert read(tmp_path).teams == ()
    assert init(tmp_path, "a.toml", "-o", "b.toml").returncode == 2


def answer(folder: Path, words: list[str], answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run `lptrack init` on a real terminal: each answer is typed when its question stands there."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover
        os.chdir(folder)
        os.execvp(PROGRAM[0], [*PROGRAM, "init", *words])
    shown = ""
    waiting = list(answers)
    give_up = time.monotonic() + 30
    seen = 0
    while time.monotonic() < give_up:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part.decode("utf-8", "replace")
        if waiting and waiting[0][0] in shown[seen:]:
            seen = len(shown)
            os.write(terminal, f"{waiting.pop(0)[1]}\n".encode())
    if time.monotonic() >= give_up:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert waiting == [], shown
    return os.waitstatus_to_exitcode(status), shown


def test_on_a_terminal_it_asks_about_each_team(tmp_path: Path) -> None:
    place = logs(tmp_path, "Kestrel", "Egret", "Kestrel")
    code, shown = answer(
        tmp_path,
        [str(place)],
        [
            ("Is this a team to report on?", "no"),
            ("Is this a team to report on?", "yes"),
            ("Its name", "Kestrels"),
            ("Series that it cares for", "noble jammy"),
            ("Where does it read the report?", "pigeon"),
            ("The report or the agenda?", ""),
            ("Where does it read the report?", "github"),
            ("The report or the agenda?", "agenda"),
            ("github: repository", "o/r"),
            ("github: issue", "three"),
            ("secret-env", "GH_TOKEN"),
            ("Where does it read the report?", "webhook"),
            ("The report or the agenda?", ""),
            ("url-env", ""),
        ],
    )
    assert code == 0, shown
    assert "team.deliver.kind is 'pigeon'" in shown
    assert "team.deliver.issue is 'three', not a number" in shown
    [team] = read(tmp_path).teams
    assert (team.name, team.series) == ("Kestrels", ("noble", "jammy"))
    [delivery] = team.deliveries
    assert (delivery.kind, delivery.what, delivery.values["url-env"]) == ("webhook", "report", "KESTREL_HOOK")


def test_a_configuration_of_all_keys_is_read_back(tmp_path: Path) -> None:
    assert init(tmp_path).returncode == 0
    assert read(tmp_path).teams == ()
    assert parse_config({}).teams == ()
