"""Deliveries against servers on loopback: each post once, edited where it can be, tried again where it failed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from lptrack.config.load import load_config
from lptrack.deliver import KINDS
from lptrack.deliver.interface import DeliveryError
from lptrack.deliver.wire import check_destination
from lptrack.errors import ConfigError
from lptrack.jobs import drafts
from lptrack.jobs import post as posting
from lptrack.jobs.post import Done
from lptrack.storage.store import Store
from tests.deliver.kestrel import done, meet, post, sent
from tests.net.server import Scripted


def test_a_report_is_delivered_once_and_the_next_meetings_too(web: Scripted, tmp_path: Path) -> None:
    table = f'kind = "webhook"\nurl = "{web.url}/hooks/x"\nsecret-env = "KESTREL_TOKEN"\n'
    web.replies["/hooks/x"] = [(200, {}, b"ok")]
    meet(tmp_path, 2)
    assert done(post(tmp_path, table, dry=True)) == [Done.DRY]
    assert web.seen == []
    assert done(post(tmp_path, table)) == [Done.SENT]
    assert done(post(tmp_path, table)) == [Done.KEPT]
    [(_, _, headers, body)] = web.seen
    payload = json.loads(body)
    assert set(payload) == {"text", "headline", "team", "meeting", "url", "id"}
    assert (payload["team"], payload["meeting"], payload["url"]) == ("Kestrel", "kestrel/2026-11-02T15:00Z", None)
    assert headers["Authorization"] == "Bearer s3cret-t0ken"
    meet(tmp_path, 3)
    assert done(post(tmp_path, table)) == [Done.SENT]
    assert len(web.seen) == 2
    assert b"s3cret" not in (tmp_path / "week.db").read_bytes()


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
def test_what_failed_is_tried_again_by_the_next_run(web: Scripted, tmp_path: Path, status: int) -> None:
    table = f'kind = "webhook"\nurl = "{web.url}/hooks/x"\n'
    web.replies["/hooks/x"] = [(status, {"Location": "https://evil.example/"}, b""), (204, {}, b"")]
    meet(tmp_path, 2)
    [failed] = post(tmp_path, table)
    assert failed.failure is not None
    assert failed.failure.message == f"webhook of Kestrel: HTTP {status}"
    assert len(web.seen) == 1  # no retry of a post whose answer may be late
    assert done(post(tmp_path, table)) == [Done.SENT]
    assert done(post(tmp_path, table)) == [Done.KEPT]
    first, second = (json.loads(body)["id"] for _, _, _, body in web.seen)
    assert first == second


def test_before_the_first_meeting_there_is_nothing_to_deliver(web: Scripted, tmp_path: Path) -> None:
    with Store.open(tmp_path / "week.db"):
        pass
    assert done(post(tmp_path, f'kind = "webhook"\nurl = "{web.url}/hooks/x"\n')) == [Done.NONE]
    assert web.seen == []


class Killed(BaseException):
    """The process ends here."""


def killed_after_sending(monkeypatch: pytest.MonkeyPatch, folder: Path, table: str) -> None:
    def die(*_given: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Store, "confirm_delivery", die)
        with pytest.raises(Killed):
            post(folder, table)


def test_a_comment_whose_answer_was_lost_is_found_and_not_doubled(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = f'kind = "github"\nurl = "{web.url}"\nrepository = "o/r"\nissue = "3"\nsecret-env = "KESTREL_TOKEN"\n'
    place = "/repos/o/r/issues/3/comments"
    web.replies[place] = [(201, {}, b'{"id": 77}')]
    meet(tmp_path, 2)
    killed_after_sending(monkeypatch, tmp_path, table)
    body = sent(web)[0][2]["body"]
    web.replies[f"{place}?per_page=100&page=1"] = [
        (200, {}, json.dumps([{"id": 1, "body": "hello"}, {"id": 77, "body": body}]).encode())
    ]
    web.replies["/repos/o/r/issues/comments/77"] = [(200, {}, b'{"id": 77}')]
    assert done(post(tmp_path, table)) == [Done.SENT]
    assert [(method, path.partition("?")[0]) for method, path, _ in sent(web)] == [
        ("POST", place), ("GET", place), ("PATCH", "/repos/o/r/issues/comments/77"),
    ]  # fmt: skip
    assert done(post(tmp_path, table)) == [Done.KEPT]


def test_a_matrix_message_has_the_same_transaction_at_each_attempt(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = f'kind = "matrix"\nurl = "{web.url}"\nroom = "!a:example.org"\nsecret-env = "KESTREL_TOKEN"\n'
    meet(tmp_path, 2)
    start = "/_matrix/client/v3/rooms/%21a%3Aexample.org/send/m.room.message/"
    with Store.open(tmp_path / "week.db"):
        pass
    [dry] = post(tmp_path, table, dry=True)
    assert dry.post is not None
    digest = hashlib.sha256(dry.post.plain.encode()).hexdigest()[:16]
    for transaction in (dry.post.key, f"{dry.post.key}-{digest}"):
        web.replies[start + transaction] = [(200, {}, b'{"event_id": "$1"}')]
    killed_after_sending(monkeypatch, tmp_path, table)
    assert done(post(tmp_path, table)) == [Done.SENT]
    first, second, edit = [path for _, path, _ in sent(web)]
    assert first == second == start + dry.post.key  # a homeserver answers the second as the first
    assert edit.startswith(f"{start}{dry.post.key}-")  # for the report may have changed since the first
    assert sent(web)[2][2]["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$1"}
    content = sent(web)[0][2]
    assert content["format"] == "org.matrix.custom.html"
    assert "<pre>" in content["formatted_body"]


def test_a_topic_is_edited_when_the_report_changed(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = f'kind = "discourse"\nurl = "{web.url}"\nuser = "bot"\ncategory = "4"\nsecret-env = "KESTREL_TOKEN"\n'
    web.replies["/posts.json"] = [(200, {}, b'{"id": 12}')]
    web.replies["/posts/12.json"] = [(200, {}, b'{"post": {"id": 12}}')]
    meet(tmp_path, 2)
    assert done(post(tmp_path, table)) == [Done.SENT]
    assert sent(web)[0][2]["external_id"]
    real = drafts.load_draft

    def changed(*given: Any) -> Any:
        from dataclasses import replace

        draft = real(*given)
        assert draft is not None
        return replace(draft, digest="another")

    monkeypatch.setattr(posting, "load_draft", changed)
    assert done(post(tmp_path, table)) == [Done.EDITED]
    assert done(post(tmp_path, table)) == [Done.KEPT]
    assert [(method, path) for method, path, _ in sent(web)] == [("POST", "/posts.json"), ("PUT", "/posts/12.json")]


def test_a_strangers_line_begins_no_tag(web: Scripted, tmp_path: Path) -> None:
    meet(tmp_path, 2)
    path = tmp_path / "logs" / "evil.txt"
    path.write_text("[15:00] <ann> bug #5 <script>alert(1)</script>\n", encoding="utf-8")
    [dry] = post(tmp_path, f'kind = "webhook"\nurl = "{web.url}/x"\n', dry=True)
    assert dry.post is not None
    assert "<script" not in dry.post.html


def test_a_missing_secret_fails_before_anything_is_sent(
    web: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KESTREL_TOKEN")
    meet(tmp_path, 2)
    found = post(tmp_path, f'kind = "webhook"\nurl = "{web.url}/x"\nsecret-env = "KESTREL_TOKEN"\n')
    assert done(found) == [Done.FAILED]
    assert web.seen == []


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "ftp://x", "https://me:pw@x.org/", "https://[::1", "https:///x"]
)
def test_addresses_that_nothing_is_posted_to(url: str) -> None:
    with pytest.raises(DeliveryError):
        check_destination(url)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('kind = "pigeon"', "pigeon"),
        ('kind = "webhook"', "needs url"),
        ('kind = "webhook"\nurl = "https://x.org"\nwhat = "poem"', "poem"),
        ('kind = "webhook"\nurl = "https://x.org"\ntoken = "s3cret"', "unknown key"),
    ],
)
def test_a_delivery_that_cannot_be_meant(table: str, says: str, tmp_path: Path) -> None:
    with Store.open(tmp_path / "week.db"), pytest.raises(ConfigError, match=says):
        post(tmp_path, table)


def test_a_configuration_that_was_only_found_posts_nothing(tmp_path: Path) -> None:
    (tmp_path / "lptrack.toml").write_text(
        '[[team]]\nname = "K"\n[[team.deliver]]\nkind = "webhook"\nurl = "https://evil.example/"\n', encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"not trusted, but sets team\.deliver"):
        load_config(None, start=tmp_path)


def test_every_kind_is_documented() -> None:
    docs = (Path(__file__).resolve().parents[2] / "docs" / "delivery.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS.names() if f"| `{kind}` |" not in docs] == []
