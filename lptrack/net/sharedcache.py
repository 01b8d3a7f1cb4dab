"""A cache that a team shares: requests-cache over Redis, JSON and no pickle. Needs the extra `redis`."""

from __future__ import annotations

from typing import Any, Final

from requests_cache.backends.base import BaseCache
from requests_cache.serializers import json_serializer

from lptrack._version import DISTRIBUTION
from lptrack.errors import UsageError
from lptrack.net.cache import CacheUnusable, Forgiving, Say

NAMESPACE: Final = "lptrack"
KEPT: Final = 60 * 24 * 3600  # seconds: stale answers serve those who are offline


def open_redis_cache(address: str, say: Say) -> BaseCache:
    """The cache at this address (`redis://host:port/0`). Raises `CacheUnusable` where nobody answers there."""
    try:
        import redis
    except ImportError:
        hint = f"pip install '{DISTRIBUTION}[redis]'"
        raise UsageError("the redis cache needs the redis package", hint=hint) from None
    from requests_cache.backends.redis import RedisCache, RedisDict

    class Table(RedisDict):
        """With an end for each answer, set as Redis wants it today."""

        def __setitem__(self, key: str, item: Any) -> None:
            self.connection.set(self._bkey(key), self.serialize(item), ex=KEPT)

    class SharedCache(Forgiving, RedisCache):
        """Redis under requests-cache."""

        failures = (redis.RedisError, OSError, UnicodeError)

    shown = address.rpartition("@")[2].removeprefix("redis://")
    try:
        connection = redis.Redis.from_url(address, socket_connect_timeout=5, socket_timeout=10)
        connection.ping()
    except (redis.RedisError, ValueError) as error:
        raise CacheUnusable(f"{shown}: {error}") from error
    shared = SharedCache(NAMESPACE, connection=connection, serializer=json_serializer)
    shared.responses = Table(NAMESPACE, connection=connection, serializer=json_serializer)
    shared.shown, shared.say = shown, say
    return shared
