"""A headless Chromium spoken to over its DevTools pipe: standard library only, no driver program, no open port.

`open_chromium` gives a browser with a fresh profile, `browser.page()` a tab. A page records every request that it
asked for and every dialog, exception, console line and refusal by its policy: a test can say that there were none.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb", "--font-render-hinting=none",
    "--disable-domain-reliability", "--metrics-recording-only", "--remote-debugging-pipe",
)  # fmt: skip
# The pipe is the child's descriptors 3 and 4, which Popen cannot name: a line of Python puts them there.
LAUNCH = "import os,sys;a=sys.argv;os.dup2(int(a[1]),3);os.dup2(int(a[2]),4);os.execv(a[3],a[3:])"
PATIENCE = 60.0


def find_chromium() -> str | None:
    """The program's path, from LPTRACK_CHROMIUM or the usual names; None where there is none."""
    for name in (os.environ.get("LPTRACK_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "chrome"):
        if name and (path := shutil.which(name)):
            return path
    return None


class BrowserError(Exception):
    """The browser refused a command, threw, or went away."""


class Chromium:
    """One running browser."""

    def __init__(self, program: str, profile: str) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (theirs_in, theirs_out)]
        command = [sys.executable, "-c", LAUNCH, *map(str, high), program, *FLAGS, f"--user-data-dir={profile}"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [*command, "about:blank"], pass_fds=high, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        for fd in (theirs_in, theirs_out, *high):
            os.close(fd)
        self._out, self._in, self._buffer, self._last = ours_out, ours_in, b"", 0
        self._pages: dict[str, Page] = {}

    def close(self) -> None:
        """End the browser and all of its children: they share the session that was made for them."""
        for fd in (self._out, self._in):
            os.close(fd)
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Give a command and wait for its answer; events that come meanwhile go to their page."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def wait_for(self, page: Page, method: str) -> None:
        """Read on until the page has seen the event."""
        while method not in page.seen:
            self._receive()

    def drain(self, seconds: float) -> None:
        """Listen for a while: what a page does after it was loaded."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if b"\0" in self._buffer or select.select([self._in], [], [], left)[0]:
                self._receive()

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], PATIENCE)[0]:
                raise BrowserError(f"no answer in {PATIENCE:.0f} s")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise BrowserError("the browser went away")
            self._buffer += data
        raw, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(raw)
        page = self._pages.get(message.get("sessionId", ""))
        if page and "method" in message:
            page.record(message["method"], message["params"])
        return message

    def page(self, *, script: bool = True) -> Page:
        """A new tab; ``script`` False turns JavaScript off, as a reader may."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        self._pages[session] = page
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.send(f"{domain}.enable")
        if not script:
            page.send("Emulation.setScriptExecutionDisabled", value=True)
        return page


class Page:
    """One tab."""

    def __init__(self, browser: Chromium, target: str, session: str) -> None:
        self.browser, self.target, self.session = browser, target, session
        self.seen: set[str] = set()
        self.requests: list[str] = []
        self.trouble: list[str] = []  # dialogs, exceptions, console lines, refusals
        self.size(1280, 800)

    def close(self) -> None:
        """End the tab."""
        self.browser.send("Target.closeTarget", targetId=self.target)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.send(method, self.session, **params)

    def record(self, method: str, params: dict[str, Any]) -> None:
        """Keep what a test may ask about."""
        self.seen.add(method)
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Page.javascriptDialogOpening":
                self.trouble.append(f"dialog: {params['message']}")
                self.browser.send("Page.handleJavaScriptDialog", self.session, accept=True)
            case "Runtime.exceptionThrown":
                self.trouble.append(f"exception: {params['exceptionDetails']['text']}")
            case "Runtime.consoleAPICalled":
                self.trouble.append(f"console: {[a.get('value') for a in params['args']]}")
            case "Log.entryAdded":
                self.trouble.append(f"log: {params['entry']['text']}")

    def size(self, width: int, height: int, *, phone: bool = False, scale: float = 1) -> None:
        """The window's size in CSS pixels."""
        screen = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone}
        self.send("Emulation.setDeviceMetricsOverride", **screen)

    def media(self, *, dark: bool = False, paper: bool = False) -> None:
        """The reader's colour scheme, or print."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media="print" if paper else "", features=[scheme])

    def open(self, path: Path) -> None:
        """Load a file and wait until it is loaded."""
        self.seen.discard("Page.loadEventFired")
        self.send("Page.navigate", url=path.resolve().as_uri())
        self.browser.wait_for(self, "Page.loadEventFired")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression; works where the page's own script is turned off or forbidden too."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(answer["exceptionDetails"].get("exception", {}).get("description", "exception"))
        return answer["result"].get("value")

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.send("Input.insertText", text=text)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release one key (`Tab`, `Enter`, ` `)."""
        codes = {"Tab": 9, "Enter": 13, " ": 32, "Escape": 27}
        event: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": codes[key], "modifiers": 8 if shift else 0}
        if key in ("Enter", " "):
            event["text"] = "\r" if key == "Enter" else " "
        self.send("Input.dispatchKeyEvent", type="keyDown", **event)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=codes[key])

    def screenshot(self, path: Path, *, full: bool = False) -> None:
        """A PNG of the window, or of the whole page."""
        data = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=full)["data"]
        path.write_bytes(base64.b64decode(data))

    def pdf(self, path: Path) -> None:
        """The page as printed on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True, "printBackground": False}
        path.write_bytes(base64.b64decode(self.send("Page.printToPDF", **paper)["data"]))


@contextmanager
def open_chromium(program: str) -> Iterator[Chromium]:
    """A browser with a profile of its own, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lptrack-chromium-", ignore_cleanup_errors=True) as profile:
        browser = Chromium(program, profile)
        try:
            yield browser
        finally:
            browser.close()
