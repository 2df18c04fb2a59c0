"""Messages as a bridge makes them, for tests of the intake: short to write, and the real encoding."""

from typing import Any

from edge.intake.fold import Message
from edge.intake.rules import AssignedSensor
from shared.sensing.alarm import Rule
from shared.sensing.reading import Birth, Data, Death, DeviceBirth, Reading, encode, topic_up

SITE = "s1"
NOW_MS = 1_795_338_000_000  # 2026-11-22 09:00 UTC
MINUTE_MS = 60_000

FRIDGE = AssignedSensor(
    "fridge-1",
    "fridge",
    "temperature",
    Rule(
        high=8_000_000,
        hysteresis=500_000,
        raise_after_ms=30 * MINUTE_MS,
        clear_after_ms=5 * MINUTE_MS,
        offline_after_ms=15 * MINUTE_MS,
    ),
)


def warm(seq: int, ts_ms: int | None, value: str | None, **more: Any) -> Reading:
    """A temperature of the fridge."""
    told = {"device": "fridge-1", "quantity": "temperature", "unit": "Cel", "ts_bridge_ms": ts_ms} | more
    return Reading(seq=seq, kind="sensor", ts_ms=ts_ms, value=value, **told)


def data(*readings: Reading, after: int | None = None, bridge: str = "b1", epoch: str = "A") -> Message:
    """One data message; `after` is the number just before the first reading unless given."""
    before = readings[0].seq - 1 if after is None else after
    told = Data(bridge=bridge, epoch=epoch, after=before, readings=readings)
    return Message(topic_up(SITE, bridge, "data"), encode(told))


def birth(
    first_unacked: int = 1, session: str = "c1", devices: tuple[DeviceBirth, ...] = (), bridge: str = "b1"
) -> Message:
    told = Birth(
        bridge=bridge,
        epoch="A",
        last_seq=max(first_unacked - 1, 0),
        first_unacked=first_unacked,
        started_ms=NOW_MS,
        session=session,
        devices=devices,
    )
    return Message(topic_up(SITE, bridge, "birth"), encode(told))


def death(session: str = "c1", bridge: str = "b1") -> Message:
    return Message(topic_up(SITE, bridge, "death"), encode(Death(bridge=bridge, epoch="A", session=session)))
