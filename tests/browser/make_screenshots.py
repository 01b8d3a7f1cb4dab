"""Take the pictures that the docs show: `python -m tests.browser.make_screenshots DEMO DIRECTORY`.

DEMO is a folder of `lptrack demo` with a site and a workbook beside its reports. report-light.png and report-dark.png
are the report's top at 1280 pixels, report-phone.png at 390, report-charts.png its charts and matrix, site.png the
site's first page, workbook.png the workbook's first sheets as LibreOffice prints them. Exit 2 where there is no
Chromium; without LibreOffice and pdftoppm the workbook's stays as it is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
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
    demo, directory = Path(arguments[0]), Path(arguments[1])
    report = demo / "reports" / "report.html"
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
        page.size(1280, 700)
        page.open(demo / "site" / "index.html")
        take(page, directory / "site.png")
        if page.trouble:
            print("\n".join(page.trouble), file=sys.stderr)
            return 1
    print_workbook(demo / "meeting.xlsx", directory / "workbook.png")
    return 0


def print_workbook(workbook: Path, picture: Path) -> None:
    """The first page of the workbook, as it would come out of a printer."""
    if shutil.which("soffice") is None or shutil.which("pdftoppm") is None:
        print("no LibreOffice or pdftoppm: the workbook's picture is left as it is", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        office = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*office, "--outdir", folder, str(workbook)], check=True, capture_output=True, timeout=180)
        pdf = Path(folder, workbook.with_suffix(".pdf").name)
        subprocess.run(
            ["pdftoppm", "-png", "-r", "70", "-singlefile", str(pdf), str(picture.with_suffix(""))], check=True
        )
    print(picture)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
