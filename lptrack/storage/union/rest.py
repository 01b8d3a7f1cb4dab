"""What belongs to no log and no bug: runs, what was fetched and what was delivered."""

from __future__ import annotations

from collections.abc import Iterator

from lptrack.storage.database import Database
from lptrack.storage.union.side import Record, Side, content_of, insert


def unite_runs(sides: tuple[Side, Side], result: Database) -> None:
    """Number the runs of both by their beginning. One that a copy of the database saw unfinished is one run."""
    found: dict[tuple[str, str, str], Record] = {}
    for side in sides:
        for row in side.load("runs"):
            key = (row["started_at"], row["command"], row["version"])
            rank = (row["finished_at"] or "", content_of(row))
            if key not in found or rank > (found[key]["finished_at"] or "", content_of(found[key])):
                found[key] = row
    numbers = {key: index for index, key in enumerate(sorted(found), 1)}
    insert(result, "runs", [{**found[key], "id": number} for key, number in numbers.items()])
    for side in sides:
        for row in side.load("runs"):
            side.runs[row["id"]] = numbers[row["started_at"], row["command"], row["version"]]


def unite_fetched(sides: tuple[Side, Side], result: Database) -> None:
    """Of each document the newest fetch."""
    found: dict[tuple[str, str], Record] = {}
    for side in sides:
        for row in side.load("fetched"):
            key = (row["source"], row["item"])
            if key not in found or _rank_fetch(row) > _rank_fetch(found[key]):
                found[key] = row
    insert(result, "fetched", [found[key] for key in sorted(found)])


def _rank_fetch(row: Record) -> tuple[str, int, str]:
    return (row["fetched_at"], row["settled"], content_of(row))


def unite_deliveries(sides: tuple[Side, Side], result: Database) -> Iterator[str]:
    """Of each post the newest attempt; its destination's name for it is kept. Yields what was posted twice."""
    found: dict[tuple[str, ...], Record] = {}
    for side in sides:
        for row in side.load("deliveries"):
            key = (row["destination"], row["team"], row["what"], row["window"])
            if (other := found.get(key)) is None:
                found[key] = row
                continue
            references = {each["reference"] for each in (row, other) if each["reference"] is not None}
            newest = max(row, other, key=_rank_delivery)
            found[key] = {**newest, "reference": newest["reference"] or next(iter(references), None)}
            if len(references) > 1:
                what = f"both databases posted {key[2]} {key[3]} of {key[1]}"
                yield f"{key[0]}: {what}; the newer post is the one that is edited from now on"
    insert(result, "deliveries", [found[key] for key in sorted(found)])


def _rank_delivery(row: Record) -> tuple[str, str, str]:
    return (row["begun_at"], row["confirmed_at"] or "", content_of(row))
