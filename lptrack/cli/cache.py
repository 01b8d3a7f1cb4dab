"""`lptrack cache`: what the HTTP cache holds, how old it is, and emptying it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lptrack.cli.options import CacheOption, ConfigOption


def cache(
    cache: CacheOption = None,
    configuration: ConfigOption = None,
    clear: Annotated[bool, typer.Option("--clear", help="Empty it. The database keeps what it knows.")] = False,
) -> None:
    """Show the HTTP cache: where it is, its size, how many answers it holds and how old they are.

    \b
    lptrack cache
    lptrack cache --clear
    """
    from lptrack.cli.say import note, plain
    from lptrack.config.load import load_config
    from lptrack.config.settings import build_settings

    settings = build_settings(load_config(configuration), cache=cache)
    if settings.cache_backend == "redis":
        _show_redis(str(settings.cache), clear=clear)
        return
    from lptrack.net.cachefiles import find_cache_files, load_summary, remove_cache_file

    folder = Path(settings.cache or "")
    files = find_cache_files(folder)
    if not files:
        typer.echo(plain(f"{folder}: no cache yet"))
    for path in files:
        typer.echo(plain(load_summary(path).sentence()))
        if clear:
            remove_cache_file(path)
            note(f"{path}: emptied")


def _show_redis(address: str, *, clear: bool) -> None:
    from lptrack.cli.say import note
    from lptrack.errors import LptrackError
    from lptrack.net.cache import CacheUnusable
    from lptrack.net.sharedcache import open_redis_cache

    shown = address.rpartition("@")[2].removeprefix("redis://")
    try:
        shared = open_redis_cache(address, note)
    except CacheUnusable as error:
        raise LptrackError(f"the Redis cache cannot be reached: {error}") from None
    typer.echo(f"{shown}: {len(list(shared.responses.keys()))} answers, shared")
    if clear:
        shared.clear()  # type: ignore[no-untyped-call]
        note(f"{shown}: emptied, for everybody")
