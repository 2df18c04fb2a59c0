"""The books at a glance: which months are closed, how far stores have sealed, whether the proofs hold, what waits."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
from sqlalchemy import and_, func, select

from cloud.books.proved import Proved, last_proof
from cloud.books.terms import policy_now
from cloud.books.told import AccountName, account_name, chart_code
from cloud.books.waiting import Waiting, what_waits
from cloud.store.book_tables import GL_MONTH, VOUCHER
from cloud.store.clocks import moment
from cloud.store.ledger_tables import NODE
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.accounting.accounts import Role
from shared.accounting.events import ChartName
from shared.accounting.periods import last_day, period_of
from shared.accounting.policy import TaxpayerKind
from shared.accounting.projection import PERIOD, SEALED
from shared.catalogue.projection import STORE
from shared.money import fen_text

_MONTHS = 6
_KEY_ROLES = (
    *(Role.CASH, Role.BANK, Role.WALLET, Role.RECEIVABLE, Role.MERCHANDISE, Role.RAW, Role.CONSUMABLE),
    *(Role.WORK_IN_PROGRESS, Role.PENDING, Role.PAYABLE, Role.ESTIMATED, Role.ADVANCES),
)


class FindingTold(msgspec.Struct, frozen=True, kw_only=True):
    """One promise of the books; `difference` names the first place where it does not hold."""

    what: str
    looked_at: int
    difference: str


class ProofTold(msgspec.Struct, frozen=True, kw_only=True):
    """`current`: nothing was posted since."""

    at: str
    holds: bool
    current: bool
    findings: list[FindingTold]
    unposted: int
    problems: int


class PeriodRow(msgspec.Struct, frozen=True, kw_only=True):
    """A month: open, closed, or asked to be opened again. `over`: its last day has passed."""

    period: str
    state: str
    over: bool
    forced: bool
    waived: int
    closed_by: str
    closed_at: str | None
    asked_by: str
    asked_reason: str


class StoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """How far a store's node has sealed its days; None: never."""

    store: str
    name: str
    sealed_through: str | None


class KeyBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an account now, debit less credit."""

    role: str
    account: str
    name: AccountName
    amount: str


class BooksNow(msgspec.Struct, frozen=True, kw_only=True):
    """`today` is the business day; `since` the first posting day, None where nothing was ever posted."""

    today: str
    chart: ChartName
    taxpayer: TaxpayerKind
    since: str | None
    periods: list[PeriodRow]
    stores: list[StoreRow]
    proof: ProofTold | None
    waiting: list[Waiting]
    balances: list[KeyBalance]


class Periods(msgspec.Struct, frozen=True, kw_only=True):
    today: str
    periods: list[PeriodRow]


def proof_told(proved: Proved | None) -> ProofTold | None:
    if proved is None:
        return None
    proof = proved.proof
    return ProofTold(
        at=moment(proved.at_ms),
        holds=proof.holds,
        current=proved.current,
        findings=[
            FindingTold(what=one.what, looked_at=one.looked_at, difference=one.difference)
            for one in proof.findings
        ],
        unposted=proof.unposted,
        problems=proof.problems,
    )


def overview(reading: Reading, today: date) -> BooksNow:
    """Everything the first page of the books shows."""
    policy = policy_now(reading)
    return BooksNow(
        today=today.isoformat(),
        chart=chart_code(policy.chart),
        taxpayer=policy.taxpayer,
        since=_first_day(reading),
        periods=periods(reading, today)[:_MONTHS],
        stores=_stores(reading),
        proof=proof_told(last_proof(reading)),
        waiting=what_waits(reading),
        balances=_balances(reading),
    )


def periods(reading: Reading, today: date, *also: str) -> list[PeriodRow]:
    """The months from the first that was posted, closed or asked for to the present or last asked one, newest first."""
    table = table_of(PERIOD)
    known = {row.period: row for row in reading.all(select(table).where(mine(table)))}
    first_day = _first_day(reading)
    begun = [*known, *also, *([period_of(date.fromisoformat(first_day))] if first_day else [])]
    month = max((period_of(today), *also))
    first = min((*begun, month))
    found = []
    while month >= first:
        found.append(_period(month, known.get(month), today))
        month = period_of(date.fromisoformat(f"{month}-01") - timedelta(days=1))
    return found


def _first_day(reading: Reading) -> str | None:
    """By the vouchers, whose index begins with it."""
    found: str | None = reading.scalar(select(func.min(VOUCHER.c.posting_date)).where(mine(VOUCHER)))
    return found


def _period(month: str, row: object | None, today: date) -> PeriodRow:
    said = {} if row is None else dict(row._mapping)  # type: ignore[attr-defined]
    closed = said.get("state") == "closed"
    asked = said.get("asked_by") or ""
    return PeriodRow(
        period=month,
        state="asked" if closed and asked else "closed" if closed else "open",
        over=last_day(month) < today,
        forced=closed and bool(said["forced"]),
        waived=len(msgspec.json.decode(said["waived"])) if closed and said["waived"] else 0,
        closed_by=said.get("closed_by") or "",
        closed_at=moment(said["closed_ms"]) if said.get("closed_ms") else None,
        asked_by=asked,
        asked_reason=said.get("asked_reason") or "",
    )


def _stores(reading: Reading) -> list[StoreRow]:
    sealed, store = table_of(SEALED), table_of(STORE)
    same_node = and_(sealed.c.tenant_id == NODE.c.tenant_id, sealed.c[NODE_ID] == NODE.c.node_id)
    same_store = and_(store.c.tenant_id == NODE.c.tenant_id, store.c.store == NODE.c.node_id)
    rows = reading.all(
        select(NODE.c.node_id, store.c.name, sealed.c.through)
        .select_from(NODE.outerjoin(sealed, same_node).outerjoin(store, same_store))
        .where(mine(NODE), NODE.c.state == "enrolled")
        .order_by(NODE.c.node_id)
    )
    return [
        StoreRow(store=row.node_id, name=row.name or row.node_id, sealed_through=row.through) for row in rows
    ]


def _balances(reading: Reading) -> list[KeyBalance]:
    chart = policy_now(reading).chart
    codes = [chart.codes[role] for role in _KEY_ROLES]
    rows = reading.all(
        select(GL_MONTH.c.account, func.sum(GL_MONTH.c.debit - GL_MONTH.c.credit).label("left"))
        .where(mine(GL_MONTH), GL_MONTH.c.account.in_(codes))
        .group_by(GL_MONTH.c.account)
    )
    left = {row.account: int(row.left) for row in rows}
    return [
        KeyBalance(role=role.value, account=code, name=account_name(chart, code), amount=fen_text(left[code]))
        for role, code in zip(_KEY_ROLES, codes, strict=True)
        if code in left
    ]
