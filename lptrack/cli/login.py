"""`lptrack login`: leave to see private bugs, asked for once and kept in the keyring or a file of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lptrack.cli.options import ConfigOption, ServiceRootOption

if TYPE_CHECKING:
    from launchpadlib.credentials import Credentials

PATIENCE: Final = 15 * 60.0


def login(
    service_root: ServiceRootOption = None,
    configuration: ConfigOption = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address to open.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Remove the stored login.")] = False,
) -> None:
    """Log in to Launchpad, to see the private bugs that you may see. Reading only: lptrack never writes there.

    \b
    lptrack login                a page opens in the browser; say yes there
    lptrack login --forget       from now on as anybody again
    """
    from lptrack.cli.say import note
    from lptrack.config.load import load_config
    from lptrack.config.settings import build_settings
    from lptrack.errors import TrackerError
    from lptrack.model import LAUNCHPAD
    from lptrack.trackers.launchpad.credentials import default_credentials, forget_login, save_login
    from lptrack.trackers.launchpad.roots import may_carry_credentials, root_of

    given = {} if service_root is None else {LAUNCHPAD: service_root}
    settings = build_settings(load_config(configuration), given_roots=given)
    root = root_of(settings)
    where = default_credentials()
    if forget:
        note(f"{root}: {'the login is forgotten' if forget_login(where, root) else 'there was no login'}")
        note("what it saw is still in the database and the cache: `lptrack cache --clear` empties the cache")
        return
    if not may_carry_credentials(root):
        raise TrackerError(LAUNCHPAD, f"{root}: a login is sent over https only")
    credentials = authorize(root, open_browser=not no_browser, patience=PATIENCE)
    name = _who(root, credentials)
    note(f"logged in{f' as {name}' if name else ''}; kept in {save_login(credentials, where, root)}")


def authorize(root: str, *, open_browser: bool, patience: float) -> Credentials:
    """Ask Launchpad for a token and wait until the person has said yes on its page. Raises `TrackerError` if not."""
    import time
    import webbrowser

    from httplib2 import HttpLib2Error
    from launchpadlib import credentials as oauth
    from lazr.restfulclient.errors import HTTPError

    from lptrack.cli.say import note
    from lptrack.errors import TrackerError
    from lptrack.model import LAUNCHPAD
    from lptrack.trackers.launchpad.http import CONSUMER

    engine = oauth.AuthorizeRequestTokenWithURL(root, consumer_name=CONSUMER, allow_access_levels=["READ_PRIVATE"])
    asked = oauth.Credentials(CONSUMER)
    try:
        page = engine.authorization_url(engine.get_request_token(asked))
        note(f"open this page and allow lptrack to read private data: {page}")
        if open_browser:
            webbrowser.open(page)
        until = time.monotonic() + patience
        while asked.access_token is None and time.monotonic() < until:
            try:
                engine.check_end_user_authorization(asked)
            except oauth.EndUserDeclinedAuthorization:
                raise TrackerError(
                    LAUNCHPAD, "Launchpad says that access was refused", hint="nothing was stored"
                ) from None
            except oauth.EndUserNoAuthorization:
                time.sleep(min(1.0, patience / 4))
    except (HTTPError, HttpLib2Error, OSError, ValueError, KeyError) as error:
        raise TrackerError(LAUNCHPAD, f"{root}: login failed: {type(error).__name__}") from None
    if asked.access_token is None:
        raise TrackerError(
            LAUNCHPAD, "login timed out: nobody allowed it on Launchpad's page", hint="run `lptrack login` again"
        )
    return asked


def _who(root: str, credentials: Credentials) -> str | None:
    """The name behind the login, for a friendly word; None where Launchpad does not say."""
    from requests import RequestException

    from lptrack.net.session import open_session
    from lptrack.net.settings import Settings
    from lptrack.trackers.launchpad.http import Service

    session = open_session(Settings(roots={"launchpad": root}, deadline=30))
    try:
        service = Service(session, root, credentials, live=False)
        answer = service.get(f"{service.base}people/+me", {})
        return str(answer.data["name"]) if isinstance(answer.data, dict) and "name" in answer.data else None
    except RequestException:
        return None
    finally:
        session.close()
