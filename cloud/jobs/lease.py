"""A lease: of many workers one does a job's run, and a worker that died holding it delays it only until it ends."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from cloud.store.installation import Installation
from cloud.store.ledger_tables import LEASE
from cloud.store.tenant import COUNTED


def take(installation: Installation, name: str, holder: str, run_key: str, for_ms: int) -> bool:
    """Whether this worker may do that run of the job now; a run that somebody has taken is never given twice."""
    now = installation.clock()
    with installation.database.writing() as connection:
        row = connection.execute(select(LEASE).where(LEASE.c.name == name).with_for_update()).first()
        if row is None:
            # Two workers may both find nothing; the key lets one of them in, the other's next run finds the row.
            given = {"name": name, "holder": holder, "until_ms": now + for_ms, "run_key": run_key}
            insert = sqlite.insert(LEASE) if installation.database.is_sqlite else postgresql.insert(LEASE)
            return (
                connection.execute(insert.on_conflict_do_nothing(), given, execution_options=COUNTED).rowcount
                == 1
            )
        if row.run_key == run_key or row.until_ms > now:
            return False
        connection.execute(
            update(LEASE)
            .where(LEASE.c.name == name)
            .values(holder=holder, until_ms=now + for_ms, run_key=run_key)
        )
        return True


def give_back(installation: Installation, name: str, holder: str) -> None:
    """The run is over; the next may begin."""
    with installation.database.writing() as connection:
        connection.execute(
            update(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder).values(until_ms=0)
        )
