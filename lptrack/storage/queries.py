"""Ten questions that teams ask of the views: docs/sql.md shows them, Datasette has them ready, the tests run them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Query:
    """One question. ``name`` is its address in Datasette."""

    name: str
    title: str
    sql: str


QUERIES: Final[tuple[Query, ...]] = (
    Query(
        "moved_between_meetings",
        "What moved between a team's last two meetings?",
        """WITH ends AS (
    SELECT team, started_at, lag(started_at) OVER (PARTITION BY team ORDER BY started_at) AS previous_at,
        row_number() OVER (PARTITION BY team ORDER BY started_at DESC) AS newest
    FROM meetings_view WHERE team IS NOT NULL
)
SELECT e.team, c.tracker, c.number, c.target, c.field, c."before", c."after", c.changed_at, c.changed_by
FROM ends e JOIN changes c ON c.changed_at > e.previous_at AND c.changed_at <= e.started_at
WHERE e.newest = 1
    AND EXISTS (SELECT 1 FROM mentions m WHERE m.team = e.team AND m.tracker = c.tracker AND m.number = c.number)
ORDER BY e.team, c.changed_at""",
    ),
    Query(
        "carried_longest",
        "Which open bugs have been spoken of in the most meetings?",
        """SELECT b.tracker, b.number, b.title, b.meetings, b.first_mentioned_at
FROM bugs_now b
WHERE EXISTS (
    SELECT 1 FROM tasks_now t JOIN status_words w ON w.tracker = t.tracker AND w.status = t.status
    WHERE t.tracker = b.tracker AND t.number = b.number AND w.is_open
)
ORDER BY b.meetings DESC, b.first_mentioned_at LIMIT 20""",
    ),
    Query(
        "open_without_owner",
        "Which open tasks of high importance have no assignee?",
        """SELECT t.tracker, t.number, t.target, t.importance, t.status, t.title
FROM tasks_now t JOIN status_words w ON w.tracker = t.tracker AND w.status = t.status AND w.is_open
WHERE t.assignee IS NULL AND t.importance IN ('Critical', 'High', 'critical', 'grave', 'serious')
ORDER BY t.importance, t.tracker, t.number""",
    ),
    Query(
        "open_by_team",
        "How has each team's meeting seen the number of open tasks change?",
        """SELECT team, meeting, started_at, open, closed, unknown,
    open - lag(open) OVER (PARTITION BY team ORDER BY started_at) AS difference
FROM open_by_meeting WHERE team IS NOT NULL ORDER BY team, started_at""",
    ),
    Query(
        "who_speaks_of_what",
        "Who spoke of the most bugs, and of which last?",
        """SELECT coalesce(person, speaker) AS who, count(DISTINCT tracker || ' ' || number) AS bugs,
    count(DISTINCT meeting) AS meetings, max(at) AS last_at
FROM mentions WHERE speaker IS NOT NULL GROUP BY 1 ORDER BY bugs DESC, who LIMIT 30""",
    ),
    Query(
        "not_known",
        "Of which bugs is no state known, and why?",
        """SELECT tracker, number, url, unresolved, mentions, last_mentioned_at
FROM bugs_now b
WHERE unresolved IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM tasks_now t WHERE t.tracker = b.tracker AND t.number = b.number)
ORDER BY last_mentioned_at DESC""",
    ),
    Query(
        "time_to_fix",
        "How long from the first mention to the fix?",
        """SELECT c.tracker, c.number, c.target, b.first_mentioned_at, min(c.changed_at) AS fixed_at,
    round(julianday(min(c.changed_at)) - julianday(b.first_mentioned_at), 1) AS days
FROM changes c JOIN bugs_now b ON b.tracker = c.tracker AND b.number = c.number
WHERE c.field = 'status' AND c."after" IN ('Fix Released', 'done') AND c.changed_at >= b.first_mentioned_at
GROUP BY c.tracker, c.number, c.target ORDER BY days DESC""",
    ),
    Query(
        "by_milestone",
        "How many tasks of each milestone are in which state?",
        """SELECT milestone, status, count(*) AS tasks FROM tasks_now
WHERE milestone IS NOT NULL GROUP BY milestone, status ORDER BY milestone, tasks DESC""",
    ),
    Query(
        "status_at_meeting",
        "How did the bugs that a meeting spoke of stand then, and how now?",
        """SELECT s.meeting, s.tracker, s.number, s.target, s.status AS status_then, t.status AS status_now
FROM tasks_at_meetings s
JOIN (SELECT DISTINCT meeting, tracker, number FROM mentions) m
    ON m.meeting = s.meeting AND m.tracker = s.tracker AND m.number = s.number
LEFT JOIN tasks_now t ON t.tracker = s.tracker AND t.number = s.number AND t.target = s.target
ORDER BY s.started_at, s.tracker, s.number, s.target""",
    ),
    Query(
        "busiest_people",
        "Who changed the most statuses of bugs that the teams speak of?",
        """SELECT changed_by, count(*) AS changes, count(DISTINCT tracker || ' ' || number) AS bugs
FROM changes WHERE field = 'status' AND changed_by IS NOT NULL GROUP BY changed_by ORDER BY changes DESC LIMIT 20""",
    ),
)
