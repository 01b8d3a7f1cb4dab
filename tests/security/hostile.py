"""What a stranger can write into a meeting and into the names of its files. Numbers lie beyond Launchpad's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ESCAPE: Final = "\x1b]0;owned\x07\x1b[31m\x9b31m\x85"
TURN: Final = "\u202e\u2066\u200f"
MARKUP: Final = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
FORMULA: Final = '=HYPERLINK("http://evil.example","x")'
COMMANDS: Final = f"##[error]x ##vso[task.setvariable variable=a]b {'long ' * 12} ::error::x ::set-output name=a::b"
WIKI: Final = (
    "@everyone [x](javascript:alert(1)) ![i](http://evil.example/) #1 | a || {{http://evil.example/}} <<Action>>"
)

LOG: Final = "\n".join(
    (
        f"[15:04] <ana> #startmeeting team {MARKUP} {TURN} {ESCAPE}",
        f"[15:04] <ana> #meetingname {MARKUP.replace(' ', '')}{TURN}",
        f"[15:04] <ana> #topic {FORMULA} {MARKUP} {TURN}",
        f"[15:05] <=cmd|'/C_calc'!A0> bug #92900001 is open {ESCAPE} {TURN}",
        f"[15:05] <{MARKUP.replace(' ', '_')}> bug #92900002 {ESCAPE}",
        f'[15:05] <ubottu> Launchpad bug 92900003 in linux (Ubuntu) "{FORMULA} {MARKUP} {TURN} {ESCAPE}"'
        " [Critical,New] https://launchpad.net/bugs/92900003",
        f'[15:05] <ubottu> Launchpad bug 92900004 in lin{TURN}ux (Ubuntu) "{WIKI}" [High,Confirmed]',
        f"[15:06] <a{TURN}b> bug 92900005 \u2028 \u2029 \ufeff \x00 \x7f",
        f"[15:06] <ana> bug 99999999999999999999 and bug 0 and bug -0 and LP: #{'9' * 5000}",
        f"[15:07] <ana> #action {FORMULA} {MARKUP} bug 92900001",
        f"[15:07] <##[error]ana> bug 92900002 {COMMANDS}",
        f"[15:07] <ana> #topic {COMMANDS}",
        f'[15:07] <ubottu> Launchpad bug 92900001 in linux (Ubuntu) "{COMMANDS}" [High,New]',
        "[15:08] <ana> #endmeeting",
    )
)

NAMES: Final[tuple[bytes, ...]] = (
    b"usual-2013-09-11.log",
    b"a\x1b]0;x\x07\nlptrack: fake\n::error::x\xe2\x80\xae-2013-09-12.log",
    b"<img src=x onerror=alert(1)>-2013-09-13.log",
    b"bad\xff\xfe-2013-09-14.log",
    b"report.html",
    b"$(touch owned)`touch owned`;touch owned-2013-09-15.log",
    b"..\\..\\owned-2013-09-16.log",
    b"::error::##[group]x-2013-09-18.log",
    b"=1+1,\"x\"-2013-09-17.log",
)  # fmt: skip


def write_folder(folder: Path) -> Path:
    """The log under each of the names, its numbers the same, its day the file's."""
    folder.mkdir()
    for name in NAMES:
        path = bytes(folder) + b"/" + name
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(LOG)
    return folder
