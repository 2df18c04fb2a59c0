"""What was made fast is held against what is plain: bodies read at once against the careful reader, changes folded
and cached against the same changes applied to rows one by one."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.ledger import dbapi
from edge.ledger.rows import Rows
from edge.ledger.tables import create_statements, rows_by_key, select_all
from shared import strict_json as reading
from shared.errors import DomainError
from shared.ledger.projection import Change, Shape, Table, changed, number, text
from shared.ledger.view import DictStore

WIDE = Table("wide", (text("k"), text("l")), (number("a"), number("b"), number("c"), text("x"), text("y")))
SPARSE = Table("sparse", (text("k"), text("l")), (number("q"),), says_nothing_at_zero="q")

ATOMS = [
    *(b'""', b'"a"', b'"/"', b'"\\/"', b'"{[{["', b"null", b"true", b"NaN", b"Infinity", b"-Infinity"),
    *(b"0", b"-0", b"-0.0", b"1e5", b"1E5", b"1e16", b"1e+16", b"1e22", b"0.1", b"1.0", b"1.", b".5", b"01"),
    *(b"1e400", b"1e-400", b"5e-324", b"1.7976931348623157e308", b"100000000000000000.5", b"0.0000001"),
    *(b"999999999999999999", b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809"),
    *(b'"\x00"', b'"\x1d"', b'"\\u001d"', b'"\\u0000"', b'"\x7f"', b'"\n"', b'"\xc2\x85"', b'"\xe2\x80\xa8"'),
    *(b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b'"\xff"', b'"\xf0\x9f\x98\x80"'),
]
KEYS = [b'"a"', b'"b"', b'"\\u0061"', b'""', b"1", b'"\xc3\xa9"']


def nested(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    pairs = st.tuples(st.sampled_from(KEYS), inner).map(b":".join)
    return st.lists(inner, max_size=4).map(lambda found: b"[" + b",".join(found) + b"]") | st.lists(
        pairs, max_size=4
    ).map(lambda found: b"{" + b",".join(found) + b"}")


written = st.recursive(
    st.sampled_from(ATOMS)
    | st.floats(allow_nan=False).map(lambda value: repr(value).encode())
    | st.integers().map(lambda value: str(value).encode()),
    nested,
    max_leaves=12,
)
deep = st.integers(28, 36).map(lambda depth: b"[" * depth + b"1" + b"]" * depth)
around = st.sampled_from([b"", b"", b"", b" ", b"\n", b"\x00", b"\xef\xbb\xbf", b",", b"1"])
bodies = st.tuples(around, written | deep, around).map(b"".join) | st.binary(max_size=12)


def told(read: Callable[[bytes], object], raw: bytes) -> Any:
    """What came of it, with types, so that 1, 1.0 and True differ."""
    try:
        return typed(read(raw))
    except DomainError as error:
        return ("refused", error.key)


def typed(value: object) -> Any:
    if isinstance(value, dict):
        return [(key, typed(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return ["list", *map(typed, value)]
    return type(value), value.hex() if isinstance(value, float) else value


@settings(max_examples=400, deadline=None)
@given(bodies)
def test_the_quick_reader_says_what_the_careful_one_says(raw: bytes) -> None:
    """Same value or same refusal, whichever of the two reads the body."""
    quick = told(reading.strict_json, raw)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "_plain", lambda _raw: None)
        assert quick == told(reading.strict_json, raw)


amounts = st.integers(-5, 5)


@st.composite
def a_change(draw: st.DrawFn) -> Change:
    key = (draw(st.sampled_from("mn")), draw(st.sampled_from("pq")))
    if draw(st.booleans()):
        return changed(SPARSE, key, add={"q": draw(st.integers(-2, 2))})
    names = draw(st.permutations("abc"))
    cut, end = sorted((draw(st.integers(0, 3)), draw(st.integers(0, 3))))
    put: dict[str, Any] = {name: draw(amounts) for name in names[cut:end]}
    for name in draw(st.lists(st.sampled_from("xy"), unique=True)):
        put[name] = draw(st.sampled_from(["u", "v", None]))
    return changed(WIDE, key, add={name: draw(amounts) for name in names[:cut]}, put=put)


steps = st.lists(
    a_change()
    | st.tuples(st.sampled_from((WIDE, SPARSE)), st.sampled_from("mn"))
    | st.sampled_from(("flush", "end")),
    max_size=40,
)


@settings(max_examples=120, deadline=None)
@given(steps)
def test_folded_and_cached_rows_are_the_rows(done: list[Any]) -> None:
    """Changes of mixed shapes with reads, flushes and an emptied cache between them: always the plain answer."""
    connection = in_memory()
    rows, plain = Rows(connection, lambda: begin(connection)), DictStore()
    for step in done:
        if isinstance(step, Change):
            rows.apply([step])
            plain.apply([step])
        elif isinstance(step, tuple):
            table, group = step
            assert telling(table, rows.rows(table, (group,))) == telling(table, plain.rows(table, (group,)))
        else:
            begin(connection)
            rows.flush()
            if step == "end":
                connection.execute("COMMIT")
                rows.forget()
    begin(connection)
    rows.flush()
    for table in (WIDE, SPARSE):
        found = rows_by_key(table, connection.execute(select_all(table)))
        assert found == plain.tables.get(table.name, {})
    connection.close()


def in_memory() -> dbapi.Connection:
    connection = dbapi.open_writer(":memory:")  # type: ignore[arg-type]
    for table in (WIDE, SPARSE):
        for statement in create_statements(table):
            connection.execute(statement)
    return connection


def begin(connection: dbapi.Connection) -> None:
    if not connection.in_transaction:
        connection.execute("BEGIN")


def telling(table: Table, rows: Any) -> Any:
    """Rows but those that say nothing, which a reader may be spared."""
    name = table.says_nothing_at_zero
    return {key: row for key, row in rows.items() if not name or row[name]}


def test_a_change_cannot_sum_and_overwrite_one_column() -> None:
    """Fold and database would understand it differently, so its shape is refused."""
    with pytest.raises(AssertionError, match="both"):
        Shape(WIDE, adds=("a", "b"), puts=("b",))
