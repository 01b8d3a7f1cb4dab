"""A real MoinMoin 1.9 on loopback. `make test-moin` names its Python 2.7 and its folder in LPTRACK_MOIN."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

PATIENCE: Final = 60.0
_CONFIG: Final = """\
from MoinMoin.config import multiconfig
class Config(multiconfig.DefaultConfig):
    sitename = u'Test'
    data_dir = '{folder}/data'
    data_underlay_dir = None
    actions_excluded = []
    surge_action_limits = None
    acl_rights_default = u'bot:read,write ann:read,write All:read'
"""


@dataclass(frozen=True, slots=True)
class Wiki:
    """The wiki as it runs."""

    url: str
    folder: Path

    def read(self, page: str, form: str = "") -> str:
        """A page as a browser gets it; ``form`` is an action, `raw`."""
        answer = requests.get(f"{self.url}{page}", params={"action": form} if form else {}, timeout=PATIENCE)
        return answer.text

    def count_revisions(self, page: str) -> int:
        escaped = re.sub(r"[^A-Za-z0-9]+", lambda run: f"({run[0].encode().hex()})", page)
        return len(list((self.folder / "data" / "pages" / escaped / "revisions").iterdir()))


@contextmanager
def serve(folder: Path) -> Iterator[Wiki]:
    """MoinMoin with a user `bot`, until the block ends."""
    python, place = os.environ["LPTRACK_MOIN"].split()
    shutil.copytree(Path(place) / "share" / "moin" / "data", folder / "data")
    (folder / "wikiconfig.py").write_text(_CONFIG.format(folder=folder), encoding="ascii")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PYTHONPATH": f"{place}:{folder}", "PATH": os.environ["PATH"], "HOME": str(folder)}
    moin = [python, str(Path(place) / "bin" / "moin"), f"--config-dir={folder}"]
    for name in ("bot", "ann"):
        account = ["account", "create", f"--name={name}", f"--email={name}@example.org", "--password=s3cret-t0ken"]
        subprocess.run([*moin, *account], check=True, capture_output=True, env=environment, timeout=PATIENCE)
    with (folder / "output.log").open("wb") as output:
        job = subprocess.Popen(
            [*moin, "server", "standalone", "--hostname=127.0.0.1", f"--port={port}"],
            env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wiki = Wiki(f"http://127.0.0.1:{port}/", folder)
            _wait(wiki, job)
            yield wiki
        finally:
            job.terminate()
            job.wait(timeout=PATIENCE)


def _wait(wiki: Wiki, job: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            requests.get(wiki.url, timeout=PATIENCE)
            return
        except requests.RequestException:
            log = (wiki.folder / "output.log").read_text(encoding="utf-8")
            assert job.poll() is None, log
            assert time.monotonic() < give_up, log
            time.sleep(0.2)
