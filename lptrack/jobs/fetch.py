"""Fetch what is new from the configured sources and take it in; a source that fails is named, and the rest goes on.

A document is marked as fetched only once its content is recorded: a run that is killed between the two fetches it
once more, and taking the same bytes in twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from lptrack.config.model import Config
from lptrack.jobs.update import Outcome, take_in_logs
from lptrack.logs.model import LogResult
from lptrack.logs.options import Options
from lptrack.logs.sources import Source
from lptrack.logs.web import LARGEST_LOG
from lptrack.net.secrets import mask_address
from lptrack.net.session import open_session
from lptrack.net.settings import Settings
from lptrack.sources.interface import Item, Mark, Reader, SourceError, SourceSpec, is_wanted, kind_of
from lptrack.sources.web import WebReader
from lptrack.storage.store import Store


@dataclass(frozen=True, slots=True)
class Listed:
    """What a source has that is new, each with what is known of it already; or why it could not be asked."""

    spec: SourceSpec
    items: tuple[tuple[Item, Mark | None], ...] = ()
    failure: str | None = None


def sources_of(config: Config) -> tuple[SourceSpec, ...]:
    """The configured sources; `load_config` refuses a file with sources that nobody has trusted."""
    return tuple(spec for team in config.teams for spec in team.sources)


@contextmanager
def open_reader(settings: Settings) -> Iterator[Reader]:
    """The network for sources: lptrack's session without its cache, for the database knows what was fetched."""
    folder = Path(settings.cache) if settings.cache is not None and settings.cache_backend == "sqlite" else None
    session = open_session(replace(settings, cache=None), any_host=True, largest=LARGEST_LOG)
    try:
        yield WebReader(session, folder, datetime.now(UTC))
    finally:
        session.close()


def list_new(store: Store, spec: SourceSpec, reader: Reader) -> Listed:
    """What would be fetched."""
    marks = store.load_marks(spec.identity)
    try:
        known = [(item, marks.get(item.key)) for item in kind_of(spec).find(spec, reader)]
    except SourceError as error:
        return Listed(spec, (), error.message)
    return Listed(spec, tuple((item, mark) for item, mark in known if is_wanted(item, mark)))


def fetch_new(
    store: Store, config: Config, settings: Settings, options: Options, outcome: Outcome, *, run: int
) -> list[LogResult]:
    """Fetch and take in what is new of every source; failures go into ``outcome``."""
    specs = sources_of(config)
    if not specs:
        return []
    results: list[LogResult] = []
    with open_reader(settings) as reader:
        for spec in specs:
            listed = list_new(store, spec, reader)
            if listed.failure is not None:
                outcome.failures.append(listed.failure)
            for count, (item, mark) in enumerate(listed.items, 1):
                settings.say(f"{spec.shown}: {count} of {len(listed.items)} documents")
                try:
                    results += _fetch(store, spec, item, mark, reader, options, run)
                except SourceError as error:
                    outcome.failures.append(error.message)
                    break  # the rest of this source waits for the next run
    return results


def _fetch(
    store: Store, spec: SourceSpec, item: Item, mark: Mark | None, reader: Reader, options: Options, run: int
) -> list[LogResult]:
    answer = kind_of(spec).fetch(spec, item, mark, reader)
    results: list[LogResult] = []
    if answer is None:
        known = mark or Mark()
        store.save_mark(spec.identity, item.key, replace(known, version=item.version, settled=item.settled))
        return results
    if answer.content is not None:
        results += take_in_logs(store, [source_of(spec, item, answer.content)], options, run=run, at=reader.now)
    store.save_mark(spec.identity, item.key, Mark(item.version, answer.etag, answer.modified, item.settled))
    return results


def source_of(spec: SourceSpec, item: Item, content: bytes) -> Source:
    """The document as a log that is to be read."""
    return Source(name_of(spec, item), None, len(content), searched=True, content=content)


def name_of(spec: SourceSpec, item: Item) -> str:
    """The document's name in records: its address, or its place within the source."""
    if item.key.startswith(("https://", "http://")):
        return mask_address(item.key)
    place = spec.values.get("url") or spec.shown
    return f"{mask_address(str(place)).rstrip('/')}/{item.key}"
