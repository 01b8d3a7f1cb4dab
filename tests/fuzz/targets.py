"""The parsers under attack: where each one's inputs come from, how it is run, and what must hold of its answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from tests.fuzz import inputs, reports
from tests.fuzz.damage import damage, damage_json

if TYPE_CHECKING:
    from lptrack.logs.options import Options
    from lptrack.logs.references import Found
    from lptrack.logs.sources import Source

Damage = Callable[[bytes, Sequence[bytes], random.Random], bytes]
NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Target:
    """A parser: ``run`` raises where it gives way. ``seeds`` are whole, undamaged inputs."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    run: Callable[[bytes], None]
    damage: Damage = damage


# ------------------------------------------------------------------------------------------------- logs


def run_log(data: bytes, name: str | None = None, zone: str = "UTC") -> None:
    """Reading a log whole, in passing and through the sieve finds the same, each in a line that is there."""
    from lptrack.errors import LptrackError
    from lptrack.logs.extract import extract_log, stream_found
    from lptrack.logs.options import Options
    from lptrack.logs.output import build_record
    from lptrack.logs.sources import Source
    from lptrack.model import Announcement

    source = Source("logs/fuzz-2013-09-11.log", None, len(data), content=data)
    options = Options(log_format=name, zone=UTC if zone == "UTC" else ZoneInfo(zone))
    try:
        whole = extract_log(source, options)
    except LptrackError:
        return
    streamed = list(stream_found(source, options))
    for found in streamed:
        json.dumps(build_record(found))
    meetings = {meeting.id for meeting in whole.meetings}
    for reference in whole.references:
        assert 0 < reference.number < 10**10
        assert 1 <= reference.line <= data.count(b"\n") + data.count(b"\r") + 1
        assert reference.meeting is None or reference.meeting in meetings
        assert reference.at is None or reference.at.tzinfo is UTC
    passing = [found.reference if isinstance(found, Announcement) else found for found in streamed]
    assert passing == list(whole.references), "the quick reader and the whole one differ"
    assert [found for found in streamed if isinstance(found, Announcement)] == list(whole.announcements)
    assert list(sift_found(source, options)) == streamed, "the sieve and the quick reader differ"


def sift_found(source: Source, options: Options) -> Iterator[Found]:
    """As `stream_found`, of a log that is treated as long however short it is."""
    from lptrack.logs.document import open_reading
    from lptrack.logs.extract import open_collector, read_stretches

    options = replace(options, counting=False)
    reading = open_reading(source, options)
    reading.head = replace(reading.head, whole=False)
    for stretch in read_stretches(reading, open_collector(reading, options)):
        yield from stretch.found


def _one_format(name: str) -> Target:
    def run(data: bytes) -> None:
        run_log(data, name)

    return Target(f"log-{name}", cache(lambda: inputs.log_seeds(name)), run)


def run_take_in(data: bytes) -> None:
    """What any log becomes in the database can be exported, imported, checked and shown in every form."""
    from lptrack.errors import LptrackError
    from lptrack.logs.extract import extract_log
    from lptrack.logs.sources import Source
    from lptrack.storage.store import Store

    try:
        extraction = extract_log(Source("logs/fuzz-2013-09-11.log", None, len(data), content=data[:20_000]))
    except LptrackError:
        return
    with Store.open(":memory:", clock=lambda: NOW) as store:
        store.take_in(extraction, NOW, run=store.begin_run("run"))
        reports.check_database(store)
        reports.check_reports(store)


# ------------------------------------------------------------------------------------------------- grammar


def run_grammar(data: bytes) -> None:
    """Matches lie in the text, in order, and name each number once."""
    from lptrack.grammar.bots import parse_announcements
    from lptrack.grammar.prefilter import may_refer
    from lptrack.grammar.scan import bare_candidates, scan_line

    text = data.decode("utf-8", "replace").replace("\n", " ")
    for tracker in ("launchpad", "debian"):
        matches = scan_line(text, tracker=tracker, shown=(1216043, 5))
        assert len({(match.tracker, match.number) for match in matches}) == len(matches)
        for match in (*matches, *bare_candidates(text, tracker=tracker)):
            assert 0 <= match.start < match.end <= len(text)
            assert 0 < match.number < 10**10
            assert may_refer(text.encode("utf-8", "replace")), "the prefilter would lose this line"
    for said in parse_announcements(text):
        assert 0 < said.number < 10**10


# ------------------------------------------------------------------------------------------------- trackers


def run_debian(data: bytes) -> None:
    """An answer of debbugs is read whole or refused, and whatever was read makes a history."""
    from lptrack.model import Observation
    from lptrack.trackers.debian.history import build_history
    from lptrack.trackers.debian.log import build_entries
    from lptrack.trackers.debian.mail import parse_mails
    from lptrack.trackers.debian.soap import WrongAnswer, parse_response
    from lptrack.trackers.debian.status import parse_status, parse_statuses

    seen: Observation | None = None
    try:
        for number, status in parse_statuses(parse_response(data, "get_status"), range(10**12)).items():
            seen = parse_status(number, status, f"https://bugs.debian.org/{number}")
            reports.check_history(build_history(seen, (), NOW), seen, (), NOW)
    except WrongAnswer:
        pass
    try:
        mails = parse_mails(parse_response(data, "get_bug_log"), ("bugs.debian.org",))
    except WrongAnswer:
        return
    seen = inputs.debian_observation()
    entries = build_entries(seen.number, mails)
    reports.check_history(build_history(seen, entries, NOW), seen, entries, NOW)


def run_launchpad(data: bytes) -> None:
    """Launchpad's answers about a bug are read whole or refused; what was read makes a history that can be shown."""
    from lptrack.trackers.launchpad import answers
    from lptrack.trackers.launchpad.history import build_history

    try:
        told = answers.load_json(data)
        if not isinstance(told, dict):
            return
        entry = answers.parse_bug(told.get("bug"), inputs.NUMBER)
        tasks = answers.parse_tasks(answers.parse_page(told.get("tasks")).entries, inputs.NUMBER)
        entries = answers.parse_activity(answers.parse_page(told.get("activity")).entries, inputs.NUMBER)
        facts = {"series:/ubuntu": answers.parse_series(answers.parse_page(told.get("series")).entries)}
        facts["focus:/made-up"] = answers.parse_focus(told.get("focus"))
    except (answers.WrongAnswer, ValueError, RecursionError) as error:
        if isinstance(error, (ValueError, RecursionError)) and _is_json(data):
            raise
        return
    tasks = answers.resolve_from_log(tasks, entries)
    seen = inputs.launchpad_observation(entry, tasks)
    history = build_history(seen, entries, facts, NOW)
    reports.check_history(history, seen, entries, NOW)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def run_headers(data: bytes) -> None:
    """Whatever a server writes into its headers, a wait is a number of seconds or none."""
    from lptrack.net.policy import parse_http_date, parse_retry_after

    for value in data.decode("latin-1").splitlines():
        asked = parse_retry_after(value, NOW)
        assert asked is None or 0 <= asked < float("inf")
        at = parse_http_date(value)
        assert at is None or at.tzinfo is not None


# ------------------------------------------------------------------------------------------------- files, words


def run_cassette(data: bytes) -> None:
    """A file is a cassette that answers, or a `UsageError`."""
    from requests import Request

    from lptrack.errors import LptrackError
    from lptrack.net.cassette import ReplayAdapter

    with inputs.as_file(data) as path:
        try:
            adapter = ReplayAdapter(path)
            url = "https://api.launchpad.net/devel/bugs/2900001"
            adapter.send(Request("GET", url, headers={"Accept": "application/json"}).prepare())
        except LptrackError:
            return


def run_config(data: bytes) -> None:
    """A file is a configuration whose values can be used, or a `UsageError`."""
    from lptrack.config.load import load_config
    from lptrack.config.settings import build_settings, database_path
    from lptrack.errors import LptrackError
    from lptrack.jobs.log_options import build_log_options
    from lptrack.jobs.view import build_options
    from lptrack.storage.store import Store
    from lptrack.trackers import tracker_named

    with inputs.as_file(data) as path:
        try:
            config = load_config(path)
            settings = build_settings(config)
            build_log_options(config)
            build_options(config)
        except LptrackError:
            return
        database_path(None, config)
        with Store.open(":memory:", clock=lambda: NOW) as store:
            store.due(settings.max_age, also=[each.bug for each in config.track])
            for each in config.track:
                tracker_named(each.bug.tracker).bug_url(each.bug.number, settings)


def run_arguments(data: bytes) -> None:
    """A word of the command line is understood or a `UsageError`."""
    from lptrack.ci.gates import parse_gate
    from lptrack.cli.forms import parse_bug, parse_time
    from lptrack.config.duration import parse_duration
    from lptrack.config.model import Config
    from lptrack.errors import UsageError
    from lptrack.jobs.log_options import build_log_options, parse_zone
    from lptrack.join.endpoints import resolve_endpoint, resolve_window
    from lptrack.trackers.debian.roots import parse_watch
    from lptrack.trackers.launchpad.roots import build_bug_url, resolve_service_root

    word = data.decode("utf-8", "surrogateescape").replace("\0", "")[:5000]
    meetings = inputs.meetings()
    readers: tuple[Callable[[str], object], ...] = (
        parse_bug,
        lambda text: parse_time(text, "--since", end_of_day=True),
        lambda text: resolve_endpoint(text, meetings, NOW),
        lambda text: resolve_window(text, "now", meetings, NOW),
        lambda text: resolve_window("previous", text, meetings, NOW),
        parse_gate,
        parse_duration,
        parse_zone,
        lambda text: build_log_options(Config(), day=text),
        resolve_service_root,
        lambda text: build_bug_url(1, text),
        parse_watch,
    )
    for read in readers:
        try:
            read(word)
        except UsageError:
            continue


def run_import(data: bytes) -> None:
    """An export comes back whole or not at all, and what came back can be read."""
    from lptrack.errors import LptrackError
    from lptrack.storage.store import Store

    with Store.open(":memory:", clock=lambda: NOW) as store:
        try:
            store.import_lines(data.decode("utf-8", "replace").splitlines(keepends=True))
        except LptrackError:
            assert not store.load_meetings()
            assert not store.load_bugs()


def run_template(data: bytes) -> None:
    """A template is filled in or a `UsageError`; it reaches nothing outside of its document."""
    from lptrack.errors import UsageError
    from lptrack.report.render import RenderSettings, find_form, render_document

    settings = RenderSettings(template=data.decode("utf-8", "replace")[:3000], template_name="fuzz.txt")
    try:
        written = render_document(reports.usual_document(), find_form("template"), settings)
    except (UsageError, MemoryError):  # one's own template may ask for any amount of text
        return
    assert b"root:x:0" not in written


def targets() -> tuple[Target, ...]:
    """All of them, the formats first."""
    from lptrack.logs.formats import FORMATS

    return (
        Target("log", cache(inputs.all_logs), run_log),
        Target("log-zoned", cache(inputs.all_logs), lambda data: run_log(data, zone="Pacific/Kiritimati")),
        *(_one_format(known.name) for known in FORMATS),
        Target("take-in", cache(inputs.all_logs), run_take_in),
        Target("grammar", cache(inputs.lines), run_grammar),
        Target("debian", cache(inputs.debian_answers), run_debian),
        Target("launchpad", cache(inputs.launchpad_answers), run_launchpad, damage_json),
        Target("headers", cache(inputs.headers), run_headers),
        Target("cassette", cache(inputs.cassettes), run_cassette, damage_json),
        Target("config", cache(inputs.configurations), run_config),
        Target("arguments", cache(inputs.words), run_arguments),
        Target("import", cache(inputs.exports), run_import),
        Target("template", cache(inputs.templates), run_template),
    )


TARGETS: Final = targets()
GOLDEN: Final = Path(__file__).parents[1] / "golden" / "logs"
