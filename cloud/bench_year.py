"""A year of a chain of fifty stores, drawn by seeds: what the reports are measured on.

Every store sells two thousand goods, some far more often than others, from lots that it takes oldest first, and orders
more when little is left; what has passed its last day is thrown away, a fact in a hundred is breakage and one a return.
The chain's size is the number of its facts; days, stores and goods stay the same, so a larger chain sells more a day.

Five stores are drawn, and their facts go through push, projector and poster, a frame of each in turn, because that is
how they would come. The others, forty-five of fifty, are copies of these, row by row (`cloud/bench_copies.py`): ten
million facts would take hours otherwise, and a report cannot tell. Afterwards the drawn stores go on selling, so that
what a fact costs is known of a chain of that age.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

import msgspec

from cloud.bench import FRAME, framed
from cloud.bench_piece import Piece, take_in
from cloud.books.poster import Poster
from cloud.identity.nodes import KnownNode
from cloud.intake import commands
from cloud.store.installation import Installation
from cloud.store.ledger_tables import NODE
from shared.access.roles import WHOLE_CHAIN, Principal
from shared.ledger import envelope as envelopes
from shared.ledger.envelope import Envelope, event_id
from shared.ledger.fact import Fact, encode_body, kind_and_version
from shared.ledger.ops import OPS_MAX, Op, Ops
from shared.sales.events import GoodsReturned, ReturnedLine, SaleRecorded, SoldLine, Tender, TenderKind
from shared.stock.events import GoodsReceived, GoodsWasted, ReceivedLine, Take, TakenLine
from shared.units import MICRO

STORES = 50
"""Of the chain that the promise is about."""
DRAWN = tuple(f"S{number:02d}" for number in range(1, 6))
SKUS = 2000
CATEGORIES = 20
SUPPLIERS = 40
DAYS = 365
TODAY = date(2026, 11, 20)
FIRST_DAY = TODAY - timedelta(days=DAYS - 1)
NOW_MS = 1_795_168_800_000
"""Six in the evening of that day in Shanghai."""
_DAY_MS = 86_400_000
_DATED = 2
"""Every second product has a shelf life, of so many days, so the books cost it by lot; the others by average."""
_LIFE = 120
_DELIVERED = 12
_ONES = (*(1,) * 12, 2, 2, 3)
_TENDERS: tuple[TenderKind, ...] = ("wechat", "wechat", "alipay", "cash", "card")
_OWNER = Principal(user="bench", name="bench", role="owner", stores=(WHOLE_CHAIN,))


def copies_of(stores: int) -> dict[str, str]:
    """Each store of a chain of so many that is not drawn, and the drawn one that it is a copy of."""
    others = [f"S{number:02d}" for number in range(len(DRAWN) + 1, stores + 1)]
    return {copy: DRAWN[number % len(DRAWN)] for number, copy in enumerate(others)}


def sku_of(number: int) -> str:
    return f"SKU{number:05d}"


def price_of(number: int) -> int:
    """What a piece sells for in fen."""
    return 190 + number * 37 % 4800


def open_chain(installation: Installation, stores: int) -> None:
    """Stores, goods and suppliers, entered at head office; and a node for each store."""
    named = (*DRAWN, *copies_of(stores))
    asked = [_op(number, kind, body) for number, (kind, body) in enumerate(_lists(named))]
    for start in range(0, len(asked), OPS_MAX):
        told = commands.submit(
            installation, installation.home, _OWNER, Ops(ops=tuple(asked[start : start + OPS_MAX])), "en"
        )
        assert all(result.state == "accepted" for result in told.results), told.results[0]
    with installation.home.writing() as writing:
        for store in named:
            node = {"node_id": store, "wire_id": id_of(store), "name": store, "state": "enrolled"}
            writing.insert_missing(NODE, {**node, "last_hello_ms": NOW_MS, "last_push_ms": NOW_MS})


def _lists(stores: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for store in stores:
        about = {"store": store, "name": store, "timezone": "Asia/Shanghai", "cutoff_minutes": 0}
        yield "catalogue.define_store", about
    for number in range(CATEGORIES):
        yield (
            "catalogue.define_category",
            {"category": f"c{number}", "zh": f"品类{number}", "en": f"C{number}"},
        )
    for number in range(SUPPLIERS):
        yield "catalogue.define_supplier", {"supplier": f"v{number}", "name": f"Supplier {number}"}
    for number in range(SKUS):
        about = {
            "sku": sku_of(number),
            "name": f"商品 {number}",
            "category": f"c{number % CATEGORIES}",
            "base_unit": "ea",
            "supplier": f"v{number % SUPPLIERS}",
        }
        dated = {"shelf_life_days": _LIFE} if number % _DATED == 0 else {}
        yield "catalogue.define_product", {**about, **dated}
        fen = price_of(number)
        yield "catalogue.set_price", {"sku": sku_of(number), "price": f"{fen // 100}.{fen % 100:02d}"}


def _op(number: int, kind: str, body: dict[str, Any]) -> Op:
    return Op(
        op_id=id_of(f"op {number}").hex(),
        device_id="desk",
        dev_seq=number,
        kind=kind,
        at_ms=NOW_MS,
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


def id_of(name: str) -> bytes:
    return hashlib.sha256(f"bench year {name}".encode()).digest()[:16]


def log_of(store: str) -> bytes:
    """The id of a store's log."""
    return id_of(f"log {store}")


class Year:
    """The drawn stores' facts, brought in piece by piece; `facts` is how many the whole chain has in that year."""

    def __init__(self, installation: Installation, facts: int, stores: int) -> None:
        assert facts % (stores * FRAME) == 0, f"facts must be a multiple of {stores * FRAME}"
        store = installation.home
        self.pieces = facts // stores // FRAME
        self._nodes = [KnownNode(store, name, id_of(name)) for name in DRAWN]
        self._frames = [
            framed(_year(number, name, facts // stores), log_of(name), id_of(name))
            for number, name in enumerate(DRAWN)
        ]
        self._poster = Poster(store)
        # What head office entered, so that a piece is of the stores' facts alone.
        self._poster.post_all(NOW_MS)

    def take_in(self) -> Piece:
        """The next frame of each drawn store; after the year's end they are all of its last day."""
        frames = [(node, next(of_store)[0]) for node, of_store in zip(self._nodes, self._frames, strict=True)]
        return take_in(self._poster, frames, NOW_MS)


class _Shelf:
    """What lies in one store: lots of each product as [lot, quantity], the oldest first."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.lots: list[list[list[Any]]] = [[] for _ in range(SKUS)]
        self.short: list[int] = list(range(SKUS))
        """Products of which little is left; each stands here once."""
        self._asked = [True] * SKUS
        self._dated: deque[tuple[int, int, str]] = deque()

    def receive(self, number: int, lot: str, qty: int, day: int) -> None:
        self.lots[number].append([lot, qty])
        self._asked[number] = False
        if number % _DATED == 0:
            self._dated.append((day + _LIFE, number, lot))

    def expired(self, day: int) -> tuple[TakenLine, ...]:
        """What is left of lots past their last day, some of them at a time."""
        lines: list[TakenLine] = []
        while self._dated and self._dated[0][0] < day and len(lines) < _DELIVERED:
            _, number, lot = self._dated.popleft()
            held = self.lots[number]
            if held and held[0][0] == lot:
                takes = (Take(lot, "main", held.pop(0)[1] * MICRO),)
                lines.append(TakenLine(sku=sku_of(number), takes=takes))
                self._note_if_short(number)
        return tuple(lines)

    def take(self, number: int, qty: int) -> tuple[Take, ...]:
        """Oldest first; what is not there is taken from goods without a lot, as a till would."""
        lots, taken, left = self.lots[number], [], qty
        while left and lots:
            lot = lots[0]
            part = min(left, lot[1])
            taken.append(Take(lot[0], "main", part * MICRO))
            lot[1] -= part
            left -= part
            if not lot[1]:
                lots.pop(0)
        if left:
            taken.append(Take("", "main", left * MICRO))
        self._note_if_short(number)
        return tuple(taken)

    def _note_if_short(self, number: int) -> None:
        if not self._asked[number] and sum(lot[1] for lot in self.lots[number]) < 10:
            self._asked[number] = True
            self.short.append(number)

    def chosen(self) -> int:
        """A product, the first of them far more often."""
        return int(SKUS * self._random.random() ** 2)


def _year(of: int, store: str, facts: int) -> Iterator[bytes]:
    """One store's facts in their order, as they are stored, without end; the same for the same number and size."""
    random = Random(of)  # noqa: S311 - a drawn chain, no secret
    shelf = _Shelf(random)
    since_delivery = 0
    for number in count():
        day = min(number * DAYS // facts, DAYS - 1)
        since_delivery += 1
        name = f"{store}-{number}"
        draw = random.random()
        fact: Fact
        # The first deliveries fill the shelves; after that, what is short comes by the dozen.
        if len(shelf.short) > SKUS // 2 or (len(shelf.short) >= _DELIVERED and since_delivery >= 15):
            since_delivery = 0
            fact = _delivery(shelf, name, day, of)
        elif expired := shelf.expired(day):
            fact = GoodsWasted(lines=expired, reason="expired")
        elif draw < 0.01:
            product = shelf.chosen()
            broken = TakenLine(sku=sku_of(product), takes=shelf.take(product, 1))
            fact = GoodsWasted(lines=(broken,), reason="damaged")
        elif draw < 0.02:
            product = shelf.chosen()
            line = ReturnedLine(
                sku=sku_of(product),
                qty=MICRO,
                amount=price_of(product),
                lot="",
                place="main",
                disposition="waste",
            )
            fact = GoodsReturned(lines=(line,), reason="other")
        else:
            fact = _sale(shelf, random, name)
        at_ms = NOW_MS - (DAYS - 1 - day) * _DAY_MS - random.randrange(10 * 3_600_000)
        yield _stored(name, fact, FIRST_DAY + timedelta(days=day), at_ms, f"clerk-{number % 6}")


def _delivery(shelf: _Shelf, name: str, day: int, of: int) -> Fact:
    """Two hundred products of an opening shop, later a dozen; the shortest first."""
    many = 200 if len(shelf.short) > SKUS // 2 else _DELIVERED
    products, shelf.short = shelf.short[:many], shelf.short[many:]
    lines = []
    for product in products:
        # The first products sell most: they come by forty, the last by a dozen.
        qty = 40 if product < SKUS // 4 else 12
        shelf.receive(product, name, qty, day)
        dated = product % _DATED == 0
        cost = price_of(product) * (55 + (day + of + product) % 9) // 100
        lines.append(
            ReceivedLine(
                sku=sku_of(product),
                lot=name,
                place="main",
                qty=qty * MICRO,
                unit_cost=cost * (MICRO // 100),
                expiry=FIRST_DAY + timedelta(days=day + _LIFE) if dated else None,
            )
        )
    return GoodsReceived(receipt=name, supplier=f"v{products[0] % SUPPLIERS}", lines=tuple(lines))


def _sale(shelf: _Shelf, random: Random, name: str) -> Fact:
    lines = []
    for _ in range(random.choice((1, 1, 2, 2, 3))):
        product, qty = shelf.chosen(), random.choice(_ONES)
        amount = price_of(product) * qty
        discount = amount // 10 if random.random() < 0.05 else 0
        lines.append(
            SoldLine(
                sku=sku_of(product),
                qty=qty * MICRO,
                unit_price=price_of(product) * (MICRO // 100),
                amount=amount - discount,
                discount=discount,
                takes=shelf.take(product, qty),
            )
        )
    tender = Tender(kind=random.choice(_TENDERS), amount=sum(line.amount for line in lines))
    return SaleRecorded(sale=name, lines=tuple(lines), tenders=(tender,))


def _stored(name: str, fact: Fact, day: date, at_ms: int, actor: str) -> bytes:
    kind, version = kind_and_version(fact.kind)
    # Ids grow with time, as those of devices do.
    op_id = at_ms.to_bytes(6, "big") + id_of(name)[:10]
    return envelopes.encode(
        Envelope(
            event_id=event_id(op_id, 0),
            kind=kind,
            kind_v=version,
            hlc=at_ms << 16,
            wall_ms=at_ms,
            actor=actor,
            device="till-1",
            agg_id="",
            body=encode_body(fact),
            op_id=op_id,
            business_date=day,
            happened_ms=at_ms,
        )
    )
