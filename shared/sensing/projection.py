"""Cold chain as rows: sensors, their windows, their state and every excursion."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import BOTH, Change, Recorded, Table, Where, changed, number, text
from shared.sensing.events import (
    ExcursionAcknowledged,
    ExcursionBegan,
    ExcursionEnded,
    ReadingsRolledUp,
    SensorAssigned,
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
    ),
    indexes=(("place",),),
)


class Sensors:
    """Which sensor watches what; kept by the cloud."""

    name = "sensors"
    version = 1
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
            },
        )


class ColdChain:
    """Windows, states and excursions as the store's node reported them."""

    name = "cold_chain"
    version = 1
    tables = (READING_WINDOW, SENSOR_STATE, EXCURSION)
    facts = (
        ReadingsRolledUp,
        ExcursionBegan,
        ExcursionEnded,
        ExcursionAcknowledged,
        SensorFellSilent,
        SensorHeardAgain,
    )
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        match fact:
            case ReadingsRolledUp():
                for window in fact.windows:
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
                    },
                )
            case ExcursionEnded():
                yield changed(
                    EXCURSION,
                    (fact.excursion,),
                    put={"ended_ms": fact.ended_ms, "peak": fact.peak, "state": "ended"},
                )
            case ExcursionAcknowledged():
                yield changed(
                    EXCURSION,
                    (fact.excursion,),
                    put={"action": fact.action, "acknowledged_by": recorded.envelope.actor},
                )
            case SensorFellSilent():
                yield _state(fact.sensor, fact.place, "silent", fact.last_heard_ms)
            case SensorHeardAgain():
                yield _state(fact.sensor, fact.place, "heard", fact.heard_ms)
            case _:
                raise AssertionError(recorded.envelope.kind)


def _state(sensor: str, place: str, state: str, since_ms: int) -> Change:
    return changed(SENSOR_STATE, (sensor,), put={"place": place, "state": state, "since_ms": since_ms})


PROJECTIONS = (Sensors(), ColdChain())
