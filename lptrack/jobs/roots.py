"""Which service each tracker is asked at, held against the one that the database's facts were read from."""

from __future__ import annotations

from collections.abc import Mapping

from lptrack.config.model import Config
from lptrack.config.settings import find_setting
from lptrack.errors import UsageError
from lptrack.net.settings import Settings
from lptrack.storage.store import Store
from lptrack.trackers import root_of, roots, tracker_names


def settle_roots(store: Store, settings: Settings, config: Config, given: Mapping[str, str]) -> frozenset[str]:
    """Raise `UsageError` where a tracker would be asked at another root than before, unless an option names it.

    Then what the former root told is in force no more. Offline nothing is asked, so nothing is in doubt: the trackers
    that are returned have their answers in the cache under another root, and are left alone.
    """
    left_alone = set()
    for name in tracker_names():
        try:
            store.check_root(name, root_of(name, settings))
        except UsageError as error:
            if settings.offline:
                left_alone.add(name)
            elif _is_named(name, config, given):
                store.leave_root(name)
            else:
                option = f"--{roots()[name].option} NAME_OR_URL"
                raise UsageError(error.message, hint=f"{error.hint}: {option} on the command line") from None
    return frozenset(left_alone)


def _is_named(name: str, config: Config, given: Mapping[str, str]) -> bool:
    """Whether the root stands on the command line: the environment and the configuration may be forgotten there."""
    option = roots()[name].option
    return find_setting(option, given.get(name), config).origin == f"--{option}"
