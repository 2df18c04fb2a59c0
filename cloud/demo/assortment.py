"""How the demo's shops sort their goods: the data's 277 product categories in shelf groups, in both languages.

Each group says where its goods lie and how long they keep, which is what deliveries, expiry and cold chain are
derived from; `data/groups.csv` is the table. A category of the data that no group names falls to its
department, then to "other".
"""

from __future__ import annotations

import csv
from functools import cache

import msgspec

from cloud.demo.excerpt import DATA

AMBIENT, DAIRY, FRESH, FREEZER = "shelf-1", "fridge-1", "fridge-2", "freezer-1"

PLACES = {
    AMBIENT: ("Dry shelves 干货架", "ambient"),
    DAIRY: ("Dairy fridge 奶制品冷柜", "chilled"),
    FRESH: ("Meat and deli fridge 肉熟食冷柜", "chilled"),
    FREEZER: ("Freezer 冷冻柜", "frozen"),
}


class Group(msgspec.Struct, frozen=True):
    """A category of the demo: `keeps` is its shelf life in days, `every` the days between two deliveries."""

    category: str
    zh: str
    en: str
    place: str
    keeps: int | None
    every: int
    supplier: str
    cost_percent: int
    members: tuple[str, ...]

    @property
    def storage(self) -> str:
        return PLACES[self.place][1]


SUPPLIERS = {
    "dairy": ("Meadow Brook Dairy", 1),
    "bakery": ("Corner Oven Bakery", 1),
    "produce": ("Valley Produce Market", 1),
    "meat": ("Prairie Meat Packers", 1),
    "frozen": ("Northern Frozen Foods", 3),
    "grocery": ("Harbor Grocery Wholesale", 2),
    "drinks": ("Spring Hill Beverages", 2),
    "snacks": ("Golden Field Snacks", 2),
    "household": ("Bright Home Supplies", 3),
    "care": ("Willow Personal Care", 4),
}


def _read() -> tuple[Group, ...]:
    with (DATA / "groups.csv").open(encoding="utf-8", newline="") as text:
        return tuple(
            Group(
                row["category"],
                row["zh"],
                row["en"],
                row["place"],
                int(row["keeps"]) if row["keeps"] else None,
                int(row["every"]),
                row["supplier"],
                int(row["cost_percent"]),
                tuple(row["members"].split(" | ")),
            )
            for row in csv.DictReader(text)
        )


GROUPS = _read()
_BY_DEPARTMENT = {
    "DRUG GM": "household",
    "COSMETICS": "care",
    "GROCERY": "canned",
    "PRODUCE": "vegetables",
    "MEAT": "beef",
    "MEAT-PCKGD": "sausage",
    "DELI": "deli",
    "PASTRY": "pastry",
    "NUTRITION": "healthy",
    "SEAFOOD": "fish",
    "SEAFOOD-PCKGD": "frozen_fish",
    "FLORAL": "flowers",
    "GARDEN CENTER": "flowers",
    "RESTAURANT": "deli",
    "SALAD BAR": "salad",
    "SPIRITS": "beer_wine",
}
_BY_CATEGORY = {name: group for group in GROUPS for name in group.members}
_BY_KEY = {group.category: group for group in GROUPS}


@cache
def group_of(department: str, category: str) -> Group:
    """The shelf group of a product of the data."""
    if department == "DELI" and category == "CHEESES":
        return _BY_KEY["deli"]
    if department == "NUTRITION" and category == "SOUP":
        return _BY_KEY["soup"]
    found = _BY_CATEGORY.get(category)
    return found or _BY_KEY[_BY_DEPARTMENT.get(department, "other")]
