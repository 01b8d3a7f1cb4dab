"""Secrets: where they are kept, and what of an address is shown and kept (never who asks, nor with which token)."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_MASKED: Final = re.compile(r"masked-[0-9a-f]{8}")
_DATE: Final = re.compile(r"(?:19|20)\d\d(?:[-./]?[01]\d(?:[-./]?[0-3]\d)?)?")


def mask_address(url: str) -> str:
    """The address without user, password and fragment, each value of its query masked; the same for the same address.

    Two pages of one archive differ by their query alone, and must stay two: a value leaves the first digits of its
    digest. A date stays, for it dates the log. Masking what is masked changes nothing.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return re.split(r"[?#]", url, maxsplit=1)[0].rpartition("@")[2]
    query = "&".join(_mask_pair(pair) for pair in parts.query.split("&"))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def _mask_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair  # `?token` alone: all of it may be the secret
    if not value or _MASKED.fullmatch(value) or _DATE.fullmatch(value):
        return pair
    return f"{name}{equals}masked-{sha256(value.encode('utf-8', 'replace')).hexdigest()[:8]}"


def load_secret(name: str) -> str | None:
    """The secret of this name: the environment's variable, else the keyring's entry; None where neither has it."""
    if value := os.environ.get(name):
        return value
    try:
        import keyring

        return keyring.get_password("lptrack", name) or None
    except Exception:  # no keyring, or one that is locked: then it has no such entry
        return None
