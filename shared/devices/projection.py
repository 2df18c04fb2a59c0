"""Devices, broker accounts and booked weighings as rows; one node owns them, so the last word stands."""

from __future__ import annotations

from collections.abc import Iterable

from shared.devices.events import (
    AccountOpened,
    AccountRevoked,
    DeviceRegistered,
    DeviceRetired,
    WeightBookedTwice,
)
from shared.ledger.fact import Fact
from shared.ledger.projection import BOTH, EDGE, Cell, Change, Recorded, Table, changed, number, text
from shared.quality.events import InspectionRecorded
from shared.sales.events import SaleRecorded
from shared.stock.events import GoodsReceived, OpeningRecorded, StockCounted, TransferReceived
from shared.stock.weighing import Weighed

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

BOOKED_WEIGHT = Table(
    "booked_weight",
    (text("reading"), text("op")),
    (text("sku"), text("actor"), number("happened_ms")),
)
"""What each weighing was booked as. Only the node that heard the scale can judge it, so only a node keeps it."""

WEIGHT_TWICE = Table(
    "weight_twice",
    (text("reading"), text("op")),
    (
        *map(text, ("scale", "value", "unit", "sku", "actor", "first_op", "first_sku", "first_by")),
        number("happened_ms"),
        number("first_ms"),
    ),
    indexes=(("happened_ms",),),
)
"""The manager's list of what was weighed once and booked twice."""


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


_WEIGHING = (GoodsReceived, OpeningRecorded, TransferReceived, StockCounted, SaleRecorded, InspectionRecorded)


def weighings_of(fact: Fact) -> list[tuple[str, Weighed]]:
    """Every SKU of the fact that a scale gave the quantity of, with the scale's word."""
    if isinstance(fact, _WEIGHING):
        return [(line.sku, line.weighed) for line in fact.lines if line.weighed is not None]
    return []


class BookedWeights:
    """Which weighings stand in the book, and which of them twice."""

    name = "booked_weights"
    version = 1
    tables = (BOOKED_WEIGHT, WEIGHT_TWICE)
    facts = (*_WEIGHING, WeightBookedTwice)
    runs_on = EDGE

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, envelope = recorded.fact, recorded.envelope
        if isinstance(fact, WeightBookedTwice):
            texts: dict[str, Cell] = {
                name: getattr(fact, name)
                for name in ("scale", "value", "unit", "sku", "first_op", "first_sku", "first_by", "first_ms")
            }
            yield changed(
                WEIGHT_TWICE,
                (fact.reading, envelope.op_id.hex()),
                put=texts | {"actor": envelope.actor, "happened_ms": envelope.happened_ms},
            )
            return
        for sku, weighed in weighings_of(fact):
            yield changed(
                BOOKED_WEIGHT,
                (weighed.reading, envelope.op_id.hex()),
                put={"sku": sku, "actor": envelope.actor, "happened_ms": envelope.happened_ms},
            )


PROJECTIONS = (Devices(), BookedWeights())
