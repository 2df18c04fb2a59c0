"""How the tables would lie over several servers: a plan that PostgreSQL's keys allow, carried out once and no more.

Citus itself is not installed here. The plan is checked against the definitions, and carrying it out against a
PostgreSQL with functions of the same names that write down what they were asked.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, ForeignKey, Index, MetaData, Table, Text, text

from cloud.store import distribution
from cloud.store.distribution import distribute, plan, tables
from cloud.store.engine import Database
from cloud.store.migrate import prepare
from shared.errors import DomainError
from shared.ledger.projection import projected_tables

_PRETEND = """
CREATE TABLE asked (number serial PRIMARY KEY, told text);
CREATE TABLE citus_tables (table_name regclass, citus_table_type text, distribution_column text);
CREATE FUNCTION create_reference_table(which regclass) RETURNS void LANGUAGE sql AS $$
  INSERT INTO asked (told) VALUES ('reference ' || which::text);
  INSERT INTO citus_tables VALUES (which, 'reference', '<none>') $$;
CREATE FUNCTION create_distributed_table(which regclass, by_column text, colocate_with text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO asked (told) VALUES (concat_ws(' ', 'distributed', which::text, by_column, colocate_with));
  INSERT INTO citus_tables VALUES (which, 'distributed', by_column) $$;
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
  SELECT 999999, 'citus', 10, oid, false, '0' FROM pg_namespace WHERE nspname = 'public';
"""


@pytest.fixture
def prepared(postgres_url: str) -> Iterator[Database]:
    """A prepared PostgreSQL without the extension."""
    opened = Database(postgres_url)
    prepare(opened)
    yield opened
    opened.close()


@pytest.fixture
def pretending(prepared: Database) -> Database:
    """The same with functions that write down what they are asked."""
    with prepared.writing() as connection:
        connection.exec_driver_sql(_PRETEND)
    return prepared


def asked(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(text("SELECT told FROM asked ORDER BY number")))


def test_every_tenants_table_has_its_place() -> None:
    """Spread or replicated, each once; only the sequencer's own table stays."""
    steps = {step.table: step for step in plan()}
    of_tenants = {name for name, table in tables().items() if "tenant_id" in table.c}
    assert steps.keys() | distribution.STAYS == of_tenants
    assert (steps["event"].column, steps["op_registry"].column) == ("node_id", "op_id")
    assert steps["log"].kind == "reference"
    for table in projected_tables("cloud"):
        expected = "distributed" if table.keeper == "node" else "reference"
        assert steps[table.name].kind == expected, table.name


def test_every_spread_tables_keys_hold_its_column(prepared: Database) -> None:
    """Asked of PostgreSQL itself: each unique index of a table that is spread contains the column."""
    query = text(
        "SELECT i.relname, array_agg(a.attname::text) FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid"
        " JOIN pg_class i ON i.oid = x.indexrelid"
        " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey)"
        " WHERE x.indisunique AND t.relname = :table GROUP BY i.relname"
    )
    with prepared.reading() as connection:
        for step in plan():
            unique = connection.execute(query, {"table": step.table}).all()
            assert unique, step.table
            for name, columns in unique:
                assert step.kind == "reference" or step.column in columns, (step.table, name)


def test_what_lies_beside_another_is_spread_by_the_same_column_and_comes_after_it() -> None:
    """Replicated tables first, then the anchors, then the rest."""
    steps = plan()
    place = {step.table: number for number, step in enumerate(steps)}
    for step in steps:
        if step.beside:
            (anchor,) = [other for other in steps if other.table == step.beside]
            assert anchor.column == step.column
            assert place[anchor.table] < place[step.table]
            here, there = (tables()[name].c[step.column].type for name in (step.table, step.beside))
            assert type(here) is type(there)
    assert [step.kind for step in steps] == sorted((step.kind for step in steps), reverse=True)


def test_it_is_carried_out_once_and_goes_on_where_it_was_cut(pretending: Database) -> None:
    """Run twice, nothing more is asked; a table that is new since is the only one asked for."""
    done = distribute(pretending)
    assert done == plan()
    told = asked(pretending)
    assert len(told) == len(done)
    assert told.index("distributed event node_id none") < told.index('distributed stock node_id "event"')
    assert "distributed op_registry op_id none" in told
    assert 'distributed op op_id "op_registry"' in told
    assert distribute(pretending) == []
    with pretending.writing() as connection:
        connection.exec_driver_sql("DELETE FROM citus_tables WHERE table_name = 'stock'::regclass")
    assert [step.table for step in distribute(pretending)] == ["stock"]
    assert len(asked(pretending)) == len(told) + 1


def test_it_refuses_clearly_where_it_cannot(database: Database, postgres_url: str) -> None:
    """The embedded database; a PostgreSQL without the extension."""
    key = "distribute_needs_postgresql" if database.is_sqlite else "distribute_needs_citus"
    with pytest.raises(DomainError, match=key):
        distribute(database)


def test_a_table_that_lies_otherwise_is_not_touched(pretending: Database) -> None:
    """Somebody has spread the day-book by something else: nothing at all is done."""
    with pretending.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO citus_tables VALUES ('event'::regclass, 'distributed', 'tenant_id')"
        )
    with pytest.raises(DomainError, match="distribute_otherwise"):
        distribute(pretending)
    assert asked(pretending) == []


def test_a_key_without_the_column_and_a_reference_across_are_refused() -> None:
    """The plan fails before a database is asked."""
    metadata = MetaData()
    event = Table(
        "event",
        metadata,
        Column("tenant_id", Text, primary_key=True),
        Column("node_id", Text, primary_key=True),
        Column("name", Text),
    )
    assert [step.table for step in plan({"event": event})] == ["event"]
    index = Index("by_name", event.c.tenant_id, event.c.name, unique=True)
    with pytest.raises(DomainError, match="distribute_key_lacks"):
        plan({"event": event})
    event.indexes.remove(index)
    ops = Table(
        "op_registry",
        metadata,
        Column("tenant_id", Text, primary_key=True),
        Column("op_id", Text, primary_key=True),
        Column("of", Text, ForeignKey("event.node_id")),
    )
    with pytest.raises(DomainError, match="distribute_apart"):
        plan({"event": event, "op_registry": ops})
