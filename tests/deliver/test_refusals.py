"""What Discourse and GitHub answer when they refuse, at the https addresses that no server on loopback can have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
from responses import matchers

from lptrack.deliver import KINDS
from lptrack.deliver.interface import DeliveryError, DeliverySpec, Post, kind_of
from lptrack.deliver.wire import open_wire

SECRET = "s3cret-t0ken"
POST = Post("k3y", "Kestrel", "report", "kestrel/2031-03-03T16:00Z", "1 fixed", "**1 fixed**", "1 fixed", "<b>1</b>")
DISCOURSE = DeliverySpec(
    "Kestrel", "discourse", "report",
    {"url": "https://discourse.example", "user": "bot", "category": 7, "secret-env": "KESTREL_TOKEN"},
)  # fmt: skip
GITHUB = DeliverySpec(
    "Kestrel", "github", "report", {"repository": "kestrel/notes", "issue": 5, "secret-env": "KESTREL_TOKEN"}
)
TOPIC = "https://discourse.example/posts.json"
COMMENT = "https://api.github.com/repos/kestrel/notes/issues/5/comments"


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """Every request must be one that is expected, and every one that is expected must come."""
    with responses.RequestsMock() as mock:
        yield mock


def send(spec: DeliverySpec, earlier: str | None = None, doubtful: bool = False) -> str:
    return kind_of(spec).send(spec, POST, earlier, doubtful, open_wire(spec))


def test_both_are_kinds_of_delivery() -> None:
    assert {KINDS.find("discourse"), KINDS.find("github")} == {kind_of(DISCOURSE), kind_of(GITHUB)}


def test_a_topic_is_asked_for_as_discourse_documents_it(web: responses.RequestsMock) -> None:
    web.post(
        TOPIC, json={"id": 17, "topic_id": 4},
        match=[
            matchers.header_matcher({"Api-Key": SECRET, "Api-Username": "bot"}),
            matchers.json_params_matcher(
                {
                    "raw": "**1 fixed**\n\n<!-- lptrack:k3y -->\n", "external_id": "k3y", "category": 7,
                    "title": "Kestrel: report kestrel/2031-03-03T16:00Z",
                }
            ),
        ],
    )  # fmt: skip
    assert send(DISCOURSE) == "17"


def test_a_comment_is_asked_for_as_github_documents_it(web: responses.RequestsMock) -> None:
    web.post(
        COMMENT, status=201, json={"id": 99},
        match=[
            matchers.header_matcher({"Authorization": f"Bearer {SECRET}", "Accept": "application/vnd.github+json"}),
            matchers.json_params_matcher({"body": "**1 fixed**\n\n<!-- lptrack:k3y -->\n"}),
        ],
    )  # fmt: skip
    assert send(GITHUB) == "99"
    (sent,) = web.calls
    assert sent.request.headers["User-Agent"].startswith("lptrack/")


REFUSALS: list[tuple[DeliverySpec, int, Any, str]] = [
    (DISCOURSE, 403, {"errors": ["You are not permitted to do that."], "error_type": "invalid_access"},
     "HTTP 403, You are not permitted to do that."),
    (DISCOURSE, 422, {"action": "create_post", "errors": ["Title has already been used", "Body is too short"]},
     "HTTP 422, Title has already been used Body is too short"),
    (DISCOURSE, 429, {"errors": ["You’ve performed this action too many times."], "extras": {"wait_seconds": 9}},
     "HTTP 429, You’ve performed this action too many times."),
    (DISCOURSE, 200, {"action": "enqueued", "success": True}, "the answer names no post"),
    (DISCOURSE, 200, "<html>maintenance</html>", "HTTP 200"),
    (DISCOURSE, 502, "<html>Bad Gateway</html>", "HTTP 502"),
    (GITHUB, 401, {"message": "Bad credentials", "documentation_url": "https://x"}, "HTTP 401, Bad credentials"),
    (GITHUB, 403, {"message": "API rate limit exceeded."}, "HTTP 403, API rate limit exceeded."),
    (GITHUB, 404, {"message": "Not Found", "status": "404"}, "HTTP 404, Not Found"),
    (GITHUB, 410, {"message": "This issue is locked.\n::error::x"}, "HTTP 410, This issue is locked. ::error::x"),
    (GITHUB, 422, {"message": "Validation Failed", "errors": [{"code": "m"}]}, "HTTP 422, Validation Failed"),
    (GITHUB, 422, {"message": "x" * 5000}, "HTTP 422, " + "x" * 200 + "…"),
    (GITHUB, 403, {"message": f"{SECRET} has no access"}, "HTTP 403, *** has no access"),
    (GITHUB, 500, {"message": ["no", "text"]}, "HTTP 500"),
    (GITHUB, 201, [], "HTTP 201"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "status", "answer", "words"), REFUSALS)
def test_a_refusal_is_told_in_the_destinations_words_and_never_with_the_token(
    web: responses.RequestsMock, spec: DeliverySpec, status: int, answer: Any, words: str
) -> None:
    body = answer if isinstance(answer, str) else json.dumps(answer)
    web.post(TOPIC if spec is DISCOURSE else COMMENT, status=status, body=body)
    with pytest.raises(DeliveryError) as raised:
        send(spec)
    assert raised.value.message == f"{spec.kind} of Kestrel: {words}"
    assert raised.value.exit_code == 6
    assert SECRET not in raised.value.message
    assert len(web.calls) == 1  # the next `post` tries again, not this one


@pytest.mark.parametrize("spec", [DISCOURSE, GITHUB])
def test_an_edit_of_a_post_that_was_deleted_is_told(web: responses.RequestsMock, spec: DeliverySpec) -> None:
    if spec is DISCOURSE:
        web.put("https://discourse.example/posts/17.json", status=404, json={"errors": ["Not found"]})
    else:
        web.patch(
            "https://api.github.com/repos/kestrel/notes/issues/comments/17", status=404, json={"message": "Not found"}
        )
    with pytest.raises(DeliveryError, match="HTTP 404, Not found"):
        send(spec, earlier="17")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("spec", [DISCOURSE, GITHUB])
def test_a_redirect_is_not_followed_with_the_token(
    web: responses.RequestsMock, spec: DeliverySpec, status: int
) -> None:
    """A repository that was renamed answers so; where it leads may be anybody's, and the token stays."""
    address = TOPIC if spec is DISCOURSE else COMMENT
    web.post(address, status=status, headers={"Location": "https://elsewhere.example/"}, json={"message": "Moved"})
    with pytest.raises(DeliveryError, match=f"HTTP {status}"):
        send(spec)
    assert len(web.calls) == 1


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.SSLError(f"certificate of https://{SECRET}@x"),
        requests.exceptions.ConnectTimeout("slow"),
        requests.exceptions.ChunkedEncodingError("cut"),
    ],
)
def test_no_answer_is_told_without_the_librarys_words(web: responses.RequestsMock, error: Exception) -> None:
    """They may repeat the address, and of a webhook the address is the secret."""
    web.post(COMMENT, body=error)
    with pytest.raises(DeliveryError) as raised:
        send(GITHUB)
    assert raised.value.message == f"https://api.github.com: no answer ({type(error).__name__})"
