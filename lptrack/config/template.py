"""The commented `lptrack.toml` that `lptrack init` writes: every key, its default, and why one would change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lptrack.config.proposal import TeamProposal, render_teams
from lptrack.trackers import roots

_TEMPLATE: Final = """\
# lptrack.toml: what this team's reports are about. All of it is optional; `lptrack config` shows what is in force.

# Who meets. Meetings of one channel with the same name are one team already; say it here when a channel is shared,
# when meetings have no name, or to name the series you care for.
{teams}
[logs]
# timezone = "Europe/Berlin"        # for logs in local time that name no zone (default: UTC)
# day-first = true                  # 05/03/2024 is the fifth of March, where a log does not settle it
# silence = "6h"                    # after so long without a line a meeting that nobody ended is over
# relays = ["nestbot"]              # nicks that speak for others: "<nestbot> <ana> text"
# bots = ["mybot"]                  # nicks that announce bugs, beside the well-known ones

# A channel with a tracker of its own: there, "bug 5" is not Launchpad's.
# [trackers]
# mediawiki = "wikimedia"

# Two nicks, one person.
# [nicks]
# "slangasek_" = "slangasek"

[bugs]
# track = [{ bug = 1, reason = "we never forget this one" }]
# ignore = [{ bug = 2, tracker = "launchpad", reason = "an example that people type" }]

[report]
# sections = ["backwards", "closed", "forward", "work", "stuck", "new", "unowned", "other", "all"]
# columns = ["bug", "package", "series", "was", "now", "moved", "importance", "assignee", "raised", "title"]
# horizon = 12                      # meetings that keep a bug in view
# fold = true                       # false: human reports show every task of a bug
# feed = "https://example.org/report.atom"  # where you publish `report --format atom`, for its rel="self"
# out = "reports"                   # where `run` and `ci` write (from this file's folder)

[resolve]
{roots}# cache = "~/.cache/lptrack"        # or redis://host/0, shared by a team
# max-age = "1h"
# deadline = "10m"
# jobs = 4

[database]
# path = "lptrack.db"               # from this file's folder
"""


_TEAM: Final = """\
# [[team]]
# name = "foundations"
# channels = ["ubuntu-meeting"]
# names = ["*foundations*"]         # patterns for the meeting's name; "" is a meeting without one
# chairs = ["slangasek"]            # or who chairs it
# series = ["saucy"]                # tasks of these series are shown, the others are folded away

# Where its logs are kept: `lptrack run` without a LOG fetches what is new. A team may have several.
# [[team.source]]
# kind = "irclogs"                  # or {sources}
# url = "https://irclogs.ubuntu.com/"
# channel = "#ubuntu-meeting"
# since = 2026-11-02

# Where it reads its report or its agenda: `lptrack post` delivers them.
# [[team.deliver]]
# kind = "webhook"                  # or {deliveries}
# what = "report"                   # or "agenda"
# url-env = "FOUNDATIONS_HOOK"      # the variable (or keyring entry) that holds the address: it is a secret
"""


def build_template(teams: Sequence[TeamProposal] = ()) -> str:
    """The file's text, with these teams; every tracker and every kind of source and delivery has its line."""
    from lptrack.deliver import KINDS as DELIVERIES
    from lptrack.sources import KINDS as SOURCES

    lines = "".join(f'# {root.option} = "{root.default}"\n' for root in roots().values())
    example = _TEAM.replace("{sources}", ", ".join(name for name in SOURCES.names() if name != "irclogs"))
    example = example.replace("{deliveries}", ", ".join(name for name in DELIVERIES.names() if name != "webhook"))
    # the teams' names are strangers' words: what is put in last is read for no placeholder
    return _TEMPLATE.replace("{roots}", lines).replace("{teams}", render_teams(teams) if teams else example)
