"""A store's node, put together: the writer, the devices, head office, the jobs and the pages, in one process.

The order matters. The writer comes first and goes last; whoever writes through it is stopped before it. The
server is embedded in this process, so a node is one process with one day-book and one lock on its folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import gc
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import msgspec
import structlog

from edge.ledger import dbapi
from edge.ledger.clock import NowMs, machine_clock
from edge.ledger.disk import Level
from edge.ledger.health import Caretaker, Trouble, clock_troubles
from edge.ledger.live import Live
from edge.ledger.mend import CannotMend, mend_if_damaged
from edge.ledger.reader import Readers
from edge.ledger.writer import Committed, Transaction, Writer
from shared.sync.messages import SensorSeen

if TYPE_CHECKING:
    from litestar import Litestar

    from edge.http.node import StoreNode
    from edge.intake.desk import BrokerStanding, Desk
    from edge.intake.mqtt import BrokerAddress

DAY_BOOK = "ledger.db"
TELEMETRY = "telemetry.db"
PRINTING = "printing.db"
OWN_CERTIFICATE_DAYS = timedelta(days=30)
_M_ARENA_MAX = -8
"""The number glibc's malloc.h gives this option."""
_log = structlog.get_logger("edge")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a node is run."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8100
    broker: str = ""
    broker_password_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None


class Part(Protocol):
    """Something that runs beside the server."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def lock_folder(folder: Path) -> IO[str]:
    """The folder's lock, held while the file is open: two writers of one day-book must never meet."""
    folder.mkdir(parents=True, exist_ok=True)
    held = (folder / "lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"{folder}: another liushui process is using this folder") from None
    return held


class Running:
    """A node's parts, started in order and stopped in reverse."""

    def __init__(self, settings: Settings, now_ms: NowMs | None = None) -> None:
        self.settings = settings
        self.now_ms = now_ms or machine_clock()
        self._lock = lock_folder(settings.folder)
        try:
            mended = mend_if_damaged(settings.folder, DAY_BOOK, self.now_ms())
        except CannotMend as error:
            raise SystemExit(
                f"{settings.folder}: {error}. Put a copy back on a good disk (`liushui edge restore`), "
                f"or replace this box (`liushui edge enrol`)."
            ) from None
        if mended is not None:
            from edge.intake.again import tell_again

            tell_again(settings.folder / TELEMETRY, mended.proven_ms)
        self.caretaker = Caretaker(settings.folder, self.now_ms)
        self.caretaker.on_level = self._tell_level
        self.writer = Writer(settings.folder / DAY_BOOK, now_ms=self.now_ms, connect=self.caretaker.connect)
        self.live = Live()
        self._parts: list[Part] = []
        self._later: list[Part] = []

    def start(self) -> None:
        self.caretaker.look_at_disk()
        try:
            self.writer.start()
        except dbapi.Error as error:
            if dbapi.trouble_of(error) == "corrupt":
                self.caretaker.report_damage(str(error))
            raise
        if not self.writer.identity.store:
            self.stop()
            raise SystemExit(
                f"{self.settings.folder}: no store yet. Run `liushui edge enrol` or `liushui edge init` first."
            )
        self.readers = Readers(self.settings.folder / DAY_BOOK, troubled=self.caretaker.hear_reader)
        self.writer.listeners.append(self._tell_screens)

    def begin(self, part: Part) -> None:
        """Start a part; it is stopped before the writer."""
        part.start()
        self._parts.append(part)

    def begin_when_open(self, part: Part) -> None:
        """A part that may wait until the shop can sell."""
        self._later.append(part)

    def open(self) -> None:
        """The store answers: whoever waited for that begins."""
        for part in self._later:
            self.begin(part)
        self._later.clear()

    def stop(self) -> None:
        for part in reversed(self._parts):
            try:
                part.stop()
            except Exception:
                _log.exception("part did not stop", part=type(part).__name__)
        self._parts.clear()
        self.writer.stop()
        self._lock.close()

    @property
    def damaged(self) -> bool:
        """Whether the day-book must be mended, which takes a process that has not opened it."""
        return self.caretaker.standing.state == "damaged"

    def _tell_level(self, level: Level) -> None:
        self.live.publish("disk", {"level": level})

    def _tell_screens(self, committed: Committed) -> None:
        for sku in committed.skus:
            self.live.publish("stock", {"sku": sku})


def run(settings: Settings, make: Callable[[StoreNode], Litestar] | None = None) -> None:
    """Run the node until it is told to stop; `make` puts another application over it than the store's own."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    as_a_node_runs()
    running = Running(settings)
    try:
        running.start()
        asyncio.run(_serve(running, make))
    except dbapi.Error:
        if not running.damaged:
            raise
    finally:
        running.stop()
    if running.damaged:
        _begin_again()


def _begin_again() -> None:
    """The same program in the same process, with nothing open: only so can the day-book's file be changed."""
    _log.warning("beginning again to mend the day-book")
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 ourselves, as we were called


def as_a_node_runs() -> None:
    """The interpreter's settings for a process with one writer thread.

    Short turns, so that the writer does not wait 5 ms for the interpreter after each fsync; and a collector that
    looks less often, because what a batch makes is freed by counting and what stays, stays.
    """
    sys.setswitchinterval(0.0005)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    _share_one_heap()


def _share_one_heap() -> None:
    """Two heaps for all threads: with one each, glibc keeps 20 MiB and more that nobody uses."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


async def _serve(running: Running, make: Callable[[StoreNode], Litestar] | None) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from edge.http.application import application

    node = assemble(running)
    settings = running.settings
    server = Server(
        (make or application)(node),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        runtime_threads=1,
        websockets=False,
        ssl_cert=settings.tls_cert,
        ssl_key=settings.tls_key,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        running.live.close()
        # What Ctrl-C does to a server of its own: leave the loop, then stop the worker.
        server.interrupt_signal = True
        server.main_loop_interrupt.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)

    announced = asyncio.Event()

    def stop_writing() -> None:
        # The writer closes the file when it hears of an error, and the caretaker does not open it again.
        running.writer.run(_refuse)
        if announced.is_set():
            loop.call_soon_threadsafe(stop)

    running.caretaker.on_damage = stop_writing
    serving = loop.create_task(server.serve())
    await _announce(settings)
    running.open()
    announced.set()
    if running.damaged:
        # Found while we were still starting.
        stop()
    await serving


def _refuse(_: Transaction) -> None:
    raise dbapi.Error("the day-book is damaged")


async def _announce(settings: Settings) -> None:
    """Say that we are ready once the port answers: whoever started us waits for this line."""
    for _ in range(500):
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        break
    scheme = "https" if settings.tls_cert else "http"
    print(f"ready {scheme}://{settings.host}:{settings.port} pid {os.getpid()}", flush=True)


def _concerns_devices(told: Committed) -> bool:
    return any(kind.startswith("devices.") for kind in told.kinds)


def broker_troubles(folder: Path, standing: BrokerStanding, dropped: int) -> list[Trouble]:
    """A broker that does not let us in, a certificate that is to be made anew, and messages that found no room."""
    from edge.deploy.broker import FOLDER
    from edge.deploy.certificates import is_due
    from edge.deploy.renewing import NOT_SHOWN

    told: list[Trouble] = []
    if standing.state == "refused":
        told.append(("broker_refuses_node", {"why": standing.why}))
    certificate = folder / FOLDER / "tls" / "server.pem"
    if certificate.exists() and is_due(certificate, datetime.now(UTC)):
        told.append(("broker_certificate_due", {}))
    if certificate.with_name(NOT_SHOWN).exists():
        told.append(("broker_certificate_not_shown", {}))
    if dropped:
        told.append(("messages_dropped", {"count": dropped}))
    return told


def own_certificate(settings: Settings) -> Callable[[], list[Trouble]]:
    """The pages' own certificate is read at the start and kept, however fresh the file is by then."""
    if settings.tls_cert is None:
        return list
    from edge.deploy.certificates import good_until

    ends = good_until(settings.tls_cert)

    def told() -> list[Trouble]:
        if datetime.now(UTC) < ends - OWN_CERTIFICATE_DAYS:
            return []
        return [("node_certificate_ends", {"day": f"{ends:%Y-%m-%d}"})]

    return told


def _at_the_broker(settings: Settings, store: str, readers: Readers) -> tuple[BrokerAddress | None, Desk]:
    """Where the intake signs in, and the desk: at the broker that is named, or at the one `edge broker` wrote."""
    from edge.deploy.broker import DESK, FOLDER, NODE, password_of, read_plan
    from edge.intake.desk import Desk
    from edge.intake.mqtt import BrokerAddress, broker_address

    place = settings.folder / FOLDER
    plan = read_plan(place)
    if plan is not None and not settings.broker:
        intake = BrokerAddress(port=plan.port, user=NODE, password=password_of(place, NODE))
        address = BrokerAddress(port=plan.port, user=DESK, password=password_of(place, DESK))
        return intake, Desk(address, store, readers, has_accounts=True)
    if not settings.broker:
        return None, Desk(None, store, readers, has_accounts=False)
    password_file = settings.broker_password_file
    password = "" if password_file is None else password_file.read_text().strip()
    named = broker_address(settings.broker, password)
    return named, Desk(named, store, readers, has_accounts=False)


def assemble(running: Running) -> StoreNode:
    """The parts that talk to the world, started, and what the routes may see of them."""
    from edge.http.enrolling import Codes
    from edge.http.node import CloudContact, StoreNode
    from edge.http.pages import find_pages
    from edge.http.sessions import Sessions
    from edge.intake.service import for_node
    from edge.jobs.job import Context
    from edge.jobs.scheduler import Jobs
    from edge.printing.desk import PrintDesk
    from edge.sync.service import Sync

    settings, writer, readers, now_ms = running.settings, running.writer, running.readers, running.now_ms
    broker, desk = _at_the_broker(settings, writer.identity.store, readers)
    intake = for_node(settings.folder, writer, readers, running.live, broker, now_ms)
    running.begin(intake)
    running.begin(desk)
    writer.listeners.append(lambda told: desk.wake() if _concerns_devices(told) else None)
    running.begin(
        Jobs(
            Context(
                folder=settings.folder,
                readers=readers,
                live=running.live,
                now_ms=now_ms,
                store=writer.identity.store,
                intake=intake,
                report_damage=running.caretaker.report_damage,
                look_at_disk=running.caretaker.look_at_disk,
            )
        )
    )

    def sensors() -> list[SensorSeen]:
        return [
            SensorSeen(now.sensor, now.quantity, now.unit, now.state, now.value, now.at_ms)
            for now in intake.latest()
        ]

    certificate_ends = own_certificate(settings)

    def troubles() -> list[Trouble]:
        clock = clock_troubles(sync.clock_ahead_ms)
        at_broker = broker_troubles(settings.folder, desk.standing(), intake.dropped())
        return [*running.caretaker.troubles(now_ms()), *clock, *at_broker, *certificate_ends()]

    def keys() -> list[str]:
        return [key for key, _ in troubles()]

    sync = Sync(writer, readers, settings.folder, running.live, sensors=sensors, troubles=keys)
    # A week's backlog would take the processor from a till that is still starting.
    running.begin_when_open(sync)

    def contact() -> CloudContact:
        told = sync.status()
        return CloudContact(state=told.state, at_ms=told.since_ms, last_ack_ms=told.last_ack_ms, why=told.why)

    return StoreNode(
        folder=settings.folder,
        caretaker=running.caretaker,
        troubles=troubles,
        clock_ahead_ms=lambda: sync.clock_ahead_ms,
        writer=writer,
        readers=readers,
        sessions=Sessions(writer, Readers(settings.folder / DAY_BOOK, limit=2), now_ms),
        live=running.live,
        cold_chain=intake,
        desk=desk,
        codes=Codes(),
        contact=contact,
        photo_kept=sync.wake_photos,
        print_desk=PrintDesk(settings.folder / PRINTING, now_ms),
        now_ms=now_ms,
        pages=find_pages(),
    )
