"""What follows from what sensors said: an excursion blocks the goods in its place in the same transaction."""

from __future__ import annotations

import msgspec

from shared.catalogue.lookup import require_store
from shared.catalogue.projection import PLACE
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View
from shared.ledger.view import row as row_of
from shared.quality.decide import holds_of_place
from shared.quality.events import LotHeld
from shared.sensing import commands, events
from shared.sensing.masks import starts_of
from shared.sensing.projection import EXCURSION
from shared.stock import locations
from shared.units import micro


@decides(commands.AssignSensor)
def assign_sensor(command: commands.AssignSensor, _asked: Asked, view: View) -> list[Fact]:
    require_store(view, command.store)
    if (command.store, command.place) not in view.rows(PLACE, (command.store,)):
        raise DomainError("place_unknown", place=command.place)
    if command.high is None and command.low is None:
        raise DomainError("sensor_without_limit", sensor=command.sensor)
    return [
        events.SensorAssigned(
            sensor=command.sensor,
            store=command.store,
            place=command.place,
            quantity=command.quantity,
            high=None if command.high is None else micro(command.high, "high"),
            low=None if command.low is None else micro(command.low, "low"),
            hysteresis=micro(command.hysteresis, "hysteresis"),
            raise_after_s=command.raise_after_s,
            clear_after_s=command.clear_after_s,
            offline_after_s=command.offline_after_s,
            defrost_starts=_defrost(command),
            defrost_minutes=command.defrost_minutes,
            door=command.door,
            door_open_s=command.door_open_s,
            door_after_s=command.door_after_s,
            masked_up_to=_masked_up_to(command),
            cal_due=command.cal_due,
            battery_min=command.battery_min,
            escalate_after_s=command.escalate_after_s,
        )
    ]


def _defrost(command: commands.AssignSensor) -> tuple[int, ...]:
    """The hours at which it defrosts, a cycle written out."""
    if bool(command.defrost_at) != bool(command.defrost_minutes):
        raise DomainError("defrost_incomplete", sensor=command.sensor)
    try:
        return starts_of(command.defrost_at, command.defrost_every_h)
    except ValueError:
        raise DomainError("defrost_cycle", hours=command.defrost_every_h) from None


def _masked_up_to(command: commands.AssignSensor) -> int | None:
    """What excuses warmth must say up to where, and only warmth can be excused."""
    if not command.defrost_at and not command.door:
        return None
    if command.high is None or command.masked_up_to is None:
        raise DomainError("mask_without_limit", sensor=command.sensor)
    limit = micro(command.masked_up_to, "masked_up_to")
    if limit <= micro(command.high, "high"):
        raise DomainError("mask_without_limit", sensor=command.sensor)
    return limit


@decides(commands.BeginExcursion)
def begin_excursion(command: commands.BeginExcursion, _asked: Asked, view: View) -> list[Fact]:
    """Opens once; what lies there is blocked with it. Late data tell history and block nothing."""
    if row_of(view, EXCURSION, command.excursion) is not None:
        raise DomainError("excursion_known", excursion=command.excursion)
    began = events.ExcursionBegan(**msgspec.structs.asdict(command))
    if command.backfilled:
        return [began]
    here = holds_of_place(view, command.place, view.skus_at(locations.store(command.place)))
    if not here:
        return [began]
    return [began, LotHeld(lines=here, reason="cold_chain", excursion=command.excursion)]


@decides(commands.EndExcursion)
def end_excursion(command: commands.EndExcursion, _asked: Asked, view: View) -> list[Fact]:
    """Ends the alarm; what was blocked stays blocked until a person decides."""
    known = row_of(view, EXCURSION, command.excursion)
    if known is None or known["state"] != "open":
        raise DomainError("excursion_not_open", excursion=command.excursion)
    return [events.ExcursionEnded(**msgspec.structs.asdict(command))]


@decides(commands.AcknowledgeExcursion)
def acknowledge_excursion(command: commands.AcknowledgeExcursion, _asked: Asked, view: View) -> list[Fact]:
    if row_of(view, EXCURSION, command.excursion) is None:
        raise DomainError("excursion_unknown", excursion=command.excursion)
    return [events.ExcursionAcknowledged(**msgspec.structs.asdict(command))]


@decides(commands.EscalateExcursion)
def escalate_excursion(command: commands.EscalateExcursion, _asked: Asked, view: View) -> list[Fact]:
    """Each level once; whoever acknowledges stops it."""
    known = row_of(view, EXCURSION, command.excursion)
    if known is None:
        raise DomainError("excursion_unknown", excursion=command.excursion)
    if known["acknowledged_by"] or int(known["level"] or 0) >= command.level:
        raise DomainError("excursion_answered", excursion=command.excursion)
    return [events.ExcursionEscalated(excursion=command.excursion, level=command.level)]


@decides(commands.ReportCondition)
def report_condition(command: commands.ReportCondition, _asked: Asked, _view: View) -> list[Fact]:
    return [events.SensorConditionChanged(**msgspec.structs.asdict(command))]


@decides(commands.RollUpReadings)
def roll_up_readings(command: commands.RollUpReadings, _asked: Asked, _view: View) -> list[Fact]:
    return [events.ReadingsRolledUp(**msgspec.structs.asdict(command))]


@decides(commands.ReportSilence)
def report_silence(command: commands.ReportSilence, _asked: Asked, _view: View) -> list[Fact]:
    return [events.SensorFellSilent(**msgspec.structs.asdict(command))]


@decides(commands.ReportHeard)
def report_heard(command: commands.ReportHeard, _asked: Asked, _view: View) -> list[Fact]:
    return [events.SensorHeardAgain(**msgspec.structs.asdict(command))]
