"""What a store records of its devices, and of the accounts under which they may speak to its broker.

Devices change where they stand, with or without a line to head office, so the store's own node keeps them.
Values are millionths of the unit.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from shared.ledger.fact import Fact

DeviceKind = Literal["scale", "scanner", "sensor", "other"]
VerificationClass = Literal["", "I", "II", "III", "IIII"]
Role = Literal["bridge", "sensor"]


class DeviceRegistered(Fact, frozen=True, kw_only=True):
    """The whole record of one device; told again it replaces the one before.

    `max`, `e` and `min` are a weighing instrument's plate: capacity, verification interval, smallest weight.
    """

    kind: ClassVar[str] = "devices.device_registered.v1"
    device: str
    device_kind: DeviceKind
    name: str
    bridge: str = ""
    template: str = ""
    protocol: str = ""
    port: str = ""
    make: str = ""
    model: str = ""
    serial: str = ""
    place: str = ""
    quantity: str = ""
    unit: str = ""
    high: int | None = None
    low: int | None = None
    certificate: str = ""
    cal_due: date | None = None
    verification_class: VerificationClass = ""
    max: int | None = None
    e: int | None = None
    min: int | None = None


class DeviceRetired(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "devices.device_retired.v1"
    device: str
    reason: str = ""


class AccountOpened(Fact, frozen=True, kw_only=True):
    """Somebody may sign in at the store's broker. `key` is a bridge's public key in hex; no password stands here.

    Told again for the same account it has a new password, and with it a new key where it is a bridge.
    """

    kind: ClassVar[str] = "devices.account_opened.v1"
    account: str
    role: Role
    key: str = ""
    topics: tuple[str, ...] = ()
    by: str = ""
    """Who made the code with which a bridge came."""


class AccountRevoked(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "devices.account_revoked.v1"
    account: str
    reason: str = ""


class WeightBookedTwice(Fact, frozen=True, kw_only=True):
    """A weighing that stood in the book already was booked again by somebody who had been out of reach.

    Nobody's stock is changed by it: it asks a manager to look which of the two is wrong.
    """

    kind: ClassVar[str] = "devices.weight_booked_twice.v1"
    reading: str
    scale: str
    value: str
    unit: str
    sku: str
    first_op: str
    first_ms: int
    first_sku: str
    first_by: str
