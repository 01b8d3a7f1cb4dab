"""Writes `docs/schemas/`: `python -m tests.schemas.write`. One JSON Schema for each JSON that lptrack writes.

Here the records are said once; the files are what others use. Fields may be added within a major version, so every
object allows more than it lists.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from lptrack.config.schema import build_schema

FOLDER: Final = Path(__file__).parents[2] / "docs" / "schemas"
Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WORD: Final[Schema] = {"type": ["string", "null"]}
FLAG: Final[Schema] = {"type": "boolean"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
MAYBE_COUNT: Final[Schema] = {"type": ["integer", "null"]}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 1}
WORDS: Final[Schema] = {"type": "array", "items": TEXT}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "(Z|[+-][0-9]{2}:[0-9]{2})$"}
MAYBE_INSTANT: Final[Schema] = {**INSTANT, "type": ["string", "null"]}


def _one_of(*values: str | None) -> Schema:
    return {"enum": list(values)}


def _object(fields: Schema, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": [name for name in fields if name not in optional],
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


BUG: Final[Schema] = {"tracker": TEXT, "number": NUMBER, "url": TEXT}
PLACE: Final[Schema] = {"title": WORD, "target": TEXT, "package": WORD, "series": WORD}
SOURCE: Final = _one_of("history", "observed", "announced")
TASK: Final[Schema] = {
    **BUG, **PLACE, "status": WORD, "importance": WORD, "assignee": WORD, "milestone": WORD, "unknown": WORDS,
    "duplicate_of": MAYBE_COUNT, "source": SOURCE, "observed_at": MAYBE_INSTANT, "folded": FLAG, "tags": WORDS,
    "verification": WORD,
}  # fmt: skip
CHANGE: Final[Schema] = {
    **BUG, **PLACE, "field": _one_of("status", "importance", "assignee", "milestone", "target", "task"),
    "before": WORD, "after": WORD, "changed_at": MAYBE_INSTANT, "changed_by": WORD, "source": SOURCE,
}  # fmt: skip
UNRESOLVED: Final = _object(
    {**BUG, "reason": _one_of("not-visible", "unreachable", "offline"), "detail": WORD}, ("detail",)
)
ENDPOINT: Final = _object({"meeting": WORD, "at": INSTANT})
REPORT: Final = _object(
    {
        "from": {"anyOf": [ENDPOINT, {"type": "null"}]},
        "to": ENDPOINT,
        "changes": _list(_object(CHANGE)),
        "new": _list(_object(TASK)),
        "unchanged": _list(_object({**TASK, "flap": FLAG, "uncertain": WORDS})),
        "unresolved": _list(UNRESOLVED),
        "run": WORD,
        "headline": WORD,
    },
    ("run", "headline"),
)
EVENT: Final[Schema] = {
    "at": INSTANT, "by": WORD, "target": WORD, "field": TEXT, "before": WORD, "after": WORD, "unknown": WORDS,
    "basis": TEXT, "note": WORD,
}  # fmt: skip
MOMENT: Final[Schema] = {
    "at": INSTANT, "exact": TEXT, "kind": TEXT, "who": WORD, "target": WORD, "text": TEXT, "meeting": WORD,
    "url": WORD,
}  # fmt: skip

SCHEMAS: Final[dict[str, tuple[str, Schema]]] = {
    "extract": (
        "A line of lptrack extract --format jsonl",
        _object(
            {
                "kind": _one_of("mention", "link", "branch", "bare", "announcement"),
                "tracker": TEXT, "number": NUMBER, "source": TEXT, "line": NUMBER, "meeting": WORD, "speaker": WORD,
                "timestamp": WORD, "time": WORD, "topic": WORD, "text": TEXT, "rule": TEXT,
                "target": WORD, "title": WORD, "importance": WORD, "status": WORD,
                "assignee": WORD, "duplicate": NUMBER, "cause_line": NUMBER, "person": TEXT, "subtopic": TEXT,
                "duty": TEXT, "duty_of": TEXT,
            },
            (
                "target", "title", "importance", "status", "assignee", "duplicate", "cause_line", "person",
                "subtopic", "duty", "duty_of",
            ),
        ),
    ),
    "status": (
        "lptrack status --format json",
        _object(
            {"at": INSTANT, "tasks": _list(_object(TASK)), "unresolved": _list(UNRESOLVED), "run": WORD},
            ("run",),
        ),
    ),
    "report": ("lptrack report --format json, and report.json", REPORT),
    "history": (
        "lptrack history --format json",
        _object(
            {
                "bugs": _list(
                    _object(
                        {
                            **BUG, "title": WORD, "tasks": _list(_object(TASK)), "events": _list(_object(EVENT)),
                            "timeline": _list(_object(MOMENT)), "reason": WORD,
                        }
                    )
                )
            }
        ),
    ),
    "ci": (
        "lptrack ci --format json",
        _object(
            {
                "logs": _list(
                    _object({"source": TEXT, "state": _one_of("new", "changed", "unchanged", "unreadable")})
                ),
                "report": {"anyOf": [REPORT, {"type": "null"}]},
                "gates": _list(
                    _object(
                        {
                            "gate": TEXT, "met": FLAG, "value": {"type": "number"},
                            "unit": TEXT, "undecided": COUNT,
                            "bugs": _list(_object({"tracker": TEXT, "number": NUMBER})),
                        }
                    )
                ),
                "exit": COUNT,
                "headline": WORD,
            },
            ("report", "headline"),
        ),
    ),
}  # fmt: skip


def build_schemas() -> dict[str, str]:
    """Each file's name and text."""
    made = {}
    for name, (title, schema) in SCHEMAS.items():
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
        made[f"{name}.schema.json"] = json.dumps(whole, indent=1) + "\n"
    made["config.schema.json"] = json.dumps(build_schema(), indent=1) + "\n"  # what `lptrack config schema` prints
    return made


if __name__ == "__main__":
    for name, text in build_schemas().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(name)
