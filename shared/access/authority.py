"""Which permission stands behind each fact a person records, so that head office can see what a store let through.

A store decides offline, by the grants it last heard of; head office knows the newer ones. Facts that a node records
by itself, or as a consequence of another fact, ask nobody's permission and stand in `NOBODYS`.
"""

from __future__ import annotations

from typing import Literal

from shared.access.roles import Principal

NEEDED: dict[str, str] = {
    "stock.opening_recorded": "stock.open",
    "stock.goods_received": "stock.receive",
    "stock.goods_wasted": "stock.waste",
    "stock.transfer_sent": "stock.transfer",
    "stock.transfer_received": "stock.transfer",
    "stock.counted": "stock.count",
    "stock.goods_given": "stock.give",
    "production.started": "production.run",
    "production.components_consumed": "production.run",
    "production.cost_added": "production.cost",
    "production.output_completed": "production.run",
    "service.rendered": "service.render",
    "service.package_sold": "service.render",
    "service.package_redeemed": "service.render",
    "service.visits_given_back": "service.render",
    "accounting.customer_paid": "till.record",
    "accounting.cash_deposited": "till.record",
    "accounting.expense_recorded": "till.record",
    "purchasing.goods_sent_back": "purchasing.send_back",
    "sales.sale_recorded": "sales.sell",
    "sales.goods_returned": "sales.take_back",
    "quality.inspection_recorded": "quality.inspect",
    "sensing.excursion_acknowledged": "sensing.acknowledge",
    "devices.device_registered": "devices.configure",
    "devices.device_retired": "devices.configure",
    "devices.account_revoked": "devices.configure",
}
NOBODYS = frozenset(
    (
        "stock.count_corrected",
        "stock.count_questioned",
        "quality.lot_held",
        "quality.lot_released",
        "devices.account_opened",
        "devices.weight_booked_twice",
        "sensing.readings_rolled_up",
        "sensing.excursion_began",
        "sensing.excursion_ended",
        "sensing.excursion_escalated",
        "sensing.sensor_condition_changed",
        "sensing.sensor_fell_silent",
        "sensing.sensor_heard_again",
        "purchasing.price_questioned",
        "accounting.day_sealed",
        "credit.credit_given_back",
    )
)
"""Lots are held and freed by an inspection or an excursion as well as by hand, so their kind alone says nothing.
An account at the broker is opened by the node for whoever brings a code."""

HEAD_OFFICES = frozenset(
    (
        "sensing.sensor_assigned",
        "purchasing.order_placed",
        "purchasing.order_revised",
        "purchasing.order_cancelled",
        "purchasing.invoice_recorded",
        "purchasing.invoice_accepted",
        "purchasing.invoice_rejected",
        "purchasing.landed_cost_allocated",
        "service.visits_leased",
        "credit.limit_set",
        "credit.credit_leased",
        "credit.credit_recalled",
        "credit.customer_order_placed",
        "credit.customer_order_released",
        "credit.customer_order_cancelled",
        "credit.customer_billed",
        "accounting.policy_set",
        "accounting.supplier_paid",
        "accounting.wallet_settled",
        "accounting.platform_settled",
        "accounting.capital_paid_in",
        "accounting.voucher_entered",
        "accounting.voucher_reversed",
        "accounting.month_end_booked",
        "accounting.pending_disposed",
        "accounting.period_closed",
        "accounting.period_reopen_asked",
        "accounting.period_reopened",
    )
)
"""Facts of areas where stores and head office both record; these stand in head office's own log alone, which asked
for the permission when it decided."""

Objection = Literal["over_authority", "revoked_actor"]


def objection(person: Principal | None, kind: str, store: str, *, revoked: bool) -> Objection | None:
    """What speaks against this person having recorded a fact of this kind in this store, as things stand now.

    Somebody head office has never known (the node's own first user) cannot be judged here.
    """
    if revoked:
        return "revoked_actor"
    if person is None or kind not in NEEDED:
        return None
    if not person.may(NEEDED[kind]) or not person.sees_store(store):
        return "over_authority"
    return None
