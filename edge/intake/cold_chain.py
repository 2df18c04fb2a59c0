"""Keeps every assigned sensor's alarm in `telemetry.db` and turns what it says into ledger commands.

State and the commands it owes are written in the transaction of the samples that moved it. Samples that come
too late for the live alarm (older than the last one, or than a day) are told as history: the stored samples
around them are run through the same machine again, and an excursion nobody knew of is recorded. One that
ended waiting within the last day still blocks its goods; older ones are marked `backfilled` and block nothing.
"""

from __future__ import annotations

import msgspec

from edge.intake.ids import excursion_id, op_id
from edge.intake.moments import is_backfill
from edge.intake.pending import owe
from edge.intake.rules import AssignedSensor
from edge.intake.windows import FIVE_MINUTES_S, HOUR_S
from edge.ledger import dbapi
from edge.ledger.live import LiveEvent
from shared.sensing.alarm import (
    AlarmEvent,
    AlarmState,
    Cleared,
    Heard,
    Raised,
    Rule,
    Side,
    Silence,
    sample,
    watch,
)
from shared.sensing.commands import BeginExcursion, EndExcursion, ReportHeard, ReportSilence
from shared.sensing.masks import Door, DoorSeen
from shared.sensing.rollups import Outside, outside

_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(AlarmState).decode


def watch_over(db: dbapi.Connection, sensors: list[AssignedSensor], now_ms: int) -> None:
    """Silence counts from here for a sensor that has just been assigned."""
    db.executemany(
        "INSERT INTO alarm VALUES (?,?) ON CONFLICT (sensor) DO NOTHING",
        [(sensor.sensor, _ENCODE(AlarmState(last_ms=now_ms))) for sensor in sensors],
    )


def state_of(db: dbapi.Connection, sensor: str) -> AlarmState | None:
    row = db.execute("SELECT state FROM alarm WHERE sensor = ?", (sensor,)).fetchone()
    return None if row is None else _DECODE(row[0])


def _keep(db: dbapi.Connection, sensor: str, state: AlarmState) -> None:
    db.execute(
        "INSERT INTO alarm VALUES (?,?) ON CONFLICT (sensor) DO UPDATE SET state = excluded.state",
        (sensor, _ENCODE(state)),
    )


class Alarms:
    """The alarms' states during one batch: each read once, and written once at its end."""

    def __init__(self, db: dbapi.Connection) -> None:
        self._db = db
        self._states: dict[str, AlarmState | None] = {}
        self._moved: dict[str, AlarmState] = {}

    def of(self, sensor: str) -> AlarmState | None:
        if sensor not in self._states:
            self._states[sensor] = state_of(self._db, sensor)
        return self._states[sensor]

    def keep(self, sensor: str, state: AlarmState) -> None:
        self._states[sensor] = self._moved[sensor] = state

    def flush(self) -> None:
        for sensor, state in self._moved.items():
            _keep(self._db, sensor, state)
        self._moved = {}


def take(
    db: dbapi.Connection, alarms: Alarms, sensor: AssignedSensor, at_ms: int, value: int, now_ms: int
) -> list[LiveEvent] | None:
    """A good sample for the live alarm; None when it is older than the last one and therefore history."""
    before = alarms.of(sensor.sensor)
    # A sensor assigned a moment ago may speak of a moment before that: it is the first sample all the same.
    if before is None or (before.last_ms > at_ms and not _has_spoken(db, sensor)):
        before = AlarmState(last_ms=at_ms)
    if at_ms < before.last_ms:
        return None
    masked = is_masked(db, sensor, at_ms, value)
    after, events = sample(sensor.rule, before, at_ms, value, masked=masked)
    alarms.keep(sensor.sensor, after)
    return _owed(db, sensor, events, now_ms) if events else []


def _has_spoken(db: dbapi.Connection, sensor: AssignedSensor) -> bool:
    """Whether a good sample of it lies in the file (this very one is stored after the alarm has seen it)."""
    return (
        db.execute(
            "SELECT 1 FROM sample JOIN series ON id = series WHERE sensor = ? AND quantity = ? "
            "AND sample.quality = 'good' LIMIT 1",
            (sensor.sensor, sensor.quantity),
        ).fetchone()
        is not None
    )


def look(
    db: dbapi.Connection, sensors: list[AssignedSensor], now_ms: int, *, listening: bool
) -> list[LiveEvent]:
    """What time alone has brought. While we do not listen, only silence does: what we miss may be contrary."""
    told: list[LiveEvent] = []
    for sensor in sensors:
        before = state_of(db, sensor.sensor)
        if before is None or not (listening or now_ms - before.last_ms >= sensor.rule.offline_after_ms):
            continue
        after, events = watch(sensor.rule, before, now_ms)
        if after != before:
            _keep(db, sensor.sensor, after)
            told += _owed(db, sensor, events, now_ms)
    return told


def _owed(
    db: dbapi.Connection, sensor: AssignedSensor, events: list[AlarmEvent], now_ms: int
) -> list[LiveEvent]:
    """Each event as the command it makes necessary, and as a line for open screens."""
    told = []
    for event in events:
        match event:
            case Raised():
                _begin(db, sensor, event, now_ms)
            case Cleared():
                _end(db, sensor, event, now_ms)
            case Silence():
                owe(
                    db,
                    op_id(event.at_ms, "silence", sensor.sensor, event.last_ms),
                    ReportSilence(sensor=sensor.sensor, place=sensor.place, last_heard_ms=event.last_ms),
                    event.at_ms,
                    now_ms,
                )
            case Heard():
                owe(
                    db,
                    op_id(event.at_ms, "heard", sensor.sensor, event.at_ms),
                    ReportHeard(sensor=sensor.sensor, place=sensor.place, heard_ms=event.at_ms),
                    event.at_ms,
                    now_ms,
                )
        told.append(
            LiveEvent(
                "excursion",
                {
                    "sensor": sensor.sensor,
                    "place": sensor.place,
                    "what": _WORDS[type(event)],
                    "at": event.at_ms,
                },
            )
        )
    return told


_WORDS: dict[type[AlarmEvent], str] = {
    Raised: "began",
    Cleared: "ended",
    Silence: "silent",
    Heard: "heard",
}


def _begin(db: dbapi.Connection, sensor: AssignedSensor, raised: Raised, now_ms: int) -> None:
    excursion = excursion_id(sensor.sensor, raised.side, raised.began_ms)
    backfilled = is_backfill(raised.at_ms, now_ms)
    db.execute(
        "INSERT INTO excursion VALUES (?,?,?,?,NULL,?) ON CONFLICT (excursion) DO NOTHING",
        (excursion, sensor.sensor, raised.side, raised.began_ms, int(backfilled)),
    )
    owe(
        db,
        op_id(raised.at_ms, "begin", excursion),
        BeginExcursion(
            excursion=excursion,
            sensor=sensor.sensor,
            place=sensor.place,
            quantity=sensor.quantity,
            began_ms=raised.began_ms,
            limit=raised.limit,
            value=raised.value,
            backfilled=backfilled,
        ),
        raised.at_ms,
        now_ms,
    )


def _end(db: dbapi.Connection, sensor: AssignedSensor, cleared: Cleared, now_ms: int) -> None:
    excursion = excursion_id(sensor.sensor, cleared.side, cleared.began_ms)
    db.execute("UPDATE excursion SET ended_ms = ? WHERE excursion = ?", (cleared.at_ms, excursion))
    owe(
        db,
        op_id(cleared.at_ms, "end", excursion),
        EndExcursion(excursion=excursion, ended_ms=cleared.at_ms, peak=cleared.peak),
        cleared.at_ms,
        now_ms,
    )


class _Told(msgspec.Struct, frozen=True):
    """Stored samples run through the machine: each excursion with its end, and the state where they stop."""

    excursions: list[tuple[Raised, Cleared | None]]
    state: AlarmState | None
    to_the_end: bool


def _retell(
    db: dbapi.Connection, sensor: AssignedSensor, from_ms: int, to_ms: int, settled_ms: int | None = None
) -> _Told:
    """From a while before the first late sample, until after the last one nothing is open or waited for.

    `settled_ms`: until then nothing more is expected, so the clock may end what the last samples left open.
    """
    rule = sensor.rule
    reach_ms = rule.raise_after_ms + rule.clear_after_ms + rule.offline_after_ms
    state: AlarmState | None = None
    excursions: list[tuple[Raised, Cleared | None]] = []
    for at_ms, value in db.execute(
        "SELECT at_ms, value FROM sample JOIN series ON id = series WHERE sensor = ? AND quantity = ? "
        "AND quality = 'good' AND value IS NOT NULL AND at_ms >= ? ORDER BY at_ms, sample.rowid",
        (sensor.sensor, sensor.quantity, from_ms - reach_ms),
    ).fetchall():
        state = state or AlarmState(last_ms=at_ms)
        if at_ms > to_ms + reach_ms and state == AlarmState(last_ms=state.last_ms):
            return _Told(excursions, state, to_the_end=False)
        masked = is_masked(db, sensor, at_ms, value)
        state, events = sample(rule, state, at_ms, value, masked=masked)
        _enter(excursions, events)
    if state is not None and settled_ms is not None:
        state, events = watch(rule, state, settled_ms)
        _enter(excursions, [event for event in events if isinstance(event, Cleared)])
    return _Told(excursions, state, to_the_end=True)


def _enter(excursions: list[tuple[Raised, Cleared | None]], events: list[AlarmEvent]) -> None:
    """Add what began, and to what began its end."""
    for event in events:
        if isinstance(event, Raised):
            excursions.append((event, None))
        elif isinstance(event, Cleared):
            for place, (raised, _) in enumerate(excursions):
                if (raised.side, raised.began_ms) == (event.side, event.began_ms):
                    excursions[place] = (raised, event)


def revise(db: dbapi.Connection, sensor: AssignedSensor, from_ms: int, to_ms: int, now_ms: int) -> None:
    """Late samples between these moments were stored: tell what they change."""
    told = _retell(db, sensor, from_ms, to_ms)
    live = state_of(db, sensor.sensor)
    for raised, cleared in told.excursions:
        if not _is_known(db, sensor, raised, cleared):
            _begin(db, sensor, raised, now_ms)
            if cleared:
                _end(db, sensor, cleared, now_ms)
    for side, began_ms in _open_stories(db, sensor, live):
        _end_story(db, sensor, side, began_ms, told, now_ms)
    if (
        told.to_the_end
        and told.state is not None
        and live is not None
        and not live.raised
        and not is_backfill(told.state.last_ms, now_ms)
        and not any(
            cleared is None and is_backfill(raised.at_ms, now_ms) for raised, cleared in told.excursions
        )
    ):
        # The late samples reach into the present: what is waited for, or open, began earlier than we thought.
        _keep(
            db,
            sensor.sensor,
            msgspec.structs.replace(
                told.state, last_ms=max(told.state.last_ms, live.last_ms), silent=live.silent
            ),
        )


def _is_known(db: dbapi.Connection, sensor: AssignedSensor, raised: Raised, cleared: Cleared | None) -> bool:
    """Whether an excursion of this side is on record that overlaps this one."""
    until_ms = raised.at_ms if cleared is None else cleared.at_ms
    return (
        db.execute(
            "SELECT 1 FROM excursion WHERE sensor = ? AND side = ? AND began_ms <= ? "
            "AND (ended_ms IS NULL OR ended_ms >= ?) LIMIT 1",
            (sensor.sensor, raised.side, until_ms, raised.began_ms),
        ).fetchone()
        is not None
    )


def end_old_stories(db: dbapi.Connection, sensors: list[AssignedSensor], now_ms: int) -> None:
    """Excursions found in history whose end lies in later samples, or in nothing contrary having come."""
    for sensor in sensors:
        for side, began_ms in _open_stories(db, sensor, state_of(db, sensor.sensor)):
            told = _retell(db, sensor, began_ms, began_ms, settled_ms=now_ms)
            _end_story(db, sensor, side, began_ms, told, now_ms)


def _open_stories(
    db: dbapi.Connection, sensor: AssignedSensor, live: AlarmState | None
) -> list[tuple[Side, int]]:
    """Excursions on record without an end, but for those that the live alarm will end itself."""
    return [
        (side, began_ms)
        for side, began_ms in db.execute(
            "SELECT side, began_ms FROM excursion WHERE sensor = ? AND ended_ms IS NULL", (sensor.sensor,)
        ).fetchall()
        if live is None or not live.side(side).raised or live.side(side).began_ms != began_ms
    ]


def _end_story(
    db: dbapi.Connection, sensor: AssignedSensor, side: Side, began_ms: int, told: _Told, now_ms: int
) -> None:
    """The beginning on record may be a little later than what is known now; its end is the same."""
    for raised, cleared in told.excursions:
        if cleared and raised.side == side and raised.began_ms <= began_ms <= cleared.at_ms:
            _end(db, sensor, msgspec.structs.replace(cleared, began_ms=began_ms), now_ms)


def is_masked(db: dbapi.Connection, sensor: AssignedSensor, at_ms: int, value: int) -> bool:
    """Whether defrosting or an open door excuses what was measured then."""
    mask = sensor.mask
    if mask is None:
        return False
    return mask.excuses(at_ms, value) or (
        mask.door is not None and mask.excuses(at_ms, value, door_seen(db, mask.door, at_ms, at_ms))
    )


def door_seen(db: dbapi.Connection, door: Door, from_ms: int, to_ms: int) -> list[DoorSeen]:
    """What a door's sensor said that can matter between these moments, and the last word before."""
    reach_ms = from_ms - max(door.open_ms, door.after_ms)
    rows = db.execute(
        "SELECT at_ms, value FROM sample JOIN series ON id = series WHERE sensor = ?1 "
        "AND quantity = 'door_open' AND quality = 'good' AND value IS NOT NULL AND at_ms <= ?3 "
        "AND at_ms >= coalesce((SELECT max(at_ms) FROM sample JOIN series ON id = series WHERE sensor = ?1 "
        "AND quantity = 'door_open' AND quality = 'good' AND at_ms < ?2), ?2) ORDER BY at_ms, sample.rowid",
        (door.sensor, reach_ms, to_ms),
    ).fetchall()
    return [DoorSeen(at_ms, value != 0) for at_ms, value in rows]


def recount(db: dbapi.Connection, sensor: AssignedSensor, from_ms: int, to_ms: int) -> None:
    """Late samples between these moments were stored: for how long the limits were left, counted anew."""
    rule, hour_ms = sensor.rule, HOUR_S * 1000
    first = from_ms - rule.offline_after_ms
    first -= first % hour_ms
    last = to_ms + rule.offline_after_ms
    last += hour_ms - last % hour_ms
    known = db.execute(
        "SELECT id, good_ms, good_value FROM series WHERE sensor = ? AND quantity = ?",
        (sensor.sensor, sensor.quantity),
    ).fetchone()
    if known is None:
        return
    series, good_ms, good_value = known
    samples: list[tuple[int, int]] = db.execute(
        "SELECT at_ms, value FROM sample WHERE series = ? AND quality = 'good' AND value IS NOT NULL "
        "AND at_ms BETWEEN ? AND ? ORDER BY at_ms, rowid",
        (series, first - rule.offline_after_ms, last + rule.offline_after_ms),
    ).fetchall()
    if good_ms is not None and samples and samples[-1][0] < good_ms:
        samples.append((good_ms, good_value))
    for seconds in (FIVE_MINUTES_S, HOUR_S):
        found = outside(rule, samples, seconds)
        for start_ms, above_ms, below_ms in db.execute(
            "SELECT start_ms, above_ms, below_ms FROM span WHERE series = ? AND seconds = ? "
            "AND start_ms >= ? AND start_ms < ?",
            (series, seconds, first, last),
        ).fetchall():
            window = found.get(start_ms, Outside())
            if (window.above_ms, window.below_ms) != (above_ms, below_ms):
                db.execute(
                    "UPDATE span SET above_ms = ?, below_ms = ?, told = -1 "
                    "WHERE series = ? AND seconds = ? AND start_ms = ?",
                    (window.above_ms, window.below_ms, series, seconds, start_ms),
                )


def tells_apart(sensor: AssignedSensor, one: int, other: int) -> bool:
    """Whether two values mean different things to the alarm, however close they are."""
    beyond = sensor.mask is not None and (one > sensor.mask.limit) != (other > sensor.mask.limit)
    return beyond or _meaning(sensor.rule, one) != _meaning(sensor.rule, other)


def _meaning(rule: Rule, value: int) -> tuple[bool, ...]:
    high, low = rule.high, rule.low
    return (
        high is not None and value > high,
        high is not None and value <= high - rule.hysteresis,
        low is not None and value < low,
        low is not None and value >= low + rule.hysteresis,
    )
