"""The golden logs and what they must give; `python -m tests.logs.golden` writes them anew for review."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from lptrack.logs.extract import extract_log
from lptrack.logs.options import Options
from lptrack.logs.output import build_record
from lptrack.logs.sources import Source

FOLDER = Path(__file__).parent.parent / "golden" / "logs"
OPTIONS: dict[str, Options] = {
    "hexchat-no-year.log": Options(year=2013),
    "midnight-only-clock.txt": Options(date=date(2013, 9, 11)),
}


def list_logs() -> list[Path]:
    """Every golden log, without what it must give."""
    return sorted(path for path in FOLDER.iterdir() if not path.name.endswith(".expected.jsonl"))


def expected_of(path: Path) -> Path:
    """The file beside a log with what it must give."""
    return path.with_name(path.name + ".expected.jsonl")


def render_golden(path: Path) -> str:
    """First the meetings, then each reference, as JSON lines."""
    read = extract_log(Source(path.name, path), OPTIONS.get(path.name))
    announced = {id(one.reference): one for one in read.announcements}
    lines: list[object] = [
        {
            "format": read.format,
            "unread": read.unread,
            "warnings": read.warnings,
            "meetings": [
                {
                    "id": one.id,
                    "name": one.name,
                    "chair": one.chair,
                    "people": {who.nick: who.lines for who in one.people},
                }
                for one in read.meetings
            ],
        }
    ]
    lines += [build_record(announced.get(id(one), one)) for one in read.references]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


if __name__ == "__main__":
    for log in list_logs():
        expected_of(log).write_text(render_golden(log), encoding="utf-8")
