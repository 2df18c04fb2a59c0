"""A process beside the demo that outlives it by a moment: it ends the children of a demo that was killed.

Who is killed with SIGKILL can stop nobody. So the demo holds one end of a pipe and the guard reads the other: however
the demo ends, the kernel closes its end, and the guard asks every child that still runs to stop, kindly and then
firmly. It is one for all of them because the broker is a program that watches no pipe, and because Linux's own
parent-death signal fires when the *thread* ends that started a child, which the demo's threads do.

A child is held by its pidfd, so that a number the kernel has given to somebody else meanwhile is never signalled.
Run as `python guard.py GRACE_S`, on the standard library alone: it is there in milliseconds and takes 10 MB.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress


class Guard:
    """The demo's side: `watch` every child that is started, `dismiss` when they have been stopped."""

    def __init__(self, grace_s: float) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__, str(grace_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def watch(self, pid: int) -> None:
        """From any thread. If somebody has killed the guard, the demo goes on without one."""
        assert self._process.stdin
        with self._lock, suppress(BrokenPipeError):
            self._process.stdin.write(b"%d\n" % pid)
            self._process.stdin.flush()

    def dismiss(self) -> None:
        with suppress(BrokenPipeError):
            self._process.communicate()


def main(grace_s: float) -> None:
    """Hold every child that is told; when nothing more is told, end those that still run."""
    held: list[int] = []
    for line in sys.stdin:
        held = running(held)
        with suppress(ProcessLookupError):
            held.append(os.pidfd_open(int(line)))
    for number, patience_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, grace_s)):
        held = running(held)
        for child in held:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(child, number)
        until = time.monotonic() + patience_s
        while held and time.monotonic() < until:
            held = running(held, until - time.monotonic())


def running(held: list[int], within_s: float = 0.0) -> list[int]:
    """Those of them that have not ended, at the latest after so long or when one more ends."""
    watch = select.poll()
    for child in held:
        watch.register(child, select.POLLIN)
    ended = {child for child, _ in watch.poll(within_s * 1000)} if held else set()
    for child in ended:
        os.close(child)
    return [child for child in held if child not in ended]


if __name__ == "__main__":
    main(float(sys.argv[1]))
