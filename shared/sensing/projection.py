"""Cold chain as rows: sensors, their windows, their state and every excursion."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import BOTH, Change, Recorded, Table, Where, changed, number, text
from shared.sensing.events import (
    ExcursionAcknowledged,
    ExcursionBegan,
    ExcursionEnded,
    ExcursionEscalated,
    ReadingsRolledUp,
    SecondsOutside,
    SensorAssigned,
    SensorConditionChanged,
    SensorFellSilent,
    SensorHeardAgain,
)

SENSOR = Table(
    "sensor",
    (text("sensor"),),
    (
        text("store"),
        text("place"),
        text("quantity"),
        number("has_high"),
        number("high"),
        number("has_low"),
        number("low"),
        number("hysteresis"),
        number("raise_after_s"),
        number("clear_after_s"),
        number("offline_after_s"),
        text("defrost_starts"),
        number("defrost_minutes"),
        text("door"),
        number("door_open_s"),
        number("door_after_s"),
        number("has_masked"),
        number("masked_up_to"),
        text("cal_due"),
        number("battery_min"),
        number("escalate_after_s"),
    ),
    keeper="cloud",
    scope="store",
)
READING_WINDOW = Table(
    "reading_window",
    (text("sensor"), number("start_ms")),
    (
        text("place"),
        text("quantity"),
        text("unit"),
        number("seconds"),
        number("count"),
        number("lowest"),
        number("highest"),
        number("mean"),
        number("last"),
        number("seconds_above"),
        number("seconds_below"),
    ),
    group=2,
)
SENSOR_STATE = Table("sensor_state", (text("sensor"),), (text("place"), text("state"), number("since_ms")))
EXCURSION = Table(
    "excursion",
    (text("excursion"),),
    (
        text("sensor"),
        text("place"),
        text("quantity"),
        number("began_ms"),
        number("ended_ms"),
        number("limit_value"),
        number("peak"),
        text("state"),
        number("backfilled"),
        text("action"),
        text("acknowledged_by"),
        number("acknowledged_ms"),
        number("raised_ms"),
        number("level"),
    ),
    indexes=(("place",),),
)
EXCURSION_NOTE = Table(
    "excursion_note",
    (text("excursion"), number("at_ms"), text("what")),
    (text("by"), text("action"), text("note"), number("level")),
)
"""All that was said and done about an excursion, in its order: the record keeps what a later word replaces."""
SENSOR_CONDITION = Table(
    "sensor_condition",
    (text("sensor"), text("condition")),
    (text("place"), number("present"), number("since_ms")),
)


class Sensors:
    """Which sensor watches what; kept by the cloud."""

    name = "sensors"
    version = 2
    tables = (SENSOR,)
    facts = (SensorAssigned,)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        assert isinstance(fact, SensorAssigned)
        yield changed(
            SENSOR,
            (fact.sensor,),
            put={
                "store": fact.store,
                "place": fact.place,
                "quantity": fact.quantity,
                "has_high": int(fact.high is not None),
                "high": fact.high or 0,
                "has_low": int(fact.low is not None),
                "low": fact.low or 0,
                "hysteresis": fact.hysteresis,
                "raise_after_s": fact.raise_after_s,
                "clear_after_s": fact.clear_after_s,
                "offline_after_s": fact.offline_after_s,
                "defrost_starts": " ".join(map(str, fact.defrost_starts)),
                "defrost_minutes": fact.defrost_minutes,
                "door": fact.door,
                "door_open_s": fact.door_open_s,
                "door_after_s": fact.door_after_s,
                "has_masked": int(fact.masked_up_to is not None),
                "masked_up_to": fact.masked_up_to or 0,
                "cal_due": "" if fact.cal_due is None else fact.cal_due.isoformat(),
                "battery_min": fact.battery_min,
                "escalate_after_s": fact.escalate_after_s,
            },
        )


class ColdChain:
    """Windows, states and excursions as the store's node reported them."""

    name = "cold_chain"
    version = 2
    tables = (READING_WINDOW, SENSOR_STATE, EXCURSION, EXCURSION_NOTE, SENSOR_CONDITION)
    facts = (
        ReadingsRolledUp,
        ExcursionBegan,
        ExcursionEnded,
        ExcursionAcknowledged,
        ExcursionEscalated,
        SensorConditionChanged,
        SensorFellSilent,
        SensorHeardAgain,
    )
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        match fact:
            case ReadingsRolledUp():
                outside = fact.outside or (SecondsOutside(0, 0),) * len(fact.windows)
                for window, left in zip(fact.windows, outside, strict=True):
                    yield changed(
                        READING_WINDOW,
                        (fact.sensor, window.start_ms),
                        put={
                            "place": fact.place,
                            "quantity": fact.quantity,
                            "unit": fact.unit,
                            "seconds": window.seconds,
                            "count": window.count,
                            "lowest": window.lowest,
                            "highest": window.highest,
                            "mean": window.mean,
                            "last": window.last,
                            "seconds_above": left.above,
                            "seconds_below": left.below,
                        },
                    )
            case ExcursionBegan():
                yield changed(
                    EXCURSION,
                    (fact.excursion,),
                    put={
                        "sensor": fact.sensor,
                        "place": fact.place,
                        "quantity": fact.quantity,
                        "began_ms": fact.began_ms,
                        "limit_value": fact.limit,
                        "peak": fact.value,
                        "state": "open",
                        "backfilled": int(fact.backfilled),
                        "raised_ms": _moment(recorded),
                    },
                )
            case ExcursionEnded():
                yield changed(
                    EXCURSION,
                    (fact.excursion,),
                    put={"ended_ms": fact.ended_ms, "peak": fact.peak, "state": "ended"},
                )
            case ExcursionAcknowledged():
                at_ms, by = _moment(recorded), recorded.envelope.actor
                yield changed(
                    EXCURSION,
                    (fact.excursion,),
                    put={"action": fact.action, "acknowledged_by": by, "acknowledged_ms": at_ms},
                )
                yield changed(
                    EXCURSION_NOTE,
                    (fact.excursion, at_ms, "acknowledged"),
                    put={"by": by, "action": fact.action, "note": fact.note},
                )
            case ExcursionEscalated():
                at_ms = _moment(recorded)
                yield changed(EXCURSION, (fact.excursion,), put={"level": fact.level})
                yield changed(EXCURSION_NOTE, (fact.excursion, at_ms, "escalated"), put={"level": fact.level})
            case SensorConditionChanged():
                yield changed(
                    SENSOR_CONDITION,
                    (fact.sensor, fact.condition),
                    put={"place": fact.place, "present": int(fact.present), "since_ms": fact.since_ms},
                )
            case SensorFellSilent():
                yield _state(fact.sensor, fact.place, "silent", fact.last_heard_ms)
            case SensorHeardAgain():
                yield _state(fact.sensor, fact.place, "heard", fact.heard_ms)
            case _:
                raise AssertionError(recorded.envelope.kind)


def _moment(recorded: Recorded) -> int:
    """When it happened, as the device that saw it says; else when the node wrote it down."""
    return recorded.envelope.happened_ms or recorded.envelope.wall_ms


def _state(sensor: str, place: str, state: str, since_ms: int) -> Change:
    return changed(SENSOR_STATE, (sensor,), put={"place": place, "state": state, "since_ms": since_ms})


PROJECTIONS = (Sensors(), ColdChain())
