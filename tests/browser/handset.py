"""A phone (or a desk) with the app: a Chromium process with its own storage, that can lose the network and die.

Killing ends the whole browser as a flat battery would; starting again finds what was really on the disk.
"""

from __future__ import annotations

import json
import os
import select
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Playwright, expect

from tests.support.edge_node import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
_TELL_CSP = (
    "addEventListener('securitypolicyviolation', e => "
    "console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile))"
)
IN_STORE = (
    "((store, call, key) => new Promise((done, fail) => { const open = indexedDB.open('liushui');"
    " open.onerror = () => fail(open.error); open.onsuccess = () => {"
    " const within = open.result.transaction(store, 'readwrite').objectStore(store);"
    " const asked = key == null ? within[call]() : within[call](key);"
    " asked.onsuccess = () => { open.result.close(); done(asked.result) } } }))"
)
DIES_WITHIN_S = 10
PATIENCE_MS = 20_000


class Handset:
    """One browser profile; `page` is its only page."""

    def __init__(
        self,
        playwright: Playwright,
        folder: Path,
        url: str,
        *,
        chromium: str,
        arguments: Sequence[str],
        film: Path | None = None,
        language: str = "zh-CN",
        desk: bool = False,
    ) -> None:
        self.url = url
        self.faults: list[str] = []
        self._playwright = playwright
        self._folder = folder
        self._chromium = chromium
        self._arguments = [*arguments, "--disable-gpu", "--use-fake-ui-for-media-stream"]
        self._arguments.append("--use-fake-device-for-media-stream")
        if film is not None:
            self._arguments.append(f"--use-file-for-fake-video-capture={film}")
        self._language = language
        self._desk = desk
        self._strict = False
        self._context: BrowserContext | None = None

    def start(self) -> Handset:
        """Open the browser on this profile, without going anywhere yet."""
        context = self._playwright.chromium.launch_persistent_context(
            self._folder,
            executable_path=self._chromium,
            headless=True,
            args=self._arguments,
            permissions=["camera"],
            viewport=DESK if self._desk else PHONE,  # type: ignore[arg-type]
            is_mobile=not self._desk,
            has_touch=not self._desk,
            locale=self._language,
            timezone_id="Asia/Shanghai",
        )
        context.add_init_script(_TELL_CSP)
        self._context = context
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        return self

    def hear_every_error(self) -> None:
        """From here on any error on the console counts, not only breaches of the security policy."""
        self._strict = True

    def _hear(self, message: ConsoleMessage) -> None:
        policy = "CSP" in message.text or "Content Security Policy" in message.text
        if policy or (self._strict and message.type == "error"):
            self.faults.append(message.text)

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None
        return self._context

    @property
    def page(self) -> Page:
        return self.context.pages[0]

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)

    def go(self, path: str) -> None:
        """Move inside the app, as a tap on a link does."""
        self.page.evaluate(
            "path => { history.pushState({ inside: true }, '', path); dispatchEvent(new PopStateEvent('popstate')) }",
            path,
        )

    def sign_in(self, user: str = "store_manager") -> None:
        """Sign in and wait until the goods are on the phone and the app can start without a network."""
        self.open()
        self._give_password(user)
        self.page.evaluate("navigator.serviceWorker.ready")
        self.until("navigator.serviceWorker.controller !== null")
        self.until(f"(await {IN_STORE}('items', 'count')) > 0")

    def stored(self, store: str, call: str, key: str | None = None) -> Any:
        """What one call on an IndexedDB store of the app answers: `stored("photos", "getAll")`."""
        return self.page.evaluate(f"([store, call, key]) => {IN_STORE}(store, call, key)", [store, call, key])

    def until(self, condition: str) -> None:
        """Wait until a JavaScript expression, which may await, is true in the page."""
        self.page.evaluate(
            f"async patience => {{ const end = performance.now() + patience; while (!({condition})) {{"
            f" if (performance.now() > end) throw new Error('waited too long for ' + {json.dumps(condition)});"
            " await new Promise(requestAnimationFrame) } }",
            PATIENCE_MS,
        )

    def _give_password(self, user: str) -> None:
        self.page.locator("input[autocomplete=username]").fill(user)
        self.page.locator("input[autocomplete=current-password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("nav .tiles")).to_be_visible()

    def reach_node_again(self, user: str = "store_manager") -> None:
        """The node answers again. A browser that died may have lost its cookie: then the app asks to sign in."""
        badge, expired = (
            self.page.locator("[data-sync=online]").first,
            self.page.locator("a[href='/sign-in']"),
        )
        expect(badge.or_(expired).first).to_be_visible(timeout=PATIENCE_MS)
        status = self.page.evaluate("() => fetch('/v1/me').then(a => a.json()).then(me => me.signed_in)")
        if not status:
            expired.click(timeout=PATIENCE_MS)
            self._give_password(user)

    def kill(self) -> None:
        """End the browser's every process at once, as a flat battery would."""
        context, self._context = self.context, None
        dying = [os.pidfd_open(process) for process in _processes_of(self._folder)]
        for process in dying:
            signal.pidfd_send_signal(process, signal.SIGKILL)
        for process in dying:
            assert select.select([process], [], [], DIES_WITHIN_S)[0], "the browser did not die"
            os.close(process)
        with suppress(Error):  # Playwright's own connection died with the browser
            context.close()
        for lock in self._folder.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None

    # What people do and see.

    def leave_camera_off(self) -> None:
        """Before a page that scans is opened: else the film's pack of milk comes into the basket as well."""
        self.page.evaluate("localStorage.setItem('liushui.camera', 'off')")

    def type_code(self, code: str) -> None:
        """Enter a code by hand."""
        self.page.locator("#typed-code").fill(code)
        self.page.locator("#typed-code").press("Enter")

    def wedge(self, code: str) -> None:
        """A hand scanner that types: all keys at once, as fast as no finger is, however busy this machine is."""
        self.page.evaluate(
            """(keys) => {
                for (const key of [...keys, 'Enter']) {
                    const code = key === 'Enter' ? key : `Digit${key}`;
                    for (const type of ['keydown', 'keyup']) {
                        document.dispatchEvent(new KeyboardEvent(type, { key, code, bubbles: true, cancelable: true }));
                    }
                }
            }""",
            code,
        )

    def line(self, sku: str) -> Locator:
        return self.page.locator(f"[data-line='{sku}']")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def see_recorded(self, what: str) -> None:
        """The app says that it is safe; until then nothing counts."""
        expect(self.page.locator("[data-note]").filter(has_text=f"{what}已").last).to_be_visible()

    def expect_waiting(self, count: int) -> None:
        """The badge tells how much is still only on this phone; it follows the store a moment later."""
        self.until(
            f"(await {IN_STORE}('outbox', 'getAll')).filter(op => op.state === 'queued').length === {count}"
        )
        expect(self.page.locator("[data-waiting]").first).to_have_attribute(
            "data-waiting", str(count), timeout=PATIENCE_MS
        )


def _processes_of(folder: Path) -> list[int]:
    """The browser processes of one profile, by the folder on their command line."""
    marker = f"--user-data-dir={folder}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if marker in (entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
