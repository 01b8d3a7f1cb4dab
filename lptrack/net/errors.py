"""What goes wrong on the network, in the terms of `requests`, so that every user of a session can catch it."""

from __future__ import annotations

from requests import RequestException


class Unanswered(RequestException):
    """A request that got no usable answer after everything the policy allows. ``detail`` is for a human."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class HostGivenUp(Unanswered):
    """The host is not asked any more in this run: it refuses connections, only fails, or asks to wait too long."""


class DeadlinePassed(HostGivenUp):
    """The time for this run's network is used up."""


class TooLarge(Unanswered):
    """An answer longer than the limit. Not tried again."""


class RedirectRefused(Unanswered):
    """A redirect to where this request must not go. Not tried again."""


class NotCached(Unanswered):
    """Offline, and the cache does not hold it."""
