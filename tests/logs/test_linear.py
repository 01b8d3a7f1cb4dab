"""No document, however broken, takes a format more than its length: no closing tag is looked for in vain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lptrack.logs.calendar import Calendar
from lptrack.logs.document import Reading
from lptrack.logs.extract import open_collector, read_stretches
from lptrack.logs.formats import FORMATS, find_format
from lptrack.logs.head import build_head
from lptrack.logs.options import Options
from lptrack.logs.sources import Source
from tests.linear import find_superlinear

NAMES = [known.name for known in FORMATS]

TAGS = (
    "<tr>", "<td>", "<td", "<tr><td>", "<tr id=\"t15:04\">", "<td><tr>", "</td>", "<p>", "<span class=\"irc-date\">", "<span", "<a href=\"",  # noqa: E501
    "<a href=x>", "<!--", "<pre>", "<li>", "<b>", "<br", "<title>", "<h1>", "<script>", "<blockquote>", "<mx-reply>", "&lt;a&gt; ", "&#",  # noqa: E501
)  # fmt: skip
"""Each is opened again and again, and never closed."""

SIGNS = (
    "[15:04] <a", "15:04 * ", "2013-09-11 ", "2013-09-11T15:04:05 ", "= ", "== ", "--- ", "(", "[[", "[(", "{\"a\":", "[{", "\\", "`", "**", "| ",  # noqa: E501
    "a!b@", "nick: ", "From: a ", "=?utf-8?q?", "Content-Type: multipart/mixed; boundary=", "Meeting started ", "#startmeeting ",  # noqa: E501
    "[TOPIC] ", "'''", "{{{", "[[http://", "\x03", "to ", "and ", "> ", "/", "1/", "1:", "\ufeff", "<a> ",
)  # fmt: skip


def _run(name: str) -> Callable[[str], object]:
    known = find_format(name)

    def run(text: str) -> object:
        data = text.encode() + b"\n[15:05] <bob> bug 2900001\n"
        head = build_head("x", data, whole=True)
        known.recognise(head)
        reading = Reading(Source("x", Path("x")), head, known, Calendar(), "x", [data], iter(()))
        collector = open_collector(reading, Options())
        return [one for stretch in read_stretches(reading, collector) for one in stretch.found]

    return run


@pytest.mark.parametrize("name", NAMES)
def test_what_is_opened_and_never_closed_takes_time_by_its_length(name: str) -> None:
    run = _run(name)
    faults = [find_superlinear(run, unit) for unit in (*TAGS, *SIGNS)]
    assert [fault for fault in faults if fault] == []
