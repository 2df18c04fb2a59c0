"""Devices and broker accounts as rows; one node owns them, so the last word stands."""

from __future__ import annotations

from collections.abc import Iterable

from shared.devices.events import AccountOpened, AccountRevoked, DeviceRegistered, DeviceRetired
from shared.ledger.projection import BOTH, Cell, Change, Recorded, Table, changed, number, text

_TEXTS = (
    "device_kind",
    "name",
    "bridge",
    "template",
    "protocol",
    "port",
    "make",
    "model",
    "serial",
    "place",
    "quantity",
    "unit",
    "certificate",
    "verification_class",
)
_NUMBERS = ("high", "low", "max", "e", "min")

SHOP_DEVICE = Table(
    "shop_device",
    (text("device"),),
    (
        *map(text, _TEXTS),
        text("cal_due"),
        *(number(name) for pair in _NUMBERS for name in (f"has_{pair}", f"{pair}_value")),
        number("retired"),
        text("reason"),
        number("changed_ms"),
    ),
)
"""`cal_due` is a date as ISO writes it, empty where none is known."""

BROKER_ACCOUNT = Table(
    "broker_account",
    (text("account"),),
    (
        text("role"),
        text("key"),
        text("topics"),
        number("revoked"),
        text("reason"),
        text("opened_by"),
        number("opened_ms"),
        number("revoked_ms"),
    ),
)
"""`topics` one a line."""


class Devices:
    """What stands in the shop, and who may speak to its broker."""

    name = "devices"
    version = 1
    tables = (SHOP_DEVICE, BROKER_ACCOUNT)
    facts = (DeviceRegistered, DeviceRetired, AccountOpened, AccountRevoked)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, at_ms = recorded.fact, recorded.envelope.happened_ms
        match fact:
            case DeviceRegistered():
                put: dict[str, Cell] = {name: getattr(fact, name) for name in _TEXTS}
                for name in _NUMBERS:
                    value = getattr(fact, name)
                    put |= {f"has_{name}": int(value is not None), f"{name}_value": value or 0}
                put["cal_due"] = "" if fact.cal_due is None else fact.cal_due.isoformat()
                put |= {"retired": 0, "reason": "", "changed_ms": at_ms}
                yield changed(SHOP_DEVICE, (fact.device,), put=put)
            case DeviceRetired():
                put = {"retired": 1, "reason": fact.reason, "changed_ms": at_ms}
                yield changed(SHOP_DEVICE, (fact.device,), put=put)
            case AccountOpened():
                put = {
                    "role": fact.role,
                    "key": fact.key,
                    "topics": "\n".join(fact.topics),
                    "revoked": 0,
                    "reason": "",
                    "opened_by": fact.by,
                    "opened_ms": at_ms,
                    "revoked_ms": 0,
                }
                yield changed(BROKER_ACCOUNT, (fact.account,), put=put)
            case AccountRevoked():
                put = {"revoked": 1, "reason": fact.reason, "revoked_ms": at_ms}
                yield changed(BROKER_ACCOUNT, (fact.account,), put=put)
            case _:
                raise AssertionError(recorded.envelope.kind)


PROJECTIONS = (Devices(),)
