"""The rules for addresses: of bugs, of mail to bugs, of branches, and of everything else that has numbers in it."""

from __future__ import annotations

import re
from typing import Final

from lptrack.grammar.rule import CHANNEL, NOT_OURS, Rule, Setting, compile_
from lptrack.grammar.trackers import tracker_of_address
from lptrack.model import DEBIAN, LAUNCHPAD, ReferenceKind

_LINK = ReferenceKind.LINK
_BRANCH = ReferenceKind.BRANCH
_N = r"0{0,6}(?P<n>[0-9]{1,9})(?![0-9])"
_SEGMENTS = r"(?:[^\s<>\"'()\[\]|/]{1,120}/){0,12}?"
_REST = r"(?:[^\s<>\"'()\[\]|,]|,(?!https?:))*+"

BRANCH_NUMBERS: Final = re.compile(
    r"(?<![a-z])(?:bugs?|lp|fix(?:es|ed)?|sru|debian)[-_#:./]{0,2}(?P<n>[0-9]{5,8})(?![0-9]|\.[0-9])"
    r"(?P<more>(?:[-_+,&][0-9]{5,8}(?![0-9])){0,40})"
    r"|(?<![a-z0-9.])(?P<lone>[0-9]{6,7})(?![a-z0-9]|\.[a-z0-9])(?P<also>(?:[+,&-][0-9]{6,7}(?![\w.])){0,40})"
    r"|(?<=/)(?P<first>[0-9]{6,7})(?=[-_][a-z])"  # not in ~person/…/revision/N: see `other-address`
)
"""Numbers in a branch's name: after `bug`, `lp`, `fix`; or alone between separators and long enough for a bug."""


_SMALL_ISSUE: Final = re.compile(r"/issues?/#?$")


def _host(setting: Setting) -> str | None:
    if setting.number < 10_000 and "bug" not in setting.match[0]:
        return None  # the prefilter does not see it
    return tracker_of_address(setting.match["host"], setting.match[0]) or NOT_OURS


def _issue_host(setting: Setting) -> str | None:
    """Launchpad and Debian have rules of their own; `host/5` is a bug only at a host that is a bug tracker's."""
    match, host = setting.match, setting.match["host"]
    if "launchpad." in host or host == "bugs.debian.org":
        return None
    path = match.string[match.end("host") : match.start("n")]
    if setting.number < 10_000 and "bug" not in match[0] and _SMALL_ISSUE.search(path) is None:
        return None  # the prefilter does not see it
    if path.strip("/") in ("", "issue") and not host.startswith(("bugs.", "bugzilla.", "crbug.")):
        return None
    return tracker_of_address(host, match[0]) or NOT_OURS


_ADDRESS: Final = re.compile(r"(?:[a-z+]{2,10}://(?:[^/@]{1,40}@)?)?(?P<host>[\w-]+(?:\.[\w-]+)+)(?P<path>[:/].*)")
_NO_BRANCHES: Final = re.compile(
    r"blueprints?\.|answers\.|translations\.|trello|(?:ether)?pad\.|autopkgtest|wiki\.|jenkins"
)
_BRANCHES: Final = re.compile(
    r"git|bzr|bazaar|svn|code\.|cgit|launchpad|savannah|salsa\.|canonical\.com|people\.|kernel\.ubuntu|buildd"
)
_NO_BRANCH_PATHS: Final = re.compile(r"/\+(?:spec|poll|archive|question|faq|announcement|assigned|related)|\?")


def _in_branch(setting: Setting) -> str:
    """`bug-N` within an address is a branch's only where branches or people's builds are kept.

    Blueprints, cards, pads and test results are called so too: `+spec/desktop-bug-1160490`.
    """
    low, at = setting.match.string, setting.match.start()
    start = max(low.rfind(mark, 0, at) for mark in " \t(<[\"'") + 1
    address = _ADDRESS.match(low, start, at + 1)
    if address is None:
        return setting.channel
    host, path = address["host"], address["path"]
    if _NO_BRANCHES.search(host) or _NO_BRANCH_PATHS.search(path):
        return NOT_OURS
    return setting.channel if "://" not in address[0] or _BRANCHES.search(host) else NOT_OURS


def _in_launchpads_branch(setting: Setting) -> str:
    return NOT_OURS if _in_branch(setting) == NOT_OURS else LAUNCHPAD


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "debian-mail",
        ("@bugs.debian.org",),
        compile_(r"(?<![\w.@-])0{0,6}(?P<n>[0-9]{1,9})(?:-[a-z]{1,20})?@bugs\.debian\.org"),
        _LINK,
        DEBIAN,
        "The mail address of a Debian bug, with or without a command.",
        yes=(("mail 698967@bugs.debian.org", "debian 698967"), ("Cc: 5-done@bugs.debian.org", "debian 5")),
        no=("submit@bugs.debian.org", "owner@bugs.debian.org"),
        whole=True,
        written=False,
    ),
    Rule(
        "launchpad-mail",
        ("@bugs.launchpad.net",),
        compile_(r"(?<![\w.@-])0{0,6}(?P<n>[0-9]{1,9})@bugs\.(?:[a-z]{1,12}\.)?launchpad\.net"),
        _LINK,
        LAUNCHPAD,
        "The mail address of a Launchpad bug.",
        yes=(("reply to 1746605@bugs.launchpad.net", "launchpad 1746605"),),
        no=("new@bugs.launchpad.net",),
        whole=True,
        written=False,
    ),
    Rule(
        "launchpad-url",
        ("launchpad.", "lpad.net", "lp.net"),
        compile_(
            rf"(?:launchpad\.(?:ubuntu\.com|net|dev|test)|\blp(?:ad)?\.net)(?::[0-9]{{2,5}})?/{_SEGMENTS}"
            rf"(?:(?:\+|%2b)?bugs?(?:/\+bugs?)?)/#?{_N}{_REST}"
        ),
        _LINK,
        LAUNCHPAD,
        "A bug's page at any host of Launchpad, at any time: `+bug/N`, `bugs/N`, `malone/bugs/N`, the web service.",
        yes=(
            ("https://bugs.launchpad.net/ubuntu/+source/cyrus-sasl2/+bug/875440/comments/61", "launchpad 875440"),
            ("https://launchpad.net/bugs/1", "launchpad 1"),
            ("https://launchpad.ubuntu.com/malone/bugs/471", "launchpad 471"),
            ("http://launchpad.net/malone/bugs/471.", "launchpad 471"),
            ("https://launchpad.net/distros/ubuntu/+source/linux/+bug/1234", "launchpad 1234"),
            ("https://api.launchpad.net/devel/bugs/1722564", "launchpad 1722564"),
            ("[text](https://bugs.edge.launchpad.net/bugs/1722564)", "launchpad 1722564"),
            ("https://bugs.launchpad.net/ubuntu/%2Bbug/1722564?comments=all", "launchpad 1722564"),
        ),
        no=(
            "https://bugs.launchpad.net/ubuntu/+source/linux/+bugs",
            "https://bugs.launchpad.net/bugs/cve/2013-1234",
            "https://answers.launchpad.net/ubuntu/+question/184829",
        ),
        whole=True,
        written=False,
    ),
    Rule(
        "launchpad-url-in-pieces",
        ("launchpad.net/",),
        compile_(rf"launchpad\.net/[\w .%/-]{{0,160}}?/ \+?bug/{_N}"),
        _LINK,
        LAUNCHPAD,
        "A bug's address whose `+` became spaces on the way.",
        yes=(("https://bugs.launchpad.net/ubuntu/ source/linux/ bug/1160490", "launchpad 1160490"),),
        written=False,
    ),
    Rule(
        "launchpad-path",
        ("+bug/", "2bbug/", "malone/bugs/"),
        compile_(rf"(?:(?:\+|%2b)bug|malone/bugs)/{_N}"),
        _LINK,
        LAUNCHPAD,
        "The end of a Launchpad address, where the rest was lost.",
        yes=(("ubuntu/+source/linux/+bug/1101666", "launchpad 1101666"),),
        written=False,
    ),
    Rule(
        "launchpad-host",
        ("launchpad.net/",),
        compile_(rf"\bbugs\.(?:[a-z]{{1,12}}\.)?launchpad\.net/(?=[0-9]{{5}}){_N}(?![\w.]){_REST}"),
        _LINK,
        LAUNCHPAD,
        "The host of Launchpad's bugs and a number, as people remember the address.",
        yes=(("http://bugs.launchpad.net/1160490", "launchpad 1160490"),),
        no=("bugs.launchpad.net/5", "https://bugs.launchpad.net/ubuntu/+bugs"),
        whole=True,
        written=False,
    ),
    Rule(
        "launchpad-short-url",
        ("pad.lv/",),
        compile_(rf"\bpad\.lv/(?:bugs?[/=])?#?{_N}{_REST}"),
        _LINK,
        LAUNCHPAD,
        "Launchpad's short address.",
        yes=(("see pad.lv/1061198 ?", "launchpad 1061198"), ("(http://pad.lv/bug/1061198)", "launchpad 1061198")),
        no=("http://pad.lv/u/linux",),
        whole=True,
        written=False,
    ),
    Rule(
        "debian-url",
        ("bugs.debian.org",),
        compile_(
            r"bugs\.debian\.org(?::[0-9]{2,5})?/(?:(?:cgi-bin/)?(?:bugreport|soap)\.cgi\?"
            r"(?:[^\s&;=]{1,40}=[^\s&;=]{0,40}[&;]){0,6}?bug=|(?:bug=)?#?)"
            rf"{_N}{_REST}"
        ),
        _LINK,
        DEBIAN,
        "A Debian bug's page, long and short.",
        yes=(
            ("http://bugs.debian.org/cgi-bin/bugreport.cgi?bug=495509", "debian 495509"),
            ("https://bugs.debian.org/cgi-bin/bugreport.cgi?msg=5;bug=495509#10", "debian 495509"),
            ("<https://bugs.debian.org/697970>", "debian 697970"),
        ),
        no=("https://bugs.debian.org/src:linux", "https://bugs.debian.org/cgi-bin/pkgreport.cgi?src=linux-2.6"),
        whole=True,
        written=False,
    ),
    Rule(
        "bugzilla-url",
        ("show_bug.cgi", "bug.php", "view.php"),
        compile_(
            r"//(?P<host>[\w.-]{3,80})(?::[0-9]{2,5})?/(?:[^\s<>\"'/?]{1,80}/){0,6}"
            rf"(?:show_bug\.cgi|bug\.php|view\.php)\?(?:[^\s&;=]{{1,40}}=[^\s&;=]{{0,40}}[&;]){{0,6}}?"
            rf"(?:id|bug_id)={_N}{_REST}"
        ),
        _LINK,
        _host,
        "A bug's page in somebody's Bugzilla, Mantis, or in MySQL's and PHP's own.",
        yes=(
            ("https://bugzilla.gnome.org/show_bug.cgi?id=692515", "gnome 692515"),
            ("compare https://bugzilla.redhat.com/show_bug.cgi?id=789824 too", "redhat 789824"),
            ("http://bugs.mysql.com/bug.php?id=4711", "mysql 4711"),
        ),
        no=("https://bugzilla.gnome.org/show_bug.cgi",),
        whole=True,
        written=False,
    ),
    Rule(
        "issue-url",
        ("/issue", "/ticket", "/browse/", "crbug", "bugs.", "bugzilla.", "/bugs/"),
        compile_(
            r"//(?P<host>[\w.-]{3,80})(?::[0-9]{2,5})?/"
            r"(?:(?:[^\s<>\"'/?]{1,80}/){0,8}?(?:issues?|tickets?|bugs|work_items)/(?:detail\?id=)?#?|"
            r"(?:(?:[^\s/?]{1,40}/)?browse/[a-z][a-z0-9_]{1,20}-)|(?:issue)?)"
            rf"{_N}(?![\w.]){_REST}"
        ),
        _LINK,
        _issue_host,
        "An issue's page: GitHub, GitLab, Trac, Jira, Python's, and the short addresses of Bugzillas.",
        yes=(
            ("https://github.com/facebook/tornado/issues/671#issuecomment-12635147", "github 671"),
            ("https://gitlab.com/qemu-project/qemu/-/issues/12", "gitlab 12"),
            ("http://bugs.kde.org/306186", "kde 306186"),
            ("http://bugs.python.org/issue17180", "python 17180"),
        ),
        no=("https://github.com/canonical/cloud-init/pull/204", "https://example.org/2013/01/24/release"),
        whole=True,
        written=False,
    ),
    Rule(
        "tracker-host",
        ("bugs.", "bugzilla."),
        compile_(
            rf"(?P<host>bug(?<![\w/.@-]bug)(?:s|zilla)\.[\w.-]{{3,60}})/(?:show_bug\.cgi\?id=|issue)?"
            rf"{_N}(?![\w.]){_REST}"
        ),
        _LINK,
        _issue_host,
        "The short address of a bug in a Bugzilla, without `http`.",
        yes=(("see bugs.kde.org/306186", "kde 306186"),),
        no=("bugs.launchpad.net/5", "bugs.debian.org/306186"),
        whole=True,
        written=False,
    ),
    Rule(
        "launchpad-branch",
        ("lp:", "launchpad.net/"),
        compile_(
            r"(?:\blp:|(?<!blueprints\.)(?<!translations\.)(?<!answers\.)(?<!bugs\.)launchpad\.net/|bzr/)(?:\+branch/|\+git/)?~[\w.+-]{1,80}/"
            r"(?P<path>(?:(?!/revision/|/annotate/|/files/|/changes/|\+specs?[/-]|\+poll|\+assigned)[^\s<>\"'()\[\]|;?]){1,300})"
            r"[^\s<>\"'()\[\]|;]{0,300}"
        ),
        _BRANCH,
        LAUNCHPAD,
        "The name of a branch at Launchpad, or of a merge proposal's: one bug or several in it.",
        yes=(
            (
                "https://code.launchpad.net/~me/upstart/bug-1221466+1222702/+merge/184829",
                "launchpad 1221466, launchpad 1222702",
            ),
            ("lp:~me/juju/fix-1100245", "launchpad 1100245"),
            ("lp:~me/cloud-init/trunk.lp1722564", "launchpad 1722564"),
            ("lp:~me/cloud-init/1722564-cloud-name", "launchpad 1722564"),
        ),
        no=(
            "https://code.launchpad.net/~me/cloud-init/+git/cloud-init/+merge/341015",
            "lp:~mhall119/quickly/trunk",
            "https://launchpad.net/~me/+archive/oneirictest-20110718",
        ),
        whole=True,
        written=False,
        inner=BRANCH_NUMBERS,
    ),
    Rule(
        "branch-lp",
        ("lp",),
        compile_(
            r"lp(?:(?<=[\w.]/lp)|(?<=[\w/][-_.:~]lp))[-_#]?(?P<n>[0-9]{5,8})(?![0-9a-uw-z]|v[^0-9])"
            r"(?P<more>(?:[-_+,&][0-9]{5,8}(?![0-9a-z])){0,40})"
            r"|lp(?<![\w.~#-]lp)[-_]?(?P<n2>[0-9]{5,8})(?=[-_./][a-z0-9]|/)"
            r"(?P<more2>(?:[-_+,&][0-9]{5,8}(?![0-9a-z.])){0,40})"
        ),
        _BRANCH,
        _in_launchpads_branch,
        "`lpN` in the name of a branch or a directory.",
        yes=(
            ("test http://people.canonical.com/~arges/lp1101666/", "launchpad 1101666"),
            ("host.buildd:lp1101666/", "launchpad 1101666"),
            ("branch fix-lp1234567", "launchpad 1234567"),
            ("pushed lp1234567-new-name", "launchpad 1234567"),
        ),
        no=("/dev/lp0", "help1234567-x"),
        written=False,
    ),
    Rule(
        "branch-bug",
        ("bug",),
        compile_(
            r"bug(?:(?<=[\w.]/bug)|(?<=[a-z0-9/][-_.~]bug))[-_]?(?P<n>[0-9]{4,8})(?![0-9a-z])"
            r"(?P<more>(?:[-_+,&][0-9]{5,8}(?![0-9a-z.])){0,40})"
            r"|bug(?<![\w.~#-]bug)[-_]?(?P<n2>[0-9]{5,8})(?=[-_+/][a-z0-9])"
            r"(?P<more2>(?:[-_+,&][0-9]{5,8}(?![0-9a-z.])){0,40})"
        ),
        _BRANCH,
        _in_branch,
        "`bug-N` inside the name of a branch, a file or a directory.",
        yes=(
            ("git push origin fix-bug-1234567", "launchpad 1234567"),
            ("bug-1221466+1222702 is the branch", "launchpad 1221466, launchpad 1222702"),
        ),
        no=("debug-1234567",),
        written=False,
    ),
    Rule(
        "branch-slash",
        ("bug", "fix", "lp_", "lp/"),
        compile_(r"(?<![\w.~#/+-])(?:bugs?|(?:bug|hot)?fix(?:es)?|lp)[_/](?P<n>[0-9]{6,8})(?![0-9a-z.])"),
        _BRANCH,
        _in_launchpads_branch,
        "`bug_N`, `bugfix/N`: the name of a branch, with nothing else in it.",
        yes=(("pushed bug_1160490", "launchpad 1160490"), ("on bugfix/1160490", "launchpad 1160490")),
        no=("/proc/bug/1160490",),
        written=False,
    ),
    Rule(
        "other-address",
        ("://", "www.", "lp:~", "@"),
        compile_(r"(?:://|\bwww\.|\blp:~)[^\s<>\"'()\[\]|]++|[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]{2,60}"),
        None,
        CHANNEL,
        "Any other address: numbers in it are none (pastes, merge proposals, questions, libraries).",
        yes=(),
        no=("https://paste.ubuntu.com/1540656/", "me@1234567.example.org"),
        whole=True,
        written=False,
    ),
)
