"""`github`: a comment of an issue or pull request, edited in place; it carries its key, hidden."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from lptrack.deliver.answers import check_answer, need_secret, read_number
from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire

MOST_PAGES: Final = 50


def send_github(spec: DeliverySpec, post: Post, earlier: str | None, doubtful: bool, wire: Wire) -> str:
    """A comment of an issue or pull request, updated in place."""
    api = (wire.url or "https://api.github.com").rstrip("/")
    comments = f"{api}/repos/{quote(str(spec.values['repository']))}/issues"
    headers = {"Authorization": f"Bearer {need_secret(spec, wire)}", "Accept": "application/vnd.github+json"}
    body = {"body": f"{post.text}\n\n<!-- lptrack:{post.key} -->\n"}
    place = f"{comments}/{quote(str(spec.values['issue']))}/comments"
    if earlier is None and doubtful:
        earlier = _find_comment(spec, post, place, headers, wire)
    if earlier is not None:
        check_answer(spec, *wire.exchange("PATCH", f"{comments}/comments/{earlier}", body, headers))
        return earlier
    return read_number(spec, check_answer(spec, *wire.exchange("POST", place, body, headers)))


def _find_comment(spec: DeliverySpec, post: Post, place: str, headers: dict[str, str], wire: Wire) -> str | None:
    for page in range(1, MOST_PAGES + 1):
        status, found = wire.exchange("GET", f"{place}?per_page=100&page={page}", None, headers)
        if status != 200 or not isinstance(found, list):
            raise DeliveryError(f"{spec.kind} of {spec.team}: HTTP {status}")
        for each in found:
            if f"<!-- lptrack:{post.key} -->" in str(each.get("body", "")):
                return read_number(spec, each)
        if len(found) < 100:
            return None
    raise DeliveryError(f"{spec.kind} of {spec.team}: too many comments to find the earlier post")


GITHUB: Final = DeliveryKind("github", ("repository", "issue"), send_github, ("url",), ("issue",), edits=True)
