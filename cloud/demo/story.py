"""The demo's story: what staff, inspectors and lorries did around the real sales, day by day and store by store.

The sales come from the data. Around them this derives, without a random number, an opening stock, deliveries
with lots and expiries that arrive just before the goods are sold, some of them against purchase orders,
inspections with photographs, weekly counts, goods thrown away when they expire, returns and transfers. The
future sales are known here, so stock seldom runs out; beyond the last day the first days are taken again, so the
shops are full when the live part begins.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

import msgspec

from cloud.demo.assortment import AMBIENT, GROUPS, PLACES, SUPPLIERS, Group
from cloud.demo.chain import (
    CASE,
    LOOSE,
    OWNER,
    Article,
    assortment,
    master_data,
    money,
    sensor_of,
    store_code,
)
from cloud.demo.chance import one_in, pick
from cloud.demo.devices import SCALE, SCANNER, cold_places
from cloud.demo.excerpt import Basket, replayed
from cloud.demo.ops import HEAD_OFFICE, Body, Notebook, Op
from cloud.demo.photos import photograph
from cloud.demo.shelf import Lot, Shelf

LINES_MAX = 400
COUNT_LINES = 8
FILLED_UP_DAYS = 14
INSPECTED_LINES = 5
INSPECTED = {0: "dairy", 2: "produce", 3: "meat"}
"""Which delivery is inspected on which weekday."""
ORDERED = ("grocery", "drinks", "snacks", "frozen", "household", "care")
QUESTIONS = ("Packaging intact 包装完好", "Temperature in range 温度合格", "Date code readable 日期清晰")


class Story(msgspec.Struct, frozen=True):
    """All of it: head office's ops, each store's ops in the order of time, and the photographs they show."""

    today: date
    first: date
    stores: tuple[str, ...]
    articles: dict[str, Article]
    sold: tuple[Basket, ...]
    office: tuple[Op, ...]
    by_store: dict[str, tuple[Op, ...]]
    photos: dict[str, bytes]


def tell(today: date, days: int | None = None, stores: tuple[str, ...] | None = None) -> Story:
    """The story that ends yesterday; with `days` only its last days, with `stores` only some of them."""
    sold = replayed(today, days, None if stores is None else tuple(store[1:] for store in stores))
    teller = _Teller(today, sold, stores)
    teller.tell()
    return Story(
        today=today,
        first=teller.first,
        stores=teller.stores,
        articles=teller.articles,
        sold=sold,
        office=(
            *master_data(teller.articles, teller.stores, _at(teller.first, "08:00") - timedelta(days=5)),
            *teller.orders(),
        ),
        by_store={store: tuple(teller.books[store].ops) for store in teller.stores},
        photos=teller.photos,
    )


def manager(store: str) -> str:
    """Who signs in at the tills; prices of the past are not the list's, which a manager may charge."""
    return f"manager-{store.lower()}"


def clerk(store: str) -> str:
    return f"clerk-{store.lower()}"


def inspector(store: str) -> str:
    return f"inspector-{store.lower()}"


def _at(day: date, clock: str, *about: object) -> datetime:
    """A time of day, a few minutes later each time it is about something else."""
    hours, minutes = clock.split(":")
    late = timedelta(seconds=pick(900, *about)) if about else timedelta()
    return datetime.combine(day, time(int(hours), int(minutes))) + late


Event = tuple[datetime, int, str, Callable[[datetime], None]]


class _Teller:
    """Walks through the days, keeping what lies on the shelves of each store."""

    def __init__(self, today: date, sold: tuple[Basket, ...], stores: tuple[str, ...] | None) -> None:
        found = {store_code(basket.store) for basket in sold}
        self.stores = tuple(sorted(found, key=("S367", "S406", "S356").index)) if stores is None else stores
        self.first = min(basket.at for basket in sold).date()
        self.days = (today - self.first).days
        self.articles = assortment(sold)
        self.books = {store: Notebook(store) for store in self.stores}
        self._ordered: list[tuple[datetime, Body]] = []
        self.photos: dict[str, bytes] = {}
        self._shelves = {store: Shelf() for store in self.stores}
        self._sold_on: dict[date, list[Basket]] = defaultdict(list)
        self._demand: dict[str, dict[str, list[int]]] = {store: {} for store in self.stores}
        self._receipts: dict[tuple[str, date, str], tuple[Op, list[tuple[str, str, int]]]] = {}
        self._releases: dict[tuple[str, date], list[tuple[str, str, int]]] = {}
        self._returns: dict[tuple[str, date], list[tuple[Op, str, str]]] = defaultdict(list)
        self._inbound: dict[tuple[str, date], list[tuple[str, str, list[Body]]]] = defaultdict(list)
        for basket in sold:
            day = basket.at.date()
            self._sold_on[day].append(basket)
            of_store = self._demand[store_code(basket.store)]
            for line in basket.lines:
                of_store.setdefault(line.product, [0] * self.days)[(day - self.first).days] += line.quantity

    def tell(self) -> None:
        for store in self.stores:
            self._open(store)
        for index in range(self.days):
            day = self.first + timedelta(days=index)
            events = [event for store in self.stores for event in self._day(store, day, index)]
            for at, _, _, happen in sorted(events, key=lambda event: event[:3]):
                happen(at)
            for shelf in self._shelves.values():
                shelf.forget_empty()
        for store in self.stores:
            self._last_evening(store)

    def orders(self) -> list[Op]:
        """The purchase orders as they were placed, one after the other."""
        book = Notebook(HEAD_OFFICE)
        for at, body in sorted(self._ordered, key=lambda entry: (entry[0], entry[1]["order"])):
            book.write("purchasing.place_order", body, at=at, user=OWNER, device="buyer")
        return book.ops

    # -- the day ---------------------------------------------------------------------------------------------

    def _day(self, store: str, day: date, index: int) -> Iterator[Event]:
        """Everything that happens in a store on a day, with its time; `rank` settles equal times."""
        yield _at(day, "05:30", store, day), 0, store, partial(self._throw_away, store, day)
        for supplier in SUPPLIERS:
            clock = "06:00" if supplier in ("dairy", "bakery", "produce", "meat") else "09:30"
            at = _at(day, clock, store, day, supplier)
            yield at, 1, store, partial(self._deliver, store, day, index, supplier)
        yield _at(day, "07:00", store, day, "inspect"), 2, store, partial(self._inspect, store, day, index)
        yield _at(day, "08:15", store, day), 2, store, partial(self._release, store, day)
        if index < self.days - 1:
            yield _at(day, "11:10", store, day), 3, store, partial(self._look_over, store, day)
        yield _at(day, "10:20", store, day), 3, store, partial(self._transfer_in, store, day)
        yield _at(day, "12:30", store, day), 3, store, partial(self._take_back, store, day)
        yield _at(day, "15:00", store, day), 3, store, partial(self._send, store, day, index)
        yield _at(day, "16:10", store, day), 3, store, partial(self._damaged, store, day)
        for group in GROUPS:
            if pick(7, store, group.category) == day.weekday():
                yield _at(day, "21:40", store, day, group), 4, store, partial(self._count, store, day, group)
        for basket in self._sold_on[day]:
            if store_code(basket.store) == store:
                yield basket.at, 5, store, partial(self._sell, store, basket)

    def _phone(self, store: str, kind: str, body: Body, at: datetime) -> Op:
        return self.books[store].write(kind, body, at=at, user=clerk(store), device="phone-1")

    # -- goods come ------------------------------------------------------------------------------------------

    def _open(self, store: str) -> None:
        """Counts the store in on the evening before the first day."""
        eve = self.first - timedelta(days=1)
        lines: list[Body] = []
        for product, demand in sorted(self._demand[store].items()):
            article = self.articles[product]
            keeps, every = article.group.keeps, article.group.every
            soon = self._wanted(store, product, 0, min(every + 1, self.days))
            total = sum(demand)
            lasting = keeps is None or keeps >= 60
            if lasting and total <= 6:
                qty = total + 1 + pick(3, store, product, "spare")
            else:
                qty = soon + (1 if lasting else int(one_in(6, store, product, "spare")))
            if not qty:
                continue
            expiry = None
            if keeps is not None:
                expiry = eve + timedelta(
                    days=max(min(every + 2, keeps), keeps - pick(keeps // 3 + 1, store, product))
                )
            lot = f"OPEN-{eve:%y%m%d}"
            self._shelves[store].put(product, lot, qty, expiry, eve)
            lines.append(self._line(product, lot, qty, expiry))
        at = _at(eve, "20:00")
        self._name_devices(store, at)
        for start in range(0, len(lines), LINES_MAX):
            body: Body = {"lines": lines[start : start + LINES_MAX]}
            at += timedelta(minutes=2)
            self.books[store].write("stock.open", body, at=at, user=manager(store), device="phone-1")

    def _name_devices(self, store: str, at: datetime) -> None:
        """The manager says what each device is and where it stands, as the shop would before it opens."""
        named: list[Body] = [
            {
                "device": SCANNER,
                "device_kind": "scanner",
                "name": "Till scanner 收银扫码枪",
                "place": AMBIENT,
            },
            {"device": SCALE, "device_kind": "scale", "name": "Counter scale 柜台秤", "place": AMBIENT},
        ]
        for place in cold_places():
            title, _ = PLACES[place]
            told = {"device": sensor_of(store, place), "device_kind": "sensor", "name": title, "place": place}
            named.append(told | {"quantity": "temperature", "unit": "Cel"})
        for body in named:
            self.books[store].write("devices.register", body, at=at, user=manager(store), device="phone-1")

    def _line(self, product: str, lot: str, qty: int, expiry: date | None) -> Body:
        article = self.articles[product]
        line: Body = {
            "sku": product,
            "qty": str(qty),
            "lot": lot,
            "place": article.group.place,
            "unit_cost": article.cost,
        }
        if article.in_cases and qty % CASE == 0:
            line |= {"qty": str(qty // CASE), "unit": "case"}
        if expiry is not None:
            line["expiry"] = expiry.isoformat()
        return line

    def _wanted(self, store: str, product: str, index: int, days: int) -> int:
        """What customers will buy in so many days from the index-th; after the last day the first comes again."""
        demand = self._demand[store][product]
        return sum(demand[day % self.days] for day in range(index, index + days))

    def _due(self, store: str, index: int, supplier: str) -> dict[str, int]:
        """What the supplier brings on this day, so that it lasts until the next time."""
        found: dict[str, int] = {}
        day = self.first + timedelta(days=index)
        due = {
            group.category
            for group in GROUPS
            if group.supplier == supplier
            and (index + pick(group.every, store, group.category)) % group.every == 0
        }
        for product in self._demand[store] if due else ():
            article = self.articles[product]
            if article.group.category not in due:
                continue
            every = article.group.every
            wanted = self._wanted(store, product, index, every + 1)
            facing = self._is_filled_up(article, index)
            if not wanted and not facing:
                continue
            spare = pick(3, store, product, day) if wanted >= 3 else int(one_in(4, store, product, day))
            spare = max(spare, facing - wanted)
            lasting = day + timedelta(days=every)
            lying = sum(
                lot.qty
                for lot in self._shelves[store].sellable(product, day)
                if lot.expiry is None or lot.expiry >= lasting
            )
            qty = wanted + spare - lying
            if qty > 0:
                found[product] = -(-qty // CASE) * CASE if article.in_cases else qty
        return found

    def _is_filled_up(self, article: Article, index: int) -> bool:
        """In the last days also what hardly anybody buys is on the shelf, so that the shops end well stocked."""
        return self.days - index <= min(FILLED_UP_DAYS, (article.group.keeps or 999) // 2)

    def _deliver(self, store: str, day: date, index: int, supplier: str, at: datetime) -> None:
        due = self._due(store, index, supplier)
        if not due:
            return
        lot = f"{day:%y%m%d}-{supplier[:3].upper()}"
        lines: list[Body] = []
        arrived: list[tuple[str, str, int]] = []
        for product, qty in due.items():
            keeps = self.articles[product].group.keeps
            expiry = (
                None
                if keeps is None
                else day + timedelta(days=keeps - pick(min(keeps // 4, 30) + 1, product, day))
            )
            self._shelves[store].put(product, lot, qty, expiry, day)
            lines.append(self._line(product, lot, qty, expiry))
            arrived.append((product, lot, qty))
        body: Body = {"supplier": supplier, "lines": lines}
        if supplier in ORDERED and one_in(2, store, day, supplier, "order"):
            body["order"] = self._order(store, supplier, day, lines)
        op = self._phone(store, "stock.receive", body, at)
        self._receipts[store, day, supplier] = (op, arrived)

    def _order(self, store: str, supplier: str, due: date, lines: list[Body]) -> str:
        """The purchase order behind a delivery; now and then more was ordered than came."""
        order = f"PO-{store}-{due:%y%m%d}-{supplier}"
        ordered = []
        for line in lines:
            pieces = int(line["qty"]) * (CASE if line.get("unit") == "case" else 1)
            more = 2 if one_in(80, order, line["sku"]) else 0
            ordered.append({"sku": line["sku"], "qty": str(pieces + more), "unit_cost": line["unit_cost"]})
        placed = due - timedelta(days=SUPPLIERS[supplier][1])
        body: Body = {
            "order": order,
            "supplier": supplier,
            "store": store,
            "due": due.isoformat(),
            "lines": ordered,
        }
        self._ordered.append((_at(placed, "16:00", order), body))
        return order

    # -- goods are looked at ---------------------------------------------------------------------------------

    def _inspect(self, store: str, day: date, index: int, at: datetime) -> None:
        failing = self._fails(store, index)
        suppliers = (
            ("meat", "dairy", "produce") if failing else tuple(filter(None, [INSPECTED.get(day.weekday())]))
        )
        for supplier in suppliers:
            if (store, day, supplier) in self._receipts:
                self._inspected(store, day, supplier, failing, at)
                return

    def _look_over(self, store: str, day: date, at: datetime) -> None:
        """What nobody photographed is looked over and accepted; yesterday's deliveries still wait for it."""
        for supplier in SUPPLIERS:
            if (store, day, supplier) not in self._receipts:
                continue
            receipt, arrived = self._receipts.pop((store, day, supplier))
            lines = [
                {"sku": product, "lot": lot, "accepted": str(qty), "held": "0", "rejected": "0"}
                for product, lot, qty in arrived[:INSPECTED_LINES]
            ]
            answers = [{"question": QUESTIONS[0], "passed": True}]
            body: Body = {"receipt": receipt.hex, "lines": lines, "answers": answers}
            self.books[store].write("quality.inspect", body, at=at, user=inspector(store), device="phone-2")

    def _fails(self, store: str, index: int) -> bool:
        """Once in the middle of the story everywhere, and yesterday in every other store."""
        place = self.stores.index(store)
        return index == self.days // 2 + place or (index == self.days - 1 and place % 2 == 0)

    def _inspected(self, store: str, day: date, supplier: str, failing: bool, at: datetime) -> None:
        receipt, arrived = self._receipts.pop((store, day, supplier))
        chosen = sorted(arrived, key=lambda line: pick(1000, store, day, line[0]))[:INSPECTED_LINES]
        lines: list[Body] = []
        if failing:
            chosen = chosen[:2]
        for product, lot, qty in chosen:
            accepted, held = (0, qty) if failing else (qty, 0)
            lines.append(
                {"sku": product, "lot": lot, "accepted": str(accepted), "held": str(held), "rejected": "0"}
            )
        answers: list[Body] = [
            {"question": question, "passed": not (failing and number == 0)}
            for number, question in enumerate(QUESTIONS)
        ]
        celsius = f"{2 + pick(30, store, day, supplier) / 10:.1f}"
        answers[1]["value"] = f"{celsius} Cel"
        if failing:
            answers[0]["note"] = "Crate crushed, juice leaking"
        photos = tuple(
            self._photograph(f"{store} {supplier} {number}", at, supplier, celsius, failing)
            for number in range(2 if failing else 1)
        )
        body: Body = {"receipt": receipt.hex, "lines": lines, "answers": answers, "photos": list(photos)}
        self.books[store].write(
            "quality.inspect", body, at=at, user=inspector(store), device="phone-2", photos=photos
        )
        if failing:
            self._hold(store, day, chosen)

    def _photograph(self, title: str, at: datetime, supplier: str, celsius: str, damaged: bool) -> str:
        image = photograph(title, f"{at:%Y-%m-%d %H:%M}", supplier, celsius, damaged=damaged)
        name = hashlib.sha256(image).hexdigest()
        self.photos[name] = image
        return name

    def _hold(self, store: str, day: date, chosen: list[tuple[str, str, int]]) -> None:
        """What the failed inspection blocks is what is still there of it; two days later somebody decides."""
        blocked = []
        for product, name, _ in chosen:
            lot = self._shelves[store].find(product, name)
            if lot.qty:
                blocked.append((product, name, lot.qty))
                lot.held += lot.qty
                lot.qty = 0
        self._releases[store, day + timedelta(days=2)] = blocked

    def _release(self, store: str, day: date, at: datetime) -> None:
        """The manager gives the smaller half free and throws the rest away."""
        lines: list[Body] = []
        for product, name, held in self._releases.get((store, day), ()):
            lot = self._shelves[store].find(product, name)
            good = held // 2
            lot.held -= held
            lot.qty += good
            if good:
                lines.append({"sku": product, "lot": name, "qty": str(good), "to": "store"})
            lines.append({"sku": product, "lot": name, "qty": str(held - good), "to": "waste"})
        if lines:
            self.books[store].write(
                "quality.release",
                {"lines": lines, "reason": "Sorted by hand"},
                at=at,
                user=manager(store),
                device="till-1",
            )

    def _count(self, store: str, day: date, group: Group, at: datetime) -> None:
        """Each category once a week: a few of its goods, most of them just as the book says."""
        shelf = self._shelves[store]
        here = [
            product
            for product, lots in shelf.lots.items()
            if lots and self.articles[product].group is group and shelf.by_the_book(product) > 0
        ]
        lines: list[Body] = []
        for product in sorted(here, key=lambda product: pick(10_000, store, day, product))[:COUNT_LINES]:
            book = shelf.by_the_book(product)
            found = self._difference(store, product, day)
            lines.append({"sku": product, "counted": str(book + found)})
        if lines:
            self._phone(store, "stock.count", {"lines": lines}, at)

    def _difference(self, store: str, product: str, day: date) -> int:
        """A piece too few or too many, now and then; the shelf follows."""
        shelf = self._shelves[store]
        lots = shelf.sellable(product, day)
        if not lots or not one_in(24, store, product, day) or shelf.missing.get(product):
            return 0
        if one_in(3, store, product, day, "gain"):
            if len(shelf.lots[product]) > 1:
                return 0
            lots[0].qty += 1
            return 1
        if shelf.there(product, day) < 2:
            return 0
        lots[0].qty -= 1
        return -1

    # -- goods go --------------------------------------------------------------------------------------------

    def _sell(self, store: str, basket: Basket, at: datetime) -> None:
        day = at.date()
        lines: list[Body] = []
        first_lots: list[str] = []
        for line in basket.lines:
            article = self.articles[line.product]
            full = line.amount + line.discount
            sold: Body = {"sku": line.product, "qty": str(line.quantity), "amount": money(line.amount)}
            if line.discount:
                sold["discount"] = money(line.discount)
            if full != article.store_prices.get(store, article.price) * line.quantity:
                sold["unit_price"] = _unit_price(full, line.quantity)
            lines.append(sold)
            first_lots.append(self._shelves[store].take(line.product, line.quantity, day))
        till = f"till-{1 + pick(2, basket.basket)}"
        body: Body = {"lines": lines, "tenders": _tenders(basket), "reference": basket.basket}
        op = self.books[store].write("sales.sell", body, at=at, user=manager(store), device=till)
        if one_in(45, basket.basket, "return"):
            bought = Counter(line.product for line in basket.lines)
            for line, lot in zip(basket.lines, first_lots, strict=True):
                group = self.articles[line.product].group
                lasting = group.place == AMBIENT and (group.keeps or 999) >= 60
                if lot and lasting and line.amount > 0 and bought[line.product] == 1:
                    self._returns[store, day + timedelta(days=1)].append((op, line.product, lot))
                    break

    def _take_back(self, store: str, day: date, at: datetime) -> None:
        for sale, product, name in self._returns.get((store, day), ()):
            disposition = ("restock", "hold", "waste")[pick(3, sale.op_id)]
            line: Body = {"sku": product, "qty": "1", "place": AMBIENT, "disposition": disposition}
            body: Body = {"sale": sale.hex, "lines": [line], "reason": "Customer brought it back"}
            self.books[store].write("sales.take_back", body, at=at, user=manager(store), device="till-1")
            if disposition == "waste":
                continue
            known = [lot for lot in self._shelves[store].lots[product] if lot.lot == name]
            if not known:
                known = [Lot(name, 0, None, day)]
                self._shelves[store].lots[product] += known
            known[0].qty += disposition == "restock"
            known[0].held += disposition == "hold"

    def _throw_away(self, store: str, day: date, at: datetime) -> None:
        lines: list[Body] = []
        for product, lot in self._shelves[store].expired(day):
            lines.append(self._gone(product, lot.lot, lot.qty))
            lot.qty = 0
        for start in range(0, len(lines), LINES_MAX):
            body: Body = {"lines": lines[start : start + LINES_MAX], "reason": "expired"}
            self._phone(store, "stock.waste", body, at)

    def _gone(self, product: str, lot: str, qty: int) -> Body:
        return {"sku": product, "qty": str(qty), "lot": lot, "place": self.articles[product].group.place}

    def _damaged(self, store: str, day: date, at: datetime) -> None:
        """A jar falls off the shelf, of something there is enough of."""
        if not one_in(5, store, day, "damaged"):
            return
        for product, lot, _ in self._spare(store, day)[:1]:
            lot.qty -= 1
            body: Body = {
                "lines": [self._gone(product, lot.lot, 1)],
                "reason": "damaged",
                "note": "Fell off the shelf",
            }
            self._phone(store, "stock.waste", body, at)

    def _spare(self, store: str, day: date) -> list[tuple[str, Lot, int]]:
        """Dry goods that will not be missed for three weeks: product, the lot to take from, how many."""
        index = (day - self.first).days
        found = []
        for product in self._demand[store]:
            if self.articles[product].group.place != AMBIENT or not one_in(9, store, product, day, "spare"):
                continue
            lots = self._shelves[store].sellable(product, day)
            spare = sum(lot.qty for lot in lots) - self._wanted(store, product, index, min(21, self.days))
            lasting = lots and (lots[0].expiry is None or lots[0].expiry > day + timedelta(days=60))
            if lasting and min(spare, lots[0].qty) >= 2:
                found.append((product, lots[0], min(spare, lots[0].qty, 6)))
        return sorted(found, key=lambda entry: (-entry[2], entry[0]))

    def _send(self, store: str, day: date, index: int, at: datetime) -> None:
        """Every ninth day, and yesterday, a few spare goods go to the next store of the chain."""
        place = self.stores.index(store)
        last = index == self.days - 1
        if len(self.stores) < 2 or not ((index + 3 * place) % 9 == 4 or last):
            return
        target = self.stores[(place + 1) % len(self.stores)]
        wanted = self._demand[target]
        chosen = [entry for entry in self._spare(store, day) if entry[0] in wanted][:4]
        if not chosen:
            return
        transfer = f"TR-{day:%y%m%d}-{store}-{target}"
        lines: list[Body] = []
        arriving: list[Body] = []
        for number, (product, lot, qty) in enumerate(chosen):
            lot.qty -= qty
            lines.append({"sku": product, "qty": str(qty), "lot": lot.lot, "place": AMBIENT})
            lost = 1 if number == 0 and one_in(6, transfer) else 0
            carried: Body = {"sku": product, "lot": lot.lot, "qty": str(qty - lost), "place": AMBIENT}
            if lot.expiry is not None:
                carried["expiry"] = lot.expiry.isoformat()
            arriving.append(carried)
        body: Body = {"transfer": transfer, "to_store": target, "lines": lines}
        self._phone(store, "stock.transfer_out", body, at)
        self._inbound[target, day + timedelta(days=1)].append((transfer, store, arriving))

    def _transfer_in(self, store: str, day: date, at: datetime) -> None:
        for transfer, sender, lines in self._inbound.get((store, day), ()):
            self._phone(
                store, "stock.transfer_in", {"transfer": transfer, "from_store": sender, "lines": lines}, at
            )
            for line in lines:
                expiry = date.fromisoformat(line["expiry"]) if "expiry" in line else None
                self._shelves[store].put(line["sku"], line["lot"], int(line["qty"]), expiry, day)

    # -- the end ---------------------------------------------------------------------------------------------

    def _last_evening(self, store: str) -> None:
        """Goods by weight for the scales of the live part, and orders that are still on their way."""
        day = self.first + timedelta(days=self.days - 1)
        lines: list[Body] = [
            {
                "sku": loose.sku,
                "qty": f"{20 + pick(9, store, loose.sku)}.500",
                "lot": f"{day:%y%m%d}-PRO",
                "place": AMBIENT,
                "expiry": (day + timedelta(days=7)).isoformat(),
                "unit_cost": "0.80",
            }
            for loose in LOOSE
        ]
        self._phone(store, "stock.receive", {"supplier": "produce", "lines": lines}, _at(day, "23:59", store))
        for supplier in ("grocery", "drinks"):
            for ahead in range(1, 4):
                due = self._due(store, self.days + ahead, supplier)
                if due:
                    ordered = [self._line(product, "", qty, None) for product, qty in list(due.items())[:60]]
                    self._order(store, supplier, day + timedelta(days=1 + ahead), ordered)
                    break


def _unit_price(full: int, quantity: int) -> str:
    """The price of a piece in decimal, to the millionth: 100 cents for 3 are 0.333333."""
    micro = full * 10_000 // quantity
    return f"{micro // 1_000_000}.{micro % 1_000_000:06d}".rstrip("0").rstrip(".")


def _tenders(basket: Basket) -> list[Body]:
    """Manufacturers' coupons first, as far as they reach; the rest in cash or by card."""
    total = sum(line.amount for line in basket.lines)
    coupons = min(sum(line.coupon for line in basket.lines), total)
    kind = "cash" if one_in(3, basket.basket, "tender") else "card"
    given = [("other", coupons), (kind, total - coupons)]
    return [{"kind": name, "amount": money(amount)} for name, amount in given if amount]
