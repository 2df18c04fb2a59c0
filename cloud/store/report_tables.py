"""Where reports are sent, who asked for which, and what became of every sending.

A channel's secret (a robot's whole address, a mail server's password) has a column of its own, which no answer reads.
"""

from __future__ import annotations

from sqlalchemy import Index

from cloud.store.columns import number, tenant_table, words
from cloud.store.ledger_tables import METADATA

REPORT_CHANNEL = tenant_table(
    "report_channel",
    METADATA,
    words("channel", key=True),
    words("kind"),
    words("name"),
    words("settings"),
    words("secret"),
    words("changed_by"),
    number("changed_ms"),
)

REPORT_SUBSCRIPTION = tenant_table(
    "report_subscription",
    METADATA,
    words("subscription", key=True),
    words("user_id"),
    words("channel"),
    words("told"),
    number("paused"),
    number("made_ms"),
    Index("report_subscription_by_user", "tenant_id", "user_id"),
)
"""`told` is what was asked for, as JSON: report, stores, period, time, form, recipients."""

REPORT_RUN = tenant_table(
    "report_run",
    METADATA,
    words("subscription", key=True),
    words("first_day", key=True),
    words("last_day", key=True),
    number("revision", key=True),
    words("channel"),
    words("state"),
    number("due_ms"),
    number("next_ms"),
    number("tries"),
    number("sent_ms"),
    words("message"),
    number("behind"),
    words("why"),
    Index("report_run_by_state", "tenant_id", "state", "next_ms"),
    Index("report_run_by_channel", "tenant_id", "channel", "sent_ms"),
)
"""The key is the run's key: a report, a period, an audience, a revision. `state` is waiting, retry, sending, sent,
failed, uncertain (it was being sent when the program ended) or refused; `behind` counts stores that were not complete.
While a run is being sent `next_ms` is when that began."""
