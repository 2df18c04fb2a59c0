"""A small shop's what-if file for tests: its SKUs, and short ways to write events."""

from __future__ import annotations

import itertools
from typing import Any

from shared.accounting.replay import replay
from shared.accounting.scenario import read_scenario

Json = dict[str, Any]

SKUS: Json = {
    "WATER": {"kind": "merchandise", "costing": "moving_average", "vat": "0.13"},
    "MILK": {"kind": "merchandise", "costing": "fifo", "vat": "0.09"},
    "FLOUR": {"kind": "raw", "costing": "moving_average", "vat": "0.09"},
    "BREAD": {"kind": "finished", "costing": "moving_average", "vat": "0.13"},
    "OIL": {"kind": "consumable", "costing": "moving_average", "vat": "0.13"},
    "CARE": {"kind": "service", "costing": "none", "vat": "0.06"},
}


def scenario(taxpayer: str = "general", chart: str = "小企业会计准则", **skus: Json) -> Json:
    return {
        "stores": {"S1": "one", "S2": "two", "HQ": "head office", "TRANSIT": "on the road"},
        "policy": {
            "taxpayer": taxpayer,
            "chart": chart,
            "surtax": {"urban": "0.07", "education": "0.03", "local": "0.02"},
            "surtax_factor": "0.5",
        },
        "skus": SKUS | skus,
    }


_numbers = itertools.count(1)


def event(kind: str, **fields: Any) -> Json:
    """An event at S1 on 1 October unless it says otherwise."""
    return {"id": f"V{next(_numbers)}", "type": kind, "date": "2026-10-01", "store": "S1"} | fields


def bought(sku: str, qty: str, price: str, **fields: Any) -> Json:
    line = {"sku": sku, "qty": qty, "net_price": price}
    line |= {name: fields.pop(name) for name in ("vat", "batch", "deductible") if name in fields}
    return event("purchase_receipt", supplier="SUP", lines=[line], **fields)


def sold(sku: str, qty: str, price: str, paid: str, **fields: Any) -> Json:
    line = {"sku": sku, "qty": qty, "price": price}
    line |= {name: fields.pop(name) for name in ("vat", "batch") if name in fields}
    return event("sale", lines=[line], payments={"cash": paid}, **fields)


def kept(*events: Json, of: Json | None = None) -> Json:
    """The books of these events."""
    return replay(read_scenario(of or scenario()), events)


def entries(books: Json, number: int = -1) -> list[tuple[str, str, str]]:
    """(account, store, signed amount) of one voucher, credits with a minus."""
    return [
        (line["account"], line["store"], line["debit"] if line["credit"] == "0.00" else f"-{line['credit']}")
        for line in books["vouchers"][number]["entries"]
    ]


def stock(books: Json) -> dict[tuple[str, str], tuple[str, str]]:
    """Quantity and value by store and SKU."""
    return {(row["store"], row["sku"]): (row["qty"], row["value"]) for row in books["inventory_valuation"]}
