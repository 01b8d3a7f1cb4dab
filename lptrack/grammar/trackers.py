"""The other trackers: by which words and hosts people name them, so that their numbers are never Launchpad's.

A word that names a tracker decides (`gnome bug 5` is GNOME's), unless the number is higher than that tracker ever
reached: `kernel bug 1218004` can only be the channel's own. Where a tracker's numbers and Launchpad's overlap for a
word that names a package too, the highest number is the one from which Launchpad's is the likelier.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lptrack.model import DEBIAN, LAUNCHPAD

ANY: Final = 10**9

TRACKER_WORDS: Final[dict[str, tuple[str, int]]] = {
    # the word in lower case: the tracker's name, the highest number it can have
    "launchpad": (LAUNCHPAD, ANY), "lp": (LAUNCHPAD, ANY), "malone": (LAUNCHPAD, ANY), "lpad": (LAUNCHPAD, ANY),
    "ubuntu": (LAUNCHPAD, ANY),
    "debian": (DEBIAN, ANY), "deb": (DEBIAN, ANY), "debbugs": (DEBIAN, ANY), "debbug": (DEBIAN, ANY),
    "bts": (DEBIAN, ANY), "dbts": (DEBIAN, ANY), "wnpp": (DEBIAN, ANY),
    "itp": (DEBIAN, ANY), "rfp": (DEBIAN, ANY), "ita": (DEBIAN, ANY), "rfs": (DEBIAN, ANY),
    "gnome": ("gnome", ANY), "bgo": ("gnome", ANY), "gbo": ("gnome", ANY), "b.g.o": ("gnome", ANY),
    "kde": ("kde", ANY), "bko": ("kernel", ANY), "b.k.o": ("kernel", ANY),
    "freedesktop": ("freedesktop", ANY), "freedesktop.org": ("freedesktop", ANY), "fdo": ("freedesktop", ANY),
    "fd.o": ("freedesktop", ANY), "bfo": ("freedesktop", ANY), "f.d.o": ("freedesktop", ANY),
    "kernel": ("kernel", 69_999), "kernel.org": ("kernel", ANY), "bugzilla.kernel.org": ("kernel", ANY),
    "mozilla": ("mozilla", ANY), "bmo": ("mozilla", ANY), "moz": ("mozilla", ANY), "b.m.o": ("mozilla", ANY),
    "redhat": ("redhat", ANY), "hat": ("redhat", ANY), "rh": ("redhat", ANY), "rhbz": ("redhat", ANY),
    "rhel": ("redhat", ANY), "fedora": ("redhat", ANY), "centos": ("centos", ANY), "rhbug": ("redhat", ANY),
    "suse": ("suse", ANY), "opensuse": ("suse", ANY), "novell": ("suse", ANY), "bnc": ("suse", ANY),
    "boo": ("suse", ANY), "bsc": ("suse", ANY),
    "gentoo": ("gentoo", ANY), "mandriva": ("mandriva", ANY), "mageia": ("mageia", ANY), "arch": ("arch", 99_999),
    "ximian": ("ximian", ANY), "sourceware": ("sourceware", ANY), "savannah": ("savannah", ANY),
    "sourceforge": ("sourceforge", ANY), "sf": ("sourceforge", ANY), "sf.net": ("sourceforge", ANY),
    "sun": ("sun", ANY), "freebsd": ("freebsd", ANY), "x.org": ("freedesktop", 119_999), "tdf": ("libreoffice", ANY),
    "trac": ("trac", ANY), "bugs.python.org": ("python", ANY), "bpo": ("python", ANY),
    "github": ("github", ANY), "gh": ("github", ANY), "gitlab": ("gitlab", ANY), "bitbucket": ("bitbucket", ANY),
    "jira": ("jira", ANY), "bugzilla": ("bugzilla", ANY), "bz": ("bugzilla", ANY),
    "phabricator": ("phabricator", ANY), "wikimedia": ("wikimedia", ANY), "mediawiki": ("wikimedia", ANY),
    # packages whose upstream people call by the same name: theirs only as high as upstream counts
    "libreoffice": ("libreoffice", 169_999), "llvm": ("llvm", 199_999), "clang": ("llvm", 199_999),
    "gcc": ("gcc", ANY), "glibc": ("sourceware", 34_999), "mysql": ("mysql", 119_999), "php": ("php", 89_999),
    "samba": ("samba", 16_999), "openoffice": ("openoffice", 129_999), "openoffice.org": ("openoffice", 129_999),
    "ooo": ("openoffice", 129_999), "django": ("django", 39_999), "python": ("python", 49_999),
    "wine": ("wine", 59_999), "apache": ("apache", 69_999), "pear": ("php", 29_999), "maven": ("jira", 19_999),
    "cups": ("cups", 5_999), "tox": ("tox", 9_999), "twisted": ("twisted", 12_999), "ruby": ("ruby", 24_999),
    "perl": ("perl", 29_999), "postgres": ("postgresql", 29_999), "postgresql": ("postgresql", 29_999),
    "xfce": ("xfce", 19_999), "lxde": ("lxde", 9_999), "lxqt": ("github", 9_999), "mate": ("github", 9_999),
    "mesa": ("freedesktop", 112_999), "xorg": ("freedesktop", 99_999), "cairo": ("freedesktop", 99_999),
    "poppler": ("freedesktop", 99_999), "binutils": ("sourceware", 34_999), "gdb": ("sourceware", 34_999),
    "eclipse": ("eclipse", 599_999), "netbeans": ("netbeans", 269_999), "scribus": ("scribus", 19_999),
    "vlc": ("videolan", 29_999), "videolan": ("videolan", ANY), "ffmpeg": ("ffmpeg", 11_999), "lyx": ("lyx", 13_999),
    "abiword": ("abiword", 13_999), "haiku": ("haiku", 19_999), "asterisk": ("jira", 29_999),
    "gnucash": ("gnucash", ANY),
    "mariadb": ("jira", 39_999), "puppet": ("puppet", 29_999), "cpan": ("cpan", 149_999), "crbug": ("chromium", ANY),
    "alsa": ("alsa", 5_999), "netbsd": ("netbsd", 59_999), "openbsd": ("openbsd", 9_999),
    "nextcloud": ("github", 49_999),
    "owncloud": ("github", 49_999), "nodejs": ("github", 59_999), "golang": ("github", 79_999),
    "codeberg": ("gitea", ANY), "gitea": ("gitea", 39_999), "forgejo": ("gitea", ANY), "pagure": ("pagure", ANY),
    "rails": ("rails", 59_999), "webkit": ("webkit", 299_999), "systemd": ("github", 49_999), "qt": ("qt", 129_999),
}  # fmt: skip

HOSTS: Final[tuple[tuple[str, str], ...]] = (
    # a part of the host name, the tracker's name; the first that fits
    ("bugs.debian.org", DEBIAN), ("launchpad", LAUNCHPAD), ("bugzilla.ubuntu", "ubuntu-bugzilla"),
    ("bugs.ubuntu.com", LAUNCHPAD), ("iso.qa.ubuntu", LAUNCHPAD),
    ("gnome", "gnome"), ("kde.org", "kde"), ("freedesktop", "freedesktop"), ("kernel.org", "kernel"),
    ("mozilla", "mozilla"), ("redhat", "redhat"), ("novell", "suse"), ("suse", "suse"), ("gentoo", "gentoo"),
    ("gcc.gnu", "gcc"), ("sourceware", "sourceware"), ("sources.redhat", "sourceware"), ("wikimedia", "wikimedia"),
    ("winehq", "wine"), ("issues.apache", "jira"), ("apache", "apache"), ("samba", "samba"),
    ("openoffice", "openoffice"),
    ("documentfoundation", "libreoffice"), ("mysql", "mysql"), ("php.net", "php"), ("python.org", "python"),
    ("github", "github"), ("gitlab", "gitlab"), ("salsa.debian", "gitlab"), ("bitbucket", "bitbucket"),
    ("sourceforge", "sourceforge"), ("webkit", "webkit"), ("xfce", "xfce"), ("mandriva", "mandriva"),
    ("mageia", "mageia"), ("centos", "centos"), ("archlinux", "arch"), ("djangoproject", "django"),
    ("crbug", "chromium"), ("chromium", "chromium"), ("code.google", "googlecode"), ("pagure", "pagure"),
    ("jira", "jira"), ("phabricator", "phabricator"), ("twistedmatrix", "twisted"),
    ("eclipse.org", "eclipse"), ("netbeans", "netbeans"), ("scribus", "scribus"), ("videolan", "videolan"),
    ("ffmpeg", "ffmpeg"), ("lyx.org", "lyx"), ("abisource", "abiword"), ("haiku-os", "haiku"), ("gnucash", "gnucash"),
    ("bugs.llvm", "llvm"), ("bugs.ruby-lang", "ruby"), ("bugreports.qt", "qt"), ("bugs.freebsd", "freebsd"),
    ("bugs.linaro", "linaro"), ("opendev", "storyboard"), ("codeberg", "gitea"), ("gitea", "gitea"),
    ("rt.cpan", "cpan"), ("bugs.exim", "exim"), ("mindrot", "openssh"), ("netfilter", "netfilter"),
    ("cups.org", "cups"),
    ("pidgin.im", "pidgin"), ("illumos", "illumos"),
)  # fmt: skip

_WORDS: Final = """
a about above action active actual add added adding additional afaik affected affecting affects after again
against ah all almost already also although always am an and annoying another any anyone apparently approved are
around article as asked assign assigned assigning at attached attachment auf back background bad based be
because been before being believe below besides best better between big bisect blocked blocker blocking both
broken btw build bunch but by called can cannot cause caused causes cf changeset chapter check checked cherry
chose cid close closed closes closing code comment comments commit commits committed common con concerning
confirm confirmed confirms considered contains core corresponding could couple covered coverity crash created
critical current currently cursed cut cute das day de deal dealing debug december del den der des description
details did die different discussed discussing do documented does done dreaded du due dup dupe duplicate
duplicated during each earlier easy edit eg ein eine either el else en encounter encountered enough entire
episode especially et etc even ever every example except existing expect expired explain extra extremely famous
far favorite favourite feature fell few ffe file filed files filing final finally find first five fix fixed
fixes fixing follow followup footnote for forget former forum found four from fun funny further fwiw gave
generic get getting give given go goes going got grab great guess had half handle handled happened has hash hate
have he heard hello help her here hey hi high his hit hits hitting hmm hope how however http huge i id idea
ideal identical ids ie if ignore il im image imo important imported in include included including incomplete
indeed inside instead interesting into introduced invalid investigate investigated investigating invoice is
issue issues it its job just keep kill killed kind know known la last latest le lead least left les let like likely
link linked list listed little live lo load log lol long look looked looking looks los lot lots love lovely low
made mail main maintainer major make makes many mark marked mass master match may maybe me mean meant meanwhile
medium mentioned mere merged merging message might milestoned mine minor mir missing mit monday more morning
most move moved msg multiple must my named namely nasty near nearly need needs never new newest next nice no
nope nor not note notice noticed now number numerous obvious of off oh ok okay old older on once one only onto
oops open opened opening or order original other our out over own page particular paste pasted patch people per
perhaps personal phone pick piece pinging please plus point pointed poke poor possible possibly post posted
potential present pretty previous primary prior private pro probably problem project proposed public push quick
quite raise raised rather re read reads real really reason recent reference referenced regarding regards regular
reject related release released relevant remaining remember remove removed reopen reopened repeat replied reply
report reported reporting request requests required resolve resolved respective result retest review reviewed
revision right run same saw say says search second section security see seen send sent separate serial serious
set several severe severity shall she should show shows similar simple since single slide small snapshot so
solve solved solves some someone somewhat soon sort special specific specifically sru start started state status
step still story strange stupid subscribe subscribed such suggest summary sure suspect symptom tag take target
targeted task tell ten test tested testing than thank thanks that the their them then there these they think
third this those though thread three through till tiny title to today told too took top topic total touch
touched touches track tracked tracking triage triaged triaging tricky trivial true try tuesday two type ubot
ubottu ubotu ugly um umbrella un und under understand une unless unrelated unreported until up upcoming
upstream update
updated upload uploaded upon urgent us use used useful user usual verification verified verify verifying version
very via view von vs wait waiting want wanted was watch way we wednesday week weird welcome well were what
whatever when where whether which while who whole why widely wiki wish wishlist with within without won wonder
wonderful work workaround workarounds worked working works worst would write wrong wrote y yeah yep yes
yesterday yet you your zu zum zur
"""

ORDINARY: Final = frozenset(_WORDS.split())
"""Words before `bug 5`, `issue #5` or `#1234567` that name no project and no package."""

_PROJECT = re.compile(r"[a-z][a-z0-9.+_-]{1,30}")


def tracker_of_word(word: str, number: int) -> str | None:
    """The tracker that a word before "bug" names for this number; None where the word names none."""
    known = TRACKER_WORDS.get(word)
    if known is None:
        return tracker_of_host(word) if word.endswith(_HOST_ENDS) else None  # `bugs.gentoo.org bug 5`
    return known[0] if number <= known[1] else None


def is_certain(word: str) -> bool:
    """Whether a word names a tracker and no package: who says `KDE bug 5` means KDE's, whatever a bot answers."""
    known = TRACKER_WORDS.get(word)
    return word.endswith(_HOST_ENDS) if known is None else known[1] == ANY and word not in _PACKAGES_TOO


_PACKAGES_TOO: Final = frozenset(("gcc", "gitlab", "jira", "bugzilla", "bz", "trac", "gnucash", "pagure", "gitea"))
_HOST_ENDS: Final = (".org", ".com", ".net", ".im")


def tracker_of_host(host: str) -> str | None:
    """The tracker of a host; None for a host that is none of the known ones."""
    return next((name for part, name in HOSTS if part in host), None)


_FAMILIES: Final = (
    # a part of an address's path: the family of trackers that has such addresses
    ("show_bug.cgi", "bugzilla"), ("/-/issues/", "gitlab"), ("/-/work_items/", "gitlab"), ("/browse/", "jira"),
    ("/ticket/", "trac"),
)  # fmt: skip


def tracker_of_address(host: str, path: str) -> str | None:
    """The tracker of an address: its host's, else the family that its path tells; None where neither is known."""
    return tracker_of_host(host) or next((name for part, name in _FAMILIES if part in path), None)


def is_project(word: str) -> bool:
    """Whether a word can name a project or a package, as far as its form and the ordinary words tell."""
    return (
        word not in ORDINARY
        and _PROJECT.fullmatch(word) is not None
        and not word.endswith(("ed", "ing", "'s", "ly", ".", "-"))
    )


# Channels that are well known to have a tracker of their own; Launchpad is everybody else's.
_CHANNELS: Final = (
    # how the channel's name begins, the tracker
    ("debian", DEBIAN), ("debconf", DEBIAN), ("fedora", "redhat"), ("centos", "centos"), ("rhel", "redhat"),
    ("kde", "kde"), ("plasma", "kde"), ("gnome", "gnome"), ("gtk", "gnome"), ("mediawiki", "wikimedia"),
    ("wikimedia", "wikimedia"), ("wikipedia", "wikimedia"), ("mozilla", "mozilla"), ("firefox", "mozilla"),
    ("gentoo", "gentoo"), ("opensuse", "suse"), ("suse", "suse"), ("archlinux", "arch"), ("mageia", "mageia"),
    ("freedesktop", "freedesktop"), ("xorg", "freedesktop"), ("wayland", "freedesktop"), ("dri-devel", "freedesktop"),
    ("libreoffice", "libreoffice"), ("python-dev", "python"), ("wine", "wine"),
)  # fmt: skip


@lru_cache(maxsize=256)
def tracker_of_channel(channel: str) -> str:
    """The tracker that plain words (`bug 5`) mean in this channel, where nobody has configured another."""
    name = channel.lstrip("#").lower()
    for start, tracker in _CHANNELS:
        if name == start or name.startswith((f"{start}-", f"{start}.", f"{start}_")):
            return tracker
    return LAUNCHPAD
