"""The logs at an address: one document, a page of links on the web, a folder of an object store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from lptrack.errors import LptrackError, NoLogs, UnreadableLog
from lptrack.logs.remote import Remote, import_fsspec, is_web
from lptrack.logs.sources import Source, find_sources, is_log_name
from lptrack.logs.web import LARGEST_LOG
from lptrack.net.secrets import mask_address
from lptrack.net.session import open_session
from lptrack.net.settings import Settings
from lptrack.sources.index import find_links
from lptrack.sources.interface import SourceSpec
from lptrack.sources.web import WebReader

_CREDENTIALS: Final = re.compile(r"://[^/]*@")


def find_inputs(arguments: Iterable[str]) -> Iterator[Source | UnreadableLog | Remote]:
    """Each LOG of a command line as the documents it stands for, in order; addresses too."""
    for argument in arguments:
        if "://" not in argument:
            yield from find_sources([argument])
            continue
        try:
            found = list(_find_pages(argument) if is_web(argument) else _find_objects(argument))
        except LptrackError as error:
            yield UnreadableLog(_show(argument), error.message, hint=error.hint)
            continue
        yield from found
        if not found:
            yield NoLogs(_show(argument), "holds no logs", hint="name the address of a log, or of a folder")


def _find_pages(address: str) -> Iterator[Remote]:
    """The log itself; of an address that ends in `/` what it links to, as a source of the kind `index` does."""
    if not urlsplit(address).path.endswith("/"):
        yield Remote(mask_address(address), address)
        return
    session = open_session(Settings(), any_host=True, largest=LARGEST_LOG)
    try:
        reader = WebReader(session, None, datetime.now(UTC))
        links = {item.key for item in find_links(SourceSpec("", "index", {"url": address, "pattern": "*"}), reader)}
    finally:
        session.close()
    for link in sorted(links, key=unquote):
        if is_log_name(unquote(urlsplit(link).path).rpartition("/")[2]):
            yield Remote(mask_address(link), link, searched=True)


def _find_objects(address: str) -> Iterator[Remote]:
    """The object, or every log below a folder; sorted, hidden ones left out, as in a folder here."""
    fsspec = import_fsspec()
    try:
        store, place = fsspec.core.url_to_fs(address)
        if not store.isdir(place):
            yield Remote(_show(address), address)
            return
        objects = store.find(place, detail=True)
    except ImportError as error:
        raise LptrackError("its store needs another package", hint=str(error)) from error
    except Exception as error:  # each store raises what its own library has
        raise LptrackError(f"cannot be listed ({type(error).__name__}: {error})") from error
    for path in sorted(objects):
        inside = path[len(place.rstrip("/")) + 1 :].split("/")
        if is_log_name(inside[-1]) and not any(part.startswith(".") for part in inside):
            link = store.unstrip_protocol(path)
            yield Remote(_show(link), link, int(objects[path].get("size") or 0), searched=True)


def _show(address: str) -> str:
    """As rows and messages name it, without a secret. In an object's name `#` and `?` are what they are."""
    return mask_address(address) if is_web(address) else _CREDENTIALS.sub("://", address)
