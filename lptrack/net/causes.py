"""Why no connection came about, where trying again mends nothing: the cause in words, with the setting that mends it.

A wrong `REQUESTS_CA_BUNDLE` was once tried 24 times and called "the deadline of this run has passed".
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from requests.exceptions import ConnectTimeout, InvalidProxyURL, InvalidSchema, ProxyError, Timeout
from requests.utils import select_proxy
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, TimeoutError

CA_SETTINGS: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""Where a person names a file of certificates to trust, the first that is set: requests' own two, then OpenSSL's."""
_UNKNOWN_NAME: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3})(.*)", re.DOTALL)
_PASSING: Final = frozenset({"408", "429", "502", "503", "504"})  # of a proxy that is busy, or found the host down


def find_ca_setting(environment: Mapping[str, str] = os.environ) -> str | None:
    """The file or folder of certificates that the environment names; None where it names none."""
    return next((environment[name] for name in CA_SETTINGS if environment.get(name)), None)


def check_ca(verify: bool | str) -> str | None:
    """What is wrong with the file of certificates that is to be trusted; None where it will do."""
    if not isinstance(verify, str):
        return None
    named = next((name for name in CA_SETTINGS if os.environ.get(name) == verify), None)
    what = f"the CA file {verify}" + (f", which {named} names," if named else "")
    path = Path(verify)
    try:
        if path.is_dir():
            return None
        if b"-----BEGIN" in path.read_bytes():
            return None
    except OSError as error:
        return f"{what} cannot be read: {(error.strerror or str(error)).lower()}"
    return f"{what} holds no certificate"


def find_cause(error: BaseException, url: str, proxies: Mapping[str, str]) -> str | None:
    """Why this will not pass, in words; None where it may pass by itself."""
    proxy = _name_proxy(url, proxies)
    if isinstance(error, InvalidSchema) and "SOCKS" in str(error):
        return f"{proxy} is a SOCKS proxy, for which the package PySocks is missing: pip install PySocks"
    if isinstance(error, InvalidProxyURL):
        return f"{proxy} is no address of a proxy"
    chain = tuple(_chain(error))
    if isinstance(error, ProxyError):
        return _find_proxy_cause(chain, proxy)
    for each in chain:
        if type(each).__module__ == "socks" and type(each).__name__ in {"ProxyConnectionError", "SOCKS5AuthError"}:
            return f"{proxy} cannot be used: {_plain(each)}"
        if isinstance(each, socket.gaierror) and each.errno in _UNKNOWN_NAME:
            return "no such host; check its address, or name a proxy in HTTPS_PROXY where one is needed"
        if isinstance(each, ssl.SSLCertVerificationError):
            return (
                f"TLS: the certificate cannot be verified ({each.verify_message});"
                " where a company's own authority signs, name its file in REQUESTS_CA_BUNDLE or SSL_CERT_FILE"
            )
        if isinstance(each, ssl.SSLError) and each.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}:
            return "TLS: what answers there does not speak it"
    return None


def refuses_login(url: str, proxies: Mapping[str, str]) -> str:
    """The words for status 407."""
    return f"{_name_proxy(url, proxies)} asks for a login (407): {_LOGIN}"


_LOGIN: Final = "write it into the proxy's address, http://USER:PASSWORD@HOST:PORT"


def _find_proxy_cause(chain: tuple[BaseException, ...], proxy: str) -> str | None:
    for each in chain:
        if isinstance(each, socket.gaierror):
            return f"{proxy} has no such host" if each.errno in _UNKNOWN_NAME else None
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"{proxy}: its certificate cannot be verified ({each.verify_message})"
        if found := _TUNNEL.search(str(each)):
            if found[1] == "407":
                return f"{proxy} asks for a login (407): {_LOGIN}"
            return None if found[1] in _PASSING else f"{proxy} refuses this host: HTTP {found[1]}{found[2][:60]}"
    if any(isinstance(each, NewConnectionError) for each in chain):
        return f"{proxy} refuses connections"
    return None


def _name_proxy(url: str, proxies: Mapping[str, str]) -> str:
    """The proxy for this address as a person set it, without its password."""
    address = select_proxy(url, dict(proxies)) or ""
    scheme = urlsplit(url).scheme
    name = next((each for each in os.environ if each.lower() in {f"{scheme}_proxy", "all_proxy"}), None)
    shown = address.rpartition("@")[2].rpartition("://")[2].rstrip("/")
    return f"the proxy {shown}" + (f" ({name})" if name else "")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those in it: the libraries keep the first in `args`, `reason` or the cause."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [*each.args, getattr(each, "reason", None), getattr(each, "original_error", None)]
        waiting += [each.__cause__, each.__context__]


def _plain(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200]


def never_connected(error: BaseException) -> bool:
    """Whether this failure is one of getting a connection, rather than of one that was there."""
    if isinstance(error, ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def name_fault(error: BaseException) -> str:
    """One clause for a human; the libraries' own texts are addresses of objects in three layers."""
    if isinstance(error, ConnectTimeout):
        return "no connection within the time allowed"
    if isinstance(error, Timeout | TimeoutError):
        return "no answer within the time allowed"
    text = str(error)
    for sign, words in _WORDS:
        if sign in text:
            return words
    return type(error).__name__


_WORDS: Final = (
    ("Connection refused", "connection refused"),
    ("Name or service not known", "no such host"),
    ("name resolution", "the host's name cannot be resolved"),
    ("Network is unreachable", "the network is unreachable"),
    ("timed out", "no answer within the time allowed"),
    ("IncompleteRead", "the answer broke off"),
    ("Connection reset", "the connection was reset"),
    ("without response", "the connection was closed without an answer"),
    ("Connection aborted", "the connection was broken"),
    ("decod", "the answer could not be decompressed"),
)
