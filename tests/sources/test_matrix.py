"""A Matrix room as it is kept, and a homeserver that answers oddly; `tests/matrix/` asks a real one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lptrack.config.load import load_config
from lptrack.jobs.fetch import fetch_new
from lptrack.jobs.update import Outcome
from lptrack.logs.linewise import read_ghost
from lptrack.logs.model import LogResult
from lptrack.logs.options import Options
from lptrack.net.settings import Settings
from lptrack.sources import matrix
from lptrack.sources.room import Room, load_room, save_room
from lptrack.storage.store import Store
from tests.net.server import Reply, Scripted

NIGHT = datetime(2026, 11, 2, 23, 50, tzinfo=UTC)
LAST = datetime(2027, 1, 1, tzinfo=UTC)


def said(
    name: str, body: str | None, *, minutes: float = 0, sender: str = "@ann:x.org", **content: Any
) -> dict[str, Any]:
    text = {} if body is None else {"msgtype": "m.text", "body": body}
    at = int((NIGHT + timedelta(minutes=minutes)).timestamp() * 1000)
    return {
        "type": "m.room.message",
        "event_id": name,
        "sender": sender,
        "origin_server_ts": at,
        "content": text | content,
    }


def edit(name: str, of: str, body: str, *, minutes: float, sender: str = "@ann:x.org") -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": of}
    new = {"m.new_content": {"body": body}, "m.relates_to": relation}
    return said(name, f"* {body}", minutes=minutes, sender=sender, **new)


def redaction(of: str, *, newer: bool = False) -> dict[str, Any]:
    event: dict[str, Any] = {"type": "m.room.redaction", "event_id": f"r{of}", "content": {}}
    (event["content"] if newer else event)["redacts"] = of
    return event


def room_of(*events: object) -> Room:
    room = Room()
    for event in events:
        room.add(event)
    return room


def bodies(room: Room, since: date | None = None) -> dict[str, list[str | None]]:
    return {
        day: [each.get("content", {}).get("body") for each in json.loads(document)["messages"]]
        for day, document in room.iter_documents(since, LAST)
    }


def test_only_its_sender_edits_a_message_and_the_newest_edit_holds() -> None:
    room = room_of(
        said("a", "one"),
        edit("b", "a", "three", minutes=9),
        edit("c", "a", "two", minutes=5),
        edit("d", "a", "four", minutes=20, sender="@eve:x.org"),
        edit("e", "nowhere", "five", minutes=1),
    )
    assert bodies(room) == {"2026-11-02": ["three"]}


@pytest.mark.parametrize("newer", [False, True], ids=["rooms until 10", "rooms from 11"])
def test_a_redaction_takes_a_message_or_an_edit_away(newer: bool) -> None:
    events = [said("a", "one"), edit("b", "a", "two", minutes=1), said("c", "other", minutes=2)]
    assert bodies(room_of(*events, redaction("b", newer=newer))) == {"2026-11-02": ["one", "other"]}
    assert bodies(room_of(*events, redaction("a", newer=newer))) == {"2026-11-02": [None, "other"]}


def test_an_answer_is_kept_without_what_it_quotes() -> None:
    answer = said("b", "> <@ann:x.org> secret\n> more\n\nyes", minutes=1)
    answer["content"]["m.relates_to"] = {"m.in_reply_to": {"event_id": "a"}}
    assert bodies(room_of(answer, said("c", "> a citation", minutes=2))) == {"2026-11-02": ["yes", "> a citation"]}


def test_a_meeting_that_goes_on_after_midnight_is_in_one_document() -> None:
    room = room_of(
        said("a", "a"), said("b", "b", minutes=30), said("c", "c", minutes=85), said("d", "d", minutes=146)
    )
    assert bodies(room) == {"2026-11-02": ["a", "b", "c"], "2026-11-03": ["d"]}
    chatty = room_of(*(said(f"e{number}", str(number), minutes=50 * number) for number in range(12)))
    assert [len(found) for found in bodies(chatty).values()] == [8, 4]  # until six at the latest


def test_what_is_older_than_since_or_from_a_wrong_clock_is_left_out() -> None:
    room = room_of(
        said("a", "old", minutes=-60 * 24), said("b", "now"), said("c", "far", minutes=60 * 24 * 400),
        said("d", "beyond") | {"origin_server_ts": 10**18}, said("e", "before") | {"origin_server_ts": -5},
        said("f", "true") | {"origin_server_ts": True},
    )  # fmt: skip
    assert bodies(room, date(2026, 11, 2)) == {"2026-11-02": ["now"]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "content", "event_id", "m.relates_to", "redacts", "body", "origin_server_ts"]), inner
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(JSON), st.sampled_from(["m.room.message", "m.room.redaction"]))
def test_whatever_a_homeserver_sends_the_room_stands(events: list[Any], kind: str) -> None:
    room = room_of(said("a", "one"), *events, *(each | {"type": kind} for each in events if isinstance(each, dict)))
    assert any("one" in found for found in bodies(room).values())


def test_a_kept_room_is_read_back_and_a_damaged_one_is_begun_anew(tmp_path: Path) -> None:
    room = room_of(said("a", "one"), edit("b", "a", "two", minutes=1), redaction("a"))
    room.token = "t1"
    path = tmp_path / "below" / "room.json"
    save_room(path, room)
    assert load_room(path) == room
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes()[:-9])
    assert load_room(path) == Room()


@pytest.mark.parametrize(
    ("name", "nick"),
    [
        ("@irc_ann:x.org", "ann"), ("@_oftc_Ann:x.org", "Ann"), ("@libera.chat_ann=5bm=5d:x.org", "ann[m]"),
        ("@_irc_meetingology:x.org", "meetingology"), ("@ann:x.org", None), ("@slack_4711:x.org", None),
        ("@irca_ann:x.org", None), ("irc_ann", None),
    ],
)  # fmt: skip
def test_the_nick_behind_a_bridges_name(name: str, nick: str | None) -> None:
    assert read_ghost(name) == nick


# ------------------------------------------------------------------------------------------------ odd homeservers

FILTER = quote(json.dumps({"types": matrix._TYPES}), safe="").replace("%20", "+")
PLACE = "/_matrix/client/v3/rooms/%21k%3Ax.org/messages"


def page(number: int | None = None) -> str:
    return f"{PLACE}?dir=f&limit={matrix.PAGE}&filter={FILTER}" + ("" if number is None else f"&from=t{number}")


def answer(events: list[Any], end: object) -> list[Any]:
    return [(200, {}, json.dumps({"chunk": events, "end": end} if end else {"chunk": events}).encode())]


def run(web: Scripted, folder: Path) -> tuple[list[LogResult], list[str]]:
    path = folder / "given.toml"
    path.write_text(
        '[[team]]\nname = "K"\nchannels = ["#k"]\n[[team.source]]\nkind = "matrix"\nroom = "!k:x.org"\n'
        f'url = "{web.url}"\nsecret-env = "KESTREL"\n',
        encoding="utf-8",
    )
    outcome = Outcome()
    with Store.open(folder / "week.db") as store:
        number = store.begin_run("run")
        settings = Settings(cache=folder / "cache", give_up_after=1.0)
        results = fetch_new(store, load_config(path), settings, Options(), outcome, run=number)
    return results, outcome.failures


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESTREL", "s3cret")


def test_pages_are_read_to_the_end_and_the_token_goes_with_each(web: Scripted, tmp_path: Path) -> None:
    web.replies[page()] = answer([said("a", "bug #2900001")], "t1")
    web.replies[page(1)] = answer([], "t2")  # nothing that was asked for, and more to come
    web.replies[page(2)] = answer([said("b", "bug #2900002", minutes=1)], "t3")
    web.replies[page(3)] = answer([], None)
    results, failures = run(web, tmp_path)
    assert ([str(each.state) for each in results], failures) == (["new"], [])
    assert {headers["Authorization"] for _, _, headers, _ in web.seen} == {"Bearer s3cret"}
    web.seen.clear()
    assert run(web, tmp_path) == ([], [])
    assert web.paths() == [page(3)]


def test_half_a_history_is_kept_and_the_next_run_goes_on(web: Scripted, tmp_path: Path) -> None:
    web.replies[page()] = answer([said("a", "bug #2900001")], "t1")
    web.replies[page(1)] = [(403, {}, b"{}"), *answer([said("b", "bug #2900002", minutes=1)], None)]
    results, failures = run(web, tmp_path)
    assert (results, len(failures)) == ([], 1)
    web.seen.clear()
    results, failures = run(web, tmp_path)
    assert ([str(each.state) for each in results], failures) == (["new"], [])
    assert web.paths() == [page(1)]


def test_a_homeserver_that_goes_in_circles_is_left(web: Scripted, tmp_path: Path) -> None:
    web.replies[page()] = answer([said("a", "bug #2900001")], "t1")
    web.replies[page(1)] = answer([], "t1")
    assert run(web, tmp_path)[1] == []
    assert len(web.seen) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>", "is not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"chunk": 5}', "not a page of messages"),
        (b'{"chunk": [], "end": 5}', "not a page of messages"),
        (json.dumps({"chunk": [{"type": "m.room.encrypted", "content": {}}]}).encode(), "is encrypted"),
    ],
)
def test_what_is_no_page_is_named(web: Scripted, tmp_path: Path, content: bytes, says: str) -> None:
    web.replies[page()] = [(200, {}, content)]
    results, failures = run(web, tmp_path)
    assert results == []
    assert says in failures[0]


def test_a_token_that_is_nowhere_is_named_and_nothing_asked(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KESTREL")
    assert "KESTREL (an access token) is neither" in run(web, tmp_path)[1][0]
    assert web.seen == []


def test_no_token_follows_a_redirect_to_another_host(web: Scripted, tmp_path: Path) -> None:
    with_token: list[str] = []

    def reply(headers: Mapping[str, str]) -> Reply:
        with_token.append(headers["Authorization"])
        return (302, {"Location": "http://localhost:1/elsewhere"}, b"")

    web.replies[page()] = [reply]
    _, failures = run(web, tmp_path)
    assert "not followed" in failures[0]
    assert with_token == ["Bearer s3cret"]
