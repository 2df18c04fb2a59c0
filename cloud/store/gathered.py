"""Numbers of many rows as one cell, in an order: a year of a hundred thousand products is no more rows than that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, aggregate_order_by, func

from cloud.store.tenant import Reading

_NUMBERS = msgspec.json.Decoder(list[int])


def gathered(reading: Reading, column: ColumnElement[int], order: ColumnElement[int]) -> ColumnElement[Any]:
    """An aggregate of all a group's numbers, none of which may be NULL; `numbers_of` reads the cell."""
    # SQLite has no arrays, and reads and writes JSON of its own; PostgreSQL's arrays come over in binary.
    one = func.json_group_array(column) if reading.is_sqlite else func.array_agg(column)
    return aggregate_order_by(one, order)


def numbers_of(cell: Any) -> Sequence[int]:
    """What `gathered` put into a cell."""
    return _NUMBERS.decode(cell) if isinstance(cell, str) else cell
