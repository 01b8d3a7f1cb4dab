"""A real Synapse on loopback, with a user, a reader and a bridge, and as much of the API as a test needs to use it.

`make test-matrix` installs Synapse into an environment of its own and names its Python in LPTRACK_SYNAPSE.
"""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import requests

PATIENCE: Final = 60.0
BRIDGE_TOKEN: Final = "bridge-token"
_CONFIG: Final = """
server_name: localhost
pid_file: {folder}/homeserver.pid
listeners:
  - {{port: {port}, type: http, tls: false, bind_addresses: [127.0.0.1], resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: {folder}/homeserver.db}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
registration_shared_secret: shared
macaroon_secret_key: macaroon
form_secret: form
report_stats: false
suppress_key_server_warning: true
trusted_key_servers: []
app_service_config_files: [{folder}/bridge.yaml]
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login: {{address: {{per_second: 1000, burst_count: 1000}}, account: {{per_second: 1000, burst_count: 1000}}}}
"""
_BRIDGE: Final = """
id: bridge
url: null
as_token: bridge-token
hs_token: hs-token
sender_localpart: slack-bridge
rate_limited: false
namespaces: {users: [{regex: '@irc_.*', exclusive: true}], rooms: [], aliases: []}
"""


@dataclass
class Homeserver:
    """Synapse as it runs. ``tokens``: of each user that was registered."""

    url: str
    folder: Path
    python: str
    tokens: dict[str, str] = field(default_factory=dict)
    _count: Iterator[int] = field(default_factory=itertools.count)

    def register(self, user: str) -> None:
        subprocess.run(
            [Path(self.python).with_name("register_new_matrix_user"), "-k", "shared", "-u", user, "-p", user,
             "--no-admin", self.url],
            check=True, capture_output=True, timeout=PATIENCE,
        )  # fmt: skip
        login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": user}
        self.tokens[user] = self.call("POST", "v3/login", login)["access_token"]

    def register_ghost(self, nick: str) -> None:
        ghost = {"type": "m.login.application_service", "username": f"irc_{nick}", "inhibit_login": True}
        self.call("POST", "v3/register", ghost, BRIDGE_TOKEN)

    def call(self, method: str, path: str, payload: object = None, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.request(
            method, f"{self.url}/_matrix/client/{path}", json=payload, headers=headers, timeout=PATIENCE
        )
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def make_room(self, alias: str, creator: str, *others: str) -> Room:
        made = self.call(
            "POST", "v3/createRoom", {"preset": "public_chat", "room_alias_name": alias}, self.tokens[creator]
        )
        room = Room(self, made["room_id"], f"#{alias}:localhost")
        for user in others:
            self.call("POST", f"v3/join/{quote(room.id)}", {}, self.tokens[user])
        return room

    def number(self) -> int:
        return next(self._count)


@dataclass
class Room:
    """A room, as its users write into it. A bridge's users may give their messages a time."""

    server: Homeserver
    id: str
    alias: str

    def join_ghost(self, nick: str | None) -> None:
        who = f"?user_id=@irc_{nick}:localhost" if nick else ""
        self.server.call("POST", f"v3/join/{quote(self.id)}{who}", {}, BRIDGE_TOKEN)

    def relay(self, nick: str | None, text: str, at: datetime, **more: object) -> str:
        """What a bridge's ghost (None: the bridge itself) says at this time; the event's id."""
        stamp = int(at.timestamp() * 1000)
        who = f"&user_id=@irc_{nick}:localhost" if nick else ""
        return self._send(text, BRIDGE_TOKEN, f"?ts={stamp}{who}", more)

    def say(self, user: str, text: str, **more: object) -> str:
        return self._send(text, self.server.tokens[user], "", more)

    def edit(self, event: str, text: str, nick: str, at: datetime) -> str:
        new = {"m.new_content": {"msgtype": "m.text", "body": text}, "m.relates_to": replaces(event)}
        return self.relay(nick, f"* {text}", at, **new)

    def redact(self, event: str, user: str) -> None:
        path = f"v3/rooms/{quote(self.id)}/redact/{quote(event)}/{self.server.number()}"
        self.server.call("PUT", path, {"reason": "a test"}, self.server.tokens[user])

    def read(self, user: str) -> list[dict[str, Any]]:
        """The newest messages, newest first, as the homeserver gives them to a client."""
        path = f"v3/rooms/{quote(self.id)}/messages?dir=b&limit=20"
        chunk = self.server.call("GET", path, token=self.server.tokens[user])["chunk"]
        return [event for event in chunk if event["type"] == "m.room.message"]

    def _send(self, text: str, token: str, query: str, more: dict[str, object]) -> str:
        path = f"v3/rooms/{quote(self.id)}/send/m.room.message/test{self.server.number()}{query}"
        event: str = self.server.call("PUT", path, {"msgtype": "m.text", "body": text, **more}, token)["event_id"]
        return event


def replaces(event: str) -> dict[str, str]:
    return {"rel_type": "m.replace", "event_id": event}


@contextmanager
def serve(folder: Path) -> Iterator[Homeserver]:
    """Synapse, until the block ends."""
    python = os.environ["LPTRACK_SYNAPSE"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "homeserver.yaml").write_text(_CONFIG.format(folder=folder, port=port), encoding="utf-8")
    (folder / "bridge.yaml").write_text(_BRIDGE, encoding="utf-8")
    program = [python, "-m", "synapse.app.homeserver", "--config-path", str(folder / "homeserver.yaml")]
    subprocess.run([*program, "--generate-keys"], check=True, capture_output=True, cwd=folder, timeout=PATIENCE)
    with (folder / "output.log").open("wb") as output:
        job = subprocess.Popen(program, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        try:
            server = Homeserver(f"http://127.0.0.1:{port}", folder, python)
            _wait(server, job)
            yield server
        finally:
            job.terminate()
            job.wait(timeout=PATIENCE)


def _wait(server: Homeserver, job: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            requests.get(f"{server.url}/_matrix/client/versions", timeout=PATIENCE).raise_for_status()
            return
        except requests.RequestException:
            log = (server.folder / "output.log").read_text(encoding="utf-8")
            assert job.poll() is None, log
            assert time.monotonic() < give_up, log
            time.sleep(0.2)
