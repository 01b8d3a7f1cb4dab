"""Who is a bot, by nick: the bots that speak of bugs, and those that keep minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_MEETING_BOTS: Final = frozenset(("meetingology", "zodbot", "centbot", "openstack", "opendevmeet"))
_NAMES: Final = """
ubotu ubottu ubuntubot ubugtu lubotu kubotu xubotu edubotu uvirtbot ukbot twobottux fibubot mup
snapmup kubine ubuntulog ubuntu-bugs supybot limnoria infobot dpkg zwiebelbot kgb cia
openstackgerrit openstackstatus opendevstatus opendevreview gerritbot bugbot bugzilla
bugz buggybot udevbot classbot queuebot jenkins travis-ci buildbot tarmac jujubot maasbot launchpadbot lpbot
wikibugs stashbot jouncebot wm-bot firebot gnomebot chanserv pmbot statusbot logbot
pinesol pinesol_green ubotwo
"""
_MEETING_FAMILY: Final = re.compile(r"(?:[a-z0-9_-]{1,12})?(?:meet|moot)bot(?:-[a-z]{2,8})?")
_BOTS: Final = _MEETING_BOTS | frozenset(_NAMES.split())
_FAMILY: Final = re.compile(r"[a-z]{0,2}ubot(?:t?u)?(?:-[a-z]{2,8})?|cia-[a-z]{1,12}|kgb-[a-z]{1,12}")


@lru_cache(maxsize=4096)
def _plain(nick: str) -> str:
    """A nick without its mode prefix, its server, digits and the tails that a client adds when the nick is taken."""
    name = nick.strip().lstrip("@+%&~!").split(":")[0].removesuffix("[m]")
    return name.strip("`^|_-").rstrip("0123456789").strip("`^|_-").lower()


def is_bot(nick: str, extra: Iterable[str] = ()) -> bool:
    """Whether a nick is a known bot's, also with ` or _ or digits after it. ``extra`` are further bots' nicks."""
    if _is_known(nick):
        return True
    plain = _plain(nick)
    return any(_plain(other) == plain for other in extra)


@lru_cache(maxsize=4096)
def _is_known(nick: str) -> bool:
    plain = _plain(nick)
    return plain in _BOTS or _FAMILY.fullmatch(plain) is not None or _MEETING_FAMILY.fullmatch(plain) is not None


def looks_like_bot(nick: str) -> bool:
    """Whether a nick is made as bots' are: it ends in `bot`. Enough only together with a bot's own words."""
    return _plain(nick).endswith("bot")


def is_meeting_bot(nick: str) -> bool:
    """Whether a nick is a bot that keeps minutes, and so repeats what people said."""
    plain = _plain(nick)
    return plain in _MEETING_BOTS or _MEETING_FAMILY.fullmatch(plain) is not None
