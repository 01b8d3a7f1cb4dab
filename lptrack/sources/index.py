"""`index`: a page of links, as Apache, nginx, MoinMoin and meetingology write them; folders below it are followed.

A page is a stranger's text: only links of the same host that lie below the configured address are followed, each
once, to a limit.
"""

from __future__ import annotations

import fnmatch
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lptrack.sources.interface import Item, Reader, SourceError, SourceKind, SourceSpec, fetch_address

DEEPEST: Final = 4
MOST_PAGES: Final = 400
MOST_LINKS: Final = 20_000
_LOGS: Final = ("*.log.txt", "*.log.html", "*.moin.txt", "*.txt", "*.log", "*.txt.gz", "*.log.gz", "*.mbox")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def parse_links(page: bytes, address: str, below: str) -> tuple[str, ...]:
    """The addresses that the page at ``address`` links to and that lie below ``below``, each once, in order."""
    parser = _Links()
    parser.feed(page.decode("utf-8", "replace"))
    found: dict[str, None] = {}
    for link in parser.found:
        try:
            target = urldefrag(urljoin(address, link.strip())).url
            parts, base = urlsplit(target), urlsplit(below)
            path = unquote(parts.path)
        except ValueError:
            continue
        same = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
        if same and not parts.query and path.startswith(unquote(base.path)) and ".." not in path.split("/"):
            found[target] = None
    return tuple(found)


def find_links(spec: SourceSpec, reader: Reader) -> Iterator[Item]:
    """Every document below the address whose name fits `pattern`, page by page, the address's own first."""
    below = spec.url if spec.url.endswith("/") else f"{spec.url}/"
    patterns = (str(spec.values["pattern"]),) if "pattern" in spec.values else _LOGS
    pages = deque([(spec.url, 0)])
    seen = {below, spec.url}
    asked = 0
    while pages:
        address, depth = pages.popleft()
        asked += 1
        if asked > MOST_PAGES or len(seen) > MOST_LINKS:
            raise SourceError(
                f"{spec.shown}: more than {MOST_PAGES} pages or {MOST_LINKS} links", hint="name a folder"
            )
        answer = reader.get(address)
        if answer is None or answer.content is None:
            raise SourceError(f"{spec.shown}: {address} is not there")
        for target in parse_links(answer.content, address, below):
            if target in seen:
                continue
            seen.add(target)
            if not target.endswith("/"):
                if _fits(target, patterns):
                    yield Item(target)
            elif depth < DEEPEST:
                pages.append((target, depth + 1))


def _fits(address: str, patterns: tuple[str, ...]) -> bool:
    path = unquote(urlsplit(address).path)
    names = (path, path.rpartition("/")[2])
    return any(fnmatch.fnmatch(name, pattern) for name in names for pattern in patterns)


INDEX: Final = SourceKind("index", ("url",), find_links, fetch_address, ("pattern",))
