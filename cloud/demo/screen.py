"""A till's screen: listens to what its node tells live, so that a scan or weight can be waited for."""

from __future__ import annotations

import queue
import threading
import time
from typing import Any

import httpx

from cloud.demo.wire import Person, Refused


class Screen:
    """One open page. `wait_for` answers the next event of a kind that fits, or None when none came in time."""

    def __init__(self, person: Person, stopping: threading.Event) -> None:
        self._person = person
        self._stopping = stopping
        self._events: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue(1000)
        self.is_open = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="screen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def forget(self) -> None:
        """Whatever came until now was for somebody else."""
        while not self._events.empty():
            self._events.get_nowait()

    def wait_for(self, name: str, within_s: float, **fitting: object) -> dict[str, Any] | None:
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0 and not self._stopping.is_set():
            try:
                told, data = self._events.get(timeout=min(left, 0.5))
            except queue.Empty:
                continue
            if told == name and all(data.get(key) == value for key, value in fitting.items()):
                return data
        return None

    def _listen(self) -> None:
        """Open the page, and open it again when the node went away."""
        while not self._stopping.is_set():
            try:
                for name, data in self._person.live():
                    self.is_open.set()
                    if name in ("scan", "weight") and not self._events.full():
                        self._events.put((name, data))
                    if self._stopping.is_set():
                        return
            except (httpx.HTTPError, Refused, ValueError):
                self.is_open.clear()
            self._stopping.wait(0.5)
