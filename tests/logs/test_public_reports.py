"""What users of other readers reported, tried here; the report (owner/repository#number) stands beside each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.security.commandline import lptrack

REPORTS = {
    "tommyrot/superseriousstats#12": ("irssi-2019.log", "--- Log opened Mon Sep 30 00:00:44 2019\n"
        "16:59:05< ana> bug 1500001\n17:01:04<@bo> LP: #1500002\n",
        [("ana", "2019-09-30T16:59:05Z"), ("bo", "2019-09-30T17:01:04Z")]),
    "MJHeijster/StatBot#9": ("2024-03-05.log", "[15:01] <The Corf#6661> bug 1500001\n[15:02] <ana> bug 1500002\n",
        [("The Corf#6661", "2024-03-05T15:01Z"), ("ana", "2024-03-05T15:02Z")]),
    "matrix-org/node-irc#24": ("2024-03-05.log", "[15:01] <ann.b/c> bug 1500001\n[15:02] <[m]bo> bug 1500002\n",
        [("ann.b/c", "2024-03-05T15:01Z"), ("[m]bo", "2024-03-05T15:02Z")]),
    "gf3/IRC-js#18": ("2024-03-05.log", "[15:01] <dav\\test`> bug 1500001\n[15:02] <a-[]{}^|_> bug 1500002\n",
        [("dav\\test`", "2024-03-05T15:01Z"), ("a-[]{}^|_", "2024-03-05T15:02Z")]),
    "whitequark/irclogger#17": ("rbot.log", "[2013/02/12 15:01:02] <ana> bug 1500001\n"
        "[2013/02/12 15:01:09] * bo fixed LP: #1500002\n",
        [("ana", "2013-02-12T15:01:02Z"), ("bo", "2013-02-12T15:01:09Z")]),
    "nmoya/whatsapp-parser#4": ("chat.txt", "09/12/2012 17:03:48: Ana Bell: bug 1500001\n"
        "13/12/2012 17:03:49: Bo: LP: #1500002\n",
        [("Ana Bell", "2012-12-09T17:03:48Z"), ("Bo", "2012-12-13T17:03:49Z")]),
    "automaciej/whatsapp-archive#1": ("chat.txt", "2016-06-27, 8:04:08 AM: Neil: bug 1500001\n"
        "2016-06-27, 8:05:08 PM: Ana: LP: #1500002\n",
        [("Neil", "2016-06-27T08:04:08Z"), ("Ana", "2016-06-27T20:05:08Z")]),
    "Pustur/whatsapp-chat-parser#199": ("chat.txt", "[7/11/2017, 8:20:41 PM] someone: bug 1500001\n"
        "[7/13/2017, 8:21:41 PM] other: bug 1500002\n",
        [("someone", "2017-07-11T20:20:41Z"), ("other", "2017-07-13T20:21:41Z")]),
    "ChatLab/ChatLab#280": ("chat.txt", "[2026/7/9 02:28:09] Alice: bug 1500001\n"
        "[2026/7/9 02:28:37] Bob:bug 1500002\n",
        [("Alice", "2026-07-09T02:28:09Z"), ("Bob", "2026-07-09T02:28:37Z")]),
    "Duelion/whatsapp-wrapped#12": ("chat.txt", "03.08.21, 12:30 - Ana: bug 1500001\n"
        "13.08.21, 12:31 - Bo: bug 1500002\n",
        [("Ana", "2021-08-03T12:30Z"), ("Bo", "2021-08-13T12:31Z")]),
    "joweich/chat-miner#54": ("chat.txt", "2022/12/14, 10:00 - Ana: bug 1500001\n"
        "2022/12/14, 10:01 - Bo: bug 1500002\n",
        [("Ana", "2022-12-14T10:00Z"), ("Bo", "2022-12-14T10:01Z")]),
    "pistocop/messaging-chat-parser#1": ("chat.txt", "12/12/19, 02:09 - My Friend1: bug 1500001\n"
        "12/13/19, 02:10 - Bo: bug 1500002\n",
        [("My Friend1", "2019-12-12T02:09Z"), ("Bo", "2019-12-13T02:10Z")]),
    "MasterScrat/Chatistics#42": ("chat.txt", "1/2/20, 10:00 - Ana: so\nbug 1500001\n\n"
        "1/13/20, 10:05 - Bo: bug 1500002\n",
        [("Ana", "2020-01-02T10:00Z"), ("Bo", "2020-01-13T10:05Z")]),
    "langchain-ai/langchainjs#9254": ("chat.txt", "\u200e[7/11/23, 8:20:41\u202fPM] Ana: bug 1500001\n"
        "\u200e[7/13/23, 8:21:41\u202fPM] Bo: bug 1500002\n",
        [("Ana", "2023-07-11T20:20:41Z"), ("Bo", "2023-07-13T20:21:41Z")]),
}  # fmt: skip


@pytest.mark.parametrize("report", REPORTS)
def test_who_spoke_and_when(report: str, tmp_path: Path) -> None:
    name, text, expected = REPORTS[report]
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = lptrack("extract", name, home=tmp_path)
    found = [json.loads(line) for line in done.out.decode().splitlines()]
    assert [(each["speaker"], each["timestamp"]) for each in found] == expected
    assert [each["number"] for each in found] == [1500001, 1500002]


NO_BUGS = {
    "peterbe/whatsdeployed#22": "https://github.com/x/hawk/commit/f72cdeafd178bbd893e8c041510f2ecd733c0011#diff-04c6e90faac2675a",
    "ComputationalProteomicsUnit/maker#32": "reported at https://support.bioconductor.example/p/100865/#105206",
    "mozilla-conduit/phabricator#37": "see https://example.org/files/bug1234567/readme",
    "mozilla/treeherder-ui-deprecated#351": "-- 1500011 and b=1500011 are another's words",
}


@pytest.mark.parametrize("report", NO_BUGS)
def test_what_others_took_for_a_bug_is_none(report: str, tmp_path: Path) -> None:
    (tmp_path / "2024-03-05.log").write_text(f"[15:01] <ana> {NO_BUGS[report]}\n[15:02] <bo> bug 1500002\n")
    done = lptrack("extract", "2024-03-05.log", home=tmp_path)
    assert [json.loads(line)["number"] for line in done.out.decode().splitlines()] == [1500002]
