"""What a batch writes equals what its changes say one by one, and bytes go to the engine as they are."""

import random
from pathlib import Path

import pytest

from edge.ledger import dbapi
from edge.ledger.rows import Rows
from edge.ledger.tables import create_statements, rows_by_key, select_all
from shared.ledger.projection import Change, Shape, Table, number, raw, text
from shared.ledger.view import DictStore

SHELF = Table(
    "shelf", (text("sku"), text("place")), (number("qty"), number("moved"), text("by"), raw("mark"))
)
SHAPES = (
    Shape(SHELF, adds=("qty",)),
    Shape(SHELF, adds=("qty", "moved")),
    Shape(SHELF, puts=("by",)),
    Shape(SHELF, adds=("moved",), puts=("by", "mark")),
    Shape(SHELF, puts=("qty", "mark")),
)
CELLS = {"qty": range(9), "moved": range(9), "by": ("an", "bo", None), "mark": (b"\x00", b"\xff" * 40, None)}


def a_change(chance: random.Random, shapes: tuple[Shape, ...]) -> Change:
    shape = chance.choice(shapes)
    cells = tuple(chance.choice(CELLS[name]) for name in (*shape.adds, *shape.puts))
    return Change(shape, (chance.choice("ab"), chance.choice("xy")), cells)


@pytest.mark.parametrize("seed", range(30))
def test_a_batch_writes_what_its_changes_say_in_their_order(tmp_path: Path, seed: int) -> None:
    """Sums are summed and shapes gathered on the way to the disk; what is overwritten in turns keeps its turn."""
    chance = random.Random(seed)
    connection = dbapi.open_writer(tmp_path / "rows.db")
    for statement in create_statements(SHELF):
        connection.execute(statement)
    rows, told = Rows(connection), DictStore()
    for _ in range(6):
        shapes = tuple(chance.sample(SHAPES, chance.choice((1, 1, 2, 5))))
        batch = [a_change(chance, shapes) for _ in range(chance.randrange(12))]
        if chance.random() < 0.3:
            rows.rows(SHELF, ("a",))
        rows.apply(batch)
        told.apply(batch)
        assert rows.rows(SHELF, ("b",)) == told.rows(SHELF, ("b",))
        rows.flush()
    assert rows_by_key(SHELF, connection.execute(select_all(SHELF))) == told.tables.get("shelf", {})
    connection.close()


def test_bytes_and_nothing_are_written_without_asking_them_how(tmp_path: Path) -> None:
    """The driver has an adapter for both, and for a measurement can be had without."""
    connection = dbapi.open_writer(tmp_path / "cells.db")
    connection.execute("CREATE TABLE cell (one BLOB, two BLOB, three TEXT)")
    row = (b"\x00\xff", b"", None)
    asked = dict(dbapi.dbapi2.adapters)
    connection.executemany("INSERT INTO cell VALUES (?, ?, ?)", [row])
    with dbapi.driver_as_it_comes():
        assert {bytes, type(None)}.isdisjoint(kind for kind, _ in dbapi.dbapi2.adapters)
        connection.executemany("INSERT INTO cell VALUES (?, ?, ?)", [row])
    assert dbapi.dbapi2.adapters == asked
    assert {bytes, type(None)} <= {kind for kind, _ in asked}
    assert connection.execute("SELECT * FROM cell").fetchall() == [row, row]
    connection.close()
