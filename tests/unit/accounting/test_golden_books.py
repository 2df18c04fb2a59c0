"""The golden books: fifty events of 27 types, every figure as three other programs computed it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloud.books.cli import books
from shared.accounting.accounts import SMALL_BUSINESS
from shared.accounting.documents import DOCUMENTS


@pytest.fixture(scope="module")
def golden(shared_data: Path) -> Path:
    return shared_data / "accounting" / "golden.json"


def test_every_figure_of_the_golden_books(golden: Path) -> None:
    """Vouchers, balances, profit, VAT, stock, moves and both alternatives, to the last fen."""
    answer = CliRunner().invoke(books, ["replay", str(golden)])
    assert answer.exit_code == 0, answer.stderr
    expected = json.loads(golden.read_text())["expected"]
    got = json.loads(answer.stdout)
    for key in expected:
        assert got[key] == expected[key], key
    assert got == expected


def test_every_kind_of_event_is_known(golden: Path) -> None:
    """No type of the format is missing."""
    kinds = {event["type"] for event in json.loads(golden.read_text())["events"]}
    assert kinds == set(DOCUMENTS) - {"opening", "landed_cost", "manual"}


def test_the_small_business_chart_is_the_published_one(shared_data: Path) -> None:
    """Codes, names and types of all accounts and of the sub-accounts the postings need."""
    chart = json.loads((shared_data / "accounting" / "coa_small_business.json").read_text())
    published = {
        account["code"]: (account["zh"], account["en"], account["type"])
        for account in chart["accounts"] + chart["suggested_subaccounts"]
    }
    ours = {code: (account.zh, account.en, account.type) for code, account in SMALL_BUSINESS.accounts.items()}
    assert {code: ours.get(code) for code in published} == published
    assert ours.keys() == published.keys()
