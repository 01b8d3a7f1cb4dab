"""SECURITY.md names a test for each threat, and each test that it names is there."""

from __future__ import annotations

import re

import pytest

from tests.security.commandline import ROOT

ROWS = [
    line.split(" | ")
    for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "---" not in line and not line.startswith("| threat |")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("| "))
def test_each_threat_has_a_test_that_exists(row: list[str]) -> None:
    named = re.findall(r"`(tests/[^`]+)`", row[2])
    assert named
    for name in named:
        path, _, function = name.partition("::")
        text = (ROOT / path).read_text("utf-8")
        assert f"def {function}(" in text if function else "def test_" in text, name
