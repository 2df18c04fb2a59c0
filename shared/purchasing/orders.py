"""An order that still stands: what may be received, changed, answered or cancelled."""

from __future__ import annotations

from shared.errors import DomainError
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.purchasing.projection import ORDER


def standing_order(view: View, order: str, *, store: str | None = None, revision: int | None = None) -> Row:
    """The order as it stands; to a `store` another store's is not there, and `revision` is what was looked at.

    Raises `order_unknown`, `order_already_cancelled`, `order_changed_meanwhile`.
    """
    placed = row(view, ORDER, order)
    if placed is None or store not in (None, placed["store"]):
        raise DomainError("order_unknown", order=order)
    if placed["state"] == "cancelled":
        raise DomainError("order_already_cancelled", order=order)
    if revision not in (None, placed["revision"]):
        raise DomainError("order_changed_meanwhile", order=order)
    return placed
