"""The chain that reports are measured on: its copies of stores are whole, and every report finds something."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from cloud.bench_copies import copy_stores
from cloud.bench_reports import ask, every_ask
from cloud.bench_year import DRAWN, FIRST_DAY, NOW_MS, TODAY, Year, copies_of, log_of, open_chain
from cloud.books.ledger import turnover
from cloud.books.proofs import prove
from cloud.identity import first_run
from cloud.reports.registry import reports
from cloud.store.engine import Database
from cloud.store.installation import Installation
from cloud.store.ledger_tables import FACT
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, TenantStore, mine
from shared.sales.projection import SALES_TOTAL

SIZE = 10
"""Stores of the chain: five drawn, five copies, a thousand facts each."""


@pytest.fixture
def chain(database: Database, tmp_path: Path) -> TenantStore:
    """A whole chain in miniature."""
    installation = Installation(database, tmp_path, clock=lambda: NOW_MS)
    first_run.ensure_tenant(installation)
    open_chain(installation, SIZE)
    year = Year(installation, SIZE * 1000, SIZE)
    assert year.pieces == 1
    year.take_in()
    copy_stores(database, copies_of(SIZE), log_of)
    return installation.home


def test_a_copied_store_has_the_facts_the_sales_and_the_books_of_the_drawn_one(chain: TenantStore) -> None:
    """And all proofs hold over both: vouchers, sums, cells and stock say the same of the whole chain."""
    with chain.reading() as reading:
        for copy, drawn in copies_of(SIZE).items():
            assert copy not in DRAWN
            assert _facts(reading, copy) == _facts(reading, drawn) == 1000
            assert _sold(reading, copy) == _sold(reading, drawn) > 0
            assert _booked(reading, copy) == _booked(reading, drawn)
    proof = prove(chain)
    assert proof.holds, proof
    assert (proof.unposted, proof.problems) == (0, 0)


def test_every_report_has_something_to_say_of_the_year(chain: TenantStore) -> None:
    """A report over nothing would be fast and prove nothing; only trials and bought changes are not drawn."""
    silent = {
        report.key
        for report in reports().values()
        if not any(section.rows for one in every_ask(report) for section in ask(chain, one).sections)
    }
    assert silent == {"changes"}


def _facts(reading: Reading, store: str) -> int:
    return int(
        reading.scalar(select(func.count()).select_from(FACT).where(mine(FACT), FACT.c.node_id == store))
    )


def _sold(reading: Reading, store: str) -> int:
    table = table_of(SALES_TOTAL)
    return int(reading.scalar(select(func.sum(table.c.amount)).where(mine(table), table.c[NODE_ID] == store)))


def _booked(reading: Reading, store: str) -> dict[str, list[int]]:
    sums = turnover(reading, (store,), FIRST_DAY, TODAY)
    assert sums
    return {account: sides for (_, account), sides in sums.items()}
