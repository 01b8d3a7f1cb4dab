"""One exchange with a destination: no retry (the next `post` tries again), no redirect, a bounded answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, RequestException

from lptrack._version import __version__
from lptrack.deliver.interface import DeliveryError, DeliverySpec
from lptrack.net.causes import find_ca_setting
from lptrack.net.secrets import load_secret

PATIENCE: Final = 30.0
LARGEST: Final = 8 * 1024 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class HttpWire:
    """The network of one destination, with its address and its secret. ``shown``: as messages name the address."""

    secret: str | None
    url: str
    shown: str = ""

    def exchange(
        self, method: str, url: str, payload: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status and the JSON of the answer (None where it is none). Raises `DeliveryError`."""
        body = None if payload is None else json.dumps(payload, allow_nan=False).encode()
        typed = {} if body is None else {"Content-Type": "application/json"}
        status, answer = self.send(method, url, body, {**typed, **(headers or {})})
        try:
            return status, json.loads(answer)
        except (ValueError, RecursionError):
            return status, None

    def send(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """The status and the answer's bytes. Raises `DeliveryError`."""
        shown = self.shown or show_host(url)
        check_destination(url, shown)
        given = {"User-Agent": f"lptrack/{__version__}", **headers}
        try:
            with requests.Session() as session:
                session.auth = _no_auth
                session.verify = find_ca_setting() or True
                with session.request(
                    method, url, data=body, headers=given, timeout=PATIENCE, allow_redirects=False, stream=True
                ) as answer:
                    received = b""
                    for chunk in answer.iter_content(1 << 16):
                        received += chunk
                        if len(received) > LARGEST:
                            raise DeliveryError(f"{shown}: the answer is longer than {LARGEST >> 20} MiB")
                    status = answer.status_code
        except (RequestException, ValueError) as error:  # its words may repeat the address
            raise DeliveryError(f"{shown}: no answer ({type(error).__name__})") from None
        # a destination that repeats the token would have it in a message of ours
        return status, received.replace(self.secret.encode(), b"***") if self.secret else received


def open_wire(spec: DeliverySpec) -> HttpWire:
    """The destination's network. Raises `DeliveryError` where a secret that the configuration names is nowhere."""
    secret = _need(spec, "secret-env") if "secret-env" in spec.values else None
    if "url-env" in spec.values:
        return HttpWire(secret, _need(spec, "url-env"), f"the address in {spec.values['url-env']}")
    return HttpWire(secret, str(spec.values.get("url", "")))


def _need(spec: DeliverySpec, key: str) -> str:
    name = str(spec.values[key])
    value = load_secret(name)
    if value is None:
        raise DeliveryError(
            f"{spec.kind} of {spec.team}: {name} is neither in the environment nor in the keyring",
            hint=f"set {name}, or `keyring set lptrack {name}`",
        )
    return value


def _no_auth(request: PreparedRequest) -> PreparedRequest:
    """Stands where requests would look into ~/.netrc."""
    return request


def show_host(url: str) -> str:
    """Scheme and host of an address: the rest of a webhook's address is its secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the configured address"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def check_destination(url: str, shown: str | None = None) -> None:
    """Raise `DeliveryError` for plain http beyond this machine, credentials in an address, or no address at all."""
    shown = shown or show_host(url)
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise DeliveryError(f"{shown}: is not a valid address") from None
    if parts.username or parts.password:
        raise DeliveryError(f"{shown}: no credentials in an address", hint="use secret-env")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise DeliveryError(f"{shown}: posts go to https addresses only")
