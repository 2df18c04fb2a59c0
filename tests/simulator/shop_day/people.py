"""Cashiers at scanners and scales, as people are: they wait for the screen, do it again when it did not take, carry on.

Scanners and scales are pseudo-terminals (`firmware_bridge.simulator`), so a bridge reads real frames at real speed.

    plain          thrown on, pressed down, settles; taken off when it has been taken
    swap           the same, then something is added without clearing: not a second weight
    touch          touched and let go before it settles: nothing
    overload       more than the scale carries, shown and taken off: nothing
    crumb          less than the release threshold: nothing
    pulled_before  the cable is pulled while it settles, and put back: taken once
    pulled_after   the cable is pulled after it was taken, and put back while it still lies there: not again
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from firmware_bridge.simulator import Action, Simulator
from tests.simulator.shop_day.plan import Act, Scan, Unplug, Weigh
from tests.simulator.shop_day.shop_time import ShopTime

SWING_S = 0.15
SETTLED_S = 1.6
"""0.4 s until it stands still, then as long as the slowest rule wants: five frames, one in 0.1 s. The rest is a
machine's lateness."""
CLEARED_S = 1.2
LOOKS_S = 0.25
SHOWN_S = 0.6
"""So long a scan takes at most from the beep to the bridge's disk; a kill within it makes people look again."""
OVERLOAD = "20"


class Presence:
    """Which devices the bridge says it reads; kept by whoever starts and kills it."""

    def __init__(self, is_read: Callable[[str], bool]) -> None:
        self._is_read = is_read
        self._lock = threading.Lock()
        self.kills = 0

    def note_kill(self) -> None:
        with self._lock:
            self.kills += 1

    def is_read(self, device: str) -> bool:
        return self._is_read(device)


class Person:
    """One person at one device, in a thread; `done` is what they did, in their order."""

    def __init__(
        self,
        device: str,
        acts: tuple[Act, ...],
        simulator: Simulator,
        presence: Presence,
        time: ShopTime,
        *,
        is_kept: Callable[[str], bool],
        sold: Callable[[str], None],
    ) -> None:
        self.device = device
        self.done: list[Scan | Weigh] = []
        self.again = 0
        """How often something had to be done once more."""
        self.failed: Exception | None = None
        self._acts, self._simulator, self._presence, self._time = acts, simulator, presence, time
        self._is_kept, self._sold = is_kept, sold
        self._stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, name=device, daemon=True)

    def stop(self) -> None:
        self._stopped.set()
        self.thread.join()

    def _run(self) -> None:
        try:
            for act in self._acts:
                if self._time.wait_until(act.at_ms, self._stopped):
                    return
                match act:
                    case Scan():
                        self._scan(act)
                    case Weigh():
                        self._weigh(act)
                    case Unplug(for_ms=for_ms):
                        self._do("unplug")
                        self._wait(for_ms / 1000 / self._time.pace.times)
                        self._do("plug")
        except Exception as error:  # the rim of a thread: whoever waits for this person must hear of it
            self.failed = error
            raise

    def _scan(self, act: Scan) -> None:
        """Scan until the scanner beeps well; after a crash look at the screen whether it was taken."""
        while not self._stopped.is_set():
            # Whoever scans while a port is being opened beeps into a buffer that the opening empties.
            self._until_it_is_read()
            kills = self._presence.kills
            if not self._do("scan", text=act.text):
                self.again += 1
                self._wait(LOOKS_S)
                continue
            self._wait(SHOWN_S)
            if self._presence.kills == kills or self._was_kept(act.text):
                self.done.append(act)
                self._sold(act.text)
                return
            self.again += 1

    def _was_kept(self, text: str) -> bool:
        """The bridge died at this very moment: once it is back, the screen shows the scan or it does not."""
        self._until_it_is_read()
        return self._is_kept(text.removeprefix("]C1"))

    def _weigh(self, act: Weigh) -> None:
        self._until_it_is_read()
        match act.how:
            case "touch":
                self._put(act.weight)
                self._wait(SWING_S)
            case "overload":
                self._put(OVERLOAD)
                self._wait(SETTLED_S)
            case "crumb":
                self._put("0.011")
                self._wait(SETTLED_S)
            case "pulled_before":
                self._put(act.weight)
                self._wait(SWING_S)
                self._do("unplug")
                self._wait(SETTLED_S)
                self._do("plug")
                self._until_it_was_taken()
            case _:
                self._throw_on(act.weight)
                self._until_it_was_taken()
        if act.how == "swap":
            self._put(act.then)
            self._until_it_was_taken()
        if act.how == "pulled_after":
            self._do("unplug")
            self._wait(LOOKS_S)
            self._do("plug")
            self._until_it_was_taken()
        self.done.append(act)
        self._put("0")
        self._wait(CLEARED_S)
        # The next one comes when the scale shows zero, and somebody sees that it does.
        self._until_it_was_taken()

    def _throw_on(self, weight: str) -> None:
        """Goods land harder than they weigh, and are lifted a little before they lie."""
        for part in ("1.3", "0.6", "1.1"):
            self._put(f"{float(weight) * float(part):.3f}")
            self._wait(SWING_S)
        self._put(weight)

    def _until_it_was_taken(self) -> None:
        """Long enough before eyes that read the screen: a bridge that dies meanwhile begins the wait anew."""
        while not self._stopped.is_set():
            self._until_it_is_read()
            kills = self._presence.kills
            self._wait(SETTLED_S)
            if self._presence.kills == kills and self._presence.is_read(self.device):
                return
            self.again += 1

    def _until_it_is_read(self) -> None:
        while not self._presence.is_read(self.device) and not self._stopped.is_set():
            self._wait(LOOKS_S)

    def _put(self, weight: str) -> None:
        self._do("put", weight=weight)

    def _do(self, what: Any, **more: Any) -> bool:
        return self._simulator.do(Action(do=what, device=self.device, **more))

    def _wait(self, seconds: float) -> None:
        self._stopped.wait(seconds)
