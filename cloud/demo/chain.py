"""The demo's chain as head office would enter it: stores, places, goods, codes, prices, sensors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from cloud.demo.assortment import GROUPS, PLACES, SUPPLIERS, Group, group_of
from cloud.demo.chance import ean13, itf14
from cloud.demo.excerpt import Basket, Product, SaleLine, products
from cloud.demo.ops import HEAD_OFFICE, TIMEZONE, Notebook, Op

STORES = {"S367": "Riverside 河滨店", "S406": "Hilltop 山顶店", "S356": "Old Town 老城店"}
OWNER = "owner"
CASE = 6
"""Pieces in a case of what sells fast."""
CASE_FROM_UNITS = 40
SOURCE_TEMPLATE = {"template": "FFIIIIIPPPPPC", "prefixes": ["21"], "price_decimals": 2, "weight_decimals": 3}
FRIDGE_TO_WATCH = "fridge-2"
"""The fridge that gets too warm while the demo runs; its alarm waits seconds instead of half an hour."""


class Loose(msgspec.Struct, frozen=True):
    """Goods sold by weight, which the data do not have: the scales of the live part need some."""

    sku: str
    item: str
    name: str
    price: str


LOOSE = (
    Loose("loose-bananas", "06013", "BANANAS LOOSE kg", "1.29"),
    Loose("loose-gala", "06021", "APPLES GALA LOOSE kg", "3.49"),
    Loose("loose-tomatoes", "06044", "TOMATOES ON THE VINE LOOSE kg", "4.39"),
)


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """A product of the data as the chain sells it; prices in cents."""

    product: str
    about: Product
    group: Group
    price: int
    store_prices: dict[str, int]
    in_cases: bool

    @property
    def cost(self) -> str:
        """What the chain pays for a piece, in decimal yuan or dollars."""
        return f"{self.price * self.group.cost_percent / 10_000:.2f}"


def store_code(number: str) -> str:
    """The data's 367 is our S367."""
    return f"S{number}"


def assortment(sold: Iterable[Basket]) -> dict[str, Article]:
    """Every product sold, at the shelf price most customers met (amount + discount, by piece)."""
    seen: dict[str, Counter[int]] = {}
    by_store: dict[tuple[str, str], Counter[int]] = {}
    units: Counter[str] = Counter()
    for basket in sold:
        for line in basket.lines:
            price = shelf_price(line)
            seen.setdefault(line.product, Counter())[price] += 1
            by_store.setdefault((line.product, store_code(basket.store)), Counter())[price] += 1
            units[line.product] += line.quantity
    articles = {}
    for product, prices in sorted(seen.items()):
        about = products()[product]
        group = group_of(about.department, about.category)
        usual = _most_common(prices)
        own = {
            store: _most_common(of_store)
            for store in STORES
            if (of_store := by_store.get((product, store))) is not None
            and of_store.total() >= 3
            and _most_common(of_store) != usual
        }
        articles[product] = Article(
            product=product,
            about=about,
            group=group,
            price=usual,
            store_prices=own,
            in_cases=units[product] >= CASE_FROM_UNITS and (group.keeps or 999) >= 60,
        )
    return articles


def shelf_price(line: SaleLine) -> int:
    """The price of a piece on the shelf, in cents, rounded."""
    return (2 * (line.amount + line.discount) + line.quantity) // (2 * line.quantity)


def _most_common(prices: Counter[int]) -> int:
    return max(prices.items(), key=lambda entry: (entry[1], entry[0]))[0]


def money(cents: int) -> str:
    """Cents as a decimal string."""
    return f"{cents // 100}.{cents % 100:02d}"


def sensor_of(store: str, place: str) -> str:
    """The name under which a place's thermometer publishes."""
    return f"{store.lower()}-{place}"


def master_data(articles: dict[str, Article], stores: Iterable[str], at: datetime) -> list[Op]:
    """Head office's first evening: everything the stores must know before they open."""
    book = Notebook(HEAD_OFFICE)

    def enter(kind: str, **body: object) -> None:
        book.write(kind, body, at=at, user=OWNER, device="desk")

    for store in stores:
        enter("catalogue.define_store", store=store, name=STORES[store], timezone=TIMEZONE, cutoff_minutes=0)
        for place, (name, storage) in PLACES.items():
            enter("catalogue.define_place", store=store, place=place, name=name, storage=storage)
            if storage != "ambient":
                enter("sensing.assign_sensor", **_watch(store, place, storage))
    enter("catalogue.set_label_template", **SOURCE_TEMPLATE)
    for supplier, (name, lead_days) in SUPPLIERS.items():
        enter("catalogue.define_supplier", supplier=supplier, name=name, lead_days=lead_days)
    for group in GROUPS:
        enter("catalogue.define_category", category=group.category, zh=group.zh, en=group.en)
    for article in articles.values():
        enter("catalogue.define_product", **_product(article))
        code = ean13(article.product)
        enter("catalogue.assign_barcode", code=code, sku=article.product, unit="pc", factor="1")
        if article.in_cases:
            enter(
                "catalogue.assign_barcode",
                code=itf14(code),
                sku=article.product,
                unit="case",
                factor=str(CASE),
            )
        enter("catalogue.set_price", sku=article.product, price=money(article.price))
        for store, price in article.store_prices.items():
            if store in stores:
                enter("catalogue.set_price", sku=article.product, price=money(price), store=store)
    for loose in LOOSE:
        enter(
            "catalogue.define_product",
            sku=loose.sku, name=loose.name, category="fruit", base_unit="kg", decimals=3,
            shelf_life_days=8, supplier="produce", min_cover_days=1, max_cover_days=3,
        )  # fmt: skip
        enter("catalogue.assign_barcode", code=loose.item, sku=loose.sku, unit="kg", factor="1")
        enter("catalogue.set_price", sku=loose.sku, price=loose.price)
    return book.ops


def _product(article: Article) -> dict[str, object]:
    group = article.group
    return {
        "sku": article.product,
        "name": article.about.name,
        "category": group.category,
        "base_unit": "pc",
        "decimals": 0,
        "storage": group.storage,
        "shelf_life_days": group.keeps,
        "supplier": group.supplier,
        "negative": "warn",
        "min_cover_days": min(group.every + 1, 7),
        "max_cover_days": min(group.every * 2 + 1, 21),
        "unit_cost": article.cost,
    }


def _watch(store: str, place: str, storage: str) -> dict[str, object]:
    """Limits as food law has them: chilled goods at most 8 degrees, frozen ones at most -15."""
    soon = place == FRIDGE_TO_WATCH
    return {
        "sensor": sensor_of(store, place),
        "store": store,
        "place": place,
        "quantity": "temperature",
        "high": "8" if storage == "chilled" else "-15",
        "hysteresis": "0.5",
        "raise_after_s": 15 if soon else 1800,
        "clear_after_s": 20 if soon else 300,
        "offline_after_s": 300,
    }
