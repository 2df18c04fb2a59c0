"""An event loop in which waiting costs nothing: time jumps to the next thing that is due.

Everything that waits in the edge's sync (backoffs, heartbeats, polls) waits on its event loop, so the real code
runs under it unchanged. One thread, no sockets, timers in the order they were set: the same seed gives the same
run, event by event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

pass_s = asyncio.sleep
"""Let so many virtual seconds pass; on this loop nobody really waits."""


class Stalled(Exception):
    """Nothing is due and nothing ever will be: somebody waits for what cannot come."""


class _NoSockets:
    """What stands in for the selector: it hears nobody, and turns waiting into a jump of the clock."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stalled
        if timeout > 0:
            self._loop.now_s += timeout
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """Run it like any loop; `now_s` is the virtual time in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self._selector = _NoSockets(self)

    def time(self) -> float:
        return self.now_s

    def run_in_executor(  # type: ignore[override]  # its own type variables are not ours to name
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """No second thread, so no race: the work is done on the spot."""
        done: asyncio.Future[Any] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""
