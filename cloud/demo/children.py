"""The demo's processes: started like a service manager would, started again when they die, stopped cleanly.

A child that dies while the demo runs is started again with a line that says so, because that is what the
replay is to survive: any of them may be killed at any moment. Output goes to a file beside the child's data.
A demo that is killed itself leaves a guard behind that ends them (guard.py).
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from cloud.demo.guard import Guard

READY_S_MAX = 60.0
GRACE_S = 12.0
POLL_S = 0.1
RESTART_AFTER_S = 0.3

Say = Callable[[str], None]


class DidNotStart(Exception):
    """A child ended, or said nothing, before it was ready; the text ends with what it wrote last."""


class Child:
    """One process. `ready` is what it writes when it serves; None means it is ready as soon as it runs."""

    def __init__(
        self,
        name: str,
        argv: list[str],
        folder: Path,
        *,
        ready: str | None,
        greeting: Sequence[str] | None = None,
    ) -> None:
        """`greeting`: lines told to it at every start; None for a child that reads nothing."""
        self.name = name
        self.restarts = 0
        self.launched: Callable[[int], None] = lambda _pid: None
        """Told the process id of every start."""
        self.log = folder / f"{name}.log"
        self._argv = argv
        self._ready = None if ready is None else re.compile(ready)
        self._greeting = greeting
        self._process: subprocess.Popen[bytes] | None = None
        self._read_from = 0

    @property
    def pid(self) -> int:
        return 0 if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.returncode

    def start(self) -> None:
        """Start, and return when it is ready. Raises DidNotStart."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Start without waiting. In a session of its own, so that Ctrl-C reaches only the demo."""
        self._read_from = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL if self._greeting is None else subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
        self.launched(self._process.pid)
        self.log.with_suffix(".pid").write_text(str(self._process.pid))
        for line in self._greeting or ():
            self.tell(line)

    def wait_ready(self) -> None:
        until = time.monotonic() + READY_S_MAX
        while self._ready is not None and not self._ready.search(self.said()):
            if not self.is_running or time.monotonic() > until:
                raise DidNotStart(f"{self.name} did not start:\n{self.said()[-2000:]}")
            time.sleep(POLL_S)

    def said(self) -> str:
        """What it has written since it was last started."""
        with self.log.open("rb") as log:
            log.seek(self._read_from)
            return log.read().decode("utf-8", "replace")

    def tell(self, line: str) -> bool:
        """One line to its standard input; False when it is not there to hear it."""
        if self._process is None or self._process.stdin is None:
            return False
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def kill(self) -> None:
        """End it as a power cut would; it is started again."""
        self.ask_to_stop(signal.SIGKILL)

    def wait_restarted(self, times: int) -> None:
        """Until it has been started again so often."""
        until = time.monotonic() + READY_S_MAX
        while self.restarts < times:
            if time.monotonic() > until:
                raise DidNotStart(f"{self.name} was not started again")
            time.sleep(POLL_S)

    def ask_to_stop(self, number: signal.Signals) -> None:
        """Closes its input as well: one that waits for a line hears no signal."""
        if self._process is not None and self.is_running:
            if self._process.stdin is not None:
                with suppress(OSError):
                    self._process.stdin.close()
            self._process.send_signal(number)

    def has_stopped(self, within_s: float) -> bool:
        if self._process is None:
            return True
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        return True


class Children:
    """All of them, in the order in which they were started, and the thread that keeps them running."""

    def __init__(self, say: Say, grace_s: float = GRACE_S) -> None:
        self._say = say
        self._grace_s = grace_s
        self._all: list[Child] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._guard = Guard(grace_s)
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    @property
    def restarts(self) -> dict[str, int]:
        """How often each had to be started again."""
        return {child.name: child.restarts for child in self._all if child.restarts}

    @property
    def guard_pid(self) -> int:
        return self._guard.pid

    def start(self, child: Child) -> Child:
        """Start it, wait until it serves, and keep it running from now on."""
        child.launched = self._guard.watch
        child.start()
        with self._lock:
            self._all.append(child)
        if not self._keeper.is_alive():
            self._keeper.start()
        return child

    def _keep(self) -> None:
        while not self._stopping.wait(POLL_S):
            with self._lock:
                dead = [child for child in self._all if not child.is_running]
            for child in dead:
                if self._stopping.wait(RESTART_AFTER_S):
                    return
                child.launch()
                child.restarts += 1
                self._say(f"{child.name} died; started it again")

    def stop(self) -> None:
        """Ask kindly, then firmly, then end it; last started, first stopped."""
        self._stopping.set()
        if self._keeper.is_alive():
            self._keeper.join()
        self._end_all()
        self._guard.dismiss()

    def _end_all(self) -> None:
        for number, grace_s in (
            (signal.SIGINT, self._grace_s),
            (signal.SIGTERM, self._grace_s / 2),
            (signal.SIGKILL, GRACE_S),
        ):
            left = [child for child in reversed(self._all) if child.is_running]
            for child in left:
                child.ask_to_stop(number)
            until = time.monotonic() + grace_s
            if all(child.has_stopped(max(0.0, until - time.monotonic())) for child in left):
                return
