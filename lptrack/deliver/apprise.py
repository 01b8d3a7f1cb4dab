"""`apprise`: whatever the Apprise library delivers to (`pip install 'lptrack-meetings[apprise]'`).

Apprise's addresses hold their tokens, so they come from the environment or the keyring alone and are never shown.
"""

from __future__ import annotations

import logging
from typing import Any, Final
from urllib.parse import urlsplit

from lptrack.deliver.interface import DeliveryError, DeliveryKind, DeliverySpec, Post, Wire

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def send_apprise(spec: DeliverySpec, post: Post, _earlier: str | None, _doubtful: bool, wire: Wire) -> str:
    """One notification: the headline, and the report as Markdown, which Apprise turns into what the service takes."""
    where = f"apprise of {spec.team}"
    try:
        import apprise
    except ImportError:
        raise DeliveryError(
            f"{where}: the library Apprise is not installed", hint="pip install 'lptrack-meetings[apprise]'"
        ) from None
    _silence()
    asset = apprise.AppriseAsset(async_mode=False, app_id="lptrack", app_desc="lptrack", app_url="")
    try:
        service = apprise.Apprise.instantiate(wire.url, asset=asset, suppress_exceptions=True)
        if service is None:
            raise DeliveryError(f"{where}: {spec.values['url-env']} holds no address that Apprise knows")
        if _is_in_the_clear(service, wire.url):
            raise DeliveryError(
                f"{where}: this address sends in the clear", hint="take the scheme with TLS: jsons://"
            )
        sent = service.notify(
            body=post.text, title=post.headline, body_format=apprise.NotifyFormat.MARKDOWN, notify_type="info"
        )
    except (OSError, ValueError, TypeError) as error:  # its words may repeat the address
        raise DeliveryError(f"{where}: {type(error).__name__}") from None
    if not sent:
        raise DeliveryError(f"{where}: the service did not take it, or could not be reached")
    return post.key


def _is_in_the_clear(service: Any, address: str) -> bool:
    """Whether what is sent could be read on its way: by a scheme without TLS, to another machine."""
    plain = service.protocol or ()
    plain = (plain,) if isinstance(plain, str) else tuple(plain)
    scheme = urlsplit(address).scheme.lower()
    return scheme in plain and not service.secure and service.host not in _LOOPBACK


def _silence() -> None:
    """Apprise logs failures with hosts and answers, and Python prints what nobody handles."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


APPRISE: Final = DeliveryKind("apprise", ("url-env",), send_apprise)
