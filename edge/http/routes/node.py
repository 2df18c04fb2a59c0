"""How this box is doing: its log, what head office has of it, its disk, its phones."""

from __future__ import annotations

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.node import Caller, CloudContact, StoreNode
from edge.http.times import rfc3339_or_none
from edge.ledger import dbapi
from edge.ledger.check import Progress
from edge.ledger.disk import disk_of
from edge.ledger.feed import read_cursor
from edge.ledger.health import CHECK, read
from shared.i18n import Language, tell
from shared.ledger import envelope


class CloudState(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    at: str | None
    why: str


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    gen: int
    pos: int
    parked: int


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    free: int
    level: str
    ballast: int
    """Bytes kept back for the last orders; 0 when they are in use."""


class DayBook(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the day-book's file: `ok`, `read_only` or `damaged`, and when it was last read through."""

    state: str
    why: str
    since: str | None
    mended_at: str | None
    checked_at: str | None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something a manager should know, in the caller's language."""

    key: str
    text: str


class TelemetryState(msgspec.Struct, frozen=True, kw_only=True):
    rows: int


class PhoneState(msgspec.Struct, frozen=True, kw_only=True):
    device_id: str
    last_seq: int
    gap: int


class NodeState(msgspec.Struct, frozen=True, kw_only=True):
    node: str
    log: str
    head: int
    unsent: int
    oldest_unsent_s: int
    last_ack_at: str | None
    cloud: CloudState
    stable_seq: int
    feed: FeedState
    disk: Disk
    telemetry: TelemetryState
    phones: list[PhoneState]
    quarantined: int
    storage_failures: int
    day_book: DayBook
    notices: list[Notice]


_UNSENT = (
    "SELECT coalesce(sum(h.head - min(coalesce(s.synced, 0), h.head)), 0) FROM "
    "(SELECT log, (SELECT max(seq) FROM event WHERE log = l.log) AS head FROM log l) h "
    "LEFT JOIN sent s ON s.log = h.log"
)
_OLDEST = (
    "SELECT e.bytes FROM log l LEFT JOIN sent s ON s.log = l.log "
    "JOIN event e ON e.log = l.log AND e.seq = coalesce(s.synced, 0) + 1 ORDER BY l.ordinal LIMIT 1"
)


def unsent(connection: dbapi.Connection, now_ms: int) -> tuple[int, int]:
    """How many facts head office has not confirmed, and the age of the oldest in seconds."""
    count: int = connection.execute(_UNSENT).fetchone()[0]
    oldest = connection.execute(_OLDEST).fetchone()
    age = 0 if oldest is None else max(now_ms - envelope.decode(oldest[0]).wall_ms, 0) // 1000
    return count, age


@get("/node", opt=needs("stock.read"), sync_to_thread=True)
def node_state(node: NamedDependency[StoreNode], caller: NamedDependency[Caller]) -> NodeState:
    """The box's own health."""
    contact: CloudContact = node.contact()
    head = node.writer.head
    free, level = disk_of(node.folder)
    with node.readers.lend() as connection:
        count, age = unsent(connection, node.now_ms())
        cursor = read_cursor(connection)
        stable = connection.execute("SELECT stable FROM sent WHERE log = ?", (head.log,)).fetchone()
        phones = connection.execute(
            "SELECT device_id, last_seq, missing FROM phone ORDER BY seen_ms DESC LIMIT 100"
        ).fetchall()
        parked = connection.execute("SELECT count(*) FROM feed_parked").fetchone()[0]
        quarantined = connection.execute("SELECT count(*) FROM push_quarantine").fetchone()[0]
    return NodeState(
        node=node.writer.identity.node_id.hex(),
        log=head.log.hex(),
        head=head.seq,
        unsent=count,
        oldest_unsent_s=age,
        last_ack_at=rfc3339_or_none(contact.last_ack_ms),
        cloud=CloudState(state=contact.state, at=rfc3339_or_none(contact.at_ms), why=contact.why),
        stable_seq=0 if stable is None else stable[0],
        feed=FeedState(gen=cursor.gen, pos=cursor.pos, parked=parked),
        disk=Disk(free=free, level=level, ballast=node.caretaker.ballast.held),
        telemetry=TelemetryState(rows=node.cold_chain.rows()),
        phones=[PhoneState(device_id=device, last_seq=last, gap=gap) for device, last, gap in phones],
        quarantined=quarantined,
        storage_failures=node.writer.failures,
        day_book=_day_book(node),
        notices=notices(node, caller.language),
    )


def _day_book(node: StoreNode) -> DayBook:
    standing = node.caretaker.standing
    progress = read(node.folder / CHECK, Progress)
    return DayBook(
        state=standing.state,
        why=standing.why,
        since=rfc3339_or_none(standing.since_ms),
        mended_at=rfc3339_or_none(None if standing.mended is None else standing.mended.at_ms),
        checked_at=rfc3339_or_none(None if progress is None else progress.finished_ms),
    )


def notices(node: StoreNode, language: Language) -> list[Notice]:
    """What is out of the ordinary with disk, day-book and clock, in words."""
    return [Notice(key=key, text=tell(key, language, values)) for key, values in node.troubles()]


router = Router("/v1", route_handlers=[node_state])
