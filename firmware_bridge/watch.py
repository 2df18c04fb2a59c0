"""One device's task: open its port, feed its driver, keep what counts, and come back after every unplugging.

The thread may block on its port and on the disk: a scan that cannot be written yet waits here, unread bytes
wait in the kernel, and nothing is thrown away. While the port is missing the path itself is watched, so a
cable plugged in again works within a second whatever the backoff has grown to.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from firmware_bridge import dbapi
from firmware_bridge.capture import Capture, ucum
from firmware_bridge.clock import Backoff, Clock
from firmware_bridge.config import Device
from firmware_bridge.drivers.frames import Driver, DriverKind, Frame, Line, Scan, Trouble, Weight
from firmware_bridge.outbox import Outbox
from firmware_bridge.readings import Arrival, scan_reading, trouble_reading, weight_reading
from firmware_bridge.steady import Steady
from firmware_bridge.transports.port import Port, PortLost
from shared.sensing.reading import DeviceLive, Reading, Status

log = logging.getLogger(__name__)

PATH_LOOK_S = 0.5
LIVE_EVERY_MS = 200
TROUBLE_EVERY_MS = 10_000
SILENT_MS_MAX = 10_000
RESTS_MAX = 20
STEADY_MS = 5_000
"""A port that held for this long was really there, so the next failure starts the backoff anew."""


class Watch:
    """Call `run` in a thread of its own; it ends when `stopping` is set."""

    def __init__(
        self,
        device: Device,
        kind: DriverKind,
        outbox: Outbox,
        clock: Clock,
        *,
        open_port: Callable[[str, Line], Port],
        is_there: Callable[[str], bool],
        on_live: Callable[[DeviceLive], None],
        on_status: Callable[[str, Status, str], None],
        bridge: str,
        stopping: threading.Event,
    ) -> None:
        self._device = device
        self._kind = kind
        self._outbox = outbox
        self._clock = clock
        self._open_port = open_port
        self._is_there = is_there
        self._on_live = on_live
        self._on_status = on_status
        self._bridge = bridge
        self._stopping = stopping
        self._capture = Capture(
            device.release_below_g(),
            loaded=outbox.is_loaded(device.id),
            speaks_of_news_only=kind.silence_is_normal,
        )
        self._steady = Steady(device.stable_repeats)
        self._shown: tuple[str | None, bool | None, str | None] | None = None
        self._shown_ms = 0
        self._troubled_ms: dict[str, int] = {}

    def run(self) -> None:
        """Open, listen, wait, again."""
        backoff = Backoff()
        while not self._stopping.is_set():
            opened_ms = self._clock.monotonic_ms()
            try:
                port = self._open_port(self._device.port, self._device.port_line(self._kind.line))
            except PortLost as lost:
                there = self._is_there(self._device.port)
                self._on_status(self._device.id, "error" if there else "offline", str(lost))
                self._wait_for_port(backoff.fail())
                continue
            try:
                self._on_status(self._device.id, "online", "")
                self._listen(port)
            except PortLost as lost:
                self._capture.lose()
                self._steady.forget()
                self._on_status(self._device.id, "offline", str(lost))
                if self._clock.monotonic_ms() - opened_ms >= STEADY_MS:
                    backoff.succeed()
                self._wait_for_port(backoff.fail())
            finally:
                port.close()

    def _wait_for_port(self, seconds: float) -> None:
        """Wait out the backoff, or less: a path that was gone and is back ends it."""
        was_there = self._is_there(self._device.port)
        left = seconds
        while left > 0 and not self._clock.wait(self._stopping, min(left, PATH_LOOK_S)):
            left -= PATH_LOOK_S
            is_there = self._is_there(self._device.port)
            if is_there and not was_there:
                return
            was_there = is_there

    def _listen(self, port: Port) -> None:
        """Read until the port is lost or we are to stop."""
        driver = self._kind.make(self._device.options)
        poll = self._kind.poll if self._device.poll is None else self._device.poll.encode()
        poll_ms = self._device.poll_ms or self._kind.poll_ms
        speaks = not self._kind.silence_is_normal and bool(poll or self._kind.greeting)
        heard_ms = greeted_ms = polled_ms = self._clock.monotonic_ms()
        if self._kind.greeting:
            port.write(self._kind.greeting)
        while not self._stopping.is_set():
            now_ms = self._clock.monotonic_ms()
            if poll and now_ms - polled_ms >= poll_ms:
                port.write(poll)
                polled_ms = now_ms
            if self._kind.greeting and now_ms - max(heard_ms, greeted_ms) >= self._kind.quiet_ms_max:
                port.write(self._kind.greeting)
                greeted_ms = now_ms
            data = port.read()
            now_ms = self._clock.monotonic_ms()
            if data:
                heard_ms = now_ms
                self._on_status(self._device.id, "online", "")
                self._heed(driver.feed(data), now_ms)
            elif speaks and now_ms - heard_ms >= SILENT_MS_MAX:
                self._on_status(self._device.id, "error", "silent")
            self._take(self._capture.tick(now_ms))
        self._heed_the_rest(port, driver)

    def _heed_the_rest(self, port: Port, driver: Driver) -> None:
        """What came in while we were told to stop: a scan of that moment must not be lost with the port."""
        for _ in range(RESTS_MAX):
            data = port.read()
            if not data:
                return
            self._heed(driver.feed(data), self._clock.monotonic_ms())

    def _heed(self, frames: Sequence[Frame], now_ms: int) -> None:
        """Keep scans, show weights and take the one that counts, report troubles now and then."""
        for frame in frames:
            match frame:
                case Scan():
                    self._keep([scan_reading(self._device.id, frame, self._arrival())])
                case Weight():
                    weight = self._steady.see(frame) if self._kind.stable_by_repeats else frame
                    self._show(weight, now_ms)
                    self._weigh(weight, now_ms)
                case Trouble():
                    self._report(frame, now_ms)

    def _weigh(self, frame: Weight, now_ms: int) -> None:
        """The capture rule, and remembering that the plate was cleared."""
        was_loaded = self._capture.loaded
        self._take(self._capture.see(frame, now_ms))
        if was_loaded and not self._capture.loaded:
            try:
                self._outbox.set_loaded(self._device.id, False)
            except dbapi.Error as broken:
                log.warning("plate_not_noted %s: %s", self._device.id, broken)

    def _take(self, frame: Weight | None) -> None:
        """Book a captured weight, together with the fact that it still lies there."""
        if frame is not None:
            taken = weight_reading(self._device.id, frame, self._device.cal_id, self._arrival())
            self._keep([taken], {self._device.id: True})

    def _keep(self, readings: list[Reading], loaded: dict[str, bool] | None = None) -> None:
        """Write to the outbox, however long the disk takes to have room again."""
        backoff = Backoff()
        while True:
            try:
                self._outbox.append(readings, loaded)
                return
            except dbapi.Error as broken:
                log.error("reading_not_kept_yet %s: %s", self._device.id, broken)
                self._on_status(self._device.id, "error", f"outbox: {broken}")
            if self._clock.wait(self._stopping, backoff.fail()):
                log.error("reading_lost_at_stop %s", self._device.id)
                return

    def _show(self, frame: Weight, now_ms: int) -> None:
        """Send what the scale shows to the screens: changes at once, the same value now and then."""
        shown = (frame.weight, frame.stable, frame.error)
        if now_ms - self._shown_ms < (LIVE_EVERY_MS if shown != self._shown else 5 * LIVE_EVERY_MS):
            return
        self._shown, self._shown_ms = shown, now_ms
        self._on_live(
            DeviceLive(
                bridge=self._bridge,
                device=self._device.id,
                value=frame.weight,
                unit=frame.unit and ucum(frame.unit),
                stable=frame.stable,
                mode=frame.mode,
                error=frame.error,
                monotonic_ms=now_ms,
            )
        )

    def _report(self, trouble: Trouble, now_ms: int) -> None:
        """Each kind of trouble at most every ten seconds: a crackling cable must not fill the outbox."""
        last_ms = self._troubled_ms.get(trouble.error)
        if last_ms is None or now_ms - last_ms >= TROUBLE_EVERY_MS:
            self._troubled_ms[trouble.error] = now_ms
            log.warning("device_trouble %s %s", self._device.id, trouble.error)
            self._keep([trouble_reading(self._device.id, trouble, self._arrival())])

    def _arrival(self) -> Arrival:
        """Now, on both clocks."""
        return Arrival(self._clock.wall_ms(), self._clock.monotonic_ms())
