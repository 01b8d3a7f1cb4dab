"""HTML without what it quotes: a message that is answered has been said already, in its own place."""

from __future__ import annotations

import re

_QUOTATION = re.compile(r"<(/?)(?:aside|blockquote|mx-reply)\b[^<>]{0,2000}>", re.IGNORECASE)


def strip_quotations(page: str) -> str:
    """The HTML without its quotations, however deep they are nested; one that is never closed goes to the end."""
    out: list[str] = []
    depth = position = 0
    for match in _QUOTATION.finditer(page):
        if depth == 0:
            out.append(page[position : match.start()])
        depth = max(0, depth + (-1 if match[1] else 1))
        position = match.end()
    if depth == 0:
        out.append(page[position:])
    return "\n".join(out)
