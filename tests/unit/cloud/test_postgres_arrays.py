"""Columns packed by us come out of PostgreSQL as they went in, and what it cannot hold is refused, not bent."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from cloud.store.postgres_arrays import numbers, raws, texts


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A plain connection of the driver."""
    with psycopg.connect(make_url(postgres_url).set(drivername="postgresql").render_as_string()) as opened:
        yield opened


_INT64 = st.integers(-(1 << 63), (1 << 63) - 1)
_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(_INT64 | st.none(), min_size=1),
    words=st.lists(_TEXT | st.none(), min_size=1),
    blobs=st.lists(st.binary() | st.none(), min_size=1),
)
def test_every_cell_comes_back(
    connection: psycopg.Connection[tuple[object, ...]],
    counts: list[int | None],
    words: list[str | None],
    blobs: list[bytes | None],
) -> None:
    """Numbers of 64 bits, any text, any bytes, and nothing at all."""
    for cells, packed, kind in (
        (counts, numbers(counts), "bigint"),
        (words, texts(words), "text"),
        (blobs, raws(blobs), "bytea"),
    ):
        rows = connection.execute(f"SELECT * FROM unnest(%s::{kind}[])", (packed,)).fetchall()
        assert [row[0] for row in rows] == cells


@pytest.mark.parametrize("cells", [[1, 1 << 63], [None, 1 << 63], [-(1 << 63) - 1]])
def test_a_number_beyond_64_bits_is_an_overflow(cells: list[int | None]) -> None:
    """The projector parks such a fact; it must not reach the database as another number."""
    with pytest.raises(OverflowError):
        numbers(cells)


def test_half_a_character_and_a_nul_are_refused(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Neither can stand in a PostgreSQL text."""
    with pytest.raises(UnicodeEncodeError):
        texts(["\ud800"])
    with pytest.raises(psycopg.DataError):
        connection.execute("SELECT * FROM unnest(%s::text[])", (texts(["a\x00b"]),))
