"""Sources against loopback servers and a real git repository: each document once, failures named, the rest done."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lptrack.config.load import load_config
from lptrack.errors import ConfigError
from lptrack.jobs import fetch
from lptrack.jobs.fetch import fetch_new, list_new, open_reader, sources_of
from lptrack.jobs.update import Outcome
from lptrack.logs.model import LogResult
from lptrack.logs.options import Options
from lptrack.net.settings import Settings
from lptrack.sources import KINDS
from lptrack.sources.index import parse_links
from lptrack.storage.store import Store
from tests.net.server import Reply, Scripted

NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
TEXT = {"Content-Type": "text/plain", "ETag": '"one"'}
DAY = b"[15:00] <ann> #startmeeting Kestrel\n[15:01] <ann> bug #%d is next\n[15:09] <ann> #endmeeting\n"


class Later(datetime):
    """The clock of the fetching: a test sets it."""

    moment = NOW

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return cls.moment


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Later]:
    monkeypatch.setattr(fetch, "datetime", Later)
    Later.moment = NOW
    return Later


def run(folder: Path, source: str) -> tuple[list[LogResult], Outcome]:
    path = folder / "given.toml"
    path.write_text(f'[[team]]\nname = "Kestrel"\nchannels = ["#kestrel"]\n{source}', encoding="utf-8")
    outcome = Outcome()
    with Store.open(folder / "week.db") as store:
        number = store.begin_run("run")
        settings = Settings(cache=folder / "cache", give_up_after=1.0)
        return fetch_new(store, load_config(path), settings, Options(), outcome, run=number), outcome


def not_changed(content: bytes) -> list[object]:
    def reply(headers: Mapping[str, str]) -> Reply:
        return (304, {}, b"") if headers.get("If-None-Match") == '"one"' else (200, TEXT, content)

    return [reply]


def test_day_logs_are_asked_for_once_and_today_again(web: Scripted, tmp_path: Path, clock: type[Later]) -> None:
    source = f'[[team.source]]\nkind = "irclogs"\nurl = "{web.url}"\nchannel = "#kestrel"\nsince = 2026-11-01\n'
    web.replies["/2026/11/02/%23kestrel.txt"] = not_changed(DAY % 101)  # type: ignore[assignment]
    web.replies["/2026/11/04/%23kestrel.txt"] = not_changed(DAY % 102)  # type: ignore[assignment]
    results, outcome = run(tmp_path, source)
    assert [str(each.state) for each in results] == ["new", "new"]
    assert results[0].meetings == ("kestrel/2026-11-02T15:00Z",)
    assert outcome.exit_code == 0  # two of the days are missing, and that is an answer
    assert len(web.seen) == 4
    web.seen.clear()
    assert run(tmp_path, source)[0] == []
    assert web.paths() == ["/2026/11/04/%23kestrel.txt"]
    assert web.seen[0][2]["If-None-Match"] == '"one"'
    web.seen.clear()
    clock.moment = NOW + timedelta(days=1)
    run(tmp_path, source)
    assert web.paths() == ["/2026/11/04/%23kestrel.txt", "/2026/11/05/%23kestrel.txt"]


def test_a_months_mail_is_read_by_its_address(web: Scripted, tmp_path: Path) -> None:
    run(tmp_path, f'[[team.source]]\nkind = "mail"\nurl = "{web.url}/list/"\nsince = 2026-10-20\n')
    assert web.paths() == ["/list/2026-October.txt", "/list/2026-November.txt"]
    web.seen.clear()
    run(tmp_path, f'[[team.source]]\nkind = "mail"\nurl = "{web.url}/{{year}}/{{month}}.mbox"\nsince = 2026-11-01\n')
    assert web.paths() == ["/2026/11.mbox"]


def test_a_page_of_links_and_its_folders_are_followed(web: Scripted, tmp_path: Path) -> None:
    source = f'[[team.source]]\nkind = "index"\nurl = "{web.url}/k/"\npattern = "*.log.txt"\n'
    web.replies["/k/"] = [(200, {}, b'<a href="../">Up</a><a href="?C=M">by time</a><a href="2026/">2026/</a>')]
    web.replies["/k/2026/"] = [(200, {}, b'<a href="kestrel.2026-11-02-15.00.log.txt">x</a><a href="/k/">top</a>')]
    web.replies["/k/2026/kestrel.2026-11-02-15.00.log.txt"] = not_changed(b"15:00:01 <ann> bug #7\n")  # type: ignore[assignment]
    results, _ = run(tmp_path, source)
    assert [each.source for each in results] == [f"{web.url}/k/2026/kestrel.2026-11-02-15.00.log.txt"]
    assert run(tmp_path, source)[0] == []


def test_links_of_a_strangers_page_stay_below_the_address() -> None:
    page = (
        b'<a href="https://evil.example/k/a.txt">1</a><a href="../b.txt">2</a><a href="/k/../c.txt">3</a>'
        b'<a href="http://logs.example/k/d.txt">4</a><a href="%2e%2e/e.txt">5</a><a href="http://[::1/f">6</a>'
        b'<a href="javascript:x">7</a><a href="ok.txt#part">8</a><a href="ok.txt">9</a>'
    )
    assert parse_links(page, "https://logs.example/k/", "https://logs.example/k/") == (
        "https://logs.example/k/ok.txt",
    )


def test_a_topic_is_read_with_all_its_pages_and_again_when_it_grew(web: Scripted, tmp_path: Path) -> None:
    source = f'[[team.source]]\nkind = "discourse"\nurl = "{web.url}/c/kestrel/5"\n'
    topic = {"id": 9, "last_posted_at": "2026-11-03T10:00:00Z", "posts_count": 2}

    def listed() -> list[object]:
        return [(200, {}, json.dumps({"topic_list": {"topics": [topic]}}).encode())]

    def post(number: int) -> dict[str, object]:
        time = f"2026-11-03T10:0{number}:00.000Z"
        return {
            "id": number,
            "post_number": number,
            "username": "ann",
            "created_at": time,
            "cooked": f"<p>bug #{number}7</p>",
        }

    def part(*numbers: int) -> bytes:
        stream = {"posts": [post(number) for number in numbers], "stream": [1, 2]}
        return json.dumps({"id": 9, "title": "Kestrel meeting", "post_stream": stream}).encode()

    web.replies["/c/kestrel/5.json?page=0"] = listed()  # type: ignore[assignment]
    web.replies["/t/9.json"] = [(200, {}, part(1))]
    web.replies["/t/9.json?page=2"] = [(200, {}, part(2))]
    results, outcome = run(tmp_path, source)
    assert (len(results), str(results[0].state), outcome.failures) == (1, "new", [])
    web.seen.clear()
    run(tmp_path, source)
    assert web.paths() == ["/c/kestrel/5.json?page=0"]
    topic["last_posted_at"] = "2026-11-04T10:00:00Z"
    web.replies["/c/kestrel/5.json?page=0"] = listed()  # type: ignore[assignment]
    web.replies["/t/9.json?page=2"] = [(200, {}, b'{"post_stream": {"posts": []}}')]
    results, outcome = run(tmp_path, source)
    assert results == []
    assert "gave 1 of 2 posts" in outcome.failures[0]  # half a topic is none


def test_a_repository_is_read_again_only_where_a_commit_changed_it(tmp_path: Path) -> None:
    repository = tmp_path / "logs"
    identity = ["-c", "user.name=ann", "-c", "user.email=ann@example.org"]

    def git(*words: str) -> None:
        subprocess.run(["git", *identity, "-C", str(repository), *words], check=True, capture_output=True)

    def commit(name: str, bug: int) -> None:
        (repository / name).write_bytes(DAY % bug)
        git("add", ".")
        git("commit", "-m", name)

    repository.mkdir()
    git("init", "-q")
    commit("2026-11-02.txt", 1)
    source = f'[[team.source]]\nkind = "git"\nurl = "{repository}"\npattern = "*.txt"\n'
    assert [each.source for each in run(tmp_path, source)[0]] == [f"{repository}/2026-11-02.txt"]
    assert run(tmp_path, source)[0] == []
    commit("2026-11-03.txt", 2)
    assert [each.source for each in run(tmp_path, source)[0]] == [f"{repository}/2026-11-03.txt"]


def test_what_fails_is_named_and_the_rest_is_done(web: Scripted, tmp_path: Path) -> None:
    source = (
        '[[team.source]]\nkind = "command"\ncommand = ["sh", "-c", "echo broken >&2; exit 3"]\n'
        f'[[team.source]]\nkind = "index"\nurl = "{web.url}/missing/"\n'
        '[[team.source]]\nkind = "command"\ncommand = ["echo", "[15:00] <ann> bug #5"]\n'
    )
    results, outcome = run(tmp_path, source)
    assert len(results) == 1
    assert outcome.exit_code == 4
    assert "ended with 3: broken" in outcome.failures[0]
    assert "is not there" in outcome.failures[1]


def test_a_day_that_could_not_be_had_is_asked_for_again(web: Scripted, tmp_path: Path) -> None:
    source = f'[[team.source]]\nkind = "irclogs"\nurl = "{web.url}"\nchannel = "kestrel"\nsince = 2026-11-03\n'
    web.replies["/2026/11/03/%23kestrel.txt"] = [(403, {}, b"no"), (200, TEXT, DAY % 8)]
    results, outcome = run(tmp_path, source)
    assert (results, outcome.failures) == ([], [f"{web.url}/2026/11/03/%23kestrel.txt: HTTP 403"])
    results, outcome = run(tmp_path, source)
    assert (len(results), outcome.failures) == (1, [])


def test_nothing_is_listed_as_new_that_was_fetched(tmp_path: Path) -> None:
    path = tmp_path / "given.toml"
    path.write_text('[[team]]\nname = "K"\n[[team.source]]\nkind = "command"\ncommand = ["true"]\n', encoding="utf-8")
    with Store.open(tmp_path / "week.db") as store, open_reader(Settings()) as reader:
        assert [item.key for item, _ in list_new(store, sources_of(load_config(path))[0], reader).items] == ["output"]


def test_a_configuration_that_was_only_found_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "lptrack.toml").write_text(
        '[[team]]\nname = "K"\n[[team.source]]\nkind = "command"\ncommand = ["true"]\n', encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"not trusted, but sets team\.source"):
        load_config(None, start=tmp_path)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('kind = "gopher"', "gopher"),
        ('kind = "irclogs"\nchannel = "#k"', "needs since"),
        ('kind = "irclogs"\nchannel = "#k"\nsince = "monday"', "not a date"),
        ('kind = "index"\nurl = "x"\npath = "y"', "unknown key"),
        ('kind = "command"\ncommand = "rm -rf"', "not a list"),
    ],
)
def test_a_source_that_cannot_be_meant(table: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "given.toml"
    path.write_text(f'[[team]]\nname = "K"\n[[team.source]]\n{table}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load_config(path)


def test_every_kind_is_documented() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
    assert [kind for kind in KINDS.names() if f"| `{kind}` |" not in docs.read_text(encoding="utf-8")] == []
