"""The week runs itself: `lptrack run && lptrack post` over five weeks, three kinds of sources, two destinations."""

from __future__ import annotations

import json
import os
import random
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad
from tests.net.server import Reply, Scripted, scripted

TODAY = datetime.now(UTC).date()
WEEKS = [TODAY - timedelta(days=7 * back + 1) for back in (5, 4, 3, 2, 1)]
PROGRAM = [sys.executable, "-c", "from lptrack.cli.main import main; main()"]


@pytest.fixture
def web() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


@pytest.fixture
def launchpad() -> Iterator[LoopbackLaunchpad]:
    with LoopbackLaunchpad(Recorded()) as server:
        yield server


def day_log(number: int) -> bytes:
    return (
        f"[15:00] <ann> #startmeeting Kestrel\n[15:01] <ann> bug #{number} is next\n[15:09] <ann> #endmeeting\n"
    ).encode()


class Comments:
    """A GitHub issue: what is posted is there once more, and only editing changes it."""

    def __init__(self, web: Scripted) -> None:
        self.web, self.texts = web, []  # type: tuple[Scripted, list[str]]
        place = "/repos/o/r/issues/3/comments"
        web.replies[place] = [self.add]
        web.replies[f"{place}?per_page=100&page=1"] = [self.show]
        for number in range(100):
            web.replies[f"/repos/o/r/issues/comments/{number}"] = [self.edit]

    def add(self, _headers: Mapping[str, str]) -> Reply:
        self.texts.append(json.loads(self.web.seen[-1][3])["body"])
        return (201, {}, json.dumps({"id": len(self.texts) - 1}).encode())

    def edit(self, _headers: Mapping[str, str]) -> Reply:
        _, path, _, body = self.web.seen[-1]
        number = int(path.rpartition("/")[2])
        self.texts[number] = json.loads(body)["body"]
        return (200, {}, json.dumps({"id": number}).encode())

    def show(self, _headers: Mapping[str, str]) -> Reply:
        return (
            200,
            {},
            json.dumps([{"id": number, "body": text} for number, text in enumerate(self.texts)]).encode(),
        )


def conditional(content: bytes) -> list[object]:
    def reply(headers: Mapping[str, str]) -> Reply:
        if headers.get("If-None-Match") == '"one"':
            return (304, {}, b"")
        return (200, {"ETag": '"one"', "Content-Type": "text/plain"}, content)

    return [reply]


def lay_out(web: Scripted, folder: Path) -> None:
    """An IRC archive, a page of links and a repository; one lptrack.toml that names them and a webhook."""
    for number, day in enumerate(WEEKS[:3], 2900003):
        web.replies[f"/{day:%Y/%m/%d}/%23kestrel.txt"] = conditional(day_log(number))  # type: ignore[assignment]
    name = f"kestrel.{WEEKS[3]:%Y-%m-%d}-15.00.log.txt"
    web.replies["/minutes/"] = [(200, {}, f'<a href="{name}">{name}</a>'.encode())]
    web.replies[f"/minutes/{name}"] = conditional(
        b"15:00:01 <ann> #startmeeting Kestrel\n15:00:30 <ann> bug #2900006\n"
    )  # type: ignore[assignment]
    web.replies["/hooks/x"] = [(200, {}, b"ok")]
    repository = folder / "repository"
    repository.mkdir()
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    commit(repository, f"kestrel.{WEEKS[4]:%Y-%m-%d}.txt", day_log(2900007))
    (folder / "lptrack.toml").write_text(
        f"""
[[team]]
name = "Kestrel"
channels = ["#kestrel"]
[[team.source]]
kind = "irclogs"
url = "{web.url}/"
channel = "#kestrel"
since = {WEEKS[0]}
[[team.source]]
kind = "index"
url = "{web.url}/minutes/"
[[team.source]]
kind = "git"
url = "{repository}"
[[team.deliver]]
kind = "webhook"
url = "{web.url}/hooks/x"
[[team.deliver]]
kind = "github"
url = "{web.url}"
repository = "o/r"
issue = "3"
secret-env = "KESTREL_TOKEN"
""",
        encoding="utf-8",
    )


def commit(repository: Path, name: str, content: bytes) -> None:
    (repository / name).write_bytes(content)
    identity = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", "-C", str(repository), "add", "."], check=True)
    subprocess.run(["git", *identity, "-C", str(repository), "commit", "-q", "-m", name], check=True)


def start(folder: Path, launchpad: LoopbackLaunchpad, *words: str) -> subprocess.Popen[bytes]:
    """The command in the folder, or several as a shell has them."""
    environment = os.environ | {
        "LPTRACK_DB": str(folder / "week.db"),
        "LPTRACK_CACHE": str(folder / "cache"),
        "LPTRACK_CONFIG": str(folder / "lptrack.toml"),
        "LPTRACK_SERVICE_ROOT": launchpad.root,
        "LPTRACK_DEBIAN_ROOT": "off",
        "KESTREL_TOKEN": "s3cret",
    }
    both = " && ".join(shlex.join([*PROGRAM, word]) for word in words)
    return subprocess.Popen(
        ["sh", "-c", both if len(words) > 1 else f"exec {both}"],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def run_and_post(folder: Path, launchpad: LoopbackLaunchpad) -> str:
    """`lptrack run && lptrack post`."""
    job = start(folder, launchpad, "run", "post")
    _, errors = job.communicate(timeout=120)
    assert job.returncode == 0, errors.decode()
    return errors.decode()


def posts(web: Scripted) -> list[str]:
    return [
        json.loads(body)["meeting"] for method, path, _, body in web.seen if (method, path) == ("POST", "/hooks/x")
    ]


def test_five_weeks_then_one_meeting_then_nothing(
    web: Scripted, launchpad: LoopbackLaunchpad, tmp_path: Path
) -> None:
    lay_out(web, tmp_path)
    comments = Comments(web)
    assert "logs: 5 new" in run_and_post(tmp_path, launchpad)
    assert posts(web) == [f"kestrel/{WEEKS[4]}T15:00Z"]
    assert len(comments.texts) == 1
    report = json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))
    assert (report["from"]["meeting"], report["to"]["meeting"]) == (
        f"kestrel/{WEEKS[3]}T15:00Z", f"kestrel/{WEEKS[4]}T15:00Z",
    )  # fmt: skip
    assert report["unresolved"] == []
    assert "2900007" in comments.texts[0]

    web.seen.clear()
    commit(tmp_path / "repository", f"kestrel.{TODAY:%Y-%m-%d}.txt", day_log(2900008).replace(b"15:", b"00:"))
    assert "logs: 1 new" in run_and_post(tmp_path, launchpad)  # one fetch: of the file that the commit added
    assert posts(web) == [f"kestrel/{TODAY}T00:00Z"]
    assert len(comments.texts) == 2
    assert "2900008" in comments.texts[1]
    assert_conditional(web)

    web.seen.clear()
    run_and_post(tmp_path, launchpad)
    assert (posts(web), len(comments.texts)) == ([], 2)
    assert all(method == "GET" for method, _, _, _ in web.seen)
    assert_conditional(web)


def assert_conditional(web: Scripted) -> None:
    """Of the archives only what may still change was asked for, and only whether it changed."""
    days = {f"/{day:%Y/%m/%d}/%23kestrel.txt" for day in (TODAY, TODAY - timedelta(days=1))}
    asked = {path: headers for method, path, headers, _ in web.seen if method == "GET" and "/repos/" not in path}
    minutes = {path for path in asked if path.startswith("/minutes/kestrel")}
    assert set(asked) - minutes - days == {"/minutes/"}
    assert [asked[path].get("If-None-Match") for path in minutes] == ['"one"']


MEETINGS, KILLS = 10, 5
SLOW = 0.3
"""Seconds that a destination takes before it has the post, and again before it answers."""


@pytest.mark.slow
def test_killed_at_fifty_random_moments_each_meeting_is_posted_once(
    web: Scripted, launchpad: LoopbackLaunchpad, tmp_path: Path
) -> None:
    """After each of ten meetings five jobs of `run && post` are killed, and the sixth is not.

    An issue of GitHub's, which can be asked, has one comment a meeting, as without a kill. A webhook, which cannot,
    may have had a post twice, with the `id` by which a receiver knows it again.
    """
    lay_out(web, tmp_path)
    comments = Comments(web)
    slow = web.replies["/repos/o/r/issues/3/comments"].pop()
    web.replies["/repos/o/r/issues/3/comments"] = [lambda headers: slowly(slow, headers)]
    web.replies["/hooks/x"] = [lambda headers: slowly((200, {}, b"ok"), headers)]
    chance = random.Random(16)
    killed = 0
    expected = []
    for number in range(MEETINGS):
        begin = f"00:{number * 5:02}"
        log = day_log(2900003 + number).replace(b"15:00", begin.encode())
        commit(tmp_path / "repository", f"kestrel.{TODAY:%Y-%m-%d}-{begin.replace(':', '.')}.log.txt", log)
        expected.append(f"kestrel/{TODAY}T{begin}Z")
        while killed < (number + 1) * KILLS:  # a job that ended sooner was not killed
            killed += not end_or_kill(start(tmp_path, launchpad, "run", "post"), chance.uniform(0.2, 3.5))
        run_and_post(tmp_path, launchpad)
        assert len(comments.texts) == number + 1, f"after {killed} kills"
    hooks: dict[str, str] = {}
    for _, path, _, body in web.seen:
        if path == "/hooks/x":
            hooks.setdefault(json.loads(body)["id"], json.loads(body)["meeting"])
    assert list(hooks.values()) == expected
    print(
        f"killed at {killed} moments: {len(comments.texts)} comments of {MEETINGS} meetings,"
        f" {len(posts(web))} webhook requests with {len(hooks)} ids"
    )


def slowly(reply: Any, headers: Mapping[str, str]) -> Reply:
    time.sleep(SLOW)
    answer: Reply = reply(headers) if callable(reply) else reply
    time.sleep(SLOW)
    return answer


def end_or_kill(job: subprocess.Popen[bytes], patience: float) -> bool:
    """Whether the job came to its end before it was killed, with all that it had started."""
    try:
        job.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(job.pid, signal.SIGKILL)
        job.communicate()
        return False
    return True
