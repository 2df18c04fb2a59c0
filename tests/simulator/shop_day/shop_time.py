"""The shop's time: milliseconds since it opened, at the pace that node and bridge are given too."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from shared.pace import Pace

SHANGHAI = timedelta(hours=8)
"""The store's zone, which knows no summer time."""
DAY_MS = 86_400_000


class ShopTime:
    """Everybody in the simulated shop asks this clock; it is the machine's, at a pace. Opened once all is ready."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.opened_ms = 0

    def open(self) -> int:
        """The day begins with the next full second; the store's midnight before it, since 1970."""
        shown_ms = self.pace.at(time.time_ns() // 1_000_000)
        self.opened_ms = (shown_ms // 1000 + 1) * 1000
        offset_ms = int(SHANGHAI.total_seconds() * 1000)
        return (self.opened_ms + offset_ms) // DAY_MS * DAY_MS - offset_ms

    def now_ms(self) -> int:
        """Since opening; negative before."""
        return self.pace.at(time.time_ns() // 1_000_000) - self.opened_ms

    def machine_s(self) -> float:
        return time.time()

    def machine_s_of(self, at_ms: int) -> float:
        """When the machine's clock shows that moment of the shop."""
        return self.pace.machine_ms(self.opened_ms + at_ms) / 1000

    def wait_until(self, at_ms: int, stopped: threading.Event) -> bool:
        """True when we are to stop before."""
        left_s = self.machine_s_of(at_ms) - time.time()
        return stopped.wait(left_s) if left_s > 0 else stopped.is_set()
