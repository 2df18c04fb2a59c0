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
    """`begin` work, and fetch its `result` before the next begins; the bell rings until then."""

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[tuple[Callable[[], Done], Future[Done]] | None] = SimpleQueue()
        self._bell, self._hammer = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Everything that was begun has been fetched."""
        self._asked.put(None)
        self._thread.join()
        self._bell.close()
        self._hammer.close()

    def begin(self, work: Callable[[], Done]) -> Future[Done]:
        future: Future[Done] = Future()
        self._asked.put((work, future))
        return future

    def result(self, future: Future[Done]) -> Done:
        """What the work came to, or what it raised; waits where it is not over, and takes its ring away."""
        try:
            return future.result()
        finally:
            self._bell.recv(1)

    def fileno(self) -> int:
        return self._bell.fileno()

    def _run(self) -> None:
        # Ring first: whoever has the result can be sure that there is a ring to take away.
        while asked := self._asked.get():
            work, future = asked
            try:
                done = work()
            except BaseException as error:  # whoever asked is told, and decides
                self._hammer.send(b"!")
                future.set_exception(error)
            else:
                self._hammer.send(b"!")
                future.set_result(done)
