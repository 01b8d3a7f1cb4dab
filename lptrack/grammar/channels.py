"""Whose "bug 5" is in a channel that is well known to have a tracker of its own; Launchpad's everywhere else."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from lptrack.model import DEBIAN, LAUNCHPAD

_FAMILIES: Final = (
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
    for start, tracker in _FAMILIES:
        if name == start or name.startswith((f"{start}-", f"{start}.", f"{start}_")):
            return tracker
    return LAUNCHPAD
