"""Registries whose members are loaded when first asked for: lptrack's own by module, others' by entry point."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from lptrack.errors import LptrackError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Registry(Generic[T]):
    """``own`` has lptrack's members, each with its place (`module:OBJECT`); ``group`` is others' entry points.

    A member is an object with a `name`. An entry point cannot replace a member of lptrack's own.
    """

    group: str
    own: tuple[tuple[str, str], ...]
    _loaded: dict[str, T] = field(default_factory=dict, compare=False, repr=False)

    def names(self) -> tuple[str, ...]:
        """Every member's name, without loading one: lptrack's own in their order, then the others', sorted."""
        own = tuple(name for name, _ in self.own)
        return own + tuple(sorted({point.name for point in _points(self.group)} - set(own)))

    def find(self, name: str) -> T | None:
        """The member of this name; None where there is none. `LptrackError` for one that cannot be loaded."""
        if name not in self._loaded:
            found = self._load(name)
            if found is None:
                return None
            self._loaded[name] = found
        return self._loaded[name]

    def _load(self, name: str) -> T | None:
        for own, place in self.own:
            if own == name:
                module, _, attribute = place.partition(":")
                member: T = getattr(import_module(module), attribute)
                return member
        point = next((point for point in _points(self.group) if point.name == name), None)
        return None if point is None else _load_point(point, name)


@cache  # reading what is installed takes milliseconds
def _points(group: str) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=group))


def _load_point(point: EntryPoint, name: str) -> Any:
    try:
        loaded = point.load()
    except Exception as error:  # another package's code
        raise LptrackError(
            f"{name} of {point.value} cannot be loaded: {error}", hint="update or remove the package that brings it"
        ) from error
    if getattr(loaded, "name", None) != name:
        raise LptrackError(f"{point.value} calls itself {getattr(loaded, 'name', None)!r}, not {name!r}")
    return loaded
