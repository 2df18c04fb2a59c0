"""The poster: behind the projector it turns the facts that took effect into vouchers, many in one transaction.

Vouchers, their sums, the histories of cells and the cursor move together or not at all. One worker at a time posts for
a company; what it remembers of the newest values holds as long as nobody else had a turn. A fact that lay in
quarantine when the books passed it is posted when it is released, at the place it always had. Nothing here judges
facts: what cannot be posted is a problem with a name on a list, and the books go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import msgspec
import structlog
from sqlalchemy import ColumnElement, Row, and_, func, select, update
from sqlalchemy.exc import DBAPIError

from cloud.books.shelf import TableShelf, documents_of_fact, encode_entries, encode_takings
from cloud.books.sums import Sums
from cloud.books.terms import Terms, keep_policies, said_so_far
from cloud.store.book_tables import (
    BOOK_CURSOR,
    BOOK_PROBLEM,
    BOOK_TURN,
    BOOK_WAITING,
    VOUCHER,
)
from cloud.store.collector import collector_at_rest
from cloud.store.engine import is_retryable
from cloud.store.installation import Installation
from cloud.store.ledger_tables import EVENT, FACT, HEAD_OFFICE, LOG, PROJ_CURSOR, QUARANTINE, SUPERSEDED
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, TenantStore, Writing, mine
from shared.accounting.documents import Document
from shared.accounting.from_facts import is_booked
from shared.accounting.keeping import Booked, Keeper, Place, place_of
from shared.accounting.policy import Policies
from shared.accounting.projection import PERIOD
from shared.ledger import envelope as envelopes
from shared.ledger.fact import fact_types

log = structlog.get_logger("cloud.books")

BATCH = 4000
"""Facts of one transaction."""
RULE = 1
"""Version of the postings; with the fact's name it makes a voucher unique."""
_POLL_S = 1.0
_PATIENT_S = 10.0
"""So long the books wait for a backlog to be in."""
_VOUCHER = (
    *("node_id", "log_id", "seq", "part", "rule", "number", "kind", "reference"),
    *("business_date", "posting_date", "amount", "cause", "entries", "policy", "takings"),
)
_SILENT = ("held", "allowed", "voided")
"""States of a fact in quarantine that has no effect, now or ever."""


_RELEASED = (
    select(BOOK_WAITING, LOG.c.epoch, QUARANTINE.c.state)
    .select_from(
        BOOK_WAITING.join(
            LOG, and_(LOG.c.tenant_id == BOOK_WAITING.c.tenant_id, LOG.c.log_id == BOOK_WAITING.c.log_id)
        ).outerjoin(
            QUARANTINE,
            and_(
                QUARANTINE.c.tenant_id == BOOK_WAITING.c.tenant_id,
                QUARANTINE.c.log_id == BOOK_WAITING.c.log_id,
                QUARANTINE.c.seq == BOOK_WAITING.c.seq,
            ),
        )
    )
    .where(mine(BOOK_WAITING), func.coalesce(QUARANTINE.c.state, "").not_in(_SILENT))
    .order_by(LOG.c.node_id, LOG.c.epoch, BOOK_WAITING.c.seq)
)
"""Facts that the books passed while they were set aside, and that are so no longer."""


class _Log(msgspec.Struct, frozen=True):
    """A log with facts the books have not passed."""

    node: str
    log: bytes
    epoch: int
    passed: int
    ready: int


class Poster:
    """Posts one company's facts."""

    def __init__(self, store: TenantStore) -> None:
        self._store = store
        self._keeper: Keeper | None = None
        self._shelf: TableShelf | None = None
        self._terms: Terms | None = None
        self._turn = -1
        self._said = -1

    def post_all(self, now_ms: int, *, go_on: Callable[[], bool] = lambda: True) -> int:
        """Everything that can be posted now; returns how many facts were passed."""
        with self._store.reading() as reading:
            if not _behind(reading) and not reading.all(_RELEASED):
                return 0
        passed = 0
        while go_on():
            facts = self._post_batch(now_ms)
            if not facts:
                return passed
            passed += facts
        return passed

    def _post_batch(self, now_ms: int) -> int:
        for _ in range(5):
            try:
                with self._store.writing() as writing, collector_at_rest():
                    return self._post(writing, now_ms)
            except DBAPIError as error:
                self._turn = -1
                if not is_retryable(error):
                    raise
            except BaseException:
                self._turn = -1
                raise
        return 0

    def _post(self, writing: Writing, now_ms: int) -> int:
        turn = _take_turn(writing)
        if turn is None:
            return 0
        facts, documents = _next_facts(writing)
        if not facts:
            return 0
        keeper = self._kept(writing, turn, now_ms)
        assert self._terms is not None
        self._terms.fix({sku for _, document in documents for _, sku in document.stock_keys()})
        booked = keeper.keep(documents)
        assert self._shelf is not None
        _write(writing, self._shelf, booked, keeper.policies)
        writing.change(update(BOOK_TURN).where(mine(BOOK_TURN)).values(turn=turn + 1))
        self._turn = turn + 1
        return facts

    def _kept(self, writing: Writing, turn: int, now_ms: int) -> Keeper:
        """The keeper, with what it remembers only if nobody else posted since."""
        if self._keeper is None or self._shelf is None or self._terms is None or turn != self._turn:
            policies = keep_policies(writing, now_ms)
            self._shelf = TableShelf(writing)
            self._terms = Terms(writing)
            self._said = said_so_far(writing)
            self._keeper = Keeper(policies, self._terms, self._shelf)
        self._shelf.writing = self._terms.writing = writing
        said = said_so_far(writing)
        if said != self._said:
            self._keeper.policies = keep_policies(writing, now_ms)
            self._keeper.skus = self._terms = Terms(writing)
            self._said = said
        return self._keeper


def _take_turn(writing: Writing) -> int | None:
    """The number of this batch, with the right to post it; None while another worker has it."""
    mine_alone = select(BOOK_TURN.c.turn).where(mine(BOOK_TURN)).with_for_update(skip_locked=True)
    turn = writing.scalar(mine_alone)
    if turn is None:
        writing.insert_missing(BOOK_TURN, {"turn": 0})
        turn = writing.scalar(mine_alone)
    return None if turn is None else int(turn)


def _next_facts(writing: Writing) -> tuple[int, list[tuple[Place, Document]]]:
    """How many facts are passed, and the documents of those with effect."""
    passed = 0
    documents = list(_released(writing))
    released = len(documents)
    for behind in _behind(writing):
        if passed >= BATCH:
            break
        last = min(behind.ready, behind.passed + BATCH - passed)
        rows = writing.all(
            select(EVENT.c.seq, EVENT.c.bytes)
            .where(
                mine(EVENT),
                EVENT.c.node_id == behind.node,
                EVENT.c.log_id == behind.log,
                EVENT.c.seq.between(behind.passed + 1, last),
            )
            .order_by(EVENT.c.seq)
        )
        silent = _silent(writing, behind, last)
        documents += _documents(behind, ((row.seq, row.bytes) for row in rows if row.seq not in silent))
        writing.put(BOOK_CURSOR, {"log_id": behind.log, "node_id": behind.node, "seq": last})
        passed += last - behind.passed
    return passed + released, documents


def _behind(reading: Reading) -> list[_Log]:
    """Logs that rows were made of further than books, in the order of nodes and their logs."""
    passed = func.coalesce(BOOK_CURSOR.c.seq, 0)
    same_log = and_(PROJ_CURSOR.c.tenant_id == LOG.c.tenant_id, PROJ_CURSOR.c.log_id == LOG.c.log_id)
    same_cursor = and_(BOOK_CURSOR.c.tenant_id == LOG.c.tenant_id, BOOK_CURSOR.c.log_id == LOG.c.log_id)
    rows = reading.all(
        select(LOG.c.node_id, LOG.c.log_id, LOG.c.epoch, passed.label("passed"), PROJ_CURSOR.c.seq)
        .select_from(LOG.join(PROJ_CURSOR, same_log).outerjoin(BOOK_CURSOR, same_cursor))
        .where(mine(LOG), PROJ_CURSOR.c.seq > passed)
        .order_by(LOG.c.node_id, LOG.c.epoch)
    )
    return [_Log(row.node_id, bytes(row.log_id), row.epoch, row.passed, row.seq) for row in rows]


def behind_by(reading: Reading) -> int:
    """How many facts the books have not passed yet."""
    return sum(behind.ready - behind.passed for behind in _behind(reading))


def unposted(reading: Reading, last_day: date) -> int:
    """Facts dated up to a day that are in no voucher yet: not passed, or not possible to post."""
    until = last_day.isoformat()
    count = int(
        reading.scalar(
            select(func.count())
            .select_from(BOOK_PROBLEM)
            .where(mine(BOOK_PROBLEM), BOOK_PROBLEM.c.business_date <= until)
        )
    )
    for behind in _behind(reading):
        if behind.node != HEAD_OFFICE:
            count += _facts_behind(reading, behind, FACT.c.business_date.between("0", until))
    return count + own_unposted(reading)


def own_unposted(reading: Reading) -> int:
    """Head office's own facts that will be vouchers and are none yet: they say themselves on which day they count."""
    kinds = FACT.c.kind.in_(_booked_kinds())
    return sum(
        _facts_behind(reading, behind, kinds) for behind in _behind(reading) if behind.node == HEAD_OFFICE
    )


@cache
def _booked_kinds() -> tuple[str, ...]:
    return tuple(sorted({kind for (kind, _), fact_type in fact_types().items() if is_booked(fact_type)}))


def _facts_behind(reading: Reading, behind: _Log, which: ColumnElement[bool]) -> int:
    return int(
        reading.scalar(
            select(func.count())
            .select_from(FACT)
            .where(
                mine(FACT),
                FACT.c.node_id == behind.node,
                FACT.c.log_id == behind.log,
                FACT.c.seq.between(behind.passed + 1, behind.ready),
                which,
            )
        )
    )


def _silent(writing: Writing, behind: _Log, last: int) -> set[int]:
    """Facts without effect: copies of an op told before, and what is set aside; the latter may still get one."""
    copies = writing.all(
        select(SUPERSEDED.c.seq).where(
            mine(SUPERSEDED),
            SUPERSEDED.c.log_id == behind.log,
            SUPERSEDED.c.seq.between(behind.passed + 1, last),
        )
    )
    parked = writing.all(
        select(QUARANTINE.c.seq, QUARANTINE.c.state).where(
            mine(QUARANTINE),
            QUARANTINE.c.log_id == behind.log,
            QUARANTINE.c.seq.between(behind.passed + 1, last),
            QUARANTINE.c.state.in_(_SILENT),
        )
    )
    writing.insert_missing(
        BOOK_WAITING, *({"log_id": behind.log, "seq": row.seq, "node_id": behind.node} for row in parked)
    )
    return {row.seq for row in copies} | {row.seq for row in parked}


def _released(writing: Writing) -> Iterator[tuple[Place, Document]]:
    """Documents of facts that have come out of quarantine since the books passed them."""
    rows = writing.all(_RELEASED)
    for row in rows:
        if row.state == "released":
            yield from _documents_of_released(writing, row)
        # A row that has left quarantine otherwise turned out to be a copy of an op told before.
        writing.change(
            BOOK_WAITING.delete().where(
                mine(BOOK_WAITING), BOOK_WAITING.c.log_id == row.log_id, BOOK_WAITING.c.seq == row.seq
            )
        )


def _documents_of_released(writing: Writing, row: Row[Any]) -> Iterator[tuple[Place, Document]]:
    stored = writing.scalar(
        select(EVENT.c.bytes).where(
            mine(EVENT), EVENT.c.node_id == row.node_id, EVENT.c.log_id == row.log_id, EVENT.c.seq == row.seq
        )
    )
    behind = _Log(row.node_id, bytes(row.log_id), row.epoch, row.seq - 1, row.seq)
    return _documents(behind, ((row.seq, stored),))


def _documents(behind: _Log, rows: Iterable[tuple[int, bytes]]) -> Iterator[tuple[Place, Document]]:
    for seq, stored in rows:
        envelope = envelopes.decode(stored)
        kind = fact_types().get((envelope.kind, envelope.kind_v))
        if kind is None or not is_booked(kind):
            continue
        for part, document in enumerate(documents_of_fact(behind.node, behind.log, seq, envelope)):
            yield place_of(document.day, behind.node, behind.epoch, seq, part), document


def _write(writing: Writing, shelf: TableShelf, booked: Sequence[Booked], policies: Policies) -> None:
    days = _PostingDays(writing)
    sums = Sums(policy.chart for _, policy in policies.dated)
    vouchers = []
    for added in booked:
        if not added.entries:
            continue
        document = added.document
        day, posting_day = document.day.isoformat(), days.of(document.day)
        debits = sums.add(document.type, posting_day, added.entries, added.takings)
        vouchers.append(
            (
                *shelf.name(added.place),
                RULE,
                added.number,
                document.type,
                document.id,
                day,
                posting_day,
                debits,
                added.cause,
                encode_entries(added.entries),
                policies.on(document.day).version,
                encode_takings(added.takings),
            )
        )
    writing.many(VOUCHER, _VOUCHER, vouchers)
    sums.write(writing)
    _note_problems(writing, shelf, booked)


class _PostingDays:
    """On which day something is posted: its own, or the first one that is in no closed period (R5)."""

    def __init__(self, writing: Writing) -> None:
        table = table_of(PERIOD)
        rows = writing.all(select(table.c.period).where(mine(table), table.c.state == "closed"))
        self._closed = {row.period for row in rows}
        self._of: dict[date, str] = {}

    def of(self, day: date) -> str:
        found = self._of.get(day)
        if found is None:
            open_day = day
            while f"{open_day:%Y-%m}" in self._closed:
                open_day = date(open_day.year + open_day.month // 12, open_day.month % 12 + 1, 1)
            found = self._of[day] = open_day.isoformat()
        return found


def _note_problems(writing: Writing, shelf: TableShelf, booked: Sequence[Booked]) -> None:
    """What cannot be posted is listed; what could not and now can leaves the list."""
    problems = []
    for added in booked:
        if added.refusal is None and not added.cause:
            continue
        node, log_id, seq, part = shelf.name(added.place)
        if added.refusal is None:
            writing.change(
                BOOK_PROBLEM.delete().where(
                    mine(BOOK_PROBLEM),
                    BOOK_PROBLEM.c.node_id == node,
                    BOOK_PROBLEM.c.log_id == log_id,
                    BOOK_PROBLEM.c.seq == seq,
                    BOOK_PROBLEM.c.part == part,
                )
            )
            continue
        problems.append(
            {
                "node_id": node,
                "log_id": log_id,
                "seq": seq,
                "part": part,
                "key": added.refusal.key,
                "named": msgspec.json.encode(added.refusal.values).decode(),
                "business_date": added.document.day.isoformat(),
            }
        )
    writing.put(BOOK_PROBLEM, *problems)


class Posting:
    """The thread that keeps posting for every company, within a second of the projector.

    `calm` says whether intake has nothing more urgent: while a backlog comes in, the books wait, for a while.
    """

    def __init__(
        self,
        installation: Installation,
        calm: Callable[[], bool] = lambda: True,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._installation = installation
        self._calm = calm
        self._seconds = seconds
        self._posters: dict[str, Poster] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poster", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the batch in hand."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        posted_s = self._seconds()
        while not self._stop.wait(_POLL_S):
            if not self._calm() and self._seconds() - posted_s < _PATIENT_S:
                continue
            posted_s = self._seconds()
            try:
                for store in self._installation.tenants():
                    poster = self._posters.setdefault(store.tenant, Poster(store))
                    poster.post_all(self._installation.clock(), go_on=lambda: not self._stop.is_set())
            except Exception as error:
                log.error("poster_stumbled", error=f"{type(error).__name__}: {error}"[:500])


def post_now(store: TenantStore, now_ms: int) -> tuple[int, float]:
    """Post all there is, without remembering anything afterwards; how many facts, and in how many seconds."""
    began = time.perf_counter()
    return Poster(store).post_all(now_ms), time.perf_counter() - began
