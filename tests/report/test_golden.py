"""The usual meeting in each form that people read, beside this file: run with LPTRACK_REWRITE=1 and read the diff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lptrack.report.arrange import build_report
from lptrack.report.render import RenderSettings, find_form, render_document
from tests.report import samples as s

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("form", "name", "width"),
    [
        ("table", "usual.wide.txt", 140),
        ("table", "usual.narrow.txt", 80),
        ("text", "usual.mail.txt", 0),
        ("markdown", "usual.md", 0),
        ("moin", "usual.moin.txt", 0),
        ("csv", "usual.csv", 0),
        ("json", "usual.json", 0),
        ("atom", "usual.atom", 0),
    ],
)
def test_the_usual_meeting_looks_as_it_did(form: str, name: str, width: int) -> None:
    window = s.usual().window()
    report = build_report(window, s.matrix(window), s.trends(window))
    data = render_document(report, find_form(form), RenderSettings(width=width))
    golden = GOLDEN / name
    if os.environ.get("LPTRACK_REWRITE"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(data)
    assert data.decode("utf-8") == golden.read_bytes().decode("utf-8")
