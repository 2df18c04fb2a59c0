"""What may be registered, and who may speak to the broker."""

from __future__ import annotations

from shared.catalogue.projection import PLACE
from shared.devices import booked, commands, events
from shared.devices.projection import BROKER_ACCOUNT, SHOP_DEVICE
from shared.errors import DomainError
from shared.ledger.command import Asked, decides, follows
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.units import micro

follows(booked.for_weighings_booked_before)


def _value(text: str | None, field: str) -> int | None:
    return None if text is None else micro(text, field)


@decides(commands.RegisterDevice)
def register(command: commands.RegisterDevice, asked: Asked, view: View) -> list[Fact]:
    if command.place and (asked.store, command.place) not in view.rows(PLACE, (asked.store,)):
        raise DomainError("place_unknown", place=command.place)
    high, low = _value(command.high, "high"), _value(command.low, "low")
    if high is not None and low is not None and low >= high:
        raise DomainError("device_limits_crossed", device=command.device)
    if (high is not None or low is not None) and not (command.place and command.quantity):
        raise DomainError("device_limit_without_place", device=command.device)
    largest, step, smallest = (_value(getattr(command, name), name) for name in ("max", "e", "min"))
    for name, value in (("max", largest), ("e", step), ("min", smallest)):
        if value is not None and value <= 0:
            raise DomainError("quantity_not_positive", field=name, text=getattr(command, name))
    if largest is not None and smallest is not None and smallest >= largest:
        raise DomainError("device_limits_crossed", device=command.device)
    return [
        events.DeviceRegistered(
            device=command.device,
            device_kind=command.device_kind,
            name=command.name,
            bridge=command.bridge,
            template=command.template,
            protocol=command.protocol,
            port=command.port,
            make=command.make,
            model=command.model,
            serial=command.serial,
            place=command.place,
            quantity=command.quantity,
            unit=command.unit,
            high=high,
            low=low,
            certificate=command.certificate,
            cal_due=command.cal_due,
            verification_class=command.verification_class,
            max=largest,
            e=step,
            min=smallest,
        )
    ]


@decides(commands.RetireDevice)
def retire(command: commands.RetireDevice, _asked: Asked, view: View) -> list[Fact]:
    known = row(view, SHOP_DEVICE, command.device)
    if known is None or known["retired"]:
        raise DomainError("device_not_registered", device=command.device)
    return [events.DeviceRetired(device=command.device, reason=command.reason)]


@decides(commands.OpenAccount)
def open_account(command: commands.OpenAccount, _asked: Asked, view: View) -> list[Fact]:
    """A bridge that comes again, after a repair or a revocation, comes with a new code: that is the permission."""
    known = row(view, BROKER_ACCOUNT, command.account)
    if known is not None and known["role"] != command.role:
        raise DomainError("account_has_another_role", account=command.account)
    return [
        events.AccountOpened(
            account=command.account,
            role=command.role,
            key=command.key,
            topics=command.topics,
            by=command.by,
        )
    ]


@decides(commands.RevokeAccount)
def revoke_account(command: commands.RevokeAccount, _asked: Asked, view: View) -> list[Fact]:
    known = row(view, BROKER_ACCOUNT, command.account)
    if known is None or known["revoked"]:
        raise DomainError("account_unknown", account=command.account)
    return [events.AccountRevoked(account=command.account, reason=command.reason)]
