"""One batch of MQTT messages into `telemetry.db`, in one transaction; the answers are given after its COMMIT.

A message that cannot be understood goes to the quarantine and is acknowledged: left unacknowledged it would
stop all that follow. A reading that is here already is passed over; one with a known name and other content
leaves a line in the diary, and the first stays.
"""

from __future__ import annotations

import hashlib

import msgspec

from edge.intake import cold_chain
from edge.intake.cold_chain import Alarms
from edge.intake.events import GAP, SAME_NAME_OTHER_CONTENT, note
from edge.intake.moments import Moment, is_backfill, moment
from edge.intake.rules import AssignedSensor, Rules, sensor_of
from edge.intake.samples import Sample, SampleBook
from edge.intake.telemetry import Telemetry
from edge.intake.values import micro_of
from edge.intake.windows import RAW_MS
from edge.ledger import dbapi
from edge.ledger.disk import Level, disk_of
from edge.ledger.live import LiveEvent, Told
from shared.sensing.reading import (
    EVENT_DEVICE_ERROR,
    EVENT_DEVICE_OFFLINE,
    EVENT_DEVICE_ONLINE,
    Ack,
    Birth,
    Data,
    Death,
    Reading,
    decode_birth,
    decode_data,
    decode_death,
    encode,
    parse_topic,
    watermark_after_birth,
    watermark_after_data,
)

FRESH_MS = 10_000
"""A scan older than this is kept, but no longer put before the person at the till."""
QUARANTINED_BYTES_MAX = 65_536

_STATUS_AFTER = {EVENT_DEVICE_ONLINE: "online", EVENT_DEVICE_OFFLINE: "offline", EVENT_DEVICE_ERROR: "error"}


class Message(msgspec.Struct, frozen=True):
    topic: str
    payload: bytes


class Folded(msgspec.Struct):
    """What a batch came to: how many of what, whom to answer, what to show."""

    stored: int = 0
    duplicates: int = 0
    conflicts: int = 0
    late: int = 0
    quarantined: int = 0
    answers: dict[tuple[str, str], Ack] = {}
    live: list[LiveEvent] = []


_SENDERS_FAULT = (ValueError, OverflowError, dbapi.IntegrityError)
"""The engine refuses single values (a lone surrogate, a huge integer) with IntegrityError or OverflowError. Its other
errors concern the whole file, so they go up."""


def ingest(telemetry: Telemetry, site: str, rules: Rules, messages: list[Message], now_ms: int) -> Folded:
    """Store a batch. Returns after COMMIT; after any exception nothing of it has happened, or all of it."""
    folded = write(telemetry, site, rules, messages, now_ms)
    telemetry.commit()
    return folded


def write(telemetry: Telemetry, site: str, rules: Rules, messages: list[Message], now_ms: int) -> Folded:
    """Write a batch into a transaction that stays open: it counts when `telemetry.commit` has returned.

    Almost every batch is understood as a whole. One that is not is taken back and done again message by message,
    so that only what is malformed goes to the quarantine.
    """
    db = telemetry.begin()
    try:
        level = disk_of(telemetry.path.parent)[1]
        fold = _Fold(db, site, rules, now_ms, level)
        db.execute("SAVEPOINT batch")
        try:
            for message in messages:
                fold.understand(message)
            fold.flush()
        except _SENDERS_FAULT:
            db.execute("ROLLBACK TO batch")
            fold = _Fold(db, site, rules, now_ms, level)
            for message in messages:
                fold.try_message(message)
        fold.finish()
    except BaseException:
        telemetry.take_back()
        raise
    return fold.folded


class _Source(msgspec.Struct, frozen=True):
    """A bridge's epoch as this batch sees it; `written` is the watermark that stands in its row."""

    number: int
    written: int
    floor: int
    watermark: int


class _Fold:
    def __init__(self, db: dbapi.Connection, site: str, rules: Rules, now_ms: int, level: Level) -> None:
        self.db = db
        self.level = level
        self.site = site
        self.rules = rules
        self.now_ms = now_ms
        self.folded = Folded()
        self._history: dict[str, tuple[AssignedSensor, int, int]] = {}
        self._sources: dict[tuple[str, str], _Source] = {}
        self._samples = SampleBook(db, level)
        self._alarms = Alarms(db)

    def try_message(self, message: Message) -> None:
        """One message; what it wrote before it proved malformed is taken back."""
        before = msgspec.structs.replace(
            self.folded, answers=dict(self.folded.answers), live=list(self.folded.live)
        )
        history, sources = dict(self._history), dict(self._sources)
        self.db.execute("SAVEPOINT message")
        try:
            self.understand(message)
            self.flush()
        except _SENDERS_FAULT as error:
            self.db.execute("ROLLBACK TO message")
            self.folded, self._history, self._sources = before, history, sources
            self._samples, self._alarms = SampleBook(self.db, self.level), Alarms(self.db)
            self._quarantine(message, str(error))
        self.db.execute("RELEASE message")

    def flush(self) -> None:
        """What has gathered in memory, into the rows."""
        self._samples.flush()
        self._alarms.flush()

    def finish(self) -> None:
        """After the last message: how far each bridge has come, and what late samples change, once per sensor."""
        moved = [
            (source.watermark, source.number)
            for source in self._sources.values()
            if source.watermark != source.written
        ]
        self.db.executemany("UPDATE source SET watermark = ? WHERE id = ?", moved)
        self.flush()
        for sensor, from_ms, to_ms in self._history.values():
            cold_chain.revise(self.db, sensor, from_ms, to_ms, self.now_ms)
            if self.now_ms - from_ms < RAW_MS:
                # Beyond that the samples around it are gone, and what was counted from them stands.
                cold_chain.recount(self.db, sensor, from_ms, to_ms)

    def _quarantine(self, message: Message, error: str) -> None:
        kept = message.payload[:QUARANTINED_BYTES_MAX]
        self.db.execute(
            "INSERT INTO quarantine (at_ms, topic, payload, size, error) VALUES (?,?,?,?,?)",
            (self.now_ms, message.topic[:500], kept, len(message.payload), _printable(error)),
        )
        self.folded.quarantined += 1

    def understand(self, message: Message) -> None:
        """What the message says, into the rows. Raises one of `_SENDERS_FAULT` where it cannot be."""
        topic = parse_topic(message.topic)
        if topic is None or topic.site != self.site:
            raise ValueError("not a topic of this site")
        match topic.channel:
            case "up/data" | "up/event":
                data = decode_data(message.payload)
                _same(topic.bridge, data.bridge)
                self._data(data)
            case "up/birth" if message.payload:
                birth = decode_birth(message.payload)
                _same(topic.bridge, birth.bridge)
                self._birth(birth)
            case "up/death" if message.payload:
                death = decode_death(message.payload)
                _same(topic.bridge, death.bridge)
                self._death(death)
            case "up/birth" | "up/death":
                pass  # an empty retained message takes the last one away; there is nothing in it to know
            case _:
                raise ValueError(f"nobody sends on {topic.channel[:60]}")

    # ---- bridges and their devices

    def _birth(self, birth: Birth) -> None:
        source = self._source(birth.bridge, birth.epoch)
        self._note_gap(source, birth)
        self._advance(birth.bridge, birth.epoch, watermark_after_birth(source.watermark, birth))
        self.db.execute(
            "INSERT INTO bridge (bridge, epoch, session, version, since_ms) VALUES (?,?,?,?,?) "
            "ON CONFLICT (bridge) DO UPDATE SET epoch = excluded.epoch, session = excluded.session, "
            "version = excluded.version, since_ms = excluded.since_ms",
            (birth.bridge, birth.epoch, birth.session, birth.version, self.now_ms),
        )
        for device in birth.devices:
            self.db.execute(
                "INSERT INTO device VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT (bridge, device) DO UPDATE "
                "SET make = ?3, model = ?4, serial = ?5, protocol = ?6, cal_id = ?7, "
                "since_ms = iif(status = ?8, since_ms, ?9), status = ?8",
                (
                    birth.bridge, device.device, device.make, device.model, device.serial, device.protocol,
                    device.cal_id, device.status, self.now_ms,
                ),
            )  # fmt: skip
        self._forget_if_dead(birth.bridge)

    def _note_gap(self, source: _Source, birth: Birth) -> None:
        """Readings the bridge has given away and we do not have: a node before this one took them and lost them."""
        first, last = source.watermark + 1, birth.first_unacked - 1
        if last < first:
            return
        held = self.db.execute(
            "SELECT count(*) FROM seen WHERE source = ? AND seq BETWEEN ? AND ?", (source.number, first, last)
        ).fetchone()[0]
        if held <= last - first:
            lost = {"count": str(last - first + 1 - held), "first_seq": str(first), "last_seq": str(last)}
            detail = {**lost, "why": "the bridge no longer holds them"}
            note(self.db, self.now_ms, GAP, birth.bridge, "", detail)

    def _death(self, death: Death) -> None:
        """The broker may hand out a retained death before the birth of the same connection: remember it."""
        self.db.execute(
            "INSERT INTO bridge (bridge, epoch, dead_session, since_ms) VALUES (?,?,?,?) "
            "ON CONFLICT (bridge) DO UPDATE SET dead_session = excluded.dead_session",
            (death.bridge, death.epoch, death.session, self.now_ms),
        )
        self._forget_if_dead(death.bridge)

    def _forget_if_dead(self, bridge: str) -> None:
        """When the last word of the latest connection was its will, nothing is known of its devices."""
        self.db.execute(
            "UPDATE device SET since_ms = iif(status = 'unknown', since_ms, ?1), status = 'unknown' "
            "WHERE bridge = ?2 AND EXISTS (SELECT 1 FROM bridge WHERE bridge = ?2 AND session = dead_session)",
            (self.now_ms, bridge),
        )

    # ---- readings

    def _source(self, bridge: str, epoch: str) -> _Source:
        """A bridge's epoch, looked up once a batch."""
        known = self._sources.get((bridge, epoch))
        if known is None:
            number, watermark, floor = self.db.execute(
                "INSERT INTO source (bridge, epoch, heard_ms) VALUES (?,?,?) "
                "ON CONFLICT (bridge, epoch) DO UPDATE SET heard_ms = excluded.heard_ms "
                "RETURNING id, watermark, floor",
                (bridge, epoch, self.now_ms),
            ).fetchone()
            known = self._sources[bridge, epoch] = _Source(number, watermark, floor, watermark)
        return known

    def _advance(self, bridge: str, epoch: str, upto: int) -> None:
        """Move the watermark, and owe the bridge an answer whether or not it moved."""
        source = self._sources[bridge, epoch]
        self._sources[bridge, epoch] = msgspec.structs.replace(source, watermark=upto)
        self.folded.answers[bridge, epoch] = Ack(epoch=epoch, upto=upto)

    def _data(self, data: Data) -> None:
        source = self._source(data.bridge, data.epoch)
        for reading in data.readings:
            if reading.seq <= source.floor or not self._is_new(source.number, data.bridge, reading):
                continue
            self._reading(data.bridge, source.number, reading)
            self.folded.stored += 1
        self._advance(data.bridge, data.epoch, watermark_after_data(source.watermark, data))

    def _is_new(self, source: int, bridge: str, reading: Reading) -> bool:
        digest = hashlib.sha256(encode(reading)).digest()[:16]
        named = (source, reading.seq, digest, self.now_ms)
        if self.db.execute("INSERT INTO seen VALUES (?,?,?,?) ON CONFLICT DO NOTHING", named).rowcount:
            return True
        known = self.db.execute(
            "SELECT digest FROM seen WHERE source = ? AND seq = ?", (source, reading.seq)
        ).fetchone()
        if known[0] == digest:
            self.folded.duplicates += 1
        else:
            self.folded.conflicts += 1
            note(
                self.db,
                self.now_ms,
                SAME_NAME_OTHER_CONTENT,
                bridge,
                reading.device,
                {"seq": str(reading.seq)},
            )
        return False

    def _reading(self, bridge: str, source: int, reading: Reading) -> None:
        at = moment(reading, self.now_ms)
        match reading.kind:
            case "sensor":
                self._sensor(bridge, source, reading, at)
            case "scan":
                self._scan(source, reading, at)
            case "weight":
                self._weight(source, reading, at)
            case "event":
                self._event(bridge, reading, at)

    def _sensor(self, bridge: str, source: int, reading: Reading, at: Moment) -> None:
        """Alarm first: it asks whether the sensor has spoken before."""
        told = Sample(
            sensor=sensor_of(reading),
            bridge=bridge,
            source=source,
            reading=reading,
            moment=at,
            value=None if reading.value is None else micro_of(reading.value),
            heard_ms=self.now_ms,
        )
        rule = self.rules.of(told.sensor, reading.quantity)
        known = self._samples.series_of(told.sensor, reading.quantity)
        # A logger's memory read out later says so: it is history however young.
        history = is_backfill(at.at_ms, self.now_ms) or reading.detail.get("historical") == "true"
        late = history or (known is not None and at.at_ms < known.latest_ms)
        self.folded.late += late
        if late or (rule is not None and rule.mask is not None and rule.mask.door is not None):
            # The alarm asks the file whether the sensor has spoken before, and what the door said.
            self._samples.flush()
        if rule is not None and told.good and told.value is not None:
            live = (
                None
                if history
                else cold_chain.take(self.db, self._alarms, rule, at.at_ms, told.value, self.now_ms)
            )
            if live is None:
                self._rewrite(rule, at.at_ms)
                late = True
            else:
                self.folded.live += live
        self._samples.record(told, rule, late=late)

    def _rewrite(self, rule: AssignedSensor, at_ms: int) -> None:
        """A sample for the history of this sensor: note from when to when it must be told again."""
        _, from_ms, to_ms = self._history.get(rule.sensor, (rule, at_ms, at_ms))
        self._history[rule.sensor] = (rule, min(from_ms, at_ms), max(to_ms, at_ms))

    def _scan(self, source: int, reading: Reading, at: Moment) -> None:
        if reading.value is None:
            raise ValueError("a scan without a code")
        self.db.execute(
            "INSERT INTO scan (source, seq, device, value, symbology, at_ms, heard_ms) VALUES (?,?,?,?,?,?,?)",
            (source, reading.seq, reading.device, reading.value, reading.symbology, at.at_ms, self.now_ms),
        )
        self._show(
            at,
            "scan",
            {
                "device": reading.device,
                "raw": reading.value,
                "symbology": reading.symbology,
                "at": at.at_ms,
            },
        )

    def _weight(self, source: int, reading: Reading, at: Moment) -> None:
        if reading.value is None:
            raise ValueError("a weight without a value")
        stable = None if reading.stable is None else int(reading.stable)
        self.db.execute(
            "INSERT INTO weight (source, seq, device, value, unit, mode, stable, cal_id, raw, at_ms, heard_ms) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                source, reading.seq, reading.device, reading.value, reading.unit, reading.mode, stable,
                reading.cal_id, reading.raw, at.at_ms, self.now_ms,
            ),
        )  # fmt: skip
        self._show(
            at,
            "weight",
            {
                "device": reading.device,
                "value": reading.value,
                "unit": reading.unit,
                "stable": reading.stable,
                "captured": True,
                "at": at.at_ms,
            },
        )

    def _event(self, bridge: str, reading: Reading, at: Moment) -> None:
        note(self.db, at.at_ms, reading.quantity, bridge, reading.device, _words(reading.detail))
        status = _STATUS_AFTER.get(reading.quantity)
        if status and not is_backfill(at.at_ms, self.now_ms):
            self.db.execute(
                "INSERT INTO device (bridge, device, status, since_ms) VALUES (?1,?2,?3,?4) "
                "ON CONFLICT (bridge, device) DO UPDATE SET status = ?3, since_ms = ?4 WHERE since_ms <= ?4",
                (bridge, reading.device, status, at.at_ms),
            )

    def _show(self, at: Moment, name: str, data: dict[str, Told]) -> None:
        if self.now_ms - at.at_ms <= FRESH_MS:
            self.folded.live.append(LiveEvent(name, data))


def _same(topic_bridge: str, told_bridge: str) -> None:
    """The broker lets a bridge write only under its own name; what it says inside must agree."""
    if topic_bridge != told_bridge:
        raise ValueError(f"{told_bridge[:60]} speaks on the topic of {topic_bridge[:60]}")


def _words(detail: dict[str, str]) -> dict[str, str]:
    """A bridge's own words for an event, no more than a line of them."""
    return {name[:40]: value[:200] for name, value in list(detail.items())[:20]}


def _printable(error: str) -> str:
    return error.encode("utf-8", "replace").decode()[:500]
