"""Makes `recorded.json` from a folder of recorded exchanges: `python -m tests.doubles.launchpad.build_recorded DIR`.

Kept: of each bug every moment at which entry, tasks and activity were recorded together, the activity once (earlier
ones are its beginnings); Ubuntu's and a project's entry and series.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PROVENANCE = "recorded from Launchpad's own code (source of July 2025) run locally on made-up bugs"
_BUG = re.compile(r"/devel/bugs/([1-9]\d*)(?:/(bug_tasks|activity|bug_watches))?")


def build(folder: Path) -> dict[str, Any]:
    """The catalogue's file, from the exchanges."""
    exchanges = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    lives: dict[str, dict[str, Any]] = {}
    rows: dict[str, dict[str, list[tuple[str, str, Any]]]] = {}
    for exchange in exchanges:
        found = _BUG.fullmatch(exchange["request"]["path"])
        plain = "anonymous (no" in exchange["request"]["as"] and "Authorization" not in exchange["request"]["headers"]
        if found and plain and exchange["response"]["status"] == 200:
            row = (exchange["slug"], exchange["at"], exchange["response"]["json"])
            rows.setdefault(found[1], {}).setdefault(found[2] or "bug", []).append(row)
    for number, kinds in rows.items():
        if "activity" not in kinds:
            continue
        activity = kinds["activity"][-1][2]["entries"]
        moments = list(zip(kinds["bug"], kinds["bug_tasks"], kinds["activity"], strict=False))
        if len(kinds["bug"]) != len(kinds["activity"]):  # not recorded together: only the last of each
            moments = [*moments[:-1], (kinds["bug"][-1], kinds["bug_tasks"][-1], kinds["activity"][-1])]
        snapshots = [
            {
                "name": bug[0],
                "at": bug[1],
                "bug": bug[2],
                "tasks": tasks[2]["entries"],
                "activity": len(log["entries"]),
            }
            for bug, tasks, (_slug, _at, log) in moments
            if log["entries"] == activity[: len(log["entries"])]
        ]
        lives[number] = {"snapshots": snapshots, "activity": activity}
        if "bug_watches" in kinds:
            lives[number]["watches"] = kinds["bug_watches"][-1][2]["entries"]
    by_slug = {exchange["slug"]: exchange["response"].get("json") for exchange in exchanges}
    pillars = {"ubuntu": by_slug["ubuntu"], "unity-shell": by_slug["unity-project"]}
    return {
        "provenance": PROVENANCE,
        "bugs": lives,
        "series": {"ubuntu": by_slug["ubuntu-series"]["entries"], "unity-shell": by_slug["unity-series"]["entries"]},
        "pillars": pillars,
    }


if __name__ == "__main__":
    target = Path(__file__).with_name("recorded.json")
    target.write_text(json.dumps(build(Path(sys.argv[1])), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{target}: {target.stat().st_size:,} bytes")
