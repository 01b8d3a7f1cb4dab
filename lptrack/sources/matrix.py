"""`matrix`: a room's messages by the client-server API, a document a day.

The room is read forwards, page by page, from where the last run ended; the first time from its beginning, also where
`since` is later: a bridge may give an old time to a new message, and a search by time then passes over others. A
document is taken in again when a message, an edit or a redaction changed it, however old it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from lptrack.net.secrets import load_secret
from lptrack.sources.interface import Answer, Item, Mark, Reader, SourceError, SourceKind, SourceSpec
from lptrack.sources.room import Room, load_room, save_room

PAGE: Final = 250
MOST_PAGES: Final = 4000
SAVED_EVERY: Final = 20
AHEAD: Final = timedelta(days=1)
"""What a server dates later than this has to wait: a meeting of next year would be the last one for a year."""
_TYPES: Final = ("m.room.message", "m.room.redaction", "m.room.encrypted")


def find_days(spec: SourceSpec, reader: Reader) -> Iterator[Item]:
    """Each day of the room; its version is the digest of its document."""
    path = _file(spec, reader)
    room = load_room(path)
    _read_on(spec, reader, room, path)
    if room.encrypted:
        raise SourceError(f"{spec.shown}: the room is encrypted, and lptrack cannot read it")
    for day, document in room.iter_documents(spec.values.get("since"), reader.now + AHEAD):
        yield Item(f"{spec.values['room']}/{day}", version=hashlib.sha256(document).hexdigest())


def fetch_day(spec: SourceSpec, item: Item, _mark: Mark | None, reader: Reader) -> Answer | None:
    """The day's document."""
    path = _file(spec, reader)
    documents = _load_documents(path, path.stat().st_mtime_ns, spec.values.get("since"), reader.now)
    return Answer(_name_channel(spec, documents[item.key.rpartition("/")[2]]))


@lru_cache(maxsize=1)  # a room's days are fetched one after the other
def _load_documents(path: Path, _written: int, since: date | None, now: datetime) -> dict[str, bytes]:
    return dict(load_room(path).iter_documents(since, now + AHEAD))


def _name_channel(spec: SourceSpec, document: bytes) -> bytes:
    """The document with the channel: as configured, else the room's alias without its server."""
    channel = str(spec.values.get("channel") or spec.values["room"]).lstrip("#!").partition(":")[0]
    return json.dumps({"room_name": channel} | json.loads(document), ensure_ascii=False, indent=1).encode()


def _file(spec: SourceSpec, reader: Reader) -> Path:
    if reader.folder is None:
        raise SourceError(f"{spec.shown}: a matrix source needs the cache folder", hint="give --cache a folder")
    name = hashlib.sha256(f"{spec.url} {spec.values['room']}".encode()).hexdigest()[:24]
    return reader.folder / "matrix" / f"{name}.json"


def _read_on(spec: SourceSpec, reader: Reader, room: Room, path: Path) -> None:
    """Read what came since, and keep it. What was read before a failure is kept too."""
    before = room.token
    place = f"rooms/{quote(_find_room(spec, reader), safe='')}"
    try:
        for page in range(1, MOST_PAGES + 1):
            query = {"dir": "f", "limit": str(PAGE), "filter": json.dumps({"types": _TYPES})}
            if room.token is not None:
                query["from"] = room.token
            answer = _ask(spec, reader, f"v3/{place}/messages?{urlencode(query)}")
            chunk, end = answer.get("chunk"), answer.get("end")
            if not isinstance(chunk, list) or not isinstance(end, str | None):
                raise SourceError(f"{spec.shown}: the answer is not a page of messages")
            for event in chunk:
                room.add(event)
            if end is None or end == room.token:
                return
            room.token = end
            if page % SAVED_EVERY == 0:
                save_room(path, room)
        raise SourceError(f"{spec.shown}: more than {MOST_PAGES * PAGE} events", hint="the next run goes on")
    finally:
        if room.token != before:
            _save(spec, path, room)


def _save(spec: SourceSpec, path: Path, room: Room) -> None:
    try:
        save_room(path, room)
    except OSError as error:
        raise SourceError(f"{spec.shown}: {path.parent}: {(error.strerror or str(error)).lower()}") from error


def _find_room(spec: SourceSpec, reader: Reader) -> str:
    """The room's id; an alias is looked up each time, for it may be given to another room."""
    room = str(spec.values["room"])
    if not room.startswith("#"):
        return room
    answer = _ask(spec, reader, f"v3/directory/room/{quote(room, safe='')}")
    found = answer.get("room_id")
    if not isinstance(found, str):
        raise SourceError(f"{spec.shown}: the homeserver names no room")
    return found


def _ask(spec: SourceSpec, reader: Reader, path: str) -> dict[str, Any]:
    headers = {}
    if "secret-env" in spec.values:
        name = str(spec.values["secret-env"])
        secret = load_secret(name)
        if secret is None:
            raise SourceError(
                f"{spec.shown}: {name} (an access token) is neither in the environment nor in the keyring"
            )
        headers["Authorization"] = f"Bearer {secret}"
    answer = reader.get(f"{spec.url.rstrip('/')}/_matrix/client/{path}", headers=headers)
    if answer is None or answer.content is None:
        raise SourceError(f"{spec.shown}: there is no such room, or this user is not in it")
    try:
        value = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{spec.shown}: the homeserver's answer is not JSON") from error
    if not isinstance(value, dict):
        raise SourceError(f"{spec.shown}: the homeserver's answer is not a JSON object")
    return value


MATRIX: Final = SourceKind(
    "matrix",
    ("url", "room"),
    find_days,
    fetch_day,
    ("since", "channel", "secret-env"),
)
