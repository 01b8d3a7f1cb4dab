"""`lptrack post`: deliver report or agenda where the team's configuration says."""

from __future__ import annotations

import typer

from lptrack.cli.declare import takes
from lptrack.jobs.options import PostOptions


@takes(PostOptions)
def post(options: PostOptions) -> None:
    """Deliver each team's report or agenda where its configuration says, each once. Exit 6 if one failed.

    \b
    lptrack post --config lptrack.toml --dry-run      what would be sent
    lptrack post --config lptrack.toml
    """
    from lptrack.cli.say import complain, note
    from lptrack.config.load import load_config
    from lptrack.config.settings import database_path
    from lptrack.escape import inert_lines, show_hidden
    from lptrack.jobs.post import Done, Posted, post_all
    from lptrack.storage.store import WAIT, Store

    def say(posted: Posted) -> None:
        spec = posted.spec
        if posted.failure is not None:
            complain(posted.failure.message, posted.failure.hint)
        note(f"{show_hidden(spec.team)}: {spec.what} by {spec.kind}: {posted.done}")
        if posted.done is Done.DRY and posted.post is not None:
            typer.echo(inert_lines(posted.post.text))

    config = load_config(options.configuration)
    wait = WAIT if options.wait is None else options.wait
    with Store.open(database_path(options.db, config), wait=wait) as store:
        found = post_all(
            store, config, team=options.team, dry=options.dry_run, say=say, offline=options.offline, wait=wait
        )
    if not found:
        note("no delivery is configured: see [[team.deliver]] in the documentation")
    raise typer.Exit(6 if any(each.done is Done.FAILED for each in found) else 0)
