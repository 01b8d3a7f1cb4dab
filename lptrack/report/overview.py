"""The page above several teams' reports: each team with its headline and a link. `index.html` and `index.md`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from lptrack.escape import markdown, one_line, xml

_STYLE: Final = "body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
_TITLE: Final = "What moved, by team"


@dataclass(frozen=True, slots=True)
class TeamHeadline:
    """One team's line; ``folder`` is where its report lies, below the page."""

    name: str
    folder: str
    headline: str


def render_overview(teams: Sequence[TeamHeadline]) -> dict[str, bytes]:
    """The page in both forms: name → bytes."""
    lines = [f"# {_TITLE}\n\n"]
    items = []
    for team in teams:
        folder = quote(team.folder)
        name, headline = one_line(team.name), one_line(team.headline)
        lines.append(f"- [{markdown(name)}]({folder}/report.md): {markdown(headline)}\n")
        items.append(f'<li><a href="{folder}/report.html"><bdi>{xml(name)}</bdi></a>: {xml(headline)}</li>\n')
    page = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{_TITLE}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<style>{_STYLE}</style>\n<h1>{_TITLE}</h1>\n<ul>\n{''.join(items)}</ul>\n</html>\n"
    )
    return {"index.html": page.encode("utf-8"), "index.md": "".join(lines).encode("utf-8")}
