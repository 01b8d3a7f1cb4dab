"""`apprise` with the real library and a real server on loopback."""

from __future__ import annotations

import builtins
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lptrack.errors import ConfigError
from lptrack.jobs.post import Done
from tests.deliver.kestrel import done, meet, post, start_post
from tests.net.server import Scripted

TABLE = 'kind = "apprise"\nurl-env = "KESTREL_APPRISE"\n'


def test_a_report_goes_by_the_library_once(web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meet(tmp_path, 2)
    web.replies["/hooks/s3cr3t"] = [(200, {}, b"ok")]
    monkeypatch.setenv("KESTREL_APPRISE", f"json://{web.url.partition('//')[2]}/hooks/s3cr3t")
    assert done(post(tmp_path, TABLE)) == [Done.SENT]
    assert done(post(tmp_path, TABLE)) == [Done.KEPT]
    [(method, _, _, body)] = web.seen
    payload = json.loads(body)
    assert method == "POST"
    assert payload["title"]
    assert "bugs/2" in payload["message"]
    assert b"s3cr3t" not in b"".join(each.read_bytes() for each in tmp_path.glob("week.db*"))


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_the_service_refuses_is_exit_6_and_shows_no_address(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    meet(tmp_path, 2)
    web.replies["/hooks/s3cr3t"] = [(status, {"Location": "https://evil.example/"}, b"s3cr3t")]
    monkeypatch.setenv("KESTREL_APPRISE", f"json://{web.url.partition('//')[2]}/hooks/s3cr3t")
    job = start_post(tmp_path, TABLE)
    words = "".join(job.communicate(timeout=60))
    assert job.returncode == 6
    assert "apprise of Kestrel: the service did not take it" in words
    assert "s3cr3t" not in words
    assert "127.0.0.1" not in words


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("json://chat.example.org/s3cr3t", "sends in the clear"),
        ("mmost://chat.example.org/s3cr3ttoken", "sends in the clear"),
        ("gopher://chat.example.org/s3cr3t", "no address that Apprise knows"),
        ("s3cr3t", "no address that Apprise knows"),
    ],
)
def test_an_address_that_nothing_is_sent_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, says: str
) -> None:
    meet(tmp_path, 2)
    monkeypatch.setenv("KESTREL_APPRISE", address)
    [failed] = post(tmp_path, TABLE)
    assert says in failed.failure.message
    assert "s3cr3t" not in failed.failure.message + str(failed.failure.hint)


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meet(tmp_path, 2)
    real = builtins.__import__

    def without(name: str, *given: Any, **named: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.delitem(sys.modules, "apprise", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setenv("KESTREL_APPRISE", "json://127.0.0.1/x")
    [failed] = post(tmp_path, TABLE)
    assert "is not installed" in failed.failure.message
    assert failed.failure.hint == "pip install 'lptrack-meetings[apprise]'"


def test_its_address_is_a_secret_and_stands_in_no_file(tmp_path: Path) -> None:
    meet(tmp_path, 2)
    with pytest.raises(ConfigError, match=r"unknown key team\.deliver\.url"):
        post(tmp_path, 'kind = "apprise"\nurl = "json://127.0.0.1/x"\n')
