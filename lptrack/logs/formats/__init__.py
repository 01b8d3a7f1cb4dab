"""All log formats in the order in which they are asked; the surest wins, of equally sure ones the first."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Final

from lptrack.errors import UsageError
from lptrack.logs.formats.chat import CHAT
from lptrack.logs.formats.dated_prefix import DATED_PREFIX
from lptrack.logs.formats.dircproxy import DIRCPROXY
from lptrack.logs.formats.discord_text import DISCORD_TEXT
from lptrack.logs.formats.discourse_json import DISCOURSE_JSON
from lptrack.logs.formats.eggdrop import EGGDROP
from lptrack.logs.formats.hcoop_json import HCOOP_JSON
from lptrack.logs.formats.hexchat import HEXCHAT
from lptrack.logs.formats.ii import II
from lptrack.logs.formats.irclogs_html import IRCLOGS_HTML
from lptrack.logs.formats.irclogs_txt import IRCLOGS_TXT
from lptrack.logs.formats.irssi import IRSSI
from lptrack.logs.formats.mail import MAIL
from lptrack.logs.formats.matrix_html import MATRIX_HTML
from lptrack.logs.formats.matrix_json import MATRIX_JSON
from lptrack.logs.formats.matrix_log import MATRIX_LOG
from lptrack.logs.formats.matrix_text import MATRIX_TEXT
from lptrack.logs.formats.mattermost_json import MATTERMOST_JSON
from lptrack.logs.formats.meetbot_log_html import MEETBOT_LOG_HTML
from lptrack.logs.formats.meetbot_log_txt import MEETBOT_LOG_TXT
from lptrack.logs.formats.meetbot_minutes import MEETBOT_MINUTES
from lptrack.logs.formats.moin_html import MOIN_HTML
from lptrack.logs.formats.moin_minutes import MOIN_MINUTES
from lptrack.logs.formats.mootbot_log import MOOTBOT_LOG
from lptrack.logs.formats.page_log import PAGE_LOG
from lptrack.logs.formats.pidgin import PIDGIN
from lptrack.logs.formats.plain_text import PLAIN_TEXT
from lptrack.logs.formats.slack_json import SLACK_JSON
from lptrack.logs.formats.supybot import SUPYBOT
from lptrack.logs.formats.telegram_json import TELEGRAM_JSON
from lptrack.logs.formats.weechat import WEECHAT
from lptrack.logs.formats.whatsapp import WHATSAPP
from lptrack.logs.formats.znc import ZNC
from lptrack.logs.formats.zulip_json import ZULIP_JSON
from lptrack.logs.interface import Head, LogFormat

FORMATS: Final[tuple[LogFormat, ...]] = (
    MOIN_MINUTES,
    MOIN_HTML,
    MEETBOT_LOG_HTML,
    MEETBOT_LOG_TXT,
    MEETBOT_MINUTES,
    MOOTBOT_LOG,
    IRCLOGS_TXT,
    IRCLOGS_HTML,
    DATED_PREFIX,
    IRSSI,
    WEECHAT,
    HEXCHAT,
    ZNC,
    EGGDROP,
    SUPYBOT,
    PIDGIN,
    HCOOP_JSON,
    MATRIX_LOG,
    MATRIX_JSON,
    MATRIX_TEXT,
    MATRIX_HTML,
    DISCOURSE_JSON,
    SLACK_JSON,
    MATTERMOST_JSON,
    TELEGRAM_JSON,
    ZULIP_JSON,
    DISCORD_TEXT,
    WHATSAPP,
    DIRCPROXY,
    II,
    MAIL,
    PAGE_LOG,
    CHAT,
    PLAIN_TEXT,
)

ENTRY_POINTS: Final = "lptrack.log_formats"
LEAST: Final = 0.05
"""A format that is less sure than this is not taken."""


@cache
def load_formats() -> tuple[LogFormat, ...]:
    """The formats of lptrack and those that other packages register."""
    others = [point.load() for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)]
    return (*FORMATS, *others)


def find_format(name: str) -> LogFormat:
    """The format of this name; `UsageError` naming all where there is none."""
    for known in load_formats():
        if known.name == name:
            return known
    names = ", ".join(known.name for known in load_formats())
    raise UsageError(f"unknown log format {name!r}", hint=f"Choose one of: {names}")


def recognise(head: Head) -> LogFormat | None:
    """The format that is surest of this document, None where none is."""
    best: LogFormat | None = None
    most = LEAST
    for known in load_formats():
        sure = known.recognise(head)
        if sure > most:
            best, most = known, sure
    return best
