"""The week runs itself: `run` and `post` from one lptrack.toml over five weeks and three kinds of sources."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.net.server import Reply, Scripted, scripted

TODAY = datetime.now(UTC).date()
WEEKS = [TODAY - timedelta(days=7 * back + 1) for back in (5, 4, 3, 2, 1)]
PROGRAM = [sys.executable, "-c", "from lptrack.cli.main import main; main()"]


@pytest.fixture
def web() -> Iterator[Scripted]:
    with scripted() as script:
        yield script


def day_log(number: int) -> bytes:
    return (
        f"[15:00] <ann> #startmeeting Kestrel\n[15:01] <ann> bug #{number} is next\n[15:09] <ann> #endmeeting\n"
    ).encode()


def conditional(content: bytes) -> list[object]:
    def reply(headers: Mapping[str, str]) -> Reply:
        if headers.get("If-None-Match") == '"one"':
            return (304, {}, b"")
        return (200, {"ETag": '"one"', "Content-Type": "text/plain"}, content)

    return [reply]


def lay_out(web: Scripted, folder: Path) -> None:
    """An IRC archive, a page of links and a repository; one lptrack.toml that names them and a webhook."""
    for number, day in enumerate(WEEKS[:3], 101):
        web.replies[f"/{day:%Y/%m/%d}/%23kestrel.txt"] = conditional(day_log(number))  # type: ignore[assignment]
    name = f"kestrel.{WEEKS[3]:%Y-%m-%d}-15.00.log.txt"
    web.replies["/minutes/"] = [(200, {}, f'<a href="{name}">{name}</a>'.encode())]
    web.replies[f"/minutes/{name}"] = conditional(b"15:00:01 <ann> #startmeeting Kestrel\n15:00:30 <ann> bug #104\n")  # type: ignore[assignment]
    web.replies["/hooks/x"] = [(200, {}, b"ok")]
    repository = folder / "repository"
    repository.mkdir()
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    commit(repository, f"kestrel.{WEEKS[4]:%Y-%m-%d}.txt", day_log(105))
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
""",
        encoding="utf-8",
    )


def commit(repository: Path, name: str, content: bytes) -> None:
    (repository / name).write_bytes(content)
    identity = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", "-C", str(repository), "add", "."], check=True)
    subprocess.run(["git", *identity, "-C", str(repository), "commit", "-q", "-m", name], check=True)


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """The command in the folder; no tracker answers here, so each `run` ends with 4 and the reports say so."""
    environment = os.environ | {
        "LPTRACK_DB": str(folder / "week.db"),
        "LPTRACK_CACHE": str(folder / "cache"),
        "LPTRACK_CONFIG": str(folder / "lptrack.toml"),
        "LPTRACK_SERVICE_ROOT": "http://127.0.0.1:9/api/",
        "LPTRACK_DEADLINE": "1s",
        "LPTRACK_DEBIAN_ROOT": "off",
    }
    return subprocess.Popen(
        [*PROGRAM, *words], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def lptrack(folder: Path, *words: str, code: int) -> str:
    done = start(folder, *words)
    _, errors = done.communicate()
    assert done.returncode == code, errors.decode()
    return errors.decode()


def posts(web: Scripted) -> list[str]:
    return [
        json.loads(body)["meeting"] for method, path, _, body in web.seen if (method, path) == ("POST", "/hooks/x")
    ]


@pytest.mark.slow
def test_five_weeks_then_one_meeting_then_nothing(web: Scripted, tmp_path: Path) -> None:
    lay_out(web, tmp_path)
    lptrack(tmp_path, "run", code=4)
    lptrack(tmp_path, "post", code=0)
    assert posts(web) == [f"kestrel/{WEEKS[4]}T15:00Z"]
    web.seen.clear()
    commit(tmp_path / "repository", f"kestrel.{TODAY:%Y-%m-%d}.txt", day_log(106).replace(b"15:", b"00:"))
    said = lptrack(tmp_path, "run", code=4)
    assert "logs: 1 new" in said  # one fetch: of the file that the commit added
    lptrack(tmp_path, "post", code=0)
    assert posts(web) == [f"kestrel/{TODAY}T00:00Z"]
    web.seen.clear()
    lptrack(tmp_path, "run", code=4)
    lptrack(tmp_path, "post", code=0)
    assert posts(web) == []
    today = f"/{TODAY:%Y/%m/%d}/%23kestrel.txt"
    yesterday = f"/{TODAY - timedelta(days=1):%Y/%m/%d}/%23kestrel.txt"
    minutes = [path for path in web.paths() if path.startswith("/minutes/")]
    assert set(web.paths()) - set(minutes) <= {today, yesterday}
    asked = [headers for _, path, headers, _ in web.seen if path == minutes[-1]]
    assert all(headers["If-None-Match"] == '"one"' for headers in asked)


TURNS = 50


@pytest.mark.slow
def test_killed_at_random_moments_the_posts_are_the_same(web: Scripted, tmp_path: Path) -> None:
    """Fifty jobs of `run && post`, each killed at a random moment: a receiver that heeds `id` shows one post."""
    lay_out(web, tmp_path)
    chance = random.Random(16)
    for _turn in range(TURNS):
        if end_or_kill(start(tmp_path, "run"), chance.uniform(0.1, 5.0)):
            end_or_kill(start(tmp_path, "post"), chance.uniform(0.1, 2.0))
    lptrack(tmp_path, "run", code=4)
    lptrack(tmp_path, "post", code=0)
    shown = {
        json.loads(body)["id"]: json.loads(body)["meeting"] for _, path, _, body in web.seen if path == "/hooks/x"
    }
    assert list(shown.values()) == [f"kestrel/{WEEKS[4]}T15:00Z"]
    before = len(posts(web))
    lptrack(tmp_path, "post", code=0)
    assert len(posts(web)) == before


def end_or_kill(job: subprocess.Popen[bytes], patience: float) -> bool:
    """Whether the job came to its end before it was killed."""
    try:
        job.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        job.send_signal(signal.SIGKILL)
        job.communicate()
        return False
    return True
