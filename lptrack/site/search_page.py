"""The search over bugs and meetings: an index that the page carries, and the lists for who runs no script.

The index stands within the page as data, so that the search works from a folder too, where no browser lets a page
read the file beside it; it never is code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from lptrack.escape import json_text, one_line
from lptrack.model import BugKey
from lptrack.report.render.csv_table import render_rows
from lptrack.report.render.html_text import words
from lptrack.report.wording import say_bug
from lptrack.site.address import bug_path, meeting_path, team_path
from lptrack.site.model import BugEntry, MeetingEntry, TeamEntry
from lptrack.site.shell import Frame, render_list, render_page, render_part


def build_search(
    teams: Sequence[TeamEntry], meetings: Iterable[MeetingEntry], bugs: Iterable[BugEntry]
) -> dict[str, bytes]:
    """The page and its index. Each entry of the index is an address, what is found by it, and what is said of it."""
    index = [[f"{team_path(each.slug)}.html", one_line(each.name), one_line(each.headline)] for each in teams]
    index += [[f"{meeting_path(each.id)}.html", one_line(each.title), one_line(each.headline)] for each in meetings]
    index += [_bug(each) for each in bugs]
    text = json_text({"pages": index})
    frame = Frame(
        path="search.html",
        title="Search",
        kind="search",
        files=(("search.json", "JSON"), ("search.csv", "CSV")),
        script=True,
    )
    form = Markup(
        '<form id="search" role="search" hidden>\n<label class="wide">Find <input type="search" name="q" '
        'autocomplete="off" spellcheck="false" placeholder="number, title, team, day …"></label>\n'
        '<output id="count" role="status" aria-live="polite"></output>\n</form>\n'
        '<ol id="found" class="lines" hidden></ol>\n'
    )
    data = Markup('<script type="application/json" id="index">{}</script>\n').format(Markup(_inert(text)))  # noqa: S704 - see _inert
    lines = [
        Markup('<a href="{}">{}</a> {}').format(
            f"{team_path(each.slug)}.html", words(each.name), words(each.headline)
        )
        for each in teams
    ]
    plain = Markup(
        '<p>Every bug is in <a href="bugs/index.html">the list of bugs</a>, every meeting on its team\'s page:</p>'
    )
    content = [form, render_part("lists", "Lists", plain + render_list(lines, "lines")), data]
    return {
        "search.html": render_page(frame, content),
        "search.json": f"{text}\n".encode(),
        "search.csv": render_rows(("page", "title", "text"), index, bom=True).encode(),
    }


def _bug(bug: BugEntry) -> list[str]:
    key = BugKey(bug.tracker, bug.number)
    standing = " — ".join(part for part in (bug.status, bug.packages) if part)
    return [f"{bug_path(key)}.html", f"{say_bug(key)} {one_line(bug.title)}", one_line(standing)]


def _inert(text: str) -> str:
    """JSON that neither ends its element nor begins another within it: its signs stand as escapes."""
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")
