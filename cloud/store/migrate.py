"""Bringing a database up to this program: Alembic for the ledger, drop-and-rebuild for projected tables.

Facts are for ever, so their tables are migrated with care, each step in a transaction. Projected rows can be
made again from the facts at any time; when a definition changes they are dropped, the cursors go back to zero
and the projector fills them again. Stores are told by a new generation of the feed.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, delete, insert, inspect, select, text, update
from sqlalchemy import Table as SqlTable

from cloud.store import projected
from cloud.store.engine import Database
from cloud.store.ledger_tables import (
    FACT,
    FEED,
    FEED_PENDING,
    PROJ_CURSOR,
    PROJECTED,
    QUARANTINE,
    TENANT,
    is_verdict,
)

_HERE = Path(__file__).parent / "migrations"
_WHOLE = "projected tables"
_LOCK = 0x11D5_5815


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for this connection."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config


def prepare(database: Database) -> None:
    """Create or upgrade every table; several workers may call it at once."""
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(alembic_config(connection), "head")
        known = connection.scalar(select(PROJECTED.c.fingerprint).where(PROJECTED.c.name == _WHOLE))
        if known != projected.fingerprint():
            rebuild(connection, was_built=known is not None)


def rebuild(connection: Connection, *, was_built: bool = True) -> None:
    """Drop what projections made and let the projector begin again at the first fact of every log.

    Which op was first (`op_registry`, `superseded`) is history and stays, and so is what was found or decided about
    who recorded a fact.
    """
    held = set(inspect(connection).get_table_names())
    for table in _formerly_projected(connection, held):
        table.drop(connection)
    projected.METADATA.create_all(connection)
    for derived in (FACT, PROJECTED):
        connection.execute(delete(derived))
    connection.execute(delete(QUARANTINE).where(~is_verdict(QUARANTINE)))
    connection.execute(update(PROJ_CURSOR).values(seq=0))
    if was_built:
        connection.execute(delete(FEED))
        connection.execute(delete(FEED_PENDING))
        connection.execute(
            update(TENANT).values(cloud_gen=TENANT.c.cloud_gen + 1, feed_floor=TENANT.c.feed_head)
        )
    rows = [{"name": _WHOLE, "fingerprint": projected.fingerprint()}]
    rows += [{"name": name, "fingerprint": ""} for name in projected.projected()]
    connection.execute(insert(PROJECTED), rows)


def _formerly_projected(connection: Connection, held: set[str]) -> list[SqlTable]:
    names = set(connection.scalars(select(PROJECTED.c.name))) | set(projected.projected())
    return [SqlTable(name, MetaData()) for name in sorted(names & held)]
