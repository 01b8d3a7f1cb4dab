"""Take the pictures of a report that the docs show: `python -m tests.browser.make_screenshots REPORT.html DIRECTORY`.

report-light.png and report-dark.png are the page's top at 1280 pixels, report-phone.png at 390, report-charts.png its
charts and matrix. Exit 2 where there is no Chromium.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.chromium import Page, find_chromium, open_chromium

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def take(page: Page, path: Path, *, to: str | None = None) -> None:
    """One picture of the window, scrolled to the first element that the selector finds, if any."""
    if to is not None:
        page.run(f"document.querySelector({to!r})?.scrollIntoView({{behavior: 'instant'}})")
    page.run(DRAWN)
    page.browser.drain(0.2)
    page.run(DRAWN)
    page.screenshot(path)
    print(path)


def main(arguments: list[str]) -> int:
    """All of them, into a directory."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    report, directory = Path(arguments[0]), Path(arguments[1])
    program = find_chromium()
    if program is None:
        print("needs Chromium: apt-get install chromium, or LPTRACK_CHROMIUM=/path/to/it", file=sys.stderr)
        return 2
    directory.mkdir(parents=True, exist_ok=True)
    with open_chromium(program) as browser:
        page = browser.page()
        page.size(1280, 1000)
        page.open(report)
        take(page, directory / "report-light.png")
        page.media(dark=True)
        take(page, directory / "report-dark.png")
        page.media()
        take(page, directory / "report-charts.png", to="section.trends")
        page.size(390, 844, phone=True, scale=2)
        page.open(report)
        take(page, directory / "report-phone.png")
        if page.trouble:
            print("\n".join(page.trouble), file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
