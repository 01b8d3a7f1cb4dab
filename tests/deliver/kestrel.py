"""A team with a meeting or two and one configured delivery, for tests of deliveries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from lptrack.config.load import load_config
from lptrack.jobs.post import Done, Posted, post_all
from lptrack.jobs.update import take_in_logs
from lptrack.logs.options import Options
from lptrack.storage.store import Store, tell_time
from tests.net.server import Scripted

DAY = "[15:00] <ann> #startmeeting Kestrel\n[15:01] <ann> bug #%d is next\n[15:09] <ann> #endmeeting\n"


def meet(folder: Path, day: int) -> None:
    """The team meets on that day of November, and its log is taken in."""
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    path = logs / f"kestrel.2026-11-{day:02}.txt"
    path.write_text(DAY % day, encoding="utf-8")
    with Store.open(folder / "week.db") as store:
        run = store.begin_run("run")
        results = take_in_logs(store, [str(path)], Options(), run=run, at=tell_time())
        assert [str(each.state) for each in results] == ["new"]


def configure(folder: Path, table: str) -> Path:
    path = folder / "given.toml"
    path.write_text(
        f'[[team]]\nname = "Kestrel"\nchannels = ["#kestrel"]\n[[team.deliver]]\n{table}', encoding="utf-8"
    )
    return path


def post(folder: Path, table: str, *, dry: bool = False, offline: bool = False) -> tuple[Posted, ...]:
    config = load_config(configure(folder, table))
    with Store.open(folder / "week.db") as store:
        return post_all(store, config, team=None, dry=dry, offline=offline, say=lambda _posted: None)


def start_post(folder: Path, table: str, *words: str) -> subprocess.Popen[str]:
    """`lptrack post` as a process of its own."""
    program = [sys.executable, "-c", "from lptrack.cli.main import main; main()", "post"]
    options = ["--config", str(configure(folder, table)), "--db", str(folder / "week.db"), *words]
    return subprocess.Popen(
        [*program, *options],
        cwd=folder,
        env=dict(os.environ),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def done(found: tuple[Posted, ...]) -> list[Done]:
    return [each.done for each in found]


def sent(web: Scripted) -> list[tuple[str, str, Any]]:
    return [(method, path, json.loads(body) if body else None) for method, path, _, body in web.seen]
