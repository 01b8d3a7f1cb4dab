"""The views that other programs read and the derived tables below them, in SQL: stable as the interface is."""

from __future__ import annotations

from typing import Final

VIEWS_SCHEMA: Final = """
-- derived: each meeting once, as the logs that tell it agree, with its team
CREATE TABLE shown_meetings (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    team TEXT,
    name TEXT,
    started_at TEXT,
    ended_at TEXT,
    chair TEXT,
    url TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX shown_meetings_by_start ON shown_meetings (started_at, id);

-- derived: references that repeat what another copy of their meeting tells
CREATE TABLE repeats (reference INTEGER PRIMARY KEY REFERENCES "references" (id)) STRICT;

-- derived: tasks whose present state does not rest on a history alone; `unknown` as in task_spans
CREATE TABLE shown_tasks (
    tracker TEXT NOT NULL,
    number INTEGER NOT NULL,
    task TEXT NOT NULL,
    url TEXT,
    title TEXT,
    target TEXT NOT NULL,
    package TEXT,
    series TEXT,
    status TEXT,
    importance TEXT,
    assignee TEXT,
    milestone TEXT,
    unknown TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL,
    observed_at TEXT,
    PRIMARY KEY (tracker, number, task)
) STRICT, WITHOUT ROWID;

-- derived: which statuses of a tracker are open (1) and which closed (0)
CREATE TABLE status_words (
    tracker TEXT NOT NULL, status TEXT NOT NULL, is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    PRIMARY KEY (tracker, status)
) STRICT, WITHOUT ROWID;

-- one row a mention: a line in which a person names a bug
CREATE VIEW mentions AS
SELECT r.tracker, r.number, r.kind, r.meeting, m.team, r.speaker, r.person, r.at, r.topic, r.text, l.source, r.line
FROM "references" r JOIN logs l ON l.id = r.log AND l.superseded_at IS NULL
LEFT JOIN shown_meetings m ON m.id = r.meeting
WHERE r.kind <> 'announcement' AND NOT EXISTS (SELECT 1 FROM repeats d WHERE d.reference = r.id);

-- one row a meeting; `team` is NULL where the meeting is nobody's
CREATE VIEW meetings_view AS
SELECT m.id AS meeting, m.channel, m.team, m.name, m.started_at, m.ended_at, m.chair, m.url,
    coalesce(c.mentions, 0) AS mentions, coalesce(c.bugs, 0) AS bugs
FROM shown_meetings m LEFT JOIN (
    SELECT meeting, count(*) AS mentions, count(DISTINCT tracker || ' ' || number) AS bugs
    FROM mentions GROUP BY meeting
) c ON c.meeting = m.id;

-- one row a bug task, as it stands now: its history where it has one, else the newest read or announcement
CREATE VIEW tasks_now AS
SELECT s.tracker, s.number, b.url,
    CASE WHEN instr(',' || coalesce(g.unknown, '') || ',', ',title,') THEN 'unknown' ELSE g.title END AS title,
    s.target, s.package, s.series,
    CASE WHEN instr(',' || s.unknown || ',', ',status,') THEN 'unknown' ELSE s.status END AS status,
    CASE WHEN instr(',' || s.unknown || ',', ',importance,') THEN 'unknown' ELSE s.importance END AS importance,
    CASE WHEN instr(',' || s.unknown || ',', ',assignee,') THEN 'unknown' ELSE s.assignee END AS assignee,
    CASE WHEN instr(',' || s.unknown || ',', ',milestone,') THEN 'unknown' ELSE s.milestone END AS milestone,
    s.status_since, 'history' AS source, b.read_at AS observed_at
FROM task_spans s JOIN bugs b ON b.tracker = s.tracker AND b.number = s.number AND b.has_history AND NOT b.private
LEFT JOIN bug_spans g ON g.tracker = s.tracker AND g.number = s.number AND g.until IS NULL
WHERE s.until IS NULL
    AND NOT EXISTS (SELECT 1 FROM shown_tasks t WHERE t.tracker = s.tracker AND t.number = s.number)
UNION ALL
SELECT tracker, number, url,
    CASE WHEN instr(',' || unknown || ',', ',title,') THEN 'unknown' ELSE title END, target, package, series,
    CASE WHEN instr(',' || unknown || ',', ',status,') THEN 'unknown' ELSE status END,
    CASE WHEN instr(',' || unknown || ',', ',importance,') THEN 'unknown' ELSE importance END,
    CASE WHEN instr(',' || unknown || ',', ',assignee,') THEN 'unknown' ELSE assignee END,
    CASE WHEN instr(',' || unknown || ',', ',milestone,') THEN 'unknown' ELSE milestone END,
    NULL, source, observed_at
FROM shown_tasks;

-- one row a bug that a log in force names or that was read; private bugs are in none of these views
CREATE VIEW bugs_now AS
WITH named AS (
    SELECT tracker, number, min(at) AS first_at, max(at) AS last_at, count(*) AS mentions,
        count(DISTINCT meeting) AS meetings
    FROM mentions GROUP BY tracker, number
), known AS (
    SELECT tracker, number FROM bugs
    UNION SELECT r.tracker, r.number FROM "references" r JOIN logs l ON l.id = r.log AND l.superseded_at IS NULL
)
SELECT k.tracker, k.number, coalesce(b.url, u.url, t.url) AS url,
    CASE WHEN instr(',' || coalesce(g.unknown, '') || ',', ',title,') THEN 'unknown'
        ELSE coalesce(g.title, o.title, t.title) END AS title,
    CASE WHEN instr(',' || coalesce(g.unknown, '') || ',', ',duplicate_of,') THEN 'unknown'
        ELSE coalesce(g.duplicate_of, CAST(o.duplicate_of AS TEXT)) END AS duplicate_of,
    b.read_at, u.reason AS unresolved,
    n.first_at AS first_mentioned_at, n.last_at AS last_mentioned_at, coalesce(n.mentions, 0) AS mentions,
    coalesce(n.meetings, 0) AS meetings
FROM known k
LEFT JOIN bugs b ON b.tracker = k.tracker AND b.number = k.number
LEFT JOIN observations o ON o.id = b.observation
LEFT JOIN bug_spans g ON g.tracker = k.tracker AND g.number = k.number AND g.until IS NULL
LEFT JOIN unresolved u ON u.tracker = k.tracker AND u.number = k.number AND u.ended_at IS NULL
LEFT JOIN (SELECT tracker, number, max(url) AS url, max(title) AS title FROM shown_tasks GROUP BY tracker, number) t
    ON t.tracker = k.tracker AND t.number = k.number
LEFT JOIN named n ON n.tracker = k.tracker AND n.number = k.number
WHERE coalesce(b.private, 0) = 0;

-- one row a change of one field of a task, by the tracker's own log
CREATE VIEW changes AS
SELECT e.tracker, e.number, b.url, e.target, e.field,
    CASE WHEN instr(',' || e.unknown || ',', ',before,') THEN 'unknown' ELSE e."before" END AS "before",
    CASE WHEN instr(',' || e.unknown || ',', ',after,') THEN 'unknown' ELSE e."after" END AS "after",
    e.at AS changed_at, e.person AS changed_by
FROM status_events e JOIN bugs b ON b.tracker = e.tracker AND b.number = e.number AND NOT b.private
WHERE e.field IN ('status', 'importance', 'assignee', 'milestone', 'target', 'task');

-- one row a meeting and task, as the task's history has it at the meeting's start
CREATE VIEW tasks_at_meetings AS
SELECT m.id AS meeting, m.team, m.started_at, s.tracker, s.number, s.target, s.package, s.series,
    CASE WHEN instr(',' || s.unknown || ',', ',status,') THEN 'unknown' ELSE s.status END AS status,
    CASE WHEN instr(',' || s.unknown || ',', ',importance,') THEN 'unknown' ELSE s.importance END AS importance,
    CASE WHEN instr(',' || s.unknown || ',', ',assignee,') THEN 'unknown' ELSE s.assignee END AS assignee,
    CASE WHEN instr(',' || s.unknown || ',', ',milestone,') THEN 'unknown' ELSE s.milestone END AS milestone
FROM shown_meetings m
JOIN task_spans s ON s.since <= m.started_at AND (s.until IS NULL OR s.until > m.started_at)
JOIN bugs b ON b.tracker = s.tracker AND b.number = s.number AND NOT b.private;

-- one row a meeting: how many tasks with a history were open, closed, or not known, at its start
CREATE VIEW open_by_meeting AS
WITH judged AS (
    SELECT s.since, s.until, CASE
            WHEN s.unknown <> '' AND instr(',' || s.unknown || ',', ',status,') THEN 2 ELSE coalesce(w.is_open, 2)
        END AS state
    FROM task_spans s LEFT JOIN status_words w ON w.tracker = s.tracker AND w.status = s.status
    WHERE NOT EXISTS (SELECT 1 FROM bugs b WHERE b.tracker = s.tracker AND b.number = s.number AND b.private)
), edges AS ( -- each span counts from the first meeting in it to the last: as many sums as meetings, not as spans
    SELECT (SELECT min(started_at) FROM shown_meetings WHERE started_at >= since) AS at, state, 1 AS tasks FROM judged
    UNION ALL
    SELECT (SELECT min(started_at) FROM shown_meetings WHERE started_at >= until), state, -1
    FROM judged WHERE until IS NOT NULL
), counted AS (
    SELECT at, state, sum(tasks) AS tasks FROM edges WHERE at IS NOT NULL GROUP BY at, state
), summed AS (
    SELECT at, sum(tasks) FILTER (WHERE state = 1) AS open, sum(tasks) FILTER (WHERE state = 0) AS closed,
        sum(tasks) FILTER (WHERE state = 2) AS unknown
    FROM counted GROUP BY at
)
SELECT id AS meeting, team, started_at, coalesce(sum(s.open) OVER sweep, 0) AS open,
    coalesce(sum(s.closed) OVER sweep, 0) AS closed, coalesce(sum(s.unknown) OVER sweep, 0) AS unknown
FROM shown_meetings LEFT JOIN summed s ON s.at = started_at AND id = (
    SELECT min(id) FROM shown_meetings m WHERE m.started_at = s.at
)
WHERE started_at IS NOT NULL WINDOW sweep AS (ORDER BY started_at RANGE UNBOUNDED PRECEDING);
"""

VIEWS: Final = (
    "meetings_view", "mentions", "bugs_now", "tasks_now", "changes", "tasks_at_meetings", "open_by_meeting",
)  # fmt: skip
