"""What the double serves when nobody scripts it: one true bug with the facts that a bot stated, and made-up ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.doubles.debbugs.world import Bug, World

PIP = 722295
PIP_TITLE = "python-pip: ca-certificates needs to be Depends rather than Recommends"


def add_pip_bug(world: World) -> Bug:
    """Debian bug 722295, as announced in a meeting of 2013-09-11: package, title and severity.

    The bot's `Fixed` says that fixed versions exist, not which, nor what debbugs calls that. So nothing else of it is
    told: the other fields are null, its log is empty, and no version, person or date is made up for it.
    """
    bug = Bug(PIP, "python-pip", PIP_TITLE, "normal", datetime(1970, 1, 1, tzinfo=UTC), originator="")
    bug.only = frozenset({"id", "bug_num", "package", "subject", "severity"})
    world.bugs[PIP] = bug
    return bug


def build_world() -> World:
    """The world of `python -m tests.doubles.debbugs`."""
    world = World()
    add_pip_bug(world)
    start = datetime(2013, 9, 2, 10, 0, tzinfo=UTC)
    day = timedelta(days=1)
    world.report(
        900001, start, package="made-up-tool", subject="made-up-tool: eats the lawn (made-up)", severity="important"
    )
    world.control([("severity", 900001, "serious"), ("owner", 900001, "!")], start + day)
    world.control([("tag", 900001, "+ pending")], start + 4 * day)
    world.close(900001, start + 8 * day, pseudo=("Source: made-up-tool", "Source-Version: 1.2-3"))
    world.report(900002, start + day, package="made-up-lib", subject="made-up-lib: hums at night (made-up)")
    world.control([("forwarded", 900002, "https://example.org/bugs/1")], start + 3 * day)
    world.control([("notforwarded", 900002), ("close", 900002)], start + 10 * day)
    world.control([("reopen", 900002)], start + 12 * day)
    return world
