"""What the routes may use of this node: one object, built by `edge.app`, handed to every handler."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from edge.http.enrolling import Codes
from edge.http.sessions import Sessions
from edge.intake.desk import Desk
from edge.intake.events import Gap, SetAside
from edge.intake.present import Present
from edge.intake.recent import Recent
from edge.intake.telemetry import Point, SensorNow
from edge.ledger.clock import NowMs
from edge.ledger.health import Caretaker, Trouble
from edge.ledger.live import Live
from edge.ledger.reader import Readers
from edge.ledger.writer import Writer
from edge.printing.desk import PrintDesk
from shared.access.roles import Principal
from shared.i18n import Language

API_VERSION = 1


class ColdChain(Protocol):
    """What the intake tells about this store's sensors."""

    def latest(self) -> list[SensorNow]: ...

    def series(self, sensor: str, quantity: str, from_ms: int, /) -> list[Point]: ...

    def rows(self) -> int: ...

    def gaps(self) -> list[Gap]: ...

    def set_aside(self) -> list[SetAside]: ...

    def recent(self, device: str, from_ms: int, /) -> Recent: ...

    def present(self) -> Present: ...


class CloudContact(msgspec.Struct, frozen=True, kw_only=True):
    """How we stand with head office, as the uplink last saw it."""

    state: str
    at_ms: int | None = None
    last_ack_ms: int | None = None
    why: str = ""


class NoSensors:
    """A node that listens to no devices."""

    def latest(self) -> list[SensorNow]:
        return []

    def series(self, _sensor: str, _quantity: str, _from_ms: int) -> list[Point]:
        return []

    def rows(self) -> int:
        return 0

    def gaps(self) -> list[Gap]:
        return []

    def set_aside(self) -> list[SetAside]:
        return []

    def recent(self, _device: str, _from_ms: int) -> Recent:
        return Recent()

    def present(self) -> Present:
        return Present()


class StoreNode(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a handler may reach."""

    folder: Path
    caretaker: Caretaker
    troubles: Callable[[], list[Trouble]]
    """What is out of the ordinary with disk, day-book and clock."""
    clock_ahead_ms: Callable[[], int]
    """How far this box's clock runs ahead of head office's."""
    writer: Writer
    readers: Readers
    sessions: Sessions
    live: Live
    cold_chain: ColdChain
    desk: Desk
    codes: Codes
    contact: Callable[[], CloudContact]
    photo_kept: Callable[[], None]
    """Told after a photograph has reached the disk, so that it need not wait for the uplink's next round."""
    print_desk: PrintDesk
    now_ms: NowMs
    pages: Path | None

    @property
    def store(self) -> str:
        return self.writer.identity.store


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking, in which language; `principal` is None for somebody not signed in."""

    principal: Principal | None
    language: Language
    session: bytes = b""

    @property
    def person(self) -> Principal:
        """The signed-in person; the guard lets nobody else this far."""
        assert self.principal is not None
        return self.principal
