"""What Alembic runs for `upgrade`: always on the connection that `cloud.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from cloud.store.book_tables import VOUCHER
from cloud.store.forecast_tables import FORECAST_ISSUED
from cloud.store.identity_tables import USER
from cloud.store.ledger_tables import METADATA
from cloud.store.replenishment_tables import REPLENISHMENT_RUN
from cloud.store.report_tables import REPORT_RUN

connection = context.config.attributes["connection"]
assert USER.metadata is VOUCHER.metadata is REPORT_RUN.metadata is METADATA
assert REPLENISHMENT_RUN.metadata is FORECAST_ISSUED.metadata is METADATA
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
