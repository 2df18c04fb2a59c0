"""A second thread that runs one piece of work at a time, and a bell for whoever waits in `select` meanwhile.

The intake's loop hands it the COMMIT of a batch and goes on listening to the broker.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Generic, TypeVar

Done = TypeVar("Done")


class Beside(Generic[Done]):
    """`begin` work; its Future is settled before the bell rings."""

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[tuple[Callable[[], Done], Future[Done]] | None] = SimpleQueue()
        self._bell, self._hammer = socket.socketpair()
        self._bell.setblocking(False)
        self._hammer.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What was begun is finished first."""
        self._asked.put(None)
        self._thread.join()
        self._bell.close()
        self._hammer.close()

    def begin(self, work: Callable[[], Done]) -> Future[Done]:
        future: Future[Done] = Future()
        self._asked.put((work, future))
        return future

    def ring(self) -> None:
        """Wake whoever waits; a bell that has not been heard yet rings on."""
        try:
            self._hammer.send(b"!")
        except BlockingIOError:
            return

    def hear(self) -> None:
        """The bell is quiet again."""
        try:
            self._bell.recv(4096)
        except BlockingIOError:
            return

    def fileno(self) -> int:
        return self._bell.fileno()

    def _run(self) -> None:
        while asked := self._asked.get():
            work, future = asked
            try:
                future.set_result(work())
            except BaseException as error:  # whoever asked is told, and decides
                future.set_exception(error)
            self.ring()
