"""Two `lptrack post` at once take turns; offline and dry runs send nothing; a secret address is never shown."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from lptrack.errors import ConfigError, StorageError
from lptrack.jobs.post import Done
from lptrack.storage.store import Store
from tests.deliver.kestrel import done, meet, post, start_post
from tests.net.server import Reply, Scripted

SLOW = 1.0


def slow_answer(_headers: Mapping[str, str]) -> Reply:
    time.sleep(SLOW)
    return (200, {}, b"ok")


def test_two_processes_at_once_deliver_one_post(web: Scripted, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    web.replies["/hooks/x"] = [slow_answer]
    table = f'kind = "webhook"\nurl = "{web.url}/hooks/x"\n'
    jobs = [start_post(tmp_path, table) for _ in range(3)]
    words = [job.communicate(timeout=60)[1] for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0, 0], words
    assert len(web.seen) == 1
    assert sorted("already delivered" in each for each in words) == [False, True, True]


def test_a_killed_process_leaves_no_lock(web: Scripted, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    web.replies["/hooks/x"] = [slow_answer, (200, {}, b"ok")]
    table = f'kind = "webhook"\nurl = "{web.url}/hooks/x"\n'
    job = start_post(tmp_path, table)
    while not web.seen:  # it has the lock, and waits for the answer
        assert job.poll() is None, job.communicate()
        time.sleep(0.01)
    job.send_signal(signal.SIGKILL)
    job.communicate()
    assert done(post(tmp_path, table)) == [Done.SENT]


def test_a_run_that_has_waited_long_enough_says_why_it_stops(web: Scripted, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    with Store.open(tmp_path / "week.db") as store, store.lock_posts(0):
        job = start_post(tmp_path, f'kind = "webhook"\nurl = "{web.url}/hooks/x"\n', "--wait", "0")
        _, errors = job.communicate(timeout=60)
        with Store.open(tmp_path / "week.db") as other, pytest.raises(StorageError), other.lock_posts(0):
            pass
    assert job.returncode == 1
    assert "another `lptrack post` is delivering" in errors
    assert web.seen == []


def test_offline_delivers_nothing_and_says_so(web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meet(tmp_path, 2)
    table = f'kind = "webhook"\nurl = "{web.url}/hooks/x"\nsecret-env = "NOWHERE"\n'
    assert done(post(tmp_path, table, offline=True)) == [Done.OFFLINE]
    job = start_post(tmp_path, table, "--offline")
    assert "Kestrel: report by webhook: not sent: --offline" in job.communicate(timeout=60)[1]
    assert job.returncode == 0
    monkeypatch.setenv("LPTRACK_OFFLINE", "1")
    assert "not sent" in start_post(tmp_path, table).communicate(timeout=60)[1]
    assert web.seen == []


@pytest.mark.parametrize(
    "answers", [[(200, {}, b"ok")], [(500, {}, b"no")], []], ids=["taken", "refused", "no server"]
)
def test_an_address_from_the_environment_is_shown_and_kept_nowhere(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[Reply]
) -> None:
    meet(tmp_path, 2)
    web.replies["/hooks/s3cr3t-path"] = list(answers)
    address = f"{web.url}/hooks/s3cr3t-path" if answers else "http://127.0.0.1:1/hooks/s3cr3t-path?s3cr3t-query"
    monkeypatch.setenv("KESTREL_HOOK", address)
    table = 'kind = "webhook"\nurl-env = "KESTREL_HOOK"\n'
    job = start_post(tmp_path, table)
    words = "".join(job.communicate(timeout=60))
    assert job.returncode == (0 if answers == [(200, {}, b"ok")] else 6)
    assert len(web.seen) == len(answers)
    assert "127.0.0.1" not in words
    for text in [words.encode(), *(each.read_bytes() for each in tmp_path.glob("week.db*"))]:
        assert b"s3cr3t" not in text


@pytest.mark.parametrize(
    "address", ["http://chat.example.org/s3cr3t", "https://me:s3cr3t@x.org/", "https://[s3cr3t", "s3cr3t"]
)
def test_an_address_that_cannot_be_is_not_shown_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    meet(tmp_path, 2)
    monkeypatch.setenv("KESTREL_HOOK", address)
    [failed] = post(tmp_path, 'kind = "webhook"\nurl-env = "KESTREL_HOOK"\n')
    assert failed.failure is not None
    assert failed.failure.message.startswith("the address in KESTREL_HOOK: ")
    assert "s3cr3t" not in failed.failure.message + str(failed.failure.hint)


def test_two_secret_addresses_are_two_destinations(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(tmp_path, 2)
    for name in ("ONE", "TWO"):
        monkeypatch.setenv(name, f"{web.url}/{name}")
        web.replies[f"/{name}"] = [(200, {}, b"ok")]
    both = 'kind = "webhook"\nurl-env = "ONE"\n[[team.deliver]]\nkind = "webhook"\nurl-env = "TWO"\n'
    assert done(post(tmp_path, both)) == [Done.SENT, Done.SENT]
    assert done(post(tmp_path, both)) == [Done.KEPT, Done.KEPT]
    assert web.paths() == ["/ONE", "/TWO"]


def test_an_address_is_given_once(tmp_path: Path) -> None:
    meet(tmp_path, 2)
    with pytest.raises(ConfigError, match="url or url-env, not both"):
        post(tmp_path, 'kind = "webhook"\nurl = "https://x.org"\nurl-env = "X"\n')
    with pytest.raises(ConfigError, match="needs url"):
        post(tmp_path, 'kind = "webhook"\n')


def test_an_agenda_is_delivered_after_the_first_meeting_and_not_before(web: Scripted, tmp_path: Path) -> None:
    web.replies["/hooks/x"] = [(200, {}, b"ok")]
    table = f'kind = "webhook"\nwhat = "agenda"\nurl = "{web.url}/hooks/x"\n'
    with Store.open(tmp_path / "week.db"):
        pass
    assert done(post(tmp_path, table)) == [Done.NONE]
    meet(tmp_path, 2)
    assert done(post(tmp_path, table)) == [Done.SENT]
    assert done(post(tmp_path, table)) == [Done.KEPT]
