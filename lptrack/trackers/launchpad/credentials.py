"""Where a login is kept: the system's keyring where there is one, else a file of mode 0600; one a service root."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lptrack.errors import TrackerError
from lptrack.files import own_folder, save_whole
from lptrack.model import LAUNCHPAD

if TYPE_CHECKING:
    from launchpadlib.credentials import Credentials

_SERVICE: Final = "lptrack"
IN_KEYRING: Final = "in the system's keyring\n"


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """Credentials of one person at one service root. ``identity`` names them without giving anything away."""

    credentials: Credentials
    identity: str


def default_credentials() -> Path:
    """The folder for logins: `$XDG_CONFIG_HOME/lptrack/`."""
    home = os.environ.get("XDG_CONFIG_HOME") or ""
    return (Path(home) if os.path.isabs(home) else Path.home() / ".config") / "lptrack"


def load_login(where: Path | str | None, root: str) -> Login | None:
    """The stored login for this service root; None for none. ``where``: a folder or a file; None: anonymous.

    Raises `TrackerError` where there is one that cannot be used.
    """
    if where is None:
        return None
    text = _load_file(credentials_file(Path(where), root))
    if text == IN_KEYRING:
        text = _load_keyring(root)
        if text is None:
            raise TrackerError(
                LAUNCHPAD, "the login is in a keyring that cannot be opened now", hint="unlock it, or `lptrack login`"
            )
    return None if text is None else _parse(text)


def _parse(text: str) -> Login:
    from launchpadlib.credentials import Credentials

    try:
        credentials = Credentials.from_string(text)
        key = str(credentials.access_token.key)
    except Exception as error:
        raise TrackerError(
            LAUNCHPAD, f"the stored login cannot be read: {type(error).__name__}", hint="run `lptrack login` again"
        ) from None
    return Login(credentials, f"{credentials.consumer.key}:{sha256(key.encode()).hexdigest()}")


def save_login(credentials: Credentials, where: Path, root: str) -> str:
    """Keep it; tells where, for a human. Of a login in the keyring the file only says so: runs without need none."""
    text = credentials.serialize().decode("utf-8")
    kept = _save_keyring(root, text)
    if kept:
        text = IN_KEYRING
    path = credentials_file(where, root)
    own_folder(path.parent)
    save_whole(path, [text], private=True)
    return "the system's keyring" if kept else str(path)


def forget_login(where: Path, root: str) -> bool:
    """Remove a stored login from keyring and file; whether there was one."""
    path = credentials_file(where, root)
    found = path.exists()
    if found and _load_file(path) == IN_KEYRING and (keyring := _keyring()) is not None:
        with contextlib.suppress(Exception):  # it is not in there any more: what was asked for
            keyring.delete_password(_SERVICE, root)
    path.unlink(missing_ok=True)
    return found


def credentials_file(where: Path, root: str) -> Path:
    """The file for this service root: ``where`` itself if it is one, else one in that folder."""
    if where.is_file():
        return where
    return where / f"login-{sha256(root.encode()).hexdigest()[:12]}.ini"


def _load_file(path: Path) -> str | None:
    try:
        mode = path.stat().st_mode
        if mode & 0o077:
            raise TrackerError(
                LAUNCHPAD, f"{path}: others may read this login; it is not used", hint=f"chmod 600 {path}"
            )
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TrackerError(LAUNCHPAD, f"{path}: {error.strerror or error}") from None


def _keyring() -> Any:
    """The keyring module where it is installed and has somewhere to keep things; else None."""
    try:
        import keyring
        from keyring.backends import fail
    except ImportError:
        return None
    try:
        return None if isinstance(keyring.get_keyring(), fail.Keyring) else keyring
    except Exception:
        return None


def _load_keyring(root: str) -> str | None:
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        text = keyring.get_password(_SERVICE, root)
    except Exception:
        return None  # locked, or the desktop is not there: the file is looked at next
    return str(text) if text else None


def _save_keyring(root: str, text: str) -> bool:
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(_SERVICE, root, text)
    except Exception:
        return False
    return True
