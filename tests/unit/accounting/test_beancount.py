"""Auditors check our books with beancount: it accepts the file, and its balances are ours."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core import data, realization
from click.testing import CliRunner

from cloud.books.cli import books
from shared.accounting.accounts import SMALL_BUSINESS
from shared.accounting.beancount import beancount_file
from shared.accounting.replay import documents_of, keep_books
from shared.accounting.scenario import read_scenario
from tests.unit.accounting.shop import bought, event, scenario, sold


def balances(text: str) -> tuple[dict[str, Decimal], list[object]]:
    """Balance by account code as beancount adds it up, and what it complains about."""
    found, errors, _ = loader.load_string(text)
    sums: dict[str, Decimal] = {}
    for account in realization.iter_children(realization.realize(found)):
        code = next((part[1:] for part in account.account.split(":") if part[1:].isdigit()), "")
        for position in account.balance:
            sums[code] = sums.get(code, Decimal()) + position.units.number
    assert any(isinstance(entry, data.Balance) for entry in found)
    return sums, errors


def test_beancount_accepts_the_golden_books_and_adds_them_up_alike(shared_data: Path, tmp_path: Path) -> None:
    """Every account of the trial balance, and no other."""
    golden = shared_data / "accounting" / "golden.json"
    file = tmp_path / "out.beancount"
    answer = CliRunner().invoke(books, ["replay", str(golden), "--beancount", str(file)])
    assert answer.exit_code == 0
    sums, errors = balances(file.read_text())
    assert not errors
    ours = json.loads(answer.stdout)["trial_balance_after_pl_close"]
    assert {
        code: Decimal(row["balance_debit"]) - Decimal(row["balance_credit"]) for code, row in ours.items()
    } == {code: sums.get(code, Decimal()) for code in ours}
    assert {code for code, amount in sums.items() if amount} <= ours.keys()


def test_names_that_beancount_cannot_write_are_told_apart() -> None:
    """Stores in Chinese, with blanks, and two that differ only in what beancount cannot write."""
    stores = ["旗舰 店", "旗舰-店", "s1", 'x"y']
    raw = scenario() | {"stores": dict.fromkeys(stores, "")}
    shop = read_scenario(raw)
    events = []
    for store in stores:
        events += [
            bought("WATER", "2", "5", store=store),
            sold("WATER", "1", "10", "10.00", store=store),
            event("expense", store=store, account="5601", net="1", memo='"quoted" \\ words'),
        ]
    kept = keep_books(shop, documents_of(shop, events))
    sums, errors = balances("\n".join(beancount_file('A "title"', SMALL_BUSINESS, kept.vouchers)))
    assert not errors
    assert sums["5601"] == 4


def test_a_wrong_balance_would_be_noticed() -> None:
    """The assertions at the end bite: change one and beancount complains."""
    shop = read_scenario(scenario())
    kept = keep_books(shop, documents_of(shop, [bought("WATER", "2", "5")]))
    text = "\n".join(beancount_file("x", SMALL_BUSINESS, kept.vouchers))
    _, errors = balances(text.replace("balance Assets:A1405:S1  10.00", "balance Assets:A1405:S1  10.01"))
    assert errors
