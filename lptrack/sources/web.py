"""How sources use the network: lptrack's own session, each document asked for on condition that it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from requests import RequestException

from lptrack.errors import CassetteMiss, UnreadableLog
from lptrack.logs.web import check_address
from lptrack.net.secrets import mask_address
from lptrack.net.session import Session
from lptrack.sources.interface import Answer, Mark, SourceError


@dataclass(frozen=True, slots=True)
class WebReader:
    """Asks with the marks of the database; what is kept of an answer is there, not in the HTTP cache."""

    session: Session
    folder: Path | None
    now: datetime

    def get(self, url: str, mark: Mark | None = None, headers: Mapping[str, str] | None = None) -> Answer | None:
        """The document at the address, None where it is as it was. Raises `SourceError`, which names the address."""
        shown = mask_address(url)
        asked = {"Accept": "text/plain, text/html;q=0.9, application/json;q=0.9, */*;q=0.5", **(headers or {})}
        if mark is not None and mark.etag:
            asked["If-None-Match"] = mark.etag
        if mark is not None and mark.modified:
            asked["If-Modified-Since"] = mark.modified
        try:
            check_address(url)
            answer = self.session.get(url, headers=asked)
        except UnreadableLog as error:
            raise SourceError(error.message) from error
        except CassetteMiss as error:
            raise SourceError(f"{shown}: {error.message}", hint=error.hint) from error
        except RequestException as error:
            raise SourceError(f"{shown}: {error}") from error
        if answer.status_code == 304 and mark is not None:
            return None
        if answer.status_code in (404, 410):
            return Answer(None)
        if answer.status_code != 200:
            raise SourceError(f"{shown}: HTTP {answer.status_code}")
        return Answer(answer.content, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
