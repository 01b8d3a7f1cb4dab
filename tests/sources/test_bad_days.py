"""Sources whose servers slow down, fail for a moment, redirect or break off; and a meeting that two of them have."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lptrack.config.load import load_config
from lptrack.jobs import fetch
from lptrack.jobs.fetch import fetch_new
from lptrack.jobs.update import Outcome
from lptrack.join.evidence import load_meetings
from lptrack.logs.model import LogResult
from lptrack.logs.options import Options
from lptrack.net.settings import Settings
from lptrack.storage.store import Store
from tests.net.server import Scripted

NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
DAY = "/2026/11/04/%23kestrel.txt"
LOG = b"[15:00] <ann> #startmeeting Kestrel\n[15:01] <ann> bug #7 is next\n[15:09] <ann> #endmeeting\n"
TOPIC = (
    b'{"id": 9, "title": "Kestrel", "post_stream": {"stream": [1], "posts": [{"id": 1, "post_number": 1,'
    b' "username": "ann", "created_at": "2026-11-03T10:00:00.000Z", "cooked": "<p>bug #7</p>"}]}}'
)
SOURCES = {
    "irclogs": (DAY, LOG, 'kind = "irclogs"\nurl = "{url}/"\nchannel = "#kestrel"\nsince = 2026-11-04\n'),
    "index": ("/k/", b"<p>no logs yet</p>", 'kind = "index"\nurl = "{url}/k/"\n'),
    "discourse": ("/t/9.json", TOPIC, 'kind = "discourse"\nurl = "{url}/t/9"\n'),
}


class Clock(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return NOW


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lptrack.net.policy.FIRST_WAIT", 0.02)
    monkeypatch.setattr("lptrack.net.policy.SPACING", 0.01)
    monkeypatch.setattr(fetch, "datetime", Clock)


def run(web: Scripted, folder: Path, *sources: str) -> tuple[list[LogResult], list[str]]:
    path = folder / "given.toml"
    tables = "".join(f"[[team.source]]\n{each.format(url=web.url)}" for each in sources)
    path.write_text(f'[[team]]\nname = "Kestrel"\nchannels = ["#kestrel"]\n{tables}', encoding="utf-8")
    outcome = Outcome()
    with Store.open(folder / "week.db") as store:
        settings = Settings(cache=folder / "cache", give_up_after=2.0)
        number = store.begin_run("run")
        results = fetch_new(store, load_config(path), settings, Options(), outcome, run=number)
    return results, outcome.failures


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize(
    "first",
    [(429, {"Retry-After": "0"}, b"slow down"), (503, {}, b"in a moment"), (502, {}, b"")],
    ids=lambda r: str(r[0]),
)
def test_what_passes_is_waited_for(web: Scripted, tmp_path: Path, kind: str, first: Any) -> None:
    path, content, source = SOURCES[kind]
    web.replies[path] = [first, (200, {}, content)]
    results, failures = run(web, tmp_path, source)
    assert failures == []
    assert len(results) == (0 if kind == "index" else 1)
    assert web.paths()[:2] == [path, path]


@pytest.mark.parametrize("kind", SOURCES)
def test_a_redirect_on_the_host_is_followed_and_one_into_the_private_net_is_not(
    web: Scripted, tmp_path: Path, kind: str
) -> None:
    path, content, source = SOURCES[kind]
    web.replies[path] = [(302, {"Location": "/moved"}, b""), (302, {"Location": "http://10.0.0.1/x"}, b"")]
    web.replies["/moved"] = [(200, {}, content)]
    assert run(web, tmp_path, source)[1] == []
    [failure] = run(web, tmp_path, source)[1]
    assert "not followed" in failure


@pytest.mark.parametrize("kind", SOURCES)
def test_half_a_page_is_no_page_and_the_next_run_has_the_whole(web: Scripted, tmp_path: Path, kind: str) -> None:
    path, content, source = SOURCES[kind]
    web.replies[path] = [(200, {"Content-Length": str(len(content) + 500)}, content)]
    results, failures = run(web, tmp_path, source)
    assert results == []
    assert len(failures) == 1
    web.replies[path] = [(200, {}, content)]
    results, failures = run(web, tmp_path, source)
    assert failures == []
    assert [str(each.state) for each in results] == ([] if kind == "index" else ["new"])


def test_a_meeting_that_two_sources_have_is_one(web: Scripted, tmp_path: Path) -> None:
    name = "kestrel.2026-11-04-15.00.log.txt"
    web.replies[DAY] = [(200, {}, LOG)]
    web.replies["/k/"] = [(200, {}, f'<a href="{name}">log</a>'.encode())]
    web.replies[f"/k/{name}"] = [(200, {}, b"15:00:00 <ann> #startmeeting Kestrel\n15:01:05 <ann> bug #7 is next\n")]
    results, failures = run(web, tmp_path, SOURCES["irclogs"][2], SOURCES["index"][2])
    assert failures == []
    assert [str(each.state) for each in results] == ["new", "new"]
    with Store.open(tmp_path / "week.db") as store:
        assert [meeting.id for meeting in load_meetings(store)[0]] == ["kestrel/2026-11-04T15:00Z"]
        assert len(store.load_mentions()) == 1
