"""What is asked about a shop's devices: by a manager who connects them, and by the node when a bridge has come."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from shared.catalogue.commands import Name, Note
from shared.devices.events import DeviceKind, Role, VerificationClass
from shared.ledger.command import Command
from shared.stock.commands import OptionalCode
from shared.units import DecimalText

Device = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
Account = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$(?!\n)")]
"""One level of a topic, the name of a file and an account at the broker."""
Topic = Annotated[
    str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f$][^\x00-\x1f\x7f]*$(?!\n)")
]
Words = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]


class DeviceCommand(Command, frozen=True, kw_only=True):
    permission: ClassVar[str] = "devices.configure"


class RegisterDevice(DeviceCommand, frozen=True, kw_only=True):
    """The whole record, also for a change. With `bridge` and `port` the node hands it to that bridge."""

    kind: ClassVar[str] = "devices.register"
    device: Device
    device_kind: DeviceKind
    name: Name
    bridge: OptionalCode = ""
    template: OptionalCode = ""
    protocol: OptionalCode = ""
    port: Words = ""
    make: Words = ""
    model: Words = ""
    serial: Words = ""
    place: OptionalCode = ""
    quantity: OptionalCode = ""
    unit: OptionalCode = ""
    high: DecimalText | None = None
    low: DecimalText | None = None
    certificate: Words = ""
    cal_due: date | None = None
    verification_class: VerificationClass = ""
    max: DecimalText | None = None
    e: DecimalText | None = None
    min: DecimalText | None = None


class RetireDevice(DeviceCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "devices.retire"
    device: Device
    reason: Note = ""


class RevokeAccount(DeviceCommand, frozen=True, kw_only=True):
    """The broker ends its connection at once and lets it in no more; what it has sent stays."""

    kind: ClassVar[str] = "devices.revoke_account"
    account: Account
    reason: Note = ""


class OpenAccount(Command, frozen=True, kw_only=True):
    """Asked by the node, when a bridge has shown a code that is good."""

    kind: ClassVar[str] = "devices.open_account"
    permission: ClassVar[str] = "node.internal"
    account: Account
    role: Role
    key: Annotated[str, Meta(max_length=64)] = ""
    topics: Annotated[tuple[Topic, ...], Meta(max_length=20)] = ()
    by: str = ""
