"""`lptrack site`: static pages of all teams, meetings and bugs."""

from __future__ import annotations

from lptrack.cli.declare import takes
from lptrack.jobs.options import SiteOptions


@takes(SiteOptions)
def site(options: SiteOptions) -> None:
    """Write static pages of all teams, meetings and bugs, or bring them up to date. Uses no network.

    \b
    lptrack site --out public/                                  all that the database knows
    lptrack site --out public/ --base-url https://bugs.example/ feeds with addresses of their own
    lptrack site --out public/ --team Kestrel                   one team's pages
    """
    from lptrack.cli.forms import open_records
    from lptrack.cli.named import check_filters
    from lptrack.cli.say import complain, note
    from lptrack.config.load import load_config
    from lptrack.errors import UsageError
    from lptrack.escape import safe_url
    from lptrack.jobs.outputs import iter_own
    from lptrack.jobs.site import SiteWish, write_site
    from lptrack.jobs.site_files import check_folder
    from lptrack.join.model import Filters
    from lptrack.report.wording import say_count

    config = load_config(options.configuration)
    check_folder(options.out, iter_own(config, options.db))
    base = "" if options.base_url is None else f"{options.base_url.rstrip('/')}/"
    if base and (safe_url(base) != base or "?" in base or "#" in base):
        raise UsageError(f"--base-url {options.base_url}: no address of a site", hint="https://bugs.example.org/")
    filters = Filters(team=options.team, channel=options.channel)
    with open_records(options.db, config, None) as store:
        check_filters(store, config, filters)
        wish = SiteWish(options.out, filters, base, options.horizon, options.rebuild)
        written = write_site(store, config, wish)
    for name in written.left:
        complain(f"{options.out / name}: no longer part of the site, but changed by somebody: left there")
    if not options.quiet:
        pages = ", ".join(
            say_count(count, noun)
            for count, noun in ((written.teams, "team"), (written.meetings, "meeting"), (written.bugs, "bug"))
        )
        note(f"{options.out}: {pages}; {written.written} of {say_count(written.files, 'file')} written"
             + (f", {written.removed} removed" if written.removed else ""))  # fmt: skip
