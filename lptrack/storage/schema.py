"""The database's tables, as numbered migrations. One that was released is never edited: append the next.

Instants are text (`lptrack.storage.times`). Rows are superseded, not deleted, so that an old report can be issued
again as it could have been written then. Derived tables (migration 2) are the exception: they repeat what the
observations and log entries say, for fast answers, and `lptrack db check` compares them.
"""

from __future__ import annotations

from typing import Final

from lptrack.storage.views_schema import VIEWS_SCHEMA

APPLICATION_ID: Final = 0x4C505452  # "LPTR"

_LOGS_AND_READS: Final = """
-- one call of `run` or `ci`, and what it spent on the network
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    exit_code INTEGER,
    requests INTEGER NOT NULL DEFAULT 0,
    cached INTEGER NOT NULL DEFAULT 0,
    revalidated INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    retries INTEGER NOT NULL DEFAULT 0,
    waited REAL NOT NULL DEFAULT 0
) STRICT;

-- one reading of one log: `digest` is of its bytes, `reading` of what was found in them
CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,
    reading TEXT NOT NULL,
    source TEXT NOT NULL,
    format TEXT NOT NULL,
    lines INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    warnings TEXT NOT NULL DEFAULT '[]',
    taken_at TEXT NOT NULL,
    run INTEGER REFERENCES runs (id),
    superseded_at TEXT,
    superseded_by INTEGER REFERENCES logs (id)
) STRICT;
CREATE INDEX logs_by_digest ON logs (digest);

-- a meeting as one log tells it; the same id in several logs is one meeting
CREATE TABLE meetings (
    log INTEGER NOT NULL REFERENCES logs (id),
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    started_at TEXT,
    start_exact TEXT NOT NULL CHECK (start_exact IN ('none', 'day', 'minute', 'second')),
    ended_at TEXT,
    name TEXT,
    chair TEXT,
    people TEXT NOT NULL DEFAULT '[]',
    url TEXT,
    PRIMARY KEY (id, log)
) STRICT, WITHOUT ROWID;
CREATE INDEX meetings_by_log ON meetings (log);

CREATE TABLE "references" (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES logs (id),
    line INTEGER NOT NULL,
    kind TEXT NOT NULL,
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    meeting TEXT,
    speaker TEXT,
    at TEXT,
    exact TEXT NOT NULL,
    time TEXT,
    topic TEXT,
    text TEXT NOT NULL,
    rule TEXT NOT NULL,
    person TEXT,
    duty TEXT,
    duty_of TEXT
) STRICT;
CREATE INDEX references_by_log ON "references" (log);
CREATE INDEX references_by_bug ON "references" (tracker, number, log);
CREATE INDEX references_by_meeting ON "references" (meeting);

-- what a bot's line said; `reference` is that line's
CREATE TABLE announcements (
    reference INTEGER PRIMARY KEY REFERENCES "references" (id),
    target TEXT,
    title TEXT,
    importance TEXT,
    status TEXT,
    assignee TEXT,
    duplicate INTEGER,
    cause_line INTEGER
) STRICT;

-- what reads of a tracker saw: a new row only when it differs from the one before
CREATE TABLE observations (
    id INTEGER PRIMARY KEY,
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    tags TEXT NOT NULL DEFAULT '[]',
    duplicate_of INTEGER,
    private INTEGER NOT NULL CHECK (private IN (0, 1)),
    created_at TEXT,
    updated_at TEXT,
    etag TEXT,
    details TEXT NOT NULL DEFAULT '[]',
    login TEXT,
    seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    run INTEGER REFERENCES runs (id)
) STRICT;
CREATE INDEX observations_by_bug ON observations (tracker, number);

CREATE TABLE observed_tasks (
    observation INTEGER NOT NULL REFERENCES observations (id),
    position INTEGER NOT NULL,
    target TEXT NOT NULL,
    display_target TEXT NOT NULL,
    package TEXT,
    series TEXT,
    status TEXT,
    importance TEXT,
    assignee TEXT,
    milestone TEXT,
    url TEXT,
    created_at TEXT,
    watch TEXT,
    details TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (observation, position)
) STRICT, WITHOUT ROWID;

-- every read that gave an observation, also where nothing had changed
CREATE TABLE reads (
    observation INTEGER NOT NULL REFERENCES observations (id),
    read_at TEXT NOT NULL,
    run INTEGER REFERENCES runs (id),
    PRIMARY KEY (observation, read_at)
) STRICT, WITHOUT ROWID;

-- the tracker's own log of a bug, raw
CREATE TABLE log_entries (
    id INTEGER PRIMARY KEY,
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    at TEXT NOT NULL,
    person TEXT,
    what TEXT NOT NULL,
    old TEXT,
    new TEXT,
    message TEXT,
    login TEXT,
    recorded_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;
CREATE INDEX log_entries_by_bug ON log_entries (tracker, number, position);

-- what a tracker says beside its bugs (its series and their dates)
CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    tracker TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    read_at TEXT NOT NULL,
    superseded_at TEXT
) STRICT;
CREATE UNIQUE INDEX facts_in_force ON facts (tracker, name) WHERE superseded_at IS NULL;

-- bugs that a read did not give, and why; `ended_at` when a later answer took its place
CREATE TABLE unresolved (
    id INTEGER PRIMARY KEY,
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    url TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    asked_at TEXT NOT NULL,
    last_asked_at TEXT NOT NULL,
    ended_at TEXT,
    run INTEGER REFERENCES runs (id)
) STRICT;
CREATE UNIQUE INDEX unresolved_now ON unresolved (tracker, number) WHERE ended_at IS NULL;
"""

_HISTORY: Final = """
-- derived: the newest read of each bug, and whether a history could be built on it
CREATE TABLE bugs (
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    observation INTEGER NOT NULL REFERENCES observations (id),
    url TEXT NOT NULL,
    private INTEGER NOT NULL CHECK (private IN (0, 1)),
    login TEXT,
    closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
    read_at TEXT NOT NULL,
    has_history INTEGER NOT NULL CHECK (has_history IN (0, 1)),
    facts_at TEXT,
    notes TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (tracker, number)
) STRICT, WITHOUT ROWID;

-- derived: the state of each task from `since` until before `until`; `unknown` lists the fields that are not known;
-- `doubtful`: nothing tells that the task was there already
CREATE TABLE task_spans (
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    task INTEGER NOT NULL,
    since TEXT NOT NULL,
    until TEXT,
    target TEXT NOT NULL,
    package TEXT,
    series TEXT,
    status TEXT,
    importance TEXT,
    assignee TEXT,
    milestone TEXT,
    unknown TEXT NOT NULL DEFAULT '',
    status_since TEXT,
    touched_at TEXT,
    doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1)),
    PRIMARY KEY (tracker, number, task, since)
) STRICT, WITHOUT ROWID;

-- derived: the bug-wide values in the same way
CREATE TABLE bug_spans (
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    since TEXT NOT NULL,
    until TEXT,
    title TEXT,
    duplicate_of TEXT,
    tags TEXT,
    unknown TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tracker, number, since)
) STRICT, WITHOUT ROWID;

-- derived: every change of a field, by the tracker's own log
CREATE TABLE status_events (
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at TEXT NOT NULL,
    position INTEGER NOT NULL,
    person TEXT,
    task INTEGER,
    target TEXT,
    field TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    unknown TEXT NOT NULL DEFAULT '',
    basis TEXT NOT NULL,
    note TEXT,
    PRIMARY KEY (tracker, number, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX status_events_by_time ON status_events (at);
"""

_PATHS: Final = """
-- where the log lies, by which it is known again: an absolute path or an address (`source` is as the user named it)
ALTER TABLE logs ADD COLUMN path TEXT;
CREATE INDEX logs_by_path ON logs (coalesce(path, source));
"""

_SOURCES_AND_DELIVERIES: Final = """
-- a document that was fetched from a configured source; `settled`: it is final and never asked for again
CREATE TABLE fetched (
    source TEXT NOT NULL,
    item TEXT NOT NULL,
    version TEXT,
    etag TEXT,
    modified TEXT,
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
    fetched_at TEXT NOT NULL,
    PRIMARY KEY (source, item)
) STRICT, WITHOUT ROWID;

-- a post: written before it is sent (`confirmed_at` null), confirmed after; `reference` is the destination's own
CREATE TABLE deliveries (
    destination TEXT NOT NULL,
    team TEXT NOT NULL,
    what TEXT NOT NULL,
    "window" TEXT NOT NULL,
    digest TEXT NOT NULL,
    reference TEXT,
    begun_at TEXT NOT NULL,
    confirmed_at TEXT,
    PRIMARY KEY (destination, team, what, "window")
) STRICT, WITHOUT ROWID;
"""

_ROOTS: Final = """
-- the service root that an observation was read from (null: by an lptrack that did not note it); `superseded_at`:
-- another root was named since
ALTER TABLE observations ADD COLUMN root TEXT;
ALTER TABLE observations ADD COLUMN superseded_at TEXT;
CREATE INDEX observations_by_root ON observations (tracker, superseded_at, root);
"""

_FILES: Final = """
-- a log's file as it lay when it was read, by a reader with these rules and options: as long as it lies so, what it
-- says is what `logs` has of these bytes. Of this machine alone: it is no part of an export
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    reader TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: Final[tuple[str, ...]] = (
    _LOGS_AND_READS,
    _HISTORY,
    _PATHS,
    VIEWS_SCHEMA,
    _SOURCES_AND_DELIVERIES,
    _ROOTS,
    _FILES,
)
DERIVED: Final = ("bugs", "task_spans", "bug_spans", "status_events")
TABLES: Final = (
    "runs", "logs", "meetings", "references", "announcements", "observations", "observed_tasks", "reads",
    "log_entries", "facts", "unresolved", "fetched", "deliveries", *DERIVED,
)  # fmt: skip
