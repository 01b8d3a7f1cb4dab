"""Three weeks of a made-up team, for `lptrack demo`: what happened to its bugs, and what was said in its meetings.

A table that anyone can lengthen: each event has its moment, each meeting its lines. A line that begins with `?` is
the bot's answer: the bug's state at that minute, which the world knows. People, bugs and the program `lantern` are
made up; packages are Ubuntu's, with bugs that they never had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

PEOPLE: Final = {
    "ines-v": "Inês Vale", "tomasz-k": "Tomasz Król", "ruth-a": "Ruth Adeyemi", "sam-oduya": "Sam Oduya",
    "noor-h": "Noor Haddad",
}  # fmt: skip
NETPLAN, SEED, SSHD, PROXY, UPGRADER = 2960101, 2960102, 2960103, 2960104, 2960105
IMAGE, RESOLVED, SYNC, NAME, CURL, CRASH = 2960106, 2960107, 2960108, 2960109, 2960110, 2960111
PRIVATE: Final = 2960112  # Launchpad answers 404


@dataclass(frozen=True, slots=True)
class Filed:
    """A bug's beginning. Places are written as Launchpad shows them."""

    at: datetime
    number: int
    by: str
    place: str
    title: str
    importance: str = "Undecided"


@dataclass(frozen=True, slots=True)
class Happened:
    """A change of one task, or a task added (no changes)."""

    at: datetime
    number: int
    by: str
    place: str
    changes: tuple[tuple[str, str], ...] = ()


def _at(day: int, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2025, 1, day, hour, minute, tzinfo=UTC)


def _change(day: int, clock: str, number: int, by: str, place: str, **changes: str) -> Happened:
    return Happened(_at(day, clock), number, by, place, tuple(changes.items()))


FILED: Final = (
    Filed(_at(2, "09:12"), NETPLAN, "noor-h", "netplan.io (Ubuntu)",
          "netplan apply drops the default route of a bridge with two uplinks", "High"),
    Filed(_at(2, "10:40"), SEED, "sam-oduya", "cloud-init (Ubuntu)",
          "NoCloud seed on a read-only volume is ignored", "Medium"),
    Filed(_at(3, "08:05"), SSHD, "ruth-a", "openssh (Ubuntu)",
          "After an upgrade sshd no longer listens on ListenAddress", "Critical"),
    Filed(_at(3, "15:30"), PROXY, "tomasz-k", "apport (Ubuntu)",
          "apport-collect fails behind a proxy that asks for a password", "Low"),
    Filed(_at(4, "11:00"), UPGRADER, "noor-h", "ubuntu-release-upgrader (Ubuntu)",
          "Upgrade stops at 'Calculating the changes' where a PPA is disabled", "High"),
    Filed(_at(5, "07:45"), IMAGE, "ines-v", "livecd-rootfs (Ubuntu)",
          "The daily server image grew by 180 MB", "Medium"),
    Filed(_at(6, "13:20"), RESOLVED, "sam-oduya", "systemd (Ubuntu)",
          "resolved forgets the search domains after suspend", "Medium"),
    Filed(_at(6, "16:02"), SYNC, "ruth-a", "lantern",
          "Sync stops after 500 items when the server quotes its ETags", "High"),
    Filed(_at(7, "09:55"), CRASH, "tomasz-k", "lantern", "Crash at start with an empty profile folder", "Critical"),
    Filed(_at(13, "12:31"), CURL, "noor-h", "curl (Ubuntu)", "autopkgtest times out on armhf", "Medium"),
    Filed(_at(21, "17:48"), NAME, "ines-v", "lantern", "A notification shows the sender's name twice"),
)  # fmt: skip

HAPPENED: Final = (
    _change(3, "14:00", NETPLAN, "ruth-a", "netplan.io (Ubuntu)", status="Triaged"),
    _change(6, "10:00", SEED, "tomasz-k", "cloud-init (Ubuntu)", status="In Progress", assignee="tomasz-k"),
    _change(6, "11:30", SSHD, "ruth-a", "openssh (Ubuntu)", status="Confirmed"),
    _change(6, "18:10", SYNC, "ruth-a", "lantern", status="In Progress", assignee="ruth-a", milestone="2.4"),
    _change(7, "12:00", CRASH, "tomasz-k", "lantern", status="In Progress", assignee="tomasz-k", milestone="2.4"),
    _change(7, "12:05", CRASH, "tomasz-k", "lantern (Ubuntu)"),
    _change(7, "16:20", RESOLVED, "sam-oduya", "systemd (Ubuntu)", status="Triaged"),
    # between the first and the second meeting
    _change(9, "09:30", SSHD, "sam-oduya", "openssh (Ubuntu)", status="In Progress", assignee="sam-oduya"),
    _change(10, "10:15", UPGRADER, "noor-h", "ubuntu-release-upgrader (Ubuntu)", status="Confirmed"),
    _change(13, "15:00", NETPLAN, "noor-h", "netplan.io (Ubuntu)", status="In Progress", assignee="noor-h"),
    _change(14, "11:40", SEED, "tomasz-k", "cloud-init (Ubuntu)", status="Fix Released"),
    _change(14, "13:00", IMAGE, "ines-v", "livecd-rootfs (Ubuntu)", status="Incomplete"),
    _change(14, "17:25", CRASH, "tomasz-k", "lantern", status="Fix Committed"),
    # between the second and the third
    _change(16, "08:50", SSHD, "sam-oduya", "openssh (Ubuntu)", status="Fix Committed"),
    _change(16, "15:10", PROXY, "ruth-a", "apport (Ubuntu)", status="Won't Fix"),
    _change(17, "10:00", NETPLAN, "noor-h", "netplan.io (Ubuntu)", status="Fix Committed", milestone="ubuntu-25.04"),
    _change(17, "14:30", CURL, "tomasz-k", "curl (Ubuntu)", status="Triaged"),
    _change(20, "09:05", NETPLAN, "noor-h", "netplan.io (Ubuntu)", status="Fix Released"),
    _change(20, "10:20", CRASH, "tomasz-k", "lantern", status="Fix Released"),
    _change(20, "12:00", CRASH, "tomasz-k", "lantern (Ubuntu)", status="In Progress", assignee="tomasz-k"),
    _change(20, "16:45", UPGRADER, "ruth-a", "ubuntu-release-upgrader (Ubuntu)", importance="Critical"),
    _change(21, "09:15", SEED, "sam-oduya", "cloud-init (Ubuntu)", status="Confirmed"),
    _change(21, "11:00", SYNC, "ruth-a", "lantern", status="Fix Committed"),
    _change(21, "14:10", IMAGE, "ines-v", "livecd-rootfs (Ubuntu)", status="Invalid"),
    # since the third
    _change(23, "10:30", SSHD, "sam-oduya", "openssh (Ubuntu)", status="Fix Released"),
    _change(23, "15:20", NAME, "ruth-a", "lantern", status="Triaged", importance="Low"),
    _change(24, "09:40", UPGRADER, "noor-h", "ubuntu-release-upgrader (Ubuntu)", status="In Progress",
            assignee="noor-h"),
)  # fmt: skip

MEETINGS: Final = (
    (_at(8, "15:00"), f"""
ines #topic About this log
ines #info lptrack's demo: this team, its people and its bugs are made up
ines #topic Incoming
noor bug {NETPLAN} takes remote machines off the network, please nobody run it on the porter boxes
? {NETPLAN}
ruth and bug {SSHD}, three people in the forum already
? {SSHD}
sam I can take sshd after Thursday
ines #action sam to look at bug {SSHD}
noor LP: #{UPGRADER} needs somebody who knows the resolver
? {UPGRADER}
ines #topic In flight
tomasz bug {SEED} is in review
? {SEED}
tomasz and bug {CRASH}, the empty profile
? {CRASH}
ruth sync: https://bugs.launchpad.net/lantern/+bug/{SYNC} needs a test server that quotes ETags
sam bugs {RESOLVED} and {PROXY} are triaged, no owner yet
ines #topic Any other business
ines the image size, bug {IMAGE}: I will diff the manifests
"""),
    (_at(15, "15:01"), f"""
ines #topic Review of last week
tomasz bug {SEED} is released
? {SEED}
tomasz bug {CRASH}: committed upstream, the package follows
? {CRASH}
sam sshd: I can reproduce bug {SSHD}, it is the socket unit
? {SSHD}
noor bug {NETPLAN} has a fix in lp:~noor-h/netplan/fix-{NETPLAN}
ines the manifests for bug {IMAGE} were of two different images, I asked for the build log
? {IMAGE}
ines #topic Incoming
noor curl on armhf again, bug {CURL}
? {CURL}
ruth do we still want bug {PROXY}? nobody has such a proxy
? {PROXY}
ines #topic Any other business
ruth bug {PRIVATE} is private for now, ask me
"""),
    (_at(22, "15:00"), f"""
ines #topic Review of last week
noor bug {NETPLAN} is out, thanks for the testing
? {NETPLAN}
sam bad news: bug {SEED} is back, the fix looks only at vfat
? {SEED}
tomasz bug {CRASH} is in 2.4, the Ubuntu task is mine
? {CRASH}
ruth bug {SYNC} is committed
? {SYNC}
sam openssh is in the queue, bug {SSHD}
? {SSHD}
ines #topic Incoming
ruth I raised bug {UPGRADER}, it blocks every upgrade with a disabled PPA
? {UPGRADER}
ines it has no owner. noor?
noor I can look on Friday
ines #action noor to take bug {UPGRADER}
ines and a small one, bug {NAME}
? {NAME}
ines #topic Any other business
ines bug {IMAGE} was no bug: two images were compared
sam nothing new on bug {RESOLVED}
tomasz #{CURL} waits for a faster machine
"""),
)  # fmt: skip
