"""The last step before a sensor's value is kept: calibration, and the question whether it can be believed.

Every way in (MQTT, Modbus, Bluetooth) passes here, so a limit or a calibration is written once for a sensor,
however it speaks. What is remembered is one line per configured sensor, in memory: after a restart the first sample
is believed, as the very first one was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import msgspec

from firmware_bridge.quality import Seen, SensorSetup, calibrated, judge
from shared.sensing.reading import HISTORICAL, Reading


class SensorDesk:
    """`settle` readings; may be called from the thread of any transport."""

    def __init__(self, setups: Iterable[SensorSetup]) -> None:
        self._setups = {(setup.device, setup.sub, setup.quantity): setup for setup in setups}
        self._seen: dict[tuple[str, str | None, str], Seen | None] = {}
        self._lock = threading.Lock()

    def settle(self, readings: Iterable[Reading]) -> list[Reading]:
        """The readings as they are kept."""
        with self._lock:
            return [self._settled(reading) for reading in readings]

    def _settled(self, reading: Reading) -> Reading:
        """One reading; only good numbers of configured sensors are touched."""
        setup = self._setups.get((reading.device, reading.sub, reading.quantity)) or self._setups.get(
            (reading.device, None, reading.quantity)
        )
        if setup is None or reading.kind != "sensor" or reading.quality != "good" or reading.value is None:
            return reading
        try:
            value = calibrated(setup, Decimal(reading.value))
        except InvalidOperation:
            return reading
        settled = msgspec.structs.replace(
            reading, value=format(value, "f"), cal_id=setup.cal_id or reading.cal_id
        )
        at_ms = _when(reading)
        if HISTORICAL in reading.detail:
            return settled
        key = (reading.device, reading.sub, reading.quantity)
        judged = judge(setup, self._seen.get(key), value, at_ms)
        self._seen[key] = judged.seen
        if judged.doubt is None:
            return settled
        return msgspec.structs.replace(
            settled, quality=judged.quality, detail={**settled.detail, "doubt": judged.doubt}
        )


def _when(reading: Reading) -> int:
    """The sensor's own clock if it has one, else the bridge's, else the one that only counts."""
    if reading.ts_ms is not None:
        return reading.ts_ms
    return reading.monotonic_ms if reading.ts_bridge_ms is None else reading.ts_bridge_ms
