"""What is asked about sensors: by head office (assignment), by people (acknowledgement), by the node's intake."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command
from shared.sensing.events import Condition, SecondsOutside, Window
from shared.units import DecimalText

TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
Seconds = Annotated[int, Meta(ge=0, le=7 * 86_400)]


class AssignSensor(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.assign_sensor"
    permission: ClassVar[str] = "sensing.configure"
    decided_at: ClassVar[str] = "cloud"
    sensor: Annotated[str, Meta(min_length=1, max_length=120)]
    store: Code
    place: Code
    quantity: Code
    high: DecimalText | None = None
    low: DecimalText | None = None
    hysteresis: DecimalText = "0.5"
    raise_after_s: Seconds = 1800
    clear_after_s: Seconds = 300
    offline_after_s: Seconds = 900
    defrost_at: Annotated[tuple[TimeOfDay, ...], Meta(max_length=24)] = ()
    """When it defrosts, by the store's clock; with `defrost_every_h` a cycle from there."""
    defrost_every_h: Annotated[int, Meta(ge=0, le=12)] = 0
    defrost_minutes: Annotated[int, Meta(ge=0, le=240)] = 0
    door: Annotated[str, Meta(max_length=120)] = ""
    """The sensor at its door, if it has one."""
    door_open_s: Annotated[int, Meta(ge=0, le=3600)] = 300
    door_after_s: Annotated[int, Meta(ge=0, le=3600)] = 300
    masked_up_to: DecimalText | None = None
    """Defrosting and an open door excuse up to here and no further."""
    cal_due: date | None = None
    battery_min: Annotated[int, Meta(ge=1, le=100)] = 15
    escalate_after_s: Annotated[int, Meta(ge=60, le=86_400)] = 900


class AcknowledgeExcursion(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.acknowledge_excursion"
    permission: ClassVar[str] = "sensing.acknowledge"
    excursion: Name
    action: Name
    note: Note = ""


class NodeCommand(Command, frozen=True, kw_only=True):
    """Asked by the node's own intake and jobs; no person holds this permission."""

    permission: ClassVar[str] = "node.internal"


class BeginExcursion(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.begin_excursion"
    excursion: str
    sensor: str
    place: str
    quantity: str
    began_ms: int
    limit: int
    value: int
    backfilled: bool = False


class EndExcursion(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.end_excursion"
    excursion: str
    ended_ms: int
    peak: int


class EscalateExcursion(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.escalate_excursion"
    excursion: str
    level: int


class ReportCondition(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.report_condition"
    sensor: str
    place: str
    condition: Condition
    present: bool
    since_ms: int


class RollUpReadings(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.roll_up_readings"
    sensor: str
    place: str
    quantity: str
    unit: str
    windows: tuple[Window, ...]
    outside: tuple[SecondsOutside, ...] = ()


class ReportSilence(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.report_silence"
    sensor: str
    place: str
    last_heard_ms: int


class ReportHeard(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.report_heard"
    sensor: str
    place: str
    heard_ms: int
