"""`moin` against a double of the wiki's API and odd answers; `tests/moin/` writes into a real MoinMoin 1.9."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

import pytest

from lptrack.deliver.interface import Post
from lptrack.deliver.moin import MARK, build_page
from lptrack.jobs.post import Done
from lptrack.storage.store import Store
from tests.deliver.kestrel import done, meet, post
from tests.net.server import Scripted


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ()  # any, with its query

    def log_message(self, format: str, *args: object) -> None:
        pass


class Double(SimpleXMLRPCServer):
    """As much of MoinMoin's API as a delivery uses. ``swallows``: putPage answers true and writes nothing."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler, logRequests=False)
        self.pages: dict[str, str] = {}
        self.writes = 0
        self.swallows = False
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def _dispatch(self, method: str, params: Any) -> Any:
        assert method in ("system.multicall", "getAuthToken", "applyAuthToken", "getPage", "putPage")
        return getattr(self, method.replace(".", "_"))(*params)

    def getAuthToken(self, user: str, password: str) -> str:
        return "token" if (user, password) == ("bot", "s3cret-t0ken") else ""

    def applyAuthToken(self, token: str) -> str:
        if token != "token":
            raise Fault("INVALID", "Invalid token.")  # type: ignore[arg-type]
        return "SUCCESS"

    def getPage(self, name: str) -> str:
        if name not in self.pages:
            raise Fault(1, "No such page was found.")
        return self.pages[name]

    def putPage(self, name: str, text: str) -> bool:
        if "Locked" in name:
            raise Fault(1, "You are not allowed to edit this page")
        self.writes += 1
        if not self.swallows:
            self.pages[name] = text.rstrip("\n") + "\n"
        return True


@pytest.fixture
def wiki() -> Iterator[Double]:
    with Double() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def table(url: str, page: str = "Kestrel/{date}") -> str:
    return f'kind = "moin"\nurl = "{url}"\nuser = "bot"\npage = "{page}"\nsecret-env = "KESTREL_TOKEN"\n'


def test_each_meeting_has_its_page_written_once(
    wiki: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(tmp_path, 2)

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "confirm_delivery", die)
        with pytest.raises(KeyboardInterrupt):
            post(tmp_path, table(wiki.url))
    assert done(post(tmp_path, table(wiki.url))) == [Done.SENT]
    assert done(post(tmp_path, table(wiki.url))) == [Done.KEPT]
    assert wiki.writes == 1
    meet(tmp_path, 3)
    assert done(post(tmp_path, table(wiki.url))) == [Done.SENT]
    assert sorted(wiki.pages) == ["Kestrel/2026-11-02", "Kestrel/2026-11-03"]
    assert all(text.startswith(MARK) for text in wiki.pages.values())


def test_one_page_is_replaced_meeting_by_meeting(wiki: Double, tmp_path: Path) -> None:
    for day in (2, 3):
        meet(tmp_path, day)
        assert done(post(tmp_path, table(wiki.url, "KestrelReport"))) == [Done.SENT]
    assert list(wiki.pages) == ["KestrelReport"]
    assert wiki.writes == 2


@pytest.mark.parametrize(
    ("page", "says"), [("FrontPage", "is not lptrack's"), ("Locked", "You are not allowed to edit this page")]
)
def test_a_page_that_is_not_ours_to_write_stays(wiki: Double, tmp_path: Path, page: str, says: str) -> None:
    wiki.pages["FrontPage"] = "Welcome\n## lptrack:\n"
    meet(tmp_path, 2)
    [failed] = post(tmp_path, table(wiki.url, page))
    assert says in failed.failure.message
    assert wiki.pages == {"FrontPage": "Welcome\n## lptrack:\n"}


def test_a_wiki_that_says_yes_and_does_nothing_has_not_taken_it(wiki: Double, tmp_path: Path) -> None:
    wiki.swallows = True
    meet(tmp_path, 2)
    [failed] = post(tmp_path, table(wiki.url))
    assert "did not take the page Kestrel/2026-11-02" in failed.failure.message


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (500, b"", "HTTP 500"),
        (200, b"<html>", "not XML-RPC"),
        (200, b'<!DOCTYPE x [<!ENTITY a "b">]><methodResponse/>', "not XML-RPC"),
        (200, b"<methodResponse><params></params></methodResponse>", "not XML-RPC"),
        (
            200,
            b"<methodResponse><params><param><value><int>x</int></value></param></params></methodResponse>",
            "not XML-RPC",
        ),
        (
            200,
            b"<methodResponse><params><param><value/></param></params></methodResponse>",
            "refuses user or password",
        ),
    ],
)
def test_what_is_no_answer_is_a_failed_delivery(
    web: Scripted, tmp_path: Path, status: int, answer: bytes, says: str
) -> None:
    meet(tmp_path, 2)
    web.replies["/?action=xmlrpc2"] = [(status, {}, answer)]
    [failed] = post(tmp_path, table(f"{web.url}/"))
    assert says in failed.failure.message
    assert len(web.seen) == 1


def test_the_mark_tells_what_the_page_says() -> None:
    one, two = (Post("k", "K", "report", None, "h", "t", "p", "h", wiki) for wiki in ("= a =\n", "= b =\n"))
    assert build_page(one) != build_page(two)
    assert build_page(one).splitlines()[0].startswith("## lptrack:k-")
