"""Sums over any period from roll-ups that are kept by day and by month: whole months from the latter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy import cast as sql_cast

from cloud.reports.asked import Question, of_stores
from cloud.store.columns import INT
from cloud.store.projected import table_of
from cloud.store.spans import spans_of
from cloud.store.tenant import Reading
from shared.ledger.projection import Table

SumsOf = Callable[[Any], list[ColumnElement[int]]]
"""Labelled sums over a table, which is given: that of days or that of months."""


def sums_over(
    reading: Reading, asked: Question, kept: tuple[Table, Table], by: tuple[str, ...], sums: SumsOf
) -> Sequence[Any]:
    """Rows (*by, *sums) of a question's period and stores; `kept` is the roll-up by day and the one by month."""
    days, months = (table_of(one) for one in kept)
    parts = []
    for table, inside in spans_of(asked.first, asked.last, days, months):
        keys = [table.c[name] for name in by]
        chosen = select(*keys, *sums(table)).where(of_stores(asked, table), inside)
        parts.append(chosen.group_by(*keys))
    whole = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    keys = [whole.c[name] for name in by]
    cells = [
        sql_cast(func.sum(column), INT).label(column.name) for column in whole.c if column.name not in by
    ]
    return reading.all(select(*keys, *cells).group_by(*keys))
