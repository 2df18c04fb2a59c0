"""A period as whole months and the days around them: every day once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert, select

from cloud.store.spans import months_of, spans_of

METADATA = MetaData()
DAYS = Table("days", METADATA, Column("business_date", Text))
MONTHS = Table("months", METADATA, Column("month", Text))
BEGIN = date(2025, 11, 28)

PERIODS = [
    (date(2026, 2, 3), date(2026, 2, 20)),
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2026, 1, 31), date(2026, 3, 1)),
    (date(2025, 12, 1), date(2026, 2, 3)),
    (date(2025, 12, 30), date(2026, 1, 31)),
    (date(2025, 12, 30), date(2026, 1, 30)),
]


@pytest.mark.parametrize(("first", "last"), PERIODS)
def test_days_and_months_of_a_period_are_each_of_its_days_once(first: date, last: date) -> None:
    """What the clauses choose of a hundred days and their months, counted day by day."""
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    every = [BEGIN + timedelta(days=number) for number in range(110)]
    found = []
    with engine.begin() as connection:
        connection.execute(insert(DAYS), [{"business_date": day.isoformat()} for day in every])
        months = sorted({f"{day:%Y-%m}" for day in every})
        connection.execute(insert(MONTHS), [{"month": month} for month in months])
        for table, inside in spans_of(first, last, DAYS, MONTHS):
            for (told,) in connection.execute(select(*table.c).where(inside)):
                found += [day for day in every if day.isoformat().startswith(told)]
    engine.dispose()
    assert sorted(found) == [day for day in every if first <= day <= last]


def test_the_months_of_a_period_are_those_it_touches() -> None:
    """From the last of January to the first of March are three."""
    found = list(months_of(date(2026, 1, 31), date(2026, 3, 1)))
    assert found == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
