"""The session above a mocked transport: https hosts of the web, which no server on loopback can stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
import responses
from responses import matchers, registries

from lptrack.net.errors import RedirectRefused, Unanswered
from lptrack.net.session import Session
from lptrack.net.settings import Settings

Opened = Callable[..., Session]
HOST = "https://api.tracker.example"
JSON = {"Accept": "application/json"}


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """Answers in the order given; each must be asked for."""
    with responses.RequestsMock(registry=registries.OrderedRegistry) as mock:
        yield mock


def test_a_host_that_is_overloaded_is_asked_again_when_it_said(
    web: responses.RequestsMock, opened: Opened, slept: list[float]
) -> None:
    web.get(f"{HOST}/bugs/5", status=503, headers={"Retry-After": "17"})
    web.get(f"{HOST}/bugs/5", status=502)
    web.get(f"{HOST}/bugs/5", json={"id": 5})
    settings = Settings()
    assert opened(settings).get(f"{HOST}/bugs/5", headers=JSON).json() == {"id": 5}
    assert settings.budget.retries == 2
    assert 17 <= sum(slept) < 18


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([{"status": 500}] * 3, "HTTP 500 (3 times)"),
        ([{"body": "<b>login</b>", "content_type": "text/html"}] * 4, "answered text/html instead of JSON (4 times)"),
        ([{"body": '{"id"', "content_type": "application/json"}] * 4, "answered JSON that cannot be read (4 times)"),
        ([{"body": requests.exceptions.ReadTimeout("x")}] * 6, "(6 times)"),
    ],
)  # fmt: skip
def test_what_stays_wrong_is_told_after_so_many_tries(
    web: responses.RequestsMock, opened: Opened, answers: list[dict[str, object]], words: str
) -> None:
    for answer in answers:
        web.get(f"{HOST}/bugs/5", **answer)
    with pytest.raises(Unanswered) as raised:
        opened(Settings()).get(f"{HOST}/bugs/5", headers=JSON)
    assert raised.value.detail.startswith("api.tracker.example: ")
    assert raised.value.detail.endswith(words)


def test_what_has_not_changed_is_not_sent_again(web: responses.RequestsMock, opened: Opened, tmp_path: Path) -> None:
    first = {"ETag": '"v1"', "Cache-Control": "no-cache"}
    web.get(f"{HOST}/bugs/5", json={"status": "New"}, headers=first)
    web.get(f"{HOST}/bugs/5", status=304, headers=first, match=[matchers.header_matcher({"If-None-Match": '"v1"'})])
    web.get(
        f"{HOST}/bugs/5", json={"status": "Triaged"}, headers={"ETag": '"v2"'},
        match=[matchers.header_matcher({"If-None-Match": '"v1"'})],
    )  # fmt: skip
    settings = Settings(cache=tmp_path / "cache", max_age=timedelta(0), refresh=True)
    session = opened(settings)
    told = [session.get(f"{HOST}/bugs/5", headers=JSON).json()["status"] for _ in range(3)]
    assert told == ["New", "New", "Triaged"]
    assert (settings.budget.requests, settings.budget.revalidated) == (3, 1)


def test_a_page_of_the_web_may_move_to_another_host_but_the_login_stays(
    web: responses.RequestsMock, opened: Opened
) -> None:
    web.get("https://logs.example/a", status=301, headers={"Location": "https://moved.example/b"})
    web.get("https://moved.example/b", body="log")
    session = opened(Settings(), any_host=True)
    answer = session.get("https://logs.example/a", headers={"Authorization": "Bearer s3cret"})
    assert (answer.text, answer.url) == ("log", "https://moved.example/b")
    assert "Authorization" in web.calls[0].request.headers
    assert "Authorization" not in web.calls[1].request.headers


@pytest.mark.parametrize("any_host", [True, False])
@pytest.mark.parametrize("target", ["http://logs.example/b", "http://elsewhere.example/", "ftp://logs.example/b"])
def test_https_never_leads_to_anything_plainer(
    web: responses.RequestsMock, opened: Opened, target: str, any_host: bool
) -> None:
    web.get("https://logs.example/a", status=302, headers={"Location": target})
    with pytest.raises(RedirectRefused, match="not followed"):
        opened(Settings(), any_host=any_host).get("https://logs.example/a")


def test_a_tracker_does_not_lead_to_another_host(web: responses.RequestsMock, opened: Opened) -> None:
    web.get(f"{HOST}/bugs/5", status=302, headers={"Location": "https://elsewhere.example/bugs/5"})
    with pytest.raises(RedirectRefused, match=r"redirects to https://elsewhere\.example"):
        opened(Settings()).get(f"{HOST}/bugs/5")
