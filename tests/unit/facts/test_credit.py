"""Buying on account: R12's numbers, what a store may lend alone, and a fuzz of shops that cannot hear each other."""

from __future__ import annotations

import json
import random
from collections import deque
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from shared.access.roles import EVERY_PERMISSION
from shared.credit.events import CreditGivenBack, CustomerOrderPlaced, CustomerOrderReleased
from shared.credit.exposure import Exposure, exposure_of, left_of_order, left_of_slice
from shared.credit.projection import CREDIT, CREDIT_SALE, CUSTOMER_ORDER
from shared.errors import DomainError
from shared.ledger.command import Asked, command_from_json, decide
from shared.ledger.envelope import Envelope
from shared.ledger.fact import Fact
from shared.ledger.projection import Change, Recorded, changes_of
from shared.ledger.view import DictStore, row
from shared.sales.events import GoodsReturned, SaleRecorded, Tender
from tests.support.shop import Shop
from tests.unit.facts.refusing import refusal


@pytest.fixture
def shop() -> Shop:
    made = Shop().open_up()
    made.ask("catalogue.define_customer", customer="C1", name="食堂")
    made.product("crate", price="100.00")
    made.receive("crate", "500")
    made.ask("credit.set_limit", customer="C1", limit="10000", terms_days=30)
    return made


def lease(shop: Shop, amount: str, **more: object) -> None:
    shop.ask("credit.lease", store="S1", customer="C1", amount=amount, **more)


def sale(crates: int, *, order: str = "", **tenders: str) -> dict[str, Any]:
    paid = tenders or {"credit": f"{crates}00"}
    return {
        "lines": [{"sku": "crate", "qty": str(crates)}],
        "tenders": [{"kind": kind, "amount": amount} for kind, amount in paid.items()],
        "customer": "C1",
    } | ({"customer_order": order} if order else {})


def order(crates: int, name: str = "") -> dict[str, Any]:
    return {"customer": "C1", "store": "S1", "lines": [{"sku": "crate", "qty": str(crates)}], "order": name}


# -- R12


def test_r12_nine_hundred_more_are_held_over_by_a_hundred(shop: Shop) -> None:
    """AR 6,500, delivered and unbilled 1,200, open orders 1,500: 9,200 of 10,000; 800 fit, 900 do not."""
    lease(shop, "7700")
    shop.ask("sales.sell", **sale(77))
    shop.ask("credit.bill_customer", customer="C1", number="F1", amount="6500", dated="2026-11-22")
    shop.ask("credit.place_customer_order", **order(15))
    exposure = exposure_of(shop.view, "C1")
    assert exposure == Exposure(
        limit=1_000_000, receivable=650_000, unbilled=120_000, open_orders=150_000, committed=920_000
    )
    assert exposure.exposure == 920_000
    (held,) = shop.ask("credit.place_customer_order", **order(9, "PO-9"))
    assert isinstance(held, CustomerOrderPlaced)
    assert (held.amount, held.over_by) == (90_000, 10_000)
    placed = row(shop.view, CUSTOMER_ORDER, "PO-9")
    assert placed is not None
    assert (placed["state"], placed["reserved"]) == ("held", 0)
    (fits,) = shop.ask("credit.place_customer_order", **order(8))
    assert isinstance(fits, CustomerOrderPlaced)
    assert fits.over_by == 0


def test_r12_a_store_with_five_hundred_left_does_not_lend_nine_hundred(shop: Shop) -> None:
    """Its slice is all it knows of the limit: 500 pass, 900 are refused with what is left; cash is always taken."""
    lease(shop, "500")
    assert refusal(shop, "sales.sell", **sale(9)) == "credit_slice_exceeded"
    shop.ask("sales.sell", **sale(9, cash="400", credit="500"))
    assert refusal(shop, "sales.sell", **sale(1)) == "credit_slice_exceeded"
    shop.ask("sales.sell", **sale(1, cash="100"))
    assert left_of_slice(shop.view, "S1", "C1") == 0


def test_what_is_paid_at_the_till_can_be_lent_again_there(shop: Shop) -> None:
    """300 lent, 200 paid here: 200 more may be lent; what is paid at head office raises what it may promise."""
    lease(shop, "300")
    shop.ask("sales.sell", **sale(3))
    shop.ask("accounting.collect_payment", customer="C1", amount="200")
    assert left_of_slice(shop.view, "S1", "C1") == 20_000
    shop.ask("accounting.record_customer_payment", customer="C1", amount="50", dated="2026-11-22")
    assert left_of_slice(shop.view, "S1", "C1") == 20_000
    exposure = exposure_of(shop.view, "C1")
    assert (exposure.exposure, exposure.committed) == (5_000, 25_000)


# -- sales and returns on account


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"customer": ""}, "customer_missing"),
        ({"customer": "C9"}, "customer_unknown"),
        ({"customer_order": "PO-1"}, "customer_order_unknown"),
        ({"tenders": [{"kind": "credit", "amount": "99"}]}, "tenders_differ_from_total"),
        ({"tenders": [{"kind": "credit", "amount": "-1"}]}, "number_negative"),
        ({"tenders": [{"kind": "platform", "amount": "100"}]}, "platform_missing"),
        ({"tenders": [{"kind": "cash", "amount": "100", "platform": "jd"}]}, "platform_missing"),
    ],
)
def test_who_pays_later_is_named_and_known(shop: Shop, change: dict[str, object], key: str) -> None:
    """No name, no such customer, an order of nobody, tenders that do not add up."""
    lease(shop, "5000")
    assert refusal(shop, "sales.sell", **sale(1) | change) == key


def test_a_platform_owes_what_its_customers_paid(shop: Shop) -> None:
    """The tender names it, so that its settlement can be held against it."""
    tenders = [{"kind": "platform", "amount": "100", "platform": "meituan"}]
    (sold,) = shop.ask("sales.sell", lines=[{"sku": "crate", "qty": "1"}], tenders=tenders)
    assert isinstance(sold, SaleRecorded)
    assert sold.tenders == (Tender(kind="platform", amount=10_000, platform="meituan"),)


def test_goods_sold_on_account_lower_the_debt_before_any_money_goes_out(shop: Shop) -> None:
    """Sold 3 for 200 owed and 100 cash; the first back lowers the debt, so does the second; the third is cash."""
    lease(shop, "200")
    (sold,) = shop.ask("sales.sell", **sale(3, credit="200", cash="100"))
    assert isinstance(sold, SaleRecorded)
    back = {"sale": sold.sale, "lines": [{"sku": "crate", "qty": "1"}]}
    cash = [{"kind": "cash", "amount": "100"}]
    assert refusal(shop, "sales.take_back", **back, tenders=cash) == "refund_lowers_debt"
    kinds = []
    for _ in range(2):
        (returned,) = shop.ask("sales.take_back", **back)
        assert isinstance(returned, GoodsReturned)
        kinds.append([(tender.kind, tender.amount) for tender in returned.tenders])
    assert kinds == [[("credit", 10_000)], [("credit", 10_000)]]
    debt = row(shop.view, CREDIT_SALE, sold.sale)
    assert debt is not None
    assert debt["owed"] == debt["credited"] == 20_000
    owed = [{"kind": "credit", "amount": "100"}]
    assert refusal(shop, "sales.take_back", **back, tenders=owed) == "refund_lowers_debt"
    (last,) = shop.ask("sales.take_back", **back, tenders=cash)
    assert isinstance(last, GoodsReturned)
    assert (last.customer, last.tenders[0].kind) == ("", "cash")
    assert left_of_slice(shop.view, "S1", "C1") == 20_000
    assert exposure_of(shop.view, "C1").exposure == 0


def test_a_part_return_splits_between_debt_and_cash(shop: Shop) -> None:
    """Two of three back: 200 of 300, of which 150 were owed."""
    lease(shop, "150")
    (sold,) = shop.ask("sales.sell", **sale(3, credit="150", cash="150"))
    assert isinstance(sold, SaleRecorded)
    (returned,) = shop.ask("sales.take_back", sale=sold.sale, lines=[{"sku": "crate", "qty": "2"}])
    assert isinstance(returned, GoodsReturned)
    assert [(tender.kind, tender.amount) for tender in returned.tenders] == [
        ("credit", 15_000),
        ("cash", 5_000),
    ]
    wrong = [{"kind": "cash", "amount": "1"}]
    body = {"sale": sold.sale, "lines": [{"sku": "crate", "qty": "1"}], "tenders": wrong}
    assert refusal(shop, "sales.take_back", **body) == "tenders_differ_from_total"


# -- customers' orders


def test_an_order_is_delivered_out_of_its_own_room(shop: Shop) -> None:
    """10 crates ordered, no slice: 6 delivered, 4 left, 5 are too many; another store knows nothing of it."""
    shop.ask("credit.place_customer_order", **order(10, "PO"))
    shop.ask("sales.sell", **sale(6, order="PO"))
    assert left_of_order(shop.view, "PO") == 40_000
    assert refusal(shop, "sales.sell", **sale(5, order="PO")) == "customer_order_exceeded"
    exposure = exposure_of(shop.view, "C1")
    assert (exposure.open_orders, exposure.unbilled, exposure.exposure) == (40_000, 60_000, 100_000)
    shop.store = "S2"
    assert refusal(shop, "sales.sell", **sale(1, order="PO")) == "customer_order_unknown"


def test_a_held_order_waits_for_room_or_for_a_word(shop: Shop) -> None:
    """Not delivered while held; released when there is room; beyond it only overruled, with a reason."""
    lease(shop, "9500")
    shop.ask("credit.place_customer_order", **order(10, "PO"))
    assert refusal(shop, "sales.sell", **sale(1, order="PO")) == "customer_order_not_open"
    release: dict[str, Any] = {"order": "PO"}
    assert refusal(shop, "credit.release_customer_order", **release) == "credit_limit_exceeded"
    assert refusal(shop, "credit.release_customer_order", **release, overrule=True) == "reason_missing"
    (released,) = shop.ask("credit.release_customer_order", **release, overrule=True, reason="chef vouches")
    assert isinstance(released, CustomerOrderReleased)
    assert released.overruled
    assert refusal(shop, "credit.release_customer_order", **release) == "customer_order_not_held"
    shop.ask("sales.sell", **sale(10, order="PO"))
    assert exposure_of(shop.view, "C1").committed == 1_050_000
    assert refusal(shop, "credit.lease", store="S1", customer="C1", amount="1") == "credit_limit_exceeded"


def test_a_cancelled_orders_room_is_free_when_the_store_has_spoken(shop: Shop) -> None:
    """3 of 10 delivered, then cancelled: 7 stay taken until the node gives them back; a held one never took any."""
    shop.ask("credit.place_customer_order", **order(10, "PO"))
    shop.ask("sales.sell", **sale(3, order="PO"))
    assert refusal(shop, "credit.give_back", customer="C1", order="PO") == "nothing_to_give_back"
    shop.ask("credit.cancel_customer_order", order="PO", reason="moved away")
    assert refusal(shop, "sales.sell", **sale(1, order="PO")) == "customer_order_not_open"
    assert exposure_of(shop.view, "C1").committed == 100_000
    (given,) = shop.ask("credit.give_back", customer="C1", order="PO")
    assert given == CreditGivenBack(customer="C1", amount=70_000, order="PO")
    assert refusal(shop, "credit.give_back", customer="C1", order="PO") == "nothing_to_give_back"
    exposure = exposure_of(shop.view, "C1")
    assert (exposure.open_orders, exposure.committed, exposure.exposure) == (0, 30_000, 30_000)
    lease(shop, "9700")
    shop.ask("credit.place_customer_order", **order(1, "HELD"))
    shop.ask("credit.cancel_customer_order", order="HELD", reason="x")
    assert refusal(shop, "credit.give_back", customer="C1", order="HELD") == "nothing_to_give_back"
    assert (
        refusal(shop, "credit.cancel_customer_order", order="HELD", reason="x") == "order_already_cancelled"
    )


def test_a_recalled_slice_comes_back_once(shop: Shop) -> None:
    """500 given, 200 used: 300 come back to a recall, nothing to the same one again, and nothing without one."""
    lease(shop, "500")
    shop.ask("sales.sell", **sale(2))
    assert refusal(shop, "credit.give_back", customer="C1", recall="x") == "nothing_to_give_back"
    (recalled,) = shop.ask("credit.recall", store="S1", customer="C1")
    recall = {"customer": "C1", "recall": recalled.recall}  # type: ignore[attr-defined]
    (given,) = shop.ask("credit.give_back", **recall)
    assert isinstance(given, CreditGivenBack)
    assert given.amount == 30_000
    assert refusal(shop, "credit.give_back", **recall) == "nothing_to_give_back"
    assert refusal(shop, "sales.sell", **sale(1)) == "credit_slice_exceeded"
    assert exposure_of(shop.view, "C1").committed == 20_000


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("set_limit", {"customer": "C9", "limit": "1"}, "customer_unknown"),
        ("set_limit", {"customer": "C1", "limit": "-1"}, "number_negative"),
        ("set_limit", {"customer": "C1", "limit": "1.005"}, "amount_finer_than_fen"),
        ("lease", {"store": "S9", "customer": "C1", "amount": "1"}, "store_unknown"),
        ("lease", {"store": "S1", "customer": "C9", "amount": "1"}, "customer_unknown"),
        ("lease", {"store": "S1", "customer": "C1", "amount": "0"}, "amount_not_positive"),
        ("lease", {"store": "S1", "customer": "C1", "amount": "10000.01"}, "credit_limit_exceeded"),
        ("recall", {"store": "S9", "customer": "C1"}, "store_unknown"),
        ("recall", {"store": "S1", "customer": "C9"}, "customer_unknown"),
        ("place_customer_order", order(1) | {"customer": "C9"}, "customer_unknown"),
        ("place_customer_order", order(1) | {"store": "S9"}, "store_unknown"),
        ("place_customer_order", order(1) | {"lines": []}, "command_malformed"),
        ("place_customer_order", order(1) | {"lines": [{"sku": "rye", "qty": "1"}]}, "sku_unknown"),
        ("place_customer_order", order(0), "quantity_not_positive"),
        ("place_customer_order", order(1) | {"lines": [{"sku": "crate", "qty": "1", "unit_price": "-1"}]},
         "number_negative"),
        ("release_customer_order", {"order": "?"}, "order_unknown"),
        ("cancel_customer_order", {"order": "?", "reason": "x"}, "order_unknown"),
        ("cancel_customer_order", {"order": "?", "reason": ""}, "command_malformed"),
        ("bill_customer", {"customer": "C1", "number": "F", "amount": "1", "dated": "2026-11-22"},
         "bill_above_delivered"),
        ("bill_customer", {"customer": "C1", "number": "F", "amount": "0", "dated": "2026-11-22"},
         "amount_not_positive"),
        ("bill_customer", {"customer": "C1", "number": "F", "amount": "1", "dated": "2027-11-22"}, "dated_in_future"),
        ("give_back", {"customer": "C1", "order": "?"}, "order_unknown"),
    ],
)  # fmt: skip
def test_credit_that_cannot_be_is_refused(shop: Shop, kind: str, body: dict[str, object], key: str) -> None:
    """Unknown names, amounts that are none, promises beyond the limit, bills for what nobody delivered."""
    assert refusal(shop, f"credit.{kind}", **body) == key
    if kind == "place_customer_order":
        shop.ask("credit.place_customer_order", **order(1, "PO"))
        assert refusal(shop, "credit.place_customer_order", **order(1, "PO")) == "order_exists"


# -- shops that cannot hear each other (F52)

LIMIT = 1_000_00
STORES = ("S1", "S2", "S3")
CUSTOMERS = ("C1", "C2")


class Chain:
    """Head office and three stores, each with its own rows; news travels late, in order, and one side at a time."""

    def __init__(self, seed: int) -> None:
        self.die = random.Random(seed)
        self.office = DictStore()
        self.stores = {store: DictStore() for store in STORES}
        self.down: dict[str, deque[list[Change]]] = {store: deque() for store in STORES}
        self.up: dict[str, deque[Recorded]] = {store: deque() for store in STORES}
        self.owed = dict.fromkeys(CUSTOMERS, 0)
        self.orders: list[tuple[str, str, str]] = []
        self._number = 0
        master = Shop().open_up()
        master.ask("catalogue.define_store", store="S3", name="三店")
        master.product("crate", price="100.00")
        for customer in CUSTOMERS:
            master.ask("catalogue.define_customer", customer=customer, name=customer)
        for view in (self.office, *self.stores.values()):
            view.tables = {name: dict(rows) for name, rows in master.view.tables.items()}
        for customer in CUSTOMERS:
            self.at_office("credit.set_limit", customer=customer, limit="1000")

    def at_office(self, kind: str, **body: object) -> list[Fact]:
        facts = self._decide(self.office, "", kind, body)
        for fact in facts:
            changes = changes_of(self._recorded("", fact), "cloud")
            self.office.apply(changes)
            self._tell(changes)
        return facts

    def in_store(self, store: str, kind: str, **body: object) -> list[Fact]:
        facts = self._decide(self.stores[store], store, kind, body)
        for fact in facts:
            recorded = self._recorded(store, fact)
            self.stores[store].apply(changes_of(recorded, "edge"))
            self.up[store].append(recorded)
            if isinstance(fact, SaleRecorded):
                self.owed[fact.customer] += sum(one.amount for one in fact.tenders if one.kind == "credit")
            elif isinstance(fact, GoodsReturned) and fact.customer:
                self.owed[fact.customer] -= sum(one.amount for one in fact.tenders if one.kind == "credit")
        return facts

    def deliver_down(self, store: str) -> None:
        if self.down[store]:
            self.stores[store].apply(self.down[store].popleft())

    def deliver_up(self, store: str) -> None:
        if self.up[store]:
            changes = changes_of(self.up[store].popleft(), "cloud")
            self.office.apply(changes)
            self._tell(changes)

    def _tell(self, changes: list[Change]) -> None:
        """The feed carries changes here as it carries rows there: what is summed is only ever fed by head office."""
        fed = [change for change in changes if change.table.keeper == "cloud" and change.table.fed]
        for store in STORES:
            self.down[store].append(fed)

    def _decide(self, view: DictStore, store: str, kind: str, body: dict[str, object]) -> list[Fact]:
        self._number += 1
        asked = Asked(
            op_id=self._number.to_bytes(16, "big"), store=store, actor="li", device="d", auth_level="password",
            now_ms=self._number, happened_ms=self._number, clock_suspect=False, business_date=date(2026, 11, 22),
            today=date(2026, 11, 22), permissions=EVERY_PERMISSION,
        )  # fmt: skip
        return decide(command_from_json(kind, json.dumps(body).encode()), asked, view)

    def _recorded(self, node: str, fact: Fact) -> Recorded:
        envelope = Envelope(
            event_id=b"", kind="", kind_v=1, hlc=0, wall_ms=0, actor="li", device="d", agg_id="",
            business_date=date(2026, 11, 22), op_id=self._number.to_bytes(16, "big"),
        )  # fmt: skip
        return Recorded(node, b"", self._number, envelope, fact)

    def step(self) -> None:
        """One thing happens somewhere; what is refused leaves nothing behind."""
        die, store, customer = self.die, self.die.choice(STORES), self.die.choice(CUSTOMERS)
        crates = die.randint(1, 5)
        lines = [{"sku": "crate", "qty": str(crates)}]
        amount = f"{crates}00"
        happening = die.randrange(14)
        try:
            if happening < 3:
                self.deliver_down(store)
            elif happening < 6:
                self.deliver_up(store)
            elif happening == 6:
                self.at_office("credit.lease", store=store, customer=customer, amount=amount)
            elif happening == 7:
                name = f"PO-{self._number}"
                body = {"order": name, "customer": customer, "store": store, "lines": lines}
                self.at_office("credit.place_customer_order", **body)
                self.orders.append((name, customer, store))
            elif happening == 8 and self.orders:
                kind = die.choice(("release", "cancel"))
                more = {"reason": "x"} if kind == "cancel" else {}
                self.at_office(f"credit.{kind}_customer_order", order=die.choice(self.orders)[0], **more)
            elif happening == 9:
                paid = min(self.owed[customer], die.randint(1, 30_000))
                told = f"{paid // 100}.{paid % 100:02}"
                if die.random() < 0.5:
                    self.at_office("accounting.record_customer_payment", customer=customer, amount=told,
                                   dated="2026-11-22")  # fmt: skip
                else:
                    self.in_store(store, "accounting.collect_payment", customer=customer, amount=told)
                self.owed[customer] -= paid
            elif happening == 10:
                self.at_office("credit.recall", store=store, customer=customer)
            elif happening == 11:
                self._give_back(store)
            else:
                sold = {
                    "lines": lines,
                    "tenders": [{"kind": "credit", "amount": amount}],
                    "customer": customer,
                }
                mine = [name for name, of, at in self.orders if (of, at) == (customer, store)]
                if mine and die.random() < 0.5:
                    sold["customer_order"] = die.choice(mine[-3:])
                (fact, *_) = self.in_store(store, "sales.sell", **sold)
                if die.random() < 0.2:
                    back = {"sale": fact.sale, "lines": [{"sku": "crate", "qty": "1"}]}  # type: ignore[attr-defined]
                    self.in_store(store, "sales.take_back", **back)
        except DomainError:
            pass

    def _give_back(self, store: str) -> None:
        """What the node's job does, for everything it has heard of."""
        view = self.stores[store]
        for (_, customer), told in list(view.tables.get("credit_lease", {}).items()):
            if told["recall"]:
                self._try(store, customer=customer, recall=told["recall"])
        for (name,), told in list(view.tables.get("customer_order", {}).items()):
            if told["store"] == store and told["state"] == "cancelled":
                self._try(store, customer=told["customer"], order=name)

    def _try(self, store: str, **body: object) -> None:
        with suppress(DomainError):
            self.in_store(store, "credit.give_back", **body)


def fuzz(seed: int) -> Chain:
    """800 things in any order; after each, nobody owes more than the limit or than head office has promised."""
    chain = Chain(seed)
    for _ in range(800):
        chain.step()
        for customer in CUSTOMERS:
            told = exposure_of(chain.office, customer)
            assert chain.owed[customer] <= LIMIT, "owed beyond the limit"
            assert told.exposure <= told.committed <= LIMIT, "promised beyond the limit"
            assert chain.owed[customer] <= max(told.committed, 0), "owed beyond what was promised"
    return chain


@pytest.mark.parametrize("seed", range(30))
def test_parallel_orders_and_sales_cannot_jointly_exceed_the_limit(seed: int) -> None:
    """Stores are deaf for as long as the die pleases; when all is told, head office's sums are the truth to the fen."""
    chain = fuzz(seed)
    for store in STORES * 2:
        while chain.down[store] or chain.up[store]:
            chain.deliver_up(store)
            chain.deliver_down(store)
    for customer in CUSTOMERS:
        told = exposure_of(chain.office, customer)
        assert told.receivable + told.unbilled == chain.owed[customer]
        held = sum(left_of_slice(chain.stores[store], store, customer) for store in STORES)
        for (name,), placed in chain.office.tables.get("customer_order", {}).items():
            if placed["customer"] == customer:
                held += left_of_order(chain.stores[str(placed["store"])], str(name))
        assert told.committed == chain.owed[customer] + held


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("shared.credit.exposure.left_of_slice", lambda _view, _store, _customer: LIMIT),
        ("shared.credit.exposure.left_of_order", lambda _view, _order: LIMIT),
        ("shared.credit.exposure.Exposure.over_by", lambda _exposure, _amount: 0),
        ("shared.credit.decide.left_of_slice", lambda _view, _store, _customer: 50_000),
    ],
)
def test_the_fuzz_finds_a_shop_that_forgets_a_rule(
    monkeypatch: pytest.MonkeyPatch, rule: str, wrong: Any
) -> None:
    """A store that lends beyond its slice or an order, an office that promises without end, a slice given back used."""
    monkeypatch.setattr(rule, wrong)
    with pytest.raises(AssertionError, match="beyond"):
        list(map(fuzz, range(10)))


def test_exposure_reads_one_row_of_one_customer(shop: Shop) -> None:
    """O(1): after a hundred sales on account there is still one row, and it is the only thing read."""
    lease(shop, "9000")
    for _ in range(80):
        shop.ask("sales.sell", **sale(1))

    class Watched(DictStore):
        def __init__(self) -> None:
            super().__init__()
            self.asked: list[tuple[str, int]] = []

        def rows(self, table: Any, group: Any) -> Any:
            found = super().rows(table, group)
            self.asked.append((table.name, len(found)))
            return found

    watched = Watched()
    watched.tables = shop.view.tables
    assert exposure_of(watched, "C1").exposure == 800_000
    assert watched.asked == [(CREDIT.name, 1)]
