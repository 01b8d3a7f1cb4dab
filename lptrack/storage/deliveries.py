# ruff: noqa: S608 (only this module's own clause is put in; every value is bound)
"""What was delivered where: written before a post is sent, confirmed after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lptrack.storage.database import Database
from lptrack.storage.times import render_time

Place = tuple[str, str, str, str]
"""Destination, team, what, window."""
_WHERE = ' WHERE destination = ? AND team = ? AND what = ? AND "window" = ?'


@dataclass(frozen=True, slots=True)
class Delivery:
    """The newest attempt: ``digest`` of the content; ``reference`` is the destination's name of the post."""

    digest: str
    reference: str | None
    is_confirmed: bool


def load_delivery(database: Database, place: Place) -> Delivery | None:
    """What is known of this post; None where it was never begun."""
    row = database.load_one("SELECT digest, reference, confirmed_at FROM deliveries" + _WHERE, place)
    return None if row is None else Delivery(row[0], row[1], row[2] is not None)


def begin_delivery(database: Database, place: Place, digest: str, at: datetime) -> None:
    """The post is about to be sent; the reference of an earlier one stays."""
    with database.transaction():
        database.execute(
            'INSERT INTO deliveries (destination, team, what, "window", digest, begun_at) VALUES (?, ?, ?, ?, ?, ?)'
            ' ON CONFLICT (destination, team, what, "window") DO UPDATE SET digest = excluded.digest,'
            " begun_at = excluded.begun_at, confirmed_at = NULL",
            (*place, digest, render_time(at)),
        )


def confirm_delivery(database: Database, place: Place, reference: str, at: datetime) -> None:
    """The destination has taken it."""
    with database.transaction():
        database.execute(
            "UPDATE deliveries SET reference = ?, confirmed_at = ?" + _WHERE, (reference, render_time(at), *place)
        )
