"""`moin` as a delivery, against a real MoinMoin 1.9 (`make test-moin`)."""

from __future__ import annotations

import os
import xmlrpc.client
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lptrack.jobs import drafts
from lptrack.jobs import post as posting
from lptrack.jobs.post import Done
from lptrack.storage.store import Store
from tests.deliver.kestrel import done, meet, post
from tests.moin.wiki import Wiki, serve

pytestmark = [
    pytest.mark.moin,
    pytest.mark.skipif("LPTRACK_MOIN" not in os.environ, reason="no MoinMoin 1.9: make test-moin"),
]


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    with serve(tmp_path_factory.mktemp("moin")) as running:
        yield running


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESTREL_TOKEN", "s3cret-t0ken")


def table(wiki: Wiki, page: str, user: str = "bot") -> str:
    return f'kind = "moin"\nurl = "{wiki.url}"\nuser = "{user}"\npage = "{page}"\nsecret-env = "KESTREL_TOKEN"\n'


def test_a_page_is_written_once_and_replaced_when_the_report_changed(
    wiki: Wiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(tmp_path, 2)
    given = table(wiki, "Kestrel/{date}")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "confirm_delivery", _die)
        with pytest.raises(KeyboardInterrupt):
            post(tmp_path, given)  # it was written, and nobody knows
    assert done(post(tmp_path, given)) == [Done.SENT]
    assert done(post(tmp_path, given)) == [Done.KEPT]
    assert wiki.count_revisions("Kestrel/2026-11-02") == 1
    shown = wiki.read("Kestrel/2026-11-02")
    assert "<h" in shown
    assert "bugs/2" in shown
    assert "lptrack:" not in shown  # the mark is a comment
    real = drafts.load_draft

    def changed(*found: Any) -> Any:
        draft = real(*found)
        assert draft is not None
        return replace(draft, digest="another", post=replace(draft.post, wiki="= Another =\n"))

    monkeypatch.setattr(posting, "load_draft", changed)
    assert done(post(tmp_path, given)) == [Done.EDITED]
    assert wiki.count_revisions("Kestrel/2026-11-02") == 2
    assert "Another" in wiki.read("Kestrel/2026-11-02")


def test_a_page_that_a_person_wrote_stays(wiki: Wiki, tmp_path: Path) -> None:
    server = xmlrpc.client.ServerProxy(f"{wiki.url}?action=xmlrpc2")
    calls = xmlrpc.client.MultiCall(server)
    calls.applyAuthToken(server.getAuthToken("ann", "s3cret-t0ken"))
    calls.putPage("KestrelFrontPage", "Welcome, by hand.\n")
    answers = calls()
    assert (answers[0], answers[1]) == ("SUCCESS", True)
    meet(tmp_path, 2)
    [failed] = post(tmp_path, table(wiki, "KestrelFrontPage"))
    assert "is not lptrack's" in failed.failure.message
    assert wiki.read("KestrelFrontPage", "raw").strip() == "Welcome, by hand."


def test_whom_the_wiki_refuses_is_a_failed_delivery(
    wiki: Wiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(tmp_path, 2)
    monkeypatch.setenv("KESTREL_TOKEN", "wr0ng")
    [failed] = post(tmp_path, table(wiki, "Kestrel/Refused"))
    assert "refuses user or password" in failed.failure.message
    assert "wr0ng" not in failed.failure.message


def _die(*_given: object) -> None:
    raise KeyboardInterrupt
