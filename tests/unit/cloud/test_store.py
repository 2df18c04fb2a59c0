"""The door to the database: tables as defined, one tenant at a time, the same rows as the dict adapter."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from cloud.store import apply
from cloud.store.engine import Database
from cloud.store.ledger_tables import LOG, METADATA, NODE
from cloud.store.migrate import prepare
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, mine
from shared.ledger.projection import Change, Table, changed, number, text
from shared.ledger.view import DictStore
from shared.sales.projection import SALE, SALES_DAY


def test_migrations_make_exactly_the_tables_defined(database: Database) -> None:
    """A table changed without a migration, or the other way round, shows here."""
    with database.writing() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables},
        )
        assert compare_metadata(context, METADATA) == []


def test_preparing_twice_changes_nothing(database: Database) -> None:
    """Every start prepares the database; rows stay."""
    with TenantStore(database, "a").writing() as writing:
        apply.write(
            writing, "s1", apply.fold([changed(SALES_DAY, ("2026-11-22", "milk"), add={"qty": 5})]), b"b"
        )
    prepare(database)
    with TenantStore(database, "a").reading() as reading:
        table = table_of(SALES_DAY)
        assert reading.scalar(select(table.c.qty).where(mine(table))) == 5


def test_a_statement_that_forgets_the_tenant_is_refused(database: Database) -> None:
    """Reads, joins, subqueries and changes alike, before they reach the database."""
    store = TenantStore(database, "a")
    with store.writing() as writing:
        with pytest.raises(AssertionError, match="node"):
            writing.all(select(NODE))
        with pytest.raises(AssertionError, match="log"):
            writing.all(select(NODE).join(LOG, LOG.c.node_id == NODE.c.node_id).where(mine(NODE)))
        newest = select(func.max(LOG.c.epoch)).scalar_subquery()
        with pytest.raises(AssertionError, match="log"):
            writing.all(select(NODE, newest).where(mine(NODE)))
        with pytest.raises(AssertionError, match="node"):
            writing.change(update(NODE).values(name="x"))
        with pytest.raises(AssertionError, match="node"):
            writing.change(delete(NODE))


def test_a_join_on_the_tenant_carries_the_scope_over(database: Database) -> None:
    """Tying one table and joining on tenant_id is enough."""
    joined = (
        select(NODE.c.node_id)
        .join(LOG, (LOG.c.tenant_id == NODE.c.tenant_id) & (LOG.c.node_id == NODE.c.node_id))
        .where(mine(NODE))
    )
    with TenantStore(database, "a").reading() as reading:
        assert reading.all(joined) == []


def test_two_tenants_with_the_same_store_never_meet(database: Database) -> None:
    """The same store code and SKU in two tenants are two rows; each sees its own."""
    for tenant, qty in (("a", 1), ("b", 2)):
        with TenantStore(database, tenant).writing() as writing:
            change = changed(SALES_DAY, ("2026-11-22", "milk"), add={"qty": qty})
            apply.write(writing, "s1", apply.fold([change]), b"batch")
    table = table_of(SALES_DAY)
    for tenant, qty in (("a", 1), ("b", 2)):
        with TenantStore(database, tenant).reading() as reading:
            assert [row.qty for row in reading.all(select(table).where(mine(table)))] == [qty]


_NAMES = st.sampled_from(["amount", "returned"])
_CHANGES = st.lists(
    st.builds(
        lambda key, add, put: changed(SALE, (key,), add, put),
        st.sampled_from(["x", "y"]),
        st.dictionaries(_NAMES, st.integers(-5, 5)),
        st.dictionaries(
            st.sampled_from(["actor", "reference", "business_date"]), st.sampled_from(["p", None])
        ),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(_CHANGES, max_size=3))
def test_rows_come_out_as_the_dict_adapter_says(database: Database, runs: list[list[Change]]) -> None:
    """Folding, batching and upserting are only ways to do what `changed_row` defines."""
    expected = DictStore()
    store = TenantStore(database, "hypothesis")
    table = table_of(SALE)
    with store.writing() as writing:
        writing.change(delete(table).where(mine(table)))
    for changes in runs:
        expected.apply(changes)
        with store.writing() as writing:
            apply.write(writing, "s1", apply.fold(changes), b"batch")
    names = [column.name for column in SALE.columns]
    with store.reading() as reading:
        rows = reading.all(select(table).where(mine(table)))
    found = {(row.sale,): {name: row._mapping[name] for name in names} for row in rows}
    assert found == expected.tables.get("sale", {})


def test_folding_keeps_the_order_of_adding_and_setting() -> None:
    """Setting forgets what was added before it; adding after it counts on top."""
    table = Table("t", (text("k"),), (number("n"),))
    changes = [
        changed(table, ("a",), add={"n": 5}),
        changed(table, ("a",), put={"n": 7}),
        changed(table, ("a",), add={"n": 1}),
    ]
    assert apply.fold(changes)["t"][1][("a",)].put == {"n": 8}
