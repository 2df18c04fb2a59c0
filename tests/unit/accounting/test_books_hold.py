"""Whatever happens in a shop, the books hold: every voucher balances, and the stock ledger is the stock accounts.

`LIUSHUI_BOOK_OPS` says how many random operations are posted in one go; 100000 take about a minute.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.accounting.closing import balance
from shared.accounting.desk import STOCK, Desk, TransferOnFile
from shared.accounting.policy import Gaps
from shared.accounting.posting import posted
from shared.accounting.scenario import read_event, read_scenario
from shared.errors import DomainError
from tests.unit.accounting.random_shop import events
from tests.unit.accounting.shop import scenario

OPS = int(os.environ.get("LIUSHUI_BOOK_OPS", "2000"))


def keep(seed: int, count: int, gaps: Gaps, taxpayer: str) -> tuple[int, int]:
    """Post random events and look at the books after each; how many were posted and how many refused."""
    shop = read_scenario(scenario(taxpayer))
    shop = replace(shop, policy=replace(shop.policy, gaps=gaps))
    desk = Desk(shop.policy, shop.skus)
    stock = shop.policy.chart.inventory_codes
    ledger = {"stock": 0, "road": 0}
    posted_count = refused = 0
    for raw in events(random.Random(seed), count):
        document = read_event(raw, shop)
        before = dict(desk.cells) if count <= 200 else None
        try:
            voucher = posted(document, desk)
        except DomainError:
            refused += 1
            assert before is None or before == {
                cell: value for cell, value in desk.cells.items() if cell in before
            }
            continue
        posted_count += 1
        assert sum(entry.amount for entry in voucher.entries) == 0
        ledger["stock"] += sum(move.value for move in voucher.moves)
        ledger["road"] += sum(
            entry.amount for entry in voucher.entries if entry.account in stock and entry.store == "TRANSIT"
        )
        assert ledger["stock"] + ledger["road"] == sum(balance(desk.turnover, code) for code in stock)
    assert (
        sum(state.value for (_, kind, _), state in desk.cells.items() if kind == STOCK and state)
        == ledger["stock"]
    )
    road = [
        line.value
        for (_, kind, _), file in desk.cells.items()
        if kind == "transfer" and isinstance(file, TransferOnFile)
        for line in file.lines
    ]
    assert sum(road) == ledger["road"]
    return posted_count, refused


@pytest.mark.parametrize("taxpayer", ["general", "small_scale"])
@pytest.mark.parametrize("gaps", ["refuse", "provisional"])
def test_stock_accounts_are_the_stock_ledger_after_every_document(gaps: Gaps, taxpayer: str) -> None:
    """Thousands of random operations, both policies for stock below zero."""
    done, refused = keep(2026, OPS, gaps, taxpayer)
    assert done > OPS // 3
    assert refused > 0


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from(["refuse", "provisional"]))
def test_no_seed_breaks_the_books(seed: int, gaps: Gaps) -> None:
    """The same for any seed, and a refused document leaves no trace."""
    keep(seed, 150, gaps, "general")
