"""One Chromium for all the browser tests; where there is none they are skipped, and say what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lptrack.report.model import Document
from lptrack.report.render import RenderSettings
from lptrack.report.render.html import render
from tests.browser.chromium import Chromium, Page, find_chromium, open_chromium

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    program = find_chromium()
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium, or LPTRACK_CHROMIUM=/path/to/it")
    with open_chromium(program) as browser:
        yield browser


@pytest.fixture
def show(chromium: Chromium, tmp_path: Path) -> Iterator[Open]:
    """Open a document as its HTML in a new tab; keywords are the tab's."""

    pages: list[Page] = []

    def opened(document: Document, *, width: int = 1280, phone: bool = False, script: bool = True) -> Page:
        path = tmp_path / "report.html"
        path.write_text(render(document, RenderSettings()), encoding="utf-8")
        page = chromium.page(script=script)
        pages.append(page)
        page.size(width, 800, phone=phone)
        page.open(path)
        return page

    yield opened
    for page in pages:
        page.close()
