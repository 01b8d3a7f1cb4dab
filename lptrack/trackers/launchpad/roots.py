"""Launchpad's addresses: a service root by name or URL, the web pages that go with it. Imports nothing heavy.

The names are launchpadlib's (`launchpadlib.uris`; a test compares them), repeated here because reports need a bug's
address and must not pay for importing launchpadlib.
"""

from __future__ import annotations

import difflib
import re
from typing import Final
from urllib.parse import urlsplit

from lptrack.errors import UsageError
from lptrack.model import LAUNCHPAD
from lptrack.net.settings import Settings

VERSION: Final = "devel"
DEFAULT_ROOT: Final = "production"
SERVICE_ROOTS: Final = {
    "production": "https://api.launchpad.net/",
    "edge": "https://api.launchpad.net/",
    "qastaging": "https://api.qastaging.launchpad.net/",
    "staging": "https://api.staging.launchpad.net/",
    "dogfood": "https://api.dogfood.paddev.net/",
    "dev": "https://api.launchpad.test/",
    "test_dev": "http://api.launchpad.test:8085/",
}
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def resolve_service_root(name_or_url: str) -> str:
    """The service root's URL, ending in `/`, without a version. `UsageError` where it is neither name nor URL."""
    name = name_or_url.strip()
    if name in SERVICE_ROOTS:
        return SERVICE_ROOTS[name]
    try:
        parts = urlsplit(name)
    except ValueError:  # an IPv6 address without its end
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"--service-root {name}: neither a name nor a URL of a Launchpad web service",
            hint=f"names: {', '.join(sorted(SERVICE_ROOTS))}",
        )
    if parts.username or parts.password:
        raise UsageError("--service-root: no credentials in an address", hint="log in with `lptrack login`")
    root = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"
    for version in ("devel", "1.0", "beta"):
        if root.endswith(f"/{version}/"):
            raise UsageError(
                f"--service-root {name}: give it without the version",
                hint=f"--service-root {root.removesuffix(f'{version}/')}",
            )
    return root


def root_of(settings: Settings) -> str:
    """The service root's URL: as given, or where none was given the one that a cassette was recorded from."""
    given = settings.roots.get(LAUNCHPAD, DEFAULT_ROOT)
    if settings.cassette is None or given != DEFAULT_ROOT:
        return resolve_service_root(given)
    from lptrack.net.cassette import load_roots

    return resolve_service_root(load_roots(settings.cassette).get(LAUNCHPAD, given))


def check_root(name_or_url: str) -> None:
    """Raise `UsageError` where this is no service root; a misspelled name is told with the one that was meant."""
    try:
        resolve_service_root(name_or_url)
    except UsageError as error:
        near = difflib.get_close_matches(name_or_url[:100], SERVICE_ROOTS, 1)
        hint = f"did you mean {near[0]}? {error.hint}" if near else error.hint
        raise UsageError(error.message, hint=hint) from error


def may_carry_credentials(root: str) -> bool:
    """Whether a login may be sent there: over TLS, or to this machine."""
    parts = urlsplit(root)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def build_web_root(root: str) -> str:
    """The address of the pages about bugs: `https://bugs.launchpad.net/` for `https://api.launchpad.net/`."""
    parts = urlsplit(root)
    host = parts.netloc
    return f"{parts.scheme}://{'bugs.' + host.removeprefix('api.') if host.startswith('api.') else host}/"


def build_bug_url(number: int, service_root: str = DEFAULT_ROOT) -> str:
    """The page of a bug. An address that cannot be understood is taken for Launchpad itself."""
    try:
        web = build_web_root(resolve_service_root(service_root))
    except UsageError:
        web = build_web_root(SERVICE_ROOTS[DEFAULT_ROOT])
    return f"{web}bugs/{number}"


_BUG_URL: Final = re.compile(
    r"https?://(?:[a-z.]+\.)?launchpad\.net/(?:[^?#]{0,200}\+?bugs?/)(?P<number>[0-9]{1,10})(?:[/?#].{0,200})?"
)


def parse_bug_url(text: str) -> int | None:
    """The number in the address of a bug or of one of its tasks; None where it is no such address."""
    match = _BUG_URL.fullmatch(text.strip())
    return int(match["number"]) if match else None
