"""The tables of the books: vouchers that are never changed, what they sum to, and the histories they were made from.

A voucher's name is the fact it follows from, the version of the rules, and a number: 0 is the voucher itself, 1, 2 …
are differences that later arrivals made. A trigger refuses every change. Everything else here could be made again
from the facts and the policy, except `book_policy` and `book_sku`, which say by what rules.
`node_id` is the store whose fact, cell or account it is; what concerns the whole company has the empty one.
"""

from __future__ import annotations

from sqlalchemy import Index

from cloud.store.columns import number, raw, tenant_table, words
from cloud.store.ledger_tables import METADATA

BOOK_POLICY = tenant_table(
    "book_policy",
    METADATA,
    number("version", key=True),
    words("since"),
    words("body"),
    number("made_ms"),
)
"""A policy as JSON and the day it begins, empty: from the beginning. A new version never changes an old one."""

BOOK_SKU = tenant_table(
    "book_sku",
    METADATA,
    words("sku", key=True),
    number("version"),
    words("body"),
    words("assumed"),
)
"""By what terms a SKU is kept, fixed when it is first met; `assumed` names what master data did not say."""

BOOK_CURSOR = tenant_table(
    "book_cursor",
    METADATA,
    raw("log_id", key=True),
    words("node_id"),
    number("seq"),
)

BOOK_TURN = tenant_table("book_turn", METADATA, number("turn"))
"""One row, locked by whoever posts; `turn` counts batches, so that a worker notices that another was here."""

BOOK_CELL = tenant_table(
    "book_cell",
    METADATA,
    words("node_id", key=True),
    words("kind", key=True),
    words("item", key=True),
    raw("place", key=True),
    raw("value", optional=True),
)
"""What a SKU is worth in a store, what of a sale came back …: the value after each document that concerned it."""

VOUCHER = tenant_table(
    "voucher",
    METADATA,
    words("node_id", key=True),
    raw("log_id", key=True),
    number("seq", key=True),
    number("part", key=True),
    number("rule", key=True),
    number("number", key=True),
    words("kind"),
    words("reference"),
    words("business_date"),
    words("posting_date"),
    number("amount"),
    raw("cause"),
    raw("entries"),
    number("policy"),
    raw("takings", optional=True),
    Index("voucher_by_day", "tenant_id", "posting_date", "node_id"),
)
"""`amount` is the sum of debits in fen; `cause` the place of the late document a difference follows from. Where
`posting_date` is not the business date, that was in a closed period. `policy` is the version it was posted under; 0 in
vouchers from before that was noted. `takings` is what each SKU brought in."""
VOUCHER_KEY = (
    VOUCHER.c.node_id,
    VOUCHER.c.log_id,
    VOUCHER.c.seq,
    VOUCHER.c.part,
    VOUCHER.c.rule,
    VOUCHER.c.number,
)

GL_DAY = tenant_table(
    "gl_day",
    METADATA,
    words("node_id", key=True),
    words("account", key=True),
    words("posting_date", key=True),
    number("debit"),
    number("credit"),
    number("count"),
    Index("gl_day_by_day", "tenant_id", "posting_date"),
)

GL_MONTH = tenant_table(
    "gl_month",
    METADATA,
    words("month", key=True),
    words("node_id", key=True),
    words("account", key=True),
    number("debit"),
    number("credit"),
    number("count"),
)
"""`gl_day` by month, for balances before a day: fifty stores keep some 15,000 rows a year."""

GL_CLOSING = tenant_table(
    "gl_closing",
    METADATA,
    words("posting_date", key=True),
    words("node_id", key=True),
    words("account", key=True),
    number("debit"),
    number("credit"),
    number("count"),
)
"""The part of `gl_day` that closings of income and expenses moved: a statement of profit is without it."""

GOODS_MONTH = tenant_table(
    "goods_month",
    METADATA,
    words("month", key=True),
    words("node_id", key=True),
    words("sku", key=True),
    number("qty"),
    number("net"),
    number("cost"),
    number("worth"),
    number("worth_days"),
)
"""By posting month: quantity sold and fen without tax, what they cost, and by how much the stock's worth changed.
Month "" is all of them together. `worth_days` weighs each change with the days of the month before it, for means."""

BOOK_EXPORT = tenant_table(
    "book_export",
    METADATA,
    words("batch", key=True),
    words("system"),
    words("by_what"),
    words("first_day"),
    words("last_day"),
    number("vouchers"),
    number("made"),
    number("amount"),
    number("made_ms"),
    words("made_by"),
)
"""A batch of vouchers given to another program: `vouchers` of ours became `made` of its own, `amount` fen of debits."""

BOOK_EXPORTED = tenant_table(
    "book_exported",
    METADATA,
    words("system", key=True),
    words("node_id", key=True),
    raw("log_id", key=True),
    number("seq", key=True),
    number("part", key=True),
    number("rule", key=True),
    number("number", key=True),
    words("batch"),
    number("made_number"),
    Index("book_exported_by_batch", "tenant_id", "batch"),
)
"""Which program has a voucher already, by which batch and as which number of its month."""

BOOK_PROBLEM = tenant_table(
    "book_problem",
    METADATA,
    words("node_id", key=True),
    raw("log_id", key=True),
    number("seq", key=True),
    number("part", key=True),
    words("key"),
    words("named"),
    words("business_date"),
)
"""Documents that cannot be posted yet, and why; `named` are the values of the text as JSON."""

BOOK_WAITING = tenant_table(
    "book_waiting",
    METADATA,
    raw("log_id", key=True),
    number("seq", key=True),
    words("node_id"),
)
"""Facts that lay in quarantine when the books passed them."""

BOOK_PROOF = tenant_table(
    "book_proof",
    METADATA,
    number("at_ms", key=True),
    number("turn"),
    number("unposted"),
    number("problems"),
    words("findings"),
)
"""What each proof of the books found, as JSON; `turn` is the batch of the books it looked at."""
