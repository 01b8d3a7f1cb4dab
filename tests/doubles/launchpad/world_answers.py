"""What a `World` answers, in the shape of the recorded answers: the `Catalogue` that the loopback server serves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from lptrack.model import BugTask, LogEntry, Observation
from tests.doubles.launchpad.catalogue import CANON, CANON_WEB, Body
from tests.doubles.launchpad.world import Bug, Entry, Person, Pillar, Place, Series, Task, World


class WorldCatalogue:
    """Serves a world's bugs as they are at the moment of asking."""

    def __init__(self, world: World) -> None:
        self.world = world

    def bug(self, number: int, who: str | None = None) -> Body | None:
        """`/bugs/N`; a private bug only for its owner."""
        bug = self.world.bugs.get(number)
        if bug is None or (bug.private and who != bug.owner.name):
            return None
        here = f"{CANON}bugs/{number}"
        body: Body = {
            "self_link": here,
            "web_link": f"{CANON_WEB}bugs/{number}",
            "resource_type_link": f"{CANON}#bug",
            "id": number,
            "private": bug.private,
            "information_type": "Private" if bug.private else "Public",
            "name": None,
            "title": bug.title,
            "description": "A description. (made-up)",
            "owner_link": _person(bug.owner),
            "bug_tasks_collection_link": f"{here}/bug_tasks",
            "duplicate_of_link": f"{CANON}bugs/{bug.duplicate_of}" if bug.duplicate_of else None,
            "date_created": _time(bug.created),
            "activity_collection_link": f"{here}/activity",
            "subscriptions_collection_link": f"{here}/subscriptions",
            "date_last_updated": _time(bug.updated),
            "who_made_private_link": None,
            "date_made_private": None,
            "heat": 6,
            "bug_watches_collection_link": f"{here}/bug_watches",
            "cves_collection_link": f"{here}/cves",
            "duplicates_collection_link": f"{here}/duplicates",
            "attachments_collection_link": f"{here}/attachments",
            "security_related": False,
            "latest_patch_uploaded": None,
            "tags": list(bug.tags),
            "date_last_message": _time(bug.created),
            "number_of_duplicates": 0,
            "message_count": 1,
            "users_affected_count": 1,
            "users_unaffected_count": 0,
            "messages_collection_link": f"{here}/messages",
            "lock_status": "Unlocked",
            "lock_reason": None,
            "linked_branches_collection_link": f"{here}/linked_branches",
        }
        return _tagged(body)

    def tasks(self, number: int) -> Sequence[Body]:
        """`/bugs/N/bug_tasks`: projects first, then packages, then the packages of series."""
        bug = self.world.bugs[number]
        return [self._task(bug, task) for task in sorted(bug.tasks, key=lambda task: _order(task.place))]

    def _task(self, bug: Bug, task: Task) -> Body:
        path = quote(task.place.path, safe="/+")
        number, milestone = bug.number, task.milestone
        shown = task.place.pillar.shown if task.place.name == task.place.pillar.name else task.place.name
        body: Body = {
            "self_link": f"{CANON}{path}/+bug/{number}",
            "web_link": f"{CANON_WEB}{path}/+bug/{number}",
            "resource_type_link": f"{CANON}#bug_task",
            "bug_link": f"{CANON}bugs/{number}",
            "milestone_link": f"{CANON}{milestone.pillar.name}/+milestone/{milestone.name}" if milestone else None,
            "status": task.status,
            "status_explanation": None,
            "importance": task.importance,
            "importance_explanation": None,
            "assignee_link": _person(task.assignee) if task.assignee else None,
            "bug_target_display_name": shown,
            "bug_target_name": task.place.name,
            "bug_watch_link": f"{CANON}bugs/{number}/+watch/{self._watch(bug, task.watch)}" if task.watch else None,
            "date_assigned": None,
            "date_created": _time(task.created),
            "date_confirmed": None,
            "date_incomplete": None,
            "date_in_progress": None,
            "date_closed": None,
            "date_left_new": None,
            "date_triaged": None,
            "date_fix_committed": None,
            "date_fix_released": None,
            "date_left_closed": None,
            "date_deferred": None,
            "owner_link": _person(bug.owner),
            "target_link": f"{CANON}{path}",
            "title": f'Bug #{number} in {shown}: "{bug.title}"',
            "related_tasks_collection_link": f"{CANON}{path}/+bug/{number}/related_tasks",
            "is_complete": task.status in {"Fix Released", "Invalid", "Won't Fix", "Expired", "Opinion"},
        }
        return _tagged(body)

    def _watch(self, bug: Bug, url: str) -> int:
        return number_of_watch(bug, url)

    def activity(self, number: int) -> Sequence[Body]:
        """`/bugs/N/activity`, oldest first."""
        return [self._entry(number, entry) for entry in self.world.bugs[number].log]

    def _entry(self, number: int, entry: Entry) -> Body:
        return _tagged(
            {
                "self_link": f"{CANON}bugs/{number}/activity",
                "web_link": f"{CANON_WEB}bugs/{number}/activity",
                "resource_type_link": f"{CANON}#bug_activity",
                "bug_link": f"{CANON}bugs/{number}",
                "datechanged": _time(entry.at),
                "person_link": _person(entry.person),
                "whatchanged": entry.what,
                "oldvalue": entry.old,
                "newvalue": entry.new,
                "message": entry.message,
            }
        )

    def watches(self, number: int) -> Sequence[Body]:
        """`/bugs/N/bug_watches`."""
        bug = self.world.bugs[number]
        urls = dict.fromkeys(task.watch for task in bug.tasks if task.watch)
        return [
            _tagged(
                {
                    "self_link": f"{CANON}bugs/{number}/+watch/{number_of_watch(bug, url)}",
                    "resource_type_link": f"{CANON}#bug_watch",
                    "bug_link": f"{CANON}bugs/{number}",
                    "url": url,
                    "remote_bug": url.rpartition("=")[2],
                    "remote_status": None,
                }
            )
            for url in urls
        ]

    def series(self, pillar: str) -> Sequence[Body] | None:
        """`/PILLAR/series`."""
        found = self.world.pillars.get(pillar)
        return None if found is None else [_series(found, series) for series in found.series]

    def pillar(self, name: str) -> Body | None:
        """`/PROJECT` or `/DISTRIBUTION`."""
        found = self.world.pillars.get(name)
        if found is None:
            return None
        focus = f"{CANON}{name}/{found.focus.name}" if found.focus else None
        kind = "distribution" if found.distribution else "project"
        body: Body = {
            "self_link": f"{CANON}{name}",
            "web_link": f"http://launchpad.test/{name}",
            "resource_type_link": f"{CANON}#{kind}",
            "name": name,
            "display_name": found.shown,
            "active": True,
            "series_collection_link": f"{CANON}{name}/series",
        }
        if not found.distribution:
            body["development_focus_link"] = focus
        return _tagged(body)


def number_of_watch(bug: Bug, url: str) -> int:
    """A watch's own number: stable for one address in one bug."""
    return bug.number * 100 + int(hashlib.sha256(url.encode()).hexdigest()[:4], 16) % 97


def _series(pillar: Pillar, series: Series) -> Body:
    body: Body = {
        "self_link": f"{CANON}{pillar.name}/{series.name}",
        "web_link": f"http://launchpad.test/{pillar.name}/{series.name}",
        "resource_type_link": f"{CANON}#{'distro_series' if pillar.distribution else 'project_series'}",
        "name": series.name,
        "status": series.status,
        "date_created": _time(series.created),
        "active": series.status not in {"Obsolete", "Future"},
    }
    if pillar.distribution:
        body |= {
            "displayname": series.shown,
            "fullseriesname": f"{pillar.shown} {series.shown}",
            "distribution_link": f"{CANON}{pillar.name}",
            "datereleased": _time(series.released) if series.released else None,
        }
    else:
        body |= {"display_name": series.shown, "project_link": f"{CANON}{pillar.name}"}
    return _tagged(body)


def _order(place: Place) -> tuple[object, ...]:
    if not place.pillar.distribution:
        return (0, place.pillar.name, place.series is not None, place.series.name if place.series else "")
    if place.series is None:
        return (1, place.pillar.name, place.package or "")
    return (2, place.pillar.name, place.series.created, place.package or "")


def _person(person: Person) -> str:
    return f"{CANON}~{person.name}"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _tagged(body: Body) -> Body:
    digest = hashlib.sha1(json.dumps(body, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
    return body | {"http_etag": f'"{digest}-world"'}


# ------------------------------------------------------------------------------------- without a server


def read_world(world: World, number: int) -> tuple[Observation, tuple[LogEntry, ...], dict[str, str]]:
    """What a client would have after reading this bug now: observation, log and facts (for tests of the history)."""
    bug = world.bugs[number]
    tasks = tuple(
        BugTask(
            target=task.place.name,
            display_target=task.place.name,
            package=task.place.package,
            series=task.place.series.name if task.place.series else None,
            status=task.status,
            importance=task.importance,
            assignee=task.assignee.name if task.assignee else None,
            milestone=task.milestone.name if task.milestone else None,
            url=f"{CANON_WEB}{task.place.path}/+bug/{number}",
            created_at=task.created,
            watch=task.watch,
        )
        for task in sorted(bug.tasks, key=lambda task: _order(task.place))
    )
    observation = Observation(
        "launchpad", number, f"{CANON_WEB}bugs/{number}", bug.title, tasks, tuple(bug.tags), bug.duplicate_of,
        bug.private, bug.created, bug.updated,
    )  # fmt: skip
    entries = tuple(
        LogEntry(position, entry.at, entry.person.name, entry.what, entry.old, entry.new, entry.message)
        for position, entry in enumerate(bug.log)
    )
    return observation, entries, build_facts(world)


def build_facts(world: World) -> dict[str, str]:
    """What the client asks beside bugs, in the form in which it keeps it."""
    catalogue = WorldCatalogue(world)
    facts: dict[str, str] = {}
    for name, pillar in world.pillars.items():
        if pillar.distribution:
            rows = [
                {key: row[key] for key in ("name", "displayname", "datereleased", "date_created", "status")}
                for row in catalogue.series(name) or ()
            ]
            facts[f"series:/{name}"] = json.dumps(rows)
        elif pillar.focus is not None:
            facts[f"focus:/{name}"] = json.dumps({"series": pillar.focus.name})
    return facts
