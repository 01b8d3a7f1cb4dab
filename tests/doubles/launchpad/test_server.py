"""The loopback Launchpad answers as the recorded answers do, and launchpadlib logs in to it unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from launchpadlib.launchpad import Launchpad

from tests.doubles.launchpad.recorded import Recorded
from tests.doubles.launchpad.server import LoopbackLaunchpad


@pytest.fixture
def server() -> Iterator[LoopbackLaunchpad]:
    with LoopbackLaunchpad(Recorded()) as running:
        yield running


def get(server: LoopbackLaunchpad, path: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(f"{server.root}{path}", headers={"Accept": "application/json", **named}, timeout=5)


@pytest.mark.parametrize("version", ["1.0", "devel"])
def test_launchpadlib_logs_in_and_reads(server: LoopbackLaunchpad, tmp_path: Path, version: str) -> None:
    launchpad = Launchpad.login_anonymously("test", server.root, str(tmp_path), version=version)
    bug = launchpad.bugs[2900001]
    assert bug.title == "Laptop: does not resume (was: suspend)"
    assert [task.status for task in bug.bug_tasks] == ["Incomplete", "Triaged", "New", "Does Not Exist", "New"]
    assert len(list(bug.activity)) == 49
    launchpad._browser._connection.close()


def test_entries_have_etags_and_answer_304(server: LoopbackLaunchpad) -> None:
    first = get(server, "devel/bugs/2900001")
    tag = first.headers["Etag"]
    assert tag == first.json()["http_etag"]
    for condition in (tag, f'"other", {tag}', f'{tag[:-1]}-gzip"'):
        again = get(server, "devel/bugs/2900001", If_None_Match=condition)
        assert (again.status_code, again.content, again.headers["Etag"]) == (304, b"", tag)
    for condition in (f"W/{tag}", "*", '"other"'):
        assert get(server, "devel/bugs/2900001", If_None_Match=condition).status_code == 200
    assert get(server, "1.0/bugs/2900001").headers["Etag"] != tag


def test_collections_have_none(server: LoopbackLaunchpad) -> None:
    answer = get(server, "devel/bugs/2900001/bug_tasks", If_None_Match='"x"')
    assert answer.status_code == 200
    assert "Etag" not in answer.headers
    assert answer.headers["Vary"] == "Accept"


def test_pages_end_as_recorded(server: LoopbackLaunchpad) -> None:
    url, sizes, pages = "devel/bugs/2900001/activity?ws.size=20", [], []
    while True:
        page: dict[str, Any] = get(server, url).json()
        pages.append(page)
        sizes.append(len(page["entries"]))
        if "next_collection_link" not in page:
            break
        url = page["next_collection_link"].removeprefix(server.root)
    assert sizes == [20, 20, 9]
    assert "total_size_link" in pages[0]
    assert pages[-1]["total_size"] == 49
    assert "&ws.size=20&memo=40&ws.start=40" in f"&{url.partition('?')[2]}"


def test_beyond_the_end_and_too_large(server: LoopbackLaunchpad) -> None:
    beyond = get(server, "devel/bugs/2900001/activity?ws.start=1000").json()
    assert (beyond["entries"], beyond["total_size"]) == ([], 1000)
    large = get(server, "devel/bugs/2900001/activity?ws.size=301")
    assert (large.status_code, large.text) == (400, 'Maximum for "ws.size" parameter is 300.')
    assert len(get(server, "devel/bugs/2900001/activity?ws.size=0").json()["entries"]) == 49


@pytest.mark.parametrize(
    "path", ["9.9/", "", "devel/bugs/0", "devel/bugs/abc", "devel/bugs/99999999999999999999", "devel/~gone"]
)
def test_what_is_not_there_is_404_in_plain_text(server: LoopbackLaunchpad, path: str) -> None:
    answer = get(server, path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_private_bugs_are_for_those_who_may(server: LoopbackLaunchpad) -> None:
    server.catalogue = Recorded(private={2900001: frozenset({"pete"})})
    server.tokens["key"] = ("secret", "pete")
    assert get(server, "devel/bugs/2900001").status_code == 404
    assert get(server, "devel/bugs/2900001/activity").status_code == 404
    signed = 'OAuth oauth_consumer_key="x", oauth_token="key", oauth_signature="%26secret"'
    assert get(server, "devel/bugs/2900001", Authorization=signed).json()["private"] is True
    for wrong in (
        signed.replace('key",', 'other",'),
        signed.replace("secret", "wrong"),
        'OAuth oauth_consumer_key=""',
    ):
        assert get(server, "devel/bugs/2900001", Authorization=wrong).status_code == 401
    anonymous = 'OAuth oauth_consumer_key="x", oauth_token="", oauth_signature="%26"'
    assert get(server, "devel/bugs/2900003", Authorization=anonymous).status_code == 200


def test_the_root_is_wadl_or_json_by_accept(server: LoopbackLaunchpad) -> None:
    wadl = get(server, "devel/", Accept="application/vnd.sun.wadl+xml")
    assert f'<wadl:resources base="{server.root}devel/">' in wadl.text
    assert "bugs_collection_link" in get(server, "devel").json()
    assert get(server, "devel/", If_None_Match=wadl.headers["Etag"]).status_code == 304
