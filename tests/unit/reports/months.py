"""Two shops over ten weeks, made by seeded chance, and the slow, obvious way to every figure: move by move."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from shared.errors import DomainError
from shared.ledger.envelope import decode
from shared.ledger.fact import Fact, decode_body
from shared.stock import locations
from shared.stock.moves import Move, moves_of
from tests.support.shop import TODAY, Shop

FIRST = TODAY - timedelta(days=69)
SKUS = ("cake", "milk", "flour")
SEED = 20261122
TENDERS = ("cash", "wechat", None)


@cache
def ten_weeks(seed: int) -> tuple[Shop, Shop]:
    """Receipts, sales, returns, waste, counts, transfers and holds, some days without any. Nobody may change them."""
    chance = random.Random(seed)
    first, second = Shop("S1").open_up(), Shop("S2").open_up()
    for store in (first, second):
        for sku in SKUS:
            store.receive(sku, "20", lot=f"{sku}-0", day=FIRST, expiry=_in_days(FIRST, 30))
    transfers = 0
    for offset in range(70):
        day = FIRST + timedelta(days=offset)
        if chance.random() < 0.15:
            continue
        for shop in (first, second):
            for _ in range(chance.randint(0, 4)):
                transfers += _something(chance, shop, second if shop is first else first, day, transfers)
    second.events = [event for event in second.events if b"catalogue." not in event]
    return first, second


def _in_days(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()


def _something(chance: random.Random, shop: Shop, other: Shop, day: date, number: int) -> int:
    """One thing that happens; what the rules refuse did not happen. Returns how many transfers were begun."""
    sku, qty = chance.choice(SKUS), str(chance.randint(1, 9))
    lots = sorted({lot.partition("@")[0] for lot in shop.lying(sku)} - {""})
    lot = chance.choice(lots) if lots else None
    at = f"{chance.randint(6, 21):02d}:{chance.choice(('00', '40'))}"
    try:
        match chance.choice(
            ("sell", "sell", "sell", "receive", "return", "waste", "count", "transfer", "hold")
        ):
            case "sell":
                kind = chance.choice(TENDERS)
                price = {"cake": 200, "milk": 1250, "flour": 680}[sku] * int(qty)
                paid = [{"kind": kind, "amount": f"{price // 100}.{price % 100:02d}"}] if kind else []
                shop.ask("sales.sell", day=day, at=at, lines=[{"sku": sku, "qty": qty}], tenders=paid)
            case "receive":
                shop.receive(sku, qty, lot=f"{sku}-{day:%m%d}", day=day, at=at, expiry=_in_days(day, 25))
            case "return" if lot:
                fate = chance.choice(("restock", "hold", "waste"))
                line = {"sku": sku, "qty": "1", "lot": lot, "disposition": fate}
                shop.ask("sales.take_back", day=day, at=at, lines=[line], reason="stale")
            case "waste":
                why = chance.choice(("expired", "damaged"))
                shop.ask("stock.waste", day=day, at=at, lines=[{"sku": sku, "qty": "1"}], reason=why)
            case "count":
                shop.ask("stock.count", day=day, at=at, lines=[{"sku": sku, "counted": qty}])
            case "transfer":
                name = f"T-{number:08d}"
                lines = [{"sku": sku, "qty": "3"}]
                shop.ask(
                    "stock.transfer_out", day=day, at=at, transfer=name, to_store=other.store, lines=lines
                )
                arrived = {"sku": sku, "qty": "2", "lot": lot or "T"}
                other.ask("stock.transfer_in", day=day, transfer=name, from_store=shop.store, lines=[arrived])
                return 1
            case "hold" if lot:
                line = {"sku": sku, "lot": lot, "qty": "1"}
                shop.ask("quality.hold", day=day, at=at, lines=[line], reason="smell")
    except DomainError:
        return 0
    return 0


def facts_of(*shops: Shop) -> Iterator[tuple[str, date, Fact]]:
    """(store, business day, fact), read back from the bytes that went to head office."""
    for shop in shops:
        for event in shop.events:
            envelope = decode(event)
            fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
            assert fact is not None
            yield shop.store, envelope.business_date, fact


def moves_by_day(*shops: Shop) -> dict[tuple[str, date], list[Move]]:
    found: defaultdict[tuple[str, date], list[Move]] = defaultdict(list)
    for store, day, fact in facts_of(*shops):
        found[store, day] += moves_of(fact)
    return found


def close_of(shops: tuple[Shop, Shop], day: date) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(on hand, sellable) by (store, SKU, lot) at the close of a day, summed from the first move on."""
    found: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (store, when), moves in moves_by_day(*shops).items():
        if when <= day:
            for move in moves:
                cells = found[store, move.sku, move.lot]
                cells[0] += move.on_hand_change
                sellable = locations.is_sellable(move.target) - locations.is_sellable(move.source)
                cells[1] += move.qty * sellable
    return {key: (cells[0], cells[1]) for key, cells in found.items() if any(cells)}
