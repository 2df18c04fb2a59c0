"""The words of the books for people: accounts by their names, places, partners and memos in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta
from sqlalchemy import select

from cloud.store.ledger_tables import HEAD_OFFICE, NODE
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import PERSONAL
from shared.accounting.accounts import ENTERPRISE, Chart
from shared.accounting.events import ChartName
from shared.accounting.policy import Policy
from shared.catalogue.projection import CUSTOMER, SKU, STORE, SUPPLIER
from shared.i18n import LANGUAGES, Language
from shared.i18n.texts.memos import TEXTS

Person = Annotated[str, Meta(extra={"label": PERSONAL})]


class AccountName(msgspec.Struct, frozen=True):
    """An account as the chart calls it, in both languages."""

    zh: str
    en: str


def account_name(chart: Chart, code: str) -> AccountName:
    """An account's name; one of an earlier chart goes by its code."""
    found = chart.accounts.get(code)
    return AccountName(code, code) if found is None else AccountName(found.zh, found.en)


def chart_code(chart: Chart) -> ChartName:
    """What a chart is called in commands and answers."""
    return "enterprise" if chart is ENTERPRISE else "small_business"


@cache
def _english() -> dict[str, str]:
    return dict(TEXTS.values())


def memo_in(language: Language, memo: str) -> str:
    """A memo as the reader says it; what a person wrote stays as it is."""
    if language == LANGUAGES[0]:
        return memo
    # "红字冲销 wrong month": the word is ours, the reason a person's.
    word, blank, reason = memo.partition(" ")
    return _english().get(memo) or f"{_english().get(word, word)}{blank}{reason}"


def places(reading: Reading, policy: Policy) -> tuple[str, ...]:
    """Every place whose accounts the books may hold: stores, the road between them, head office."""
    nodes = reading.all(select(NODE.c.node_id).where(mine(NODE)))
    table = table_of(STORE)
    stores = reading.all(select(table.c.store).where(mine(table)))
    return tuple(
        {HEAD_OFFICE, policy.transit, *(row.store for row in stores), *(row.node_id for row in nodes)}
    )


class PartnerNames:
    """Customers and suppliers by code; a code that is neither (a platform, a payee) is its own name."""

    def __init__(self, reading: Reading, codes: set[str]) -> None:
        self._names: dict[str, str] = {}
        listed = sorted(codes - {""})
        for definition, key in ((CUSTOMER, "customer"), (SUPPLIER, "supplier")):
            table = table_of(definition)
            for start in range(0, len(listed), 500):
                part = listed[start : start + 500]
                rows = reading.all(
                    select(table.c[key].label("code"), table.c.name).where(
                        mine(table), table.c[key].in_(part)
                    )
                )
                self._names |= {row.code: row.name for row in rows}

    def of(self, code: str) -> str:
        return self._names.get(code) or code


def names_of_goods(reading: Reading, skus: set[str]) -> dict[str, str]:
    """Names of SKUs, the empty one included; without master data a SKU is called by its code."""
    table = table_of(SKU)
    names = {sku: sku for sku in skus} | {"": ""}
    listed = sorted(skus - {""})
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        rows = reading.all(select(table.c.sku, table.c.name).where(mine(table), table.c.sku.in_(part)))
        names |= {row.sku: row.name or row.sku for row in rows}
    return names
