"""A random shop day: events that are mostly possible, drawn from a seeded source, with a few that are not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
STORES = ("S1", "S2")
SKUS = ("WATER", "MILK", "FLOUR")
KINDS = (
    *("buy", "buy", "buy", "estimate", "sell", "sell", "sell", "return", "invoice", "back"),
    *("send", "arrive", "scrap", "count", "gift", "produce"),
)


def events(chance: random.Random, count: int) -> Iterator[Json]:
    """`count` events; later ones cite earlier ones."""
    receipts: list[Json] = []
    estimates: list[Json] = []
    sales: list[Json] = []
    transfers: list[Json] = []
    for number in range(count):
        common = {"id": f"R{number}", "date": "2026-10-01", "store": chance.choice(STORES)}
        sku, qty = chance.choice(SKUS), _qty(chance)
        kind = chance.choice(KINDS)
        made = _event(chance, kind, sku, qty, receipts, estimates, sales, transfers)
        if made is None:
            continue
        made = common | made
        for known, of in (
            (receipts, "purchase_receipt"),
            (estimates, "purchase_receipt_estimated"),
            (sales, "sale"),
            (transfers, "transfer_out"),
        ):
            if made["type"] == of:
                known.append(made)
                del known[:-40]
        yield made


def _qty(chance: random.Random) -> str:
    return chance.choice(["1", "2", "3", "7", "0.5", "1.333", "12"])


def _price(chance: random.Random) -> str:
    return f"{chance.randrange(1, 5000) / 100:.2f}"


def _event(
    chance: random.Random,
    kind: str,
    sku: str,
    qty: str,
    receipts: list[Json],
    estimates: list[Json],
    sales: list[Json],
    transfers: list[Json],
) -> Json | None:
    line: Json = {"sku": sku, "qty": qty}
    batch = {"batch": chance.choice("AB")} if sku == "MILK" else {}
    match kind:
        case "buy":
            lines = [
                line | batch | {"net_price": _price(chance)},
                {"sku": "WATER", "qty": "2", "net_price": "1.01"},
            ]
            return {"type": "purchase_receipt", "supplier": "SUP", "lines": lines}
        case "estimate":
            lines = [line | batch | {"est_price": _price(chance)}]
            return {"type": "purchase_receipt_estimated", "supplier": "SUP", "lines": lines}
        case "sell":
            amount = _price(chance)
            lines = [line | {"price": "1", "amount": amount, **(batch if chance.random() < 0.3 else {})}]
            return {"type": "sale", "lines": lines, "payments": {"cash": amount}}
        case "invoice" if estimates:
            of = chance.choice(estimates)
            bought = of["lines"][0]
            lines = [{"sku": bought["sku"], "qty": bought["qty"], "net_price": _price(chance)}]
            return {
                "type": "purchase_invoice",
                "supplier": "SUP",
                "receipt": of["id"],
                "store": of["store"],
                "lines": lines,
            }
        case "back" if receipts:
            of = chance.choice(receipts)
            back = of["lines"][0]
            lines = [{"sku": back["sku"], "qty": chance.choice([back["qty"], "0.5"])}]
            return {
                "type": "purchase_return",
                "supplier": "SUP",
                "receipt": of["id"],
                "store": of["store"],
                "lines": lines,
            }
        case "return" if sales:
            of = chance.choice(sales)
            gone = of["lines"][0]
            lines = [{"sku": gone["sku"], "qty": gone["qty"], "restock": chance.random() < 0.7}]
            refund = {"method": "cash", "amount": gone["amount"]}
            return {
                "type": "sale_return",
                "sale": of["id"],
                "store": of["store"],
                "lines": lines,
                "refund": refund,
            }
        case "send":
            return {"type": "transfer_out", "lines": [line]}
        case "arrive" if transfers:
            of = transfers.pop(chance.randrange(len(transfers)))
            sent = of["lines"][0]
            lines = [{"sku": sent["sku"], "qty": chance.choice([sent["qty"], "0.5"])}]
            return {"type": "transfer_in", "transfer": of["id"], "lines": lines}
        case "scrap":
            return {"type": "scrap", "abnormal": chance.random() < 0.5, "lines": [line]}
        case "count":
            return {"type": "stock_take", "lines": [{"sku": sku, "diff": chance.choice(["-1", "0.5", "2"])}]}
        case "gift":
            return {"type": "gift", "lines": [line | {"market_price": _price(chance)}]}
        case "produce":
            return {"type": "production_issue", "order": chance.choice("XY"), "lines": [line]}
    return None
