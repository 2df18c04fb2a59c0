"""A store whose fridge had a bad night: a real node with readings of a day, one excursion, milk that it holds.

The readings are stored as the intake stores them, while the node is down; when it starts again it tells its day-book.
"""

from __future__ import annotations

import time
from pathlib import Path

from edge.intake.fold import Message, ingest
from edge.intake.rules import Rules, assigned
from edge.intake.telemetry import Telemetry
from shared.sensing.reading import Data, Reading, encode, topic_up
from tests.support.edge_node import STORE, EdgeNode

MINUTE_MS = 60_000
SHANGHAI_MINUTES = 8 * 60


def _minute_of_day(hours_ago: int) -> int:
    """Of the store's clock, so many hours ago."""
    return (time.time_ns() // (MINUTE_MS * 1_000_000) + SHANGHAI_MINUTES - hours_ago * 60) % 1440


# It defrosts away from its warm hour, whatever the time is: what happens while it defrosts is no excursion.
DEFROSTS = f"{_minute_of_day(18)} {_minute_of_day(6)}"
SENSOR = {
    "store": STORE, "place": "fridge-1", "quantity": "temperature", "has_high": 1, "high": 8_000_000,
    "has_low": 1, "low": 0, "hysteresis": 500_000, "raise_after_s": 1800, "clear_after_s": 300,
    "offline_after_s": 900, "defrost_starts": DEFROSTS, "defrost_minutes": 30, "has_masked": 1,
    "masked_up_to": 12_000_000, "cal_due": "2020-01-31", "battery_min": 15, "escalate_after_s": 900,
}  # fmt: skip
ROWS = [("sensor", ["probe-1"], SENSOR)]


def celsius(minutes_ago: int) -> str:
    """Four degrees with a ripple; from 180 to 120 minutes ago up to 10.5."""
    if 120 < minutes_ago <= 180:
        return f"{9 + min(180 - minutes_ago, minutes_ago - 120) / 20:.2f}"
    return f"{4 + (minutes_ago // 7 % 5) * 0.15:.2f}"


def readings(now_ms: int) -> list[Reading]:
    """A reading every two minutes for a day, and one of the battery."""
    told = [
        (now_ms - minutes * MINUTE_MS, "temperature", celsius(minutes), "Cel")
        for minutes in range(24 * 60, 0, -2)
    ]
    told.append((now_ms, "battery", "9", "%"))
    return [
        Reading(
            seq=seq, kind="sensor", device="probe-1", quantity=quantity, value=value, unit=unit,
            ts_ms=at_ms, ts_bridge_ms=at_ms,
        )
        for seq, (at_ms, quantity, value, unit) in enumerate(told, 1)
    ]  # fmt: skip


def have_a_warm_night(node: EdgeNode) -> None:
    """`node` runs and knows the sensor (`rows=ROWS`); afterwards it runs again and has told what happened."""
    manager = node.sign_in("store_manager")
    milk = {"sku": "milk", "qty": "12", "lot": "L1", "expiry": "2099-01-01", "place": "fridge-1"}
    assert manager.ask("stock.receive", {"supplier": "farm", "lines": [milk]})["state"] == "accepted"
    node.stop()
    _store(node.folder)
    node.start()


def _store(folder: Path) -> None:
    now_ms = time.time_ns() // 1_000_000
    telemetry = Telemetry(folder / "telemetry.db")
    rules = Rules([assigned({"sensor": "probe-1", **SENSOR}, "Asia/Shanghai")])
    for reading in readings(now_ms):
        message = Data(bridge="b1", epoch="A", after=reading.seq - 1, readings=(reading,))
        topic = topic_up(STORE, "b1", "data")
        ingest(telemetry, STORE, rules, [Message(topic, encode(message))], reading.ts_ms or now_ms)
    telemetry.close()
