"""Periods side by side, and the classes of ABC and XYZ: the arithmetic, on figures anybody can check."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.reports.asked import Question
from cloud.reports.comparing import base_of, change, share
from cloud.reports.dataset import readable
from cloud.reports.how_fast_does_stock_turn import turn_days
from cloud.reports.what_matters_most import abc, xyz
from shared.units import MICRO

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("first", "last", "compare", "base"),
    [
        ("2026-11-16", "2026-11-22", "previous", ("2026-11-09", "2026-11-15")),
        ("2026-11-01", "2026-11-30", "previous", ("2026-10-01", "2026-10-22")),
        ("2026-11-01", "2026-11-22", "previous", ("2026-10-01", "2026-10-22")),
        ("2026-10-01", "2026-10-31", "previous", ("2026-09-01", "2026-09-30")),
        ("2026-03-01", "2026-03-30", "previous", ("2026-02-01", "2026-02-28")),
        ("2026-11-01", "2026-11-01", "previous", ("2026-10-31", "2026-10-31")),
        ("2026-11-01", "2026-11-30", "year", ("2025-11-01", "2025-11-22")),
        ("2026-02-01", "2026-02-28", "year", ("2025-02-01", "2025-02-28")),
        ("2024-02-29", "2024-02-29", "year", ("2023-02-28", "2023-02-28")),
        ("2026-01-01", "2026-12-31", "year", ("2025-01-01", "2025-11-22")),
    ],
)
def test_a_period_is_compared_with_as_many_elapsed_days(
    first: str, last: str, compare: str, base: tuple[str, str]
) -> None:
    """The month so far with as much of the month before; a whole month with a whole month."""
    asked = Question(first=date.fromisoformat(first), last=date.fromisoformat(last))
    found = base_of(asked, TODAY, compare)  # type: ignore[arg-type]
    assert (found.first.isoformat(), found.last.isoformat()) == base


@pytest.mark.parametrize(
    ("now", "base", "told"),
    [(120, 100, 2000), (0, 100, -10_000), (100, 0, None), (0, 0, None), (50, -100, 15_000), (1, 3, -6667)],
)
def test_a_change_is_told_of_what_there_was(now: int, base: int, told: int | None) -> None:
    """A base of nothing has no change; a negative one counts by its size."""
    assert change(now, base) == told


def test_classes_follow_the_cumulative_share() -> None:
    """80 and 15 and 5: A up to 80 %, B up to 95 %; equal amounts go by their code; nothing sold is C."""
    amounts = [("c", 500), ("a", 8000), ("b", 1500)]
    assert {sku: one for sku, (one, _) in abc(amounts).items()} == {"a": "A", "b": "B", "c": "C"}
    even = abc([(sku, 100) for sku in "edcba"])
    assert [sku for sku in even if even[sku][0] == "A"] == ["a", "b", "c", "d"]
    assert abc([("x", 0), ("y", -5)]) == {"x": ("C", 0), "y": ("C", 0)}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(-10_000, 10_000), max_size=40))
def test_a_class_never_depends_on_the_order_of_asking(amounts: dict[str, int]) -> None:
    """Whatever order the database gives, the answer is the same, and A is never above 80 % of all."""
    forward, backward = abc(list(amounts.items())), abc(list(reversed(amounts.items())))
    assert forward == backward
    whole = sum(amount for amount in amounts.values() if amount > 0)
    assert sum(amounts[sku] for sku, (one, _) in forward.items() if one == "A") * 100 <= whole * 80


@pytest.mark.parametrize(
    ("demand", "told"),
    [
        ([10] * 8, ("X", 0)),
        ([10, 10, 10, 30] * 2, ("Y", 5773)),
        ([0, 0, 0, 0, 0, 0, 0, 10], ("Z", 26_457)),
        ([0, 20] * 4, ("Y", 10_000)),
        ([5, 15] * 4, ("X", 5000)),
        ([10] * 7, ("N", None)),
        ([-1] * 8, ("Z", None)),
    ],
)
def test_steadiness_is_the_variation_of_weekly_demand(
    demand: list[int], told: tuple[str, int | None]
) -> None:
    """The limits themselves belong to the steadier class; under eight weeks nobody can say."""
    assert xyz(demand) == told


def test_days_of_stock_round_to_a_tenth() -> None:
    """30 days x 10 pieces / 7 sold are 42.857 days: 42.9; nothing sold has no figure."""
    assert turn_days(30, 10 * MICRO, 7 * MICRO) == 42_900_000
    assert turn_days(30, 10 * MICRO, 0) is None
    assert turn_days(30, -2 * MICRO, 7 * MICRO) == -8_600_000


def test_a_share_of_nothing_is_not_available() -> None:
    """And a third is 33.33 %, as people read it."""
    assert share(1, 0) is None
    assert readable("percent", share(1, 3), "en") == "33.33%"
    assert readable("money", -123_456_789, "en") == "-1,234,567.89"
    assert readable("qty", 1_500_000, "en") == "1.5"
    assert readable("qty", None, "en") == "–"
