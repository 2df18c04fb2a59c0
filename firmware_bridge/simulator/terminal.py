"""A pseudo-terminal with a fixed name: what a device node under /dev/serial/by-id is to a cable.

`plug` makes the terminal and the link, `unplug` takes both away, and the bridge sees what it would see of a
pulled cable: its open port fails, the path is gone, and later another terminal stands under the same name.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

STEP_S = 0.02
TAKEN_S_MAX = 2.0
ARRIVAL_S = 0.03


class Terminal:
    """Runs a device's `step` in a thread while plugged in; all writing happens under one lock."""

    def __init__(self, link: Path, step: Callable[[bytes], bytes]) -> None:
        self.link = link
        self._step = step
        self._lock = threading.Lock()
        self._ends: tuple[int, int] | None = None
        self._thread: threading.Thread | None = None
        self._pulled = threading.Event()

    def plug(self) -> None:
        """Make the terminal and its name; nothing happens when it is there already."""
        if self._ends is not None:
            return
        near, far = os.openpty()
        tty.setraw(far)
        os.set_blocking(near, False)
        self._ends = (near, far)
        self._pulled = threading.Event()
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(far))
        os.replace(fresh, self.link)
        self._thread = threading.Thread(target=self._run, args=(near, self._pulled), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the cable."""
        if self._ends is None or self._thread is None:
            return
        self._pulled.set()
        self._thread.join()
        self.link.unlink(missing_ok=True)
        with self._lock:
            near, far = self._ends
            self._ends = None
            os.close(far)
            os.close(near)

    def send(self, data: bytes) -> bool:
        """Write and wait until the other side has read it; False, and taken back, when nobody reads.

        This is what a scanner with host handshake does: it beeps good only when the host took the code.
        """
        with self._lock:
            if self._ends is None:
                return False
            near, far = self._ends
            self._write(near, data)
            if _is_read(far):
                return True
            termios.tcflush(far, termios.TCIFLUSH)
            return False

    def _run(self, near: int, pulled: threading.Event) -> None:
        """Hand what comes in to the device and send back what it says."""
        while not pulled.is_set():
            ready, _, _ = select.select([near], [], [], STEP_S)
            try:
                came = os.read(near, 4096) if ready else b""
            except OSError:
                came = b""
            said = self._step(came)
            if said:
                with self._lock:
                    self._write(near, said)

    def _write(self, near: int, data: bytes) -> None:
        """Write what fits; a terminal nobody reads is full one day, and a real device does not wait either."""
        try:
            os.write(near, data)
        except OSError:
            return


def _is_read(far: int) -> bool:
    """Whether the bridge reads what was just written.

    The kernel hands the bytes over a moment later, so "nothing waits" counts once something has waited, or when
    it stays so for ARRIVAL_S: then they came and went between two looks.
    """
    began = time.monotonic()
    has_waited = False
    while (now := time.monotonic()) - began < TAKEN_S_MAX:
        waits = _unread(far) > 0
        has_waited = has_waited or waits
        if not waits and (has_waited or now - began >= ARRIVAL_S):
            return True
        time.sleep(0.002)
    return False


def _unread(far: int) -> int:
    """Bytes waiting to be read by the bridge."""
    (count,) = struct.unpack("i", fcntl.ioctl(far, termios.FIONREAD, b"\0" * 4))
    return int(count)
