"""The devices of the shop: what is registered, what is there, and how far each may be believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.http.times import rfc3339, rfc3339_or_none
from edge.intake.desk import account_rows, device_rows
from edge.intake.present import BridgeNow, Present, ReadingNow
from edge.ledger.reader import ReadView
from edge.ledger.recording import Moment
from edge.ledger.tables import rows_by_key, select_all
from shared.ledger.projection import Row
from shared.sensing.projection import SENSOR
from shared.units import decimal_text

SOON = timedelta(days=30)
CalState = Literal["none", "ok", "due_soon", "expired"]


class DeviceReading(msgspec.Struct, frozen=True, kw_only=True):
    quantity: str
    value: str | None
    unit: str
    quality: str
    at: str


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One device. `registered` is false of one that a bridge has told of and nobody has named yet.

    `limits_by` says whose limits hold: `head_office` where it assigned the sensor, else this `node`'s.
    """

    device: str
    kind: str
    name: str
    registered: bool
    retired: bool
    bridge: str
    template: str
    protocol: str
    port: str
    make: str
    model: str
    serial: str
    place: str
    place_name: str
    quantity: str
    unit: str
    high: str | None
    low: str | None
    limits_by: Literal["", "node", "head_office"]
    certificate: str
    cal_due: str | None
    cal_state: CalState
    verification_class: str
    max: str | None
    e: str | None
    min: str | None
    status: str
    last_seen: str | None
    battery: str | None
    readings: list[DeviceReading]


class BridgeState(msgspec.Struct, frozen=True, kw_only=True):
    """`account` none: it speaks without one. `cut_off`: the broker has confirmed that it lets it in no more."""

    bridge: str
    role: Literal["bridge", "sensor"]
    state: Literal["online", "offline", "never"]
    account: Literal["active", "revoked", "none"]
    cut_off: bool
    known_to_broker: bool
    version: str
    since: str | None
    devices: int
    topics: list[str]
    opened_at: str | None
    opened_by: str
    revoked_at: str | None
    reason: str


class BrokerState(msgspec.Struct, frozen=True, kw_only=True):
    state: Literal["off", "ready", "unreachable", "refused"]
    accounts: bool
    why: str


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Device]
    bridges: list[BridgeState]
    broker: BrokerState


@get("/devices", opt=needs("sensing.read"), sync_to_thread=True)
def devices(node: NamedDependency[StoreNode]) -> Devices:
    """Every device and every bridge, with what they told last."""
    registered, now = device_rows(node.readers), node.cold_chain.present()
    with node.readers.lend() as connection:
        sensors = rows_by_key(SENSOR, connection.execute(select_all(SENSOR)))
        places: dict[str, str] = dict(
            connection.execute("SELECT place, name FROM place WHERE store = ?", (node.store,)).fetchall()
        )
        today = Moment(ReadView(connection), node.store, node.now_ms()).today
    assigned = {str(key[0]): row for key, row in sensors.items() if row["store"] == node.store}
    names = {
        *registered,
        *assigned,
        *(one.device for one in now.devices),
        *(one.device for one in now.readings),
    }
    standing = node.desk.standing()
    return Devices(
        items=[
            _device(name, registered.get(name), assigned.get(name), now, places, today)
            for name in sorted(names)
        ],
        bridges=_bridges(node, now),
        broker=BrokerState(state=standing.state, accounts=standing.accounts, why=standing.why),
    )


def _text(row: Row | None, name: str) -> str:
    return "" if row is None else str(row[name] or "")


def _number(row: Row | None, name: str, column: str = "") -> str | None:
    """A number that may be missing."""
    if row is None or not row[f"has_{name}"]:
        return None
    return decimal_text(int(row[column or f"{name}_value"] or 0))


_OF_ITSELF = frozenset(("battery", "battery_voltage", "linkquality", "rssi"))


def _cal_state(due: str, today: date) -> CalState:
    if not due:
        return "none"
    day = date.fromisoformat(due)
    return "expired" if day < today else "due_soon" if day <= today + SOON else "ok"


def _rank(quantity: str, main: str) -> tuple[bool, bool, bool]:
    """What a device is there for comes first, what it says of itself last."""
    return quantity != main, quantity != "temperature", quantity in _OF_ITSELF


def _device(
    name: str, row: Row | None, assigned: Row | None, now: Present, places: Mapping[str, str], today: date
) -> Device:
    told = next((one for one in now.devices if one.device == name), None)
    main = _text(assigned, "quantity") or _text(row, "quantity")
    readings = sorted(
        (one for one in now.readings if one.device == name), key=lambda one: _rank(one.quantity, main)
    )
    seen = [one.heard_ms for one in readings] + ([now.captured[name]] if name in now.captured else [])
    due = ("" if assigned is None else str(assigned.get("cal_due") or "")) or _text(row, "cal_due")
    limits = assigned if assigned is not None else row
    column = {"high": "high", "low": "low"} if assigned is not None else {"high": "", "low": ""}
    high, low = (_number(limits, limit, column[limit]) for limit in ("high", "low"))
    place = _text(assigned, "place") or _text(row, "place")
    limits_by: Literal["", "node", "head_office"] = (
        "head_office" if assigned is not None else "node" if high is not None or low is not None else ""
    )
    return Device(
        device=name,
        kind=_text(row, "device_kind") or ("sensor" if assigned is not None or readings else "other"),
        name=_text(row, "name") or name,
        registered=row is not None,
        retired=row is not None and bool(row["retired"]),
        bridge=_text(row, "bridge") or (told.bridge if told else readings[0].bridge if readings else ""),
        template=_text(row, "template"),
        protocol=_text(row, "protocol") or (told.protocol if told else None) or "",
        port=_text(row, "port"),
        make=_text(row, "make") or (told.make if told else None) or "",
        model=_text(row, "model") or (told.model if told else None) or "",
        serial=_text(row, "serial") or (told.serial if told else None) or "",
        place=place,
        place_name=places.get(place) or place,
        quantity=_text(assigned, "quantity") or _text(row, "quantity"),
        unit=_text(row, "unit"),
        high=high,
        low=low,
        limits_by=limits_by,
        certificate=_text(row, "certificate") or (told.cal_id if told else None) or "",
        cal_due=due or None,
        cal_state=_cal_state(due, today),
        verification_class=_text(row, "verification_class"),
        max=_number(row, "max"),
        e=_number(row, "e"),
        min=_number(row, "min"),
        status=told.status if told else "unknown",
        last_seen=rfc3339_or_none(max(seen) if seen else None),
        battery=next((_value(one) for one in readings if one.quantity == "battery"), None),
        readings=[
            DeviceReading(
                quantity=one.quantity,
                value=_value(one),
                unit=one.unit,
                quality=one.quality,
                at=rfc3339(one.at_ms),
            )
            for one in readings
        ],
    )


def _value(reading: ReadingNow) -> str | None:
    return reading.text if reading.value is None else decimal_text(reading.value)


def _bridges(node: StoreNode, now: Present) -> list[BridgeState]:
    accounts = account_rows(node.readers)
    heard = {one.bridge: one for one in now.bridges}
    return [
        _bridge(node, name, accounts.get(name), heard.get(name), now) for name in sorted({*accounts, *heard})
    ]


def _bridge(
    node: StoreNode, name: str, account: Row | None, heard: BridgeNow | None, now: Present
) -> BridgeState:
    inside = node.desk.inside(name)
    revoked = account is not None and bool(account["revoked"])
    online = heard is not None and heard.online and not (revoked and inside is not True)
    return BridgeState(
        bridge=name,
        role="sensor" if _text(account, "role") == "sensor" else "bridge",
        state="never" if heard is None else "online" if online else "offline",
        account="none" if account is None else "revoked" if revoked else "active",
        cut_off=revoked and inside is False,
        known_to_broker=inside is not None,
        version="" if heard is None else heard.version,
        since=rfc3339_or_none(None if heard is None else heard.since_ms),
        devices=sum(one.bridge == name for one in now.devices),
        topics=_text(account, "topics").split("\n") if _text(account, "topics") else [],
        opened_at=rfc3339_or_none(None if account is None else int(account["opened_ms"] or 0)),
        opened_by=_text(account, "opened_by"),
        revoked_at=rfc3339_or_none(
            int(account["revoked_ms"] or 0) if revoked and account is not None else None
        ),
        reason=_text(account, "reason"),
    )


router = Router("/v1", route_handlers=[devices])
