"""The other trackers: by which words and hosts people name them, so that their numbers are never Launchpad's.

A word that names a tracker decides (`gnome bug 5` is GNOME's), unless the number is higher than that tracker ever
reached: `kernel bug 1218004` can only be the tracker's where the channel is. Highest numbers are those of 2025,
rounded up; they only ever turn a foreign number into one of the channel's own.
"""

from __future__ import annotations

import re
from typing import Final

from lptrack.model import DEBIAN, LAUNCHPAD

ANY: Final = 10**9

TRACKER_WORDS: Final[dict[str, tuple[str, int]]] = {
    # the word in lower case: the tracker's name, the highest number it can have
    "launchpad": (LAUNCHPAD, ANY), "lp": (LAUNCHPAD, ANY), "malone": (LAUNCHPAD, ANY), "lpad": (LAUNCHPAD, ANY),
    "ubuntu": (LAUNCHPAD, ANY),
    "debian": (DEBIAN, ANY), "deb": (DEBIAN, ANY), "debbugs": (DEBIAN, ANY), "debbug": (DEBIAN, ANY),
    "bts": (DEBIAN, ANY), "dbts": (DEBIAN, ANY), "wnpp": (DEBIAN, ANY),
    "gnome": ("gnome", 799_999), "bgo": ("gnome", ANY), "gbo": ("gnome", ANY), "b.g.o": ("gnome", ANY),
    "kde": ("kde", 599_999), "bko": ("kernel", ANY), "b.k.o": ("kernel", ANY),
    "freedesktop": ("freedesktop", 119_999), "freedesktop.org": ("freedesktop", ANY), "fdo": ("freedesktop", ANY),
    "fd.o": ("freedesktop", ANY), "bfo": ("freedesktop", ANY), "f.d.o": ("freedesktop", ANY),
    "kernel": ("kernel", 229_999), "kernel.org": ("kernel", ANY), "bugzilla.kernel.org": ("kernel", ANY),
    "mozilla": ("mozilla", ANY), "bmo": ("mozilla", ANY), "moz": ("mozilla", ANY), "b.m.o": ("mozilla", ANY),
    "redhat": ("redhat", ANY), "hat": ("redhat", ANY), "rh": ("redhat", ANY), "rhbz": ("redhat", ANY),
    "rhel": ("redhat", ANY), "fedora": ("redhat", ANY), "centos": ("centos", ANY), "rhbug": ("redhat", ANY),
    "suse": ("suse", ANY), "opensuse": ("suse", ANY), "novell": ("suse", ANY), "bnc": ("suse", ANY),
    "boo": ("suse", ANY), "bsc": ("suse", ANY),
    "gentoo": ("gentoo", ANY), "mandriva": ("mandriva", ANY), "mageia": ("mageia", ANY), "arch": ("arch", 99_999),
    "ximian": ("ximian", ANY), "sourceware": ("sourceware", ANY), "savannah": ("savannah", ANY),
    "sourceforge": ("sourceforge", ANY), "sf": ("sourceforge", ANY), "trac": ("trac", ANY),
    "github": ("github", ANY), "gh": ("github", ANY), "gitlab": ("gitlab", ANY), "bitbucket": ("bitbucket", ANY),
    "jira": ("jira", ANY), "upstream": ("upstream", ANY), "bugzilla": ("bugzilla", ANY), "bz": ("bugzilla", ANY),
    "phabricator": ("phabricator", ANY), "wikimedia": ("wikimedia", ANY), "mediawiki": ("wikimedia", ANY),
    # packages whose upstream people call by the same name: theirs only as high as upstream counts
    "gcc": ("gcc", 124_999), "glibc": ("sourceware", 34_999), "mysql": ("mysql", 119_999), "php": ("php", 89_999),
    "samba": ("samba", 16_999), "openoffice": ("openoffice", 129_999), "openoffice.org": ("openoffice", 129_999),
    "ooo": ("openoffice", 129_999), "django": ("django", 39_999), "python": ("python", 49_999),
    "wine": ("wine", 59_999), "apache": ("apache", 69_999), "pear": ("php", 29_999), "maven": ("jira", 19_999),
    "cups": ("cups", 5_999), "tox": ("tox", 9_999), "twisted": ("twisted", 12_999), "ruby": ("ruby", 24_999),
    "perl": ("perl", 29_999), "postgres": ("postgresql", 29_999), "postgresql": ("postgresql", 29_999),
    "xfce": ("xfce", 19_999), "lxde": ("lxde", 9_999), "lxqt": ("github", 9_999), "mate": ("github", 9_999),
    "rails": ("rails", 59_999), "webkit": ("webkit", 299_999), "chromium": ("chromium", 999_999),
    "chrome": ("chromium", 999_999), "systemd": ("github", 49_999), "qt": ("qt", 129_999),
}  # fmt: skip

HOSTS: Final[tuple[tuple[str, str], ...]] = (
    # a part of the host name, the tracker's name; the first that fits
    ("bugs.debian.org", DEBIAN), ("launchpad", LAUNCHPAD), ("bugzilla.ubuntu", "ubuntu-bugzilla"),
    ("gnome", "gnome"), ("kde.org", "kde"), ("freedesktop", "freedesktop"), ("kernel.org", "kernel"),
    ("mozilla", "mozilla"), ("redhat", "redhat"), ("novell", "suse"), ("suse", "suse"), ("gentoo", "gentoo"),
    ("gcc.gnu", "gcc"), ("sourceware", "sourceware"), ("sources.redhat", "sourceware"), ("wikimedia", "wikimedia"),
    ("winehq", "wine"), ("apache", "apache"), ("samba", "samba"), ("openoffice", "openoffice"),
    ("documentfoundation", "libreoffice"), ("mysql", "mysql"), ("php.net", "php"), ("python.org", "python"),
    ("github", "github"), ("gitlab", "gitlab"), ("salsa.debian", "gitlab"), ("bitbucket", "bitbucket"),
    ("sourceforge", "sourceforge"), ("webkit", "webkit"), ("xfce", "xfce"), ("mandriva", "mandriva"),
    ("mageia", "mageia"), ("centos", "centos"), ("archlinux", "arch"), ("djangoproject", "django"),
    ("crbug", "chromium"), ("chromium", "chromium"), ("code.google", "googlecode"), ("pagure", "pagure"),
    ("jira", "jira"), ("phabricator", "phabricator"), ("twistedmatrix", "twisted"),
)  # fmt: skip

ORDINARY: Final = frozenset(
    """a about above action active actual additional affected affects after again against all almost already also although always am an and annoying another any
    anyone apparently approved are around as asked assigned at attached back bad based be because been before being below besides best better between big blocked blocker blocking but by
    called can cannot cause caused causes check checked close closed closes closing code comment committed common confirm confirmed confirms core could crash critical current currently cursed cut
    dealing did different discussed do does done dup dupe duplicate duplicated each easy either else encountered especially etc every example except existing extra
    famous far few file filed files filing final find first fix fixed fixes fixing follow followup for former found from fun further got great
    had handle happened has hate have he help her here hi high hit hits hitting his how however http i if important in include included including incomplete indeed instead interesting into investigate investigating investigated invalid is issue it its
    just kill killed know known last latest least like link linked list little log long look looked looking looks low made main major make makes mark marked maybe me mean meant medium mentioned merged might milestoned minor mine more most my
    named namely nasty near need needs never new newest next nice no not now number of off ok okay old older on once one only open opened or original other our out over own
    particular per poor possible possibly please poke pretty previous private probably public push re real really reason recent referenced reference reject release released related remaining remember reopen reopened report reported reporting resolve resolved
    same saw search second security see seen serious set several severe shall she should similar simple since so solve solved solves some someone special specific specifically still stupid subscribe such sure
    tag take task test testing tested than thanks that the their them then there these they think this those though through till title to today too track tracked tracking triage triaged triaging try two
    ugly under understand unless until up update updated uploaded upon urgent us use used verification verified verify verifying version very via view want was watch way we week well were what when where whether which while who why
    wish wishlist with within without won worked workaround working works worst would wrong yes yesterday yet you your
    sru ffe mir fwiw afaik btw imo eg ie cf vs la le les un une der die das den ein eine el los la il lo con del des du de en y et und im mit auf von zu zum zur per pro
    hello hey yeah yep nope oh ah hmm um ubottu ubotu ubot""".split()
)
"""Words before `bug 5`, `issue #5` or `#1234567` that name no project and no package."""

_PROJECT = re.compile(r"[a-z][a-z0-9.+_-]{1,30}")


def tracker_of_word(word: str, number: int) -> str | None:
    """The tracker that a word before "bug" names for this number; None where the word names none."""
    known = TRACKER_WORDS.get(word)
    return known[0] if known is not None and number <= known[1] else None


def tracker_of_host(host: str) -> str:
    """The tracker of a host, its own name where it is none of the known ones."""
    for part, name in HOSTS:
        if part in host:
            return name
    return host.removeprefix("www.").removeprefix("bugs.").removeprefix("bugzilla.").split(".")[0] or host


def is_project(word: str) -> bool:
    """Whether a word can name a project or a package, as far as its form and the ordinary words tell."""
    return (
        word not in ORDINARY
        and _PROJECT.fullmatch(word) is not None
        and not word.endswith(("ed", "ing", "'s", "ly", ".", "-"))
    )
