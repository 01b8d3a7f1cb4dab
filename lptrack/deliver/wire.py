"""One exchange with a destination: no retry (the next `post` tries again), no redirect, a bounded answer."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, RequestException

from lptrack._version import __version__
from lptrack.deliver.interface import DeliveryError, DeliverySpec
from lptrack.net.causes import find_ca_setting
from lptrack.net.secrets import mask_address

PATIENCE: Final = 30.0
LARGEST: Final = 8 * 1024 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class HttpWire:
    """The network of one destination, with its secret."""

    secret: str | None

    def exchange(
        self, method: str, url: str, payload: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer (None where it is none). Raises `DeliveryError`."""
        check_destination(url)
        shown = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"  # the rest of a webhook's address is its secret
        sent = {"User-Agent": f"lptrack/{__version__}", **(headers or {})}
        try:
            with requests.Session() as session:
                session.auth = _no_auth
                session.verify = find_ca_setting() or True
                with session.request(
                    method, url, json=payload, headers=sent, timeout=PATIENCE, allow_redirects=False, stream=True
                ) as answer:
                    body = b""
                    for chunk in answer.iter_content(1 << 16):
                        body += chunk
                        if len(body) > LARGEST:
                            raise DeliveryError(f"{shown}: the answer is longer than {LARGEST >> 20} MiB")
                    status = answer.status_code
        except RequestException as error:
            raise DeliveryError(f"{shown}: no answer ({type(error).__name__})") from error
        try:
            return status, json.loads(body)
        except (ValueError, RecursionError):
            return status, None


def _no_auth(request: PreparedRequest) -> PreparedRequest:
    """Stands where requests would look into ~/.netrc."""
    return request


def check_destination(url: str) -> None:
    """Raise `DeliveryError` for plain http beyond this machine, credentials in an address, or no address at all."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise DeliveryError(f"{mask_address(url)}: is no address") from None
    if parts.username or parts.password:
        raise DeliveryError(f"{mask_address(url)}: no credentials in an address", hint="use secret-env")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise DeliveryError(f"{mask_address(url)}: posts go to https addresses only")


def load_secret(spec: DeliverySpec) -> str | None:
    """The destination's secret: of the environment's variable, else of the keyring under the same name."""
    name = spec.values.get("secret-env")
    if name is None:
        return None
    if value := os.environ.get(str(name)):
        return value
    try:
        import keyring

        value = keyring.get_password("lptrack", str(name))
    except Exception:  # no keyring, or one that is locked: then there is no secret, which is said below
        value = None
    if not value:
        raise DeliveryError(
            f"{spec.kind} of {spec.team}: {name} is neither in the environment nor in the keyring",
            hint=f"set {name}, or `keyring set lptrack {name}`",
        )
    return str(value)
