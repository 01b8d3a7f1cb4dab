"""`matrix` as a source and as a delivery, against a real Synapse (`make test-matrix`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lptrack.config.load import load_config
from lptrack.jobs import drafts
from lptrack.jobs import post as posting
from lptrack.jobs.fetch import fetch_new
from lptrack.jobs.post import Done, post_all
from lptrack.jobs.update import Outcome
from lptrack.logs.model import LogResult
from lptrack.logs.options import Options
from lptrack.net.session import Session
from lptrack.net.settings import Settings
from lptrack.sources import matrix
from lptrack.storage.store import Store
from tests.matrix.homeserver import Homeserver, Room, replaces, serve

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif("LPTRACK_SYNAPSE" not in os.environ, reason="no Synapse: make test-matrix"),
]

MONDAY = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    with serve(tmp_path_factory.mktemp("synapse")) as homeserver:
        for user in ("dora", "lptrack"):
            homeserver.register(user)
        for nick in ("ann", "bert", "meetingology"):
            homeserver.register_ghost(nick)
        yield homeserver


@pytest.fixture
def room(server: Homeserver, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("KESTREL_MATRIX", server.tokens["lptrack"])
    room = server.make_room(f"kestrel{server.number()}", "dora", "lptrack")
    for nick in ("ann", "bert", "meetingology", None):
        room.join_ghost(nick)
    return room


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the source asks for."""
    seen: list[str] = []
    real = Session.get

    def get(self: Session, url: str, **options: Any) -> Any:
        seen.append(url.partition("/_matrix/client/")[2])
        return real(self, url, **options)

    monkeypatch.setattr(Session, "get", get)
    return seen


def meet(room: Room, start: datetime = MONDAY) -> dict[str, str]:
    """A meeting on IRC, as its bridge brings it into the room; the events by what they are for."""

    def say(nick: str | None, second: int, text: str, **more: object) -> str:
        return room.relay(nick, text, start + timedelta(seconds=second), **more)

    say("ann", 0, "#startmeeting Kestrel")
    say("meetingology", 1, f"Meeting started {start:%a %b %d %H:%M:%S %Y} UTC. The chair is ann.")
    mistyped = say("bert", 60, "bug #2900001 hangs")
    secret = say("bert", 70, "bug #2900002 is mine")
    quoted = say("ann", 80, "what of bug #2900003?")
    say(None, 90, "<eve> bug #2900004 from the other side")
    say(
        "bert", 100, "> <@irc_ann:localhost> what of bug #2900003?\n\nfixed",
        **{"m.relates_to": {"m.in_reply_to": {"event_id": quoted}}},
    )  # fmt: skip
    room.edit(mistyped, "bug #2900005 hangs", "bert", start + timedelta(seconds=110))
    room.relay(
        "ann", "* bug #2900666", start + timedelta(seconds=111),
        **{"m.new_content": {"msgtype": "m.text", "body": "bug #2900666"}, "m.relates_to": replaces(mistyped)},
    )  # fmt: skip
    room.redact(secret, "dora")
    say("ann", 600, "#endmeeting")
    return {"mistyped": mistyped, "quoted": quoted}


def configure(room: Room, folder: Path, more: str = "") -> Path:
    path = folder / "given.toml"
    path.write_text(
        f'[[team]]\nname = "Kestrel"\nchannels = ["{room.alias.partition(":")[0]}"]\n'
        f'[[team.source]]\nkind = "matrix"\nurl = "{room.server.url}"\nroom = "{room.alias}"\n'
        f'secret-env = "KESTREL_MATRIX"\n{more}',
        encoding="utf-8",
    )
    return path


def run(room: Room, folder: Path, more: str = "") -> tuple[list[LogResult], Outcome]:
    outcome = Outcome()
    with Store.open(folder / "week.db") as store:
        settings = Settings(cache=folder / "cache", give_up_after=5.0)
        config = load_config(configure(room, folder, more))
        return fetch_new(store, config, settings, Options(), outcome, run=store.begin_run("run")), outcome


def spoken(folder: Path) -> dict[int, tuple[str | None, str | None]]:
    """Each bug that counts, with who spoke of it and for whom."""
    with Store.open(folder / "week.db") as store:
        mentions, _ = store.load_references(store.load_referenced()), None
        return {bug.number: (found[0][0].speaker, found[0][0].person) for bug, found in mentions.items() if found[0]}


def test_a_room_is_read_with_its_edits_redactions_and_bridged_nicks(room: Room, tmp_path: Path) -> None:
    meet(room)
    results, outcome = run(room, tmp_path)
    assert (outcome.failures, [str(each.state) for each in results]) == ([], ["new"])
    channel = room.alias.lstrip("#").partition(":")[0]
    assert results[0].meetings == (f"{channel}/2026-11-02T15:00Z",)
    assert spoken(tmp_path) == {
        2900005: ("bert", None),
        2900003: ("ann", None),
        2900004: ("@slack-bridge:localhost", "eve"),
    }


def test_history_is_paged_and_resumed_from_the_stored_token(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    monkeypatch.setattr(matrix, "PAGE", 20)
    for number in range(30):
        room.relay("ann", f"line {number}", MONDAY + timedelta(days=-7, seconds=number))
    meet(room)
    results, _ = run(room, tmp_path)
    assert [str(each.state) for each in results] == ["new", "new"]  # a document a day
    pages = [each for each in asked if "/messages?" in each]
    assert len(pages) >= 3
    assert "from=" not in pages[0]
    asked.clear()
    assert run(room, tmp_path)[0] == []
    assert len(asked) == 2  # the alias, and one page from where the last run ended
    assert "from=" in asked[1]


def test_what_is_changed_later_changes_what_was_read(room: Room, tmp_path: Path) -> None:
    events = meet(room)
    run(room, tmp_path)
    room.edit(events["mistyped"], "bug #2900007 hangs", "bert", MONDAY + timedelta(days=3))
    room.redact(events["quoted"], "dora")
    results, _ = run(room, tmp_path)
    assert [str(each.state) for each in results] == ["changed"]
    assert sorted(spoken(tmp_path)) == [2900004, 2900007]
    assert b"2900003" not in next((tmp_path / "cache" / "matrix").iterdir()).read_bytes()


def test_a_lost_cache_costs_requests_and_nothing_else(room: Room, tmp_path: Path) -> None:
    meet(room)
    run(room, tmp_path)
    next((tmp_path / "cache" / "matrix").iterdir()).write_bytes(b"{half")
    assert run(room, tmp_path)[0] == []


def test_a_token_that_is_none_and_a_room_that_is_not_are_named(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KESTREL_MATRIX", "syt_wrong")
    _, outcome = run(room, tmp_path)
    assert outcome.exit_code == 4
    assert "401" in outcome.failures[0]
    assert "syt_wrong" not in outcome.failures[0]
    monkeypatch.setenv("KESTREL_MATRIX", room.server.tokens["lptrack"])
    room.alias = "#nowhere:localhost"
    _, outcome = run(room, tmp_path)
    assert "there is no such room" in outcome.failures[0]


def post(room: Room, folder: Path) -> list[Done]:
    more = (
        f'[[team.deliver]]\nkind = "matrix"\nurl = "{room.server.url}"\nroom = "{room.id}"\n'
        'secret-env = "KESTREL_MATRIX"\n'
    )
    with Store.open(folder / "week.db") as store:
        config = load_config(configure(room, folder, more))
        found = post_all(store, config, team=None, dry=False, say=lambda _posted: None)
    assert [each.failure for each in found if each.failure] == []
    return [each.done for each in found]


def test_a_report_is_delivered_in_html_and_plain_and_edited_in_place(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(room)
    run(room, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "confirm_delivery", _die)
        with pytest.raises(KeyboardInterrupt):
            post(room, tmp_path)  # it arrived, and nobody knows
    assert post(room, tmp_path) == [Done.SENT]
    assert post(room, tmp_path) == [Done.KEPT]
    posts = [each for each in room.read("dora") if each["sender"] == "@lptrack:localhost"]
    [event] = [each for each in posts if "m.relates_to" not in each["content"]]  # the others are its edits
    content = event["content"]
    assert (content["msgtype"], content["format"]) == ("m.notice", "org.matrix.custom.html")
    assert "<strong>" in content["formatted_body"]
    assert "<" not in content["body"]
    assert "2900005" in content["body"]

    real = drafts.load_draft

    def changed(*given: Any) -> Any:
        draft = real(*given)
        assert draft is not None
        return replace(draft, digest="another", post=replace(draft.post, plain="Now this.", html="<p>Now this.</p>"))

    monkeypatch.setattr(posting, "load_draft", changed)
    assert post(room, tmp_path) == [Done.EDITED]
    assert post(room, tmp_path) == [Done.KEPT]
    path = f"v3/rooms/{room.id}/event/{event['event_id']}"
    newest = room.server.call("GET", path, token=room.server.tokens["dora"])["unsigned"]["m.relations"]["m.replace"]
    assert newest["content"]["m.new_content"]["body"] == "Now this."
    assert newest["content"]["m.new_content"]["formatted_body"] == "<p>Now this.</p>"


def test_what_lptrack_posted_is_no_log(room: Room, tmp_path: Path) -> None:
    meet(room)
    run(room, tmp_path)
    before = spoken(tmp_path)
    post(room, tmp_path)
    assert run(room, tmp_path)[0] == []
    assert spoken(tmp_path) == before


def _die(*_given: object) -> None:
    raise KeyboardInterrupt
