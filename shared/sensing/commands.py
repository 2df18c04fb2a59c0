"""What is asked about sensors: by head office (assignment), by people (acknowledgement), by the node's intake."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command
from shared.sensing.events import Window
from shared.units import DecimalText

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


class RollUpReadings(NodeCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.roll_up_readings"
    sensor: str
    place: str
    quantity: str
    unit: str
    windows: tuple[Window, ...]


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
