"""A browser without a window, driven through Chrome's own protocol over a pipe, for tests of pages."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 30.0
"""Seconds for one answer of the browser."""


def find_browser() -> str | None:
    """The program, if this machine has one."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Browser:
    """One browser with one tab, and everything that it said."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._rest = b""
        self._last = 0
        self._session: str | None = None
        self.requests: list[str] = []
        """Every address that the page asked for."""
        self.errors: list[str] = []
        """Exceptions and errors on the console."""

    def begin(self) -> None:
        """Open the tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser for something and wait for its answer."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._last:
            self._note(answer)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select([self._reading], [], [], PATIENCE)
            assert ready, "the browser does not answer"
            part = os.read(self._reading, 1 << 20)
            assert part, "the browser is gone"
            self._rest += part
        whole, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(whole)
        return found

    def _note(self, said: dict[str, Any]) -> None:
        """Keep what an event tells of requests and errors."""
        method, params = said.get("method"), said.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"])[:500])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in {"error", "assert"}:
            self.errors.append(json.dumps(params["args"])[:500])

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, (script, answer)
        return answer["result"].get("value")

    def wait_until(self, condition: str, seconds: float = 20.0) -> None:
        """Wait until an expression is true in the page."""
        self.evaluate(
            "new Promise((done, fail) => { const begun = performance.now(); const look = () => {"
            f" if ({condition}) done(true); else if (performance.now() - begun > {seconds * 1000})"
            f" fail(new Error({json.dumps('never true: ' + condition)}));"
            " else setTimeout(look, 20); }; look(); })"
        )

    def show(
        self, page: Path | str, *, width: int = 1400, height: int = 900, theme: str = ""
    ) -> None:
        """Open a page, and wait until all that is seen at once is drawn."""
        self.resize(width, height)
        media = [{"name": "prefers-color-scheme", "value": theme}] if theme else []
        self.call("Emulation.setEmulatedMedia", features=media)
        address = page.resolve().as_uri() if isinstance(page, Path) else page
        self.call("Page.navigate", url=address)
        self.wait_until("document.documentElement?.dataset.ready === 'true'")

    def resize(self, width: int, height: int) -> None:
        """Another size of the window, in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def move_to(self, x: float, y: float) -> None:
        """Put the pointer somewhere."""
        for step in (3, 0):
            self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x - step, y=y)

    def click(self, x: float, y: float) -> None:
        """Press the first button of the pointer somewhere and let it go."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" and len(key) == 1 else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, **text)

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """Keep a PNG of the page as it is now."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile in a folder that is empty; it is ended at the end."""
    program = find_browser()
    assert program is not None, "there is no chromium on this machine"
    from_us, ours_out = os.pipe()
    ours_in, to_us = os.pipe()
    # The protocol has fixed descriptors: 3 to read from and 4 to write to.
    command = f'exec "$0" "$@" 3<&{from_us} 4>&{to_us}'
    arguments = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(  # noqa: S603 - a program found on the path, with our own flags
        ["/bin/bash", "-c", command, *arguments],
        pass_fds=(from_us, to_us),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        os.close(from_us)
        os.close(to_us)
        browser = Browser(ours_in, ours_out)
        try:
            browser.begin()
            yield browser
        finally:
            _end(process, browser)
            os.close(ours_in)
            os.close(ours_out)


def _end(process: subprocess.Popen[bytes], browser: Browser) -> None:
    """Let it close itself, and end it if it does not."""
    browser._session = None
    try:
        browser.call("Browser.close")
    except (AssertionError, OSError):
        process.kill()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
