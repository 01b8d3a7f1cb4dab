"""Logins: asked for on the web page, kept for oneself, used for what only they may see, and kept apart."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from lptrack.cli.login import _who, authorize
from lptrack.errors import TrackerError
from lptrack.model import Absence
from lptrack.trackers.launchpad.credentials import (
    IN_KEYRING,
    credentials_file,
    forget_login,
    load_login,
    save_login,
)
from lptrack.trackers.launchpad.roots import may_carry_credentials
from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import Answer, LoopbackLaunchpad
from tests.trackers.launchpad.conftest import Reading

SECRET = 2900007


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lptrack.trackers.launchpad.credentials._keyring", lambda: None)


@pytest.fixture
def stored(server: LoopbackLaunchpad, catalogue: Recorded, tmp_path: Path) -> Path:
    """A folder with a login of pete, who may see a private bug."""
    catalogue.private = {SECRET: frozenset({"pete"})}
    server.authorizes = "pete"
    folder = tmp_path / "config"
    save_login(authorize(server.root, open_browser=False, patience=5), folder, server.root)
    server.forget()
    return folder


def test_a_login_is_asked_for_and_kept_for_its_owner_only(server: LoopbackLaunchpad, stored: Path) -> None:
    path = credentials_file(stored, server.root)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(stored.stat().st_mode) == 0o700
    login = load_login(stored, server.root)
    assert login is not None
    assert _who(server.root, login.credentials) == "pete"
    assert "asecret" not in repr(login)
    assert "access1" not in login.identity


def test_nobody_who_says_yes_is_no_login(server: LoopbackLaunchpad) -> None:
    with pytest.raises(TrackerError, match="nobody allowed it"):
        authorize(server.root, open_browser=False, patience=0.1)
    server.stop()
    with pytest.raises(TrackerError, match="login failed"):
        authorize(server.root, open_browser=False, patience=0.1)


def test_a_private_bug_is_seen_with_the_login_and_by_nobody_else(
    server: LoopbackLaunchpad, read: Reading, stored: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    seen = read([SECRET], credentials=stored, cache=cache).fetched[SECRET].observation
    assert seen.private
    assert {request.who for request in server.seen if request.method == "GET"} == {"pete"}
    assert read([SECRET], cache=cache).unresolved[SECRET].reason is Absence.NOT_VISIBLE
    offline = read([SECRET], cache=cache, offline=True)
    assert offline.unresolved[SECRET].reason is Absence.NOT_VISIBLE
    assert read([SECRET], credentials=stored, cache=cache, offline=True).fetched[SECRET].observation == seen
    assert b"asecret" not in b"".join(path.read_bytes() for path in cache.iterdir())


def test_a_login_that_the_server_does_not_know_is_a_clear_error(
    server: LoopbackLaunchpad, read: Reading, stored: Path
) -> None:
    server.tokens.clear()
    with pytest.raises(TrackerError, match=r"does not accept the stored login: Unknown access token") as error:
        read([SECRET], credentials=stored)
    assert "lptrack login" in (error.value.hint or "")


def test_401_without_a_login_is_a_bug_that_is_not_visible(
    server: LoopbackLaunchpad, read: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = LoopbackLaunchpad.answer

    def refuse(self: LoopbackLaunchpad, path: str, headers: Mapping[str, str], who: str | None) -> Answer:
        return Answer(401, b"no") if "/bugs/" in path else answer(self, path, headers, who)

    monkeypatch.setattr(LoopbackLaunchpad, "answer", refuse)
    assert read([2900001]).unresolved[2900001].detail == "HTTP 401"
    assert read([2900001]).unresolved[2900001].reason is Absence.NOT_VISIBLE


def test_a_file_that_others_may_read_is_not_used(server: LoopbackLaunchpad, stored: Path) -> None:
    path = credentials_file(stored, server.root)
    path.chmod(0o644)
    with pytest.raises(TrackerError, match="others may read"):
        load_login(stored, server.root)


@pytest.mark.parametrize("content", ["", "nonsense", "[1]\nconsumer_key = x\n", "\x00"])
def test_a_file_that_is_none_is_a_clear_error(server: LoopbackLaunchpad, stored: Path, content: str) -> None:
    credentials_file(stored, server.root).write_text(content)
    with pytest.raises(TrackerError, match="cannot be read"):
        load_login(stored, server.root)


def test_each_service_root_has_its_own(server: LoopbackLaunchpad, stored: Path) -> None:
    assert load_login(stored, "https://api.launchpad.net/") is None
    assert load_login(None, server.root) is None
    assert forget_login(stored, server.root)
    assert load_login(stored, server.root) is None
    assert not forget_login(stored, server.root)


class Keyring:
    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.held.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.held[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        del self.held[service, name]


def test_with_a_keyring_the_file_only_says_so(
    server: LoopbackLaunchpad, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = load_login(stored, server.root)
    assert login is not None
    keyring = Keyring()
    monkeypatch.setattr("lptrack.trackers.launchpad.credentials._keyring", lambda: keyring)
    assert save_login(login.credentials, stored, server.root) == "the system's keyring"
    assert credentials_file(stored, server.root).read_text() == IN_KEYRING
    again = load_login(stored, server.root)
    assert again is not None
    assert again.identity == login.identity
    forget_login(stored, server.root)
    assert not keyring.held


@pytest.mark.parametrize(
    ("root", "allowed"),
    [
        ("https://api.launchpad.net/", True),
        ("http://127.0.0.1:8080/", True),
        ("http://api.launchpad.net/", False),
        ("http://127.0.0.1.example.org/", False),
    ],
)
def test_a_login_goes_over_tls_or_stays_here(root: str, allowed: bool) -> None:
    assert may_carry_credentials(root) is allowed
