"""What a scanned or typed code means here."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter

from edge.http.access import needs
from edge.http.goods import price_text, today
from edge.http.node import Caller, StoreNode
from edge.ledger.reader import ReadView
from shared.catalogue.lookup import product, resolve
from shared.i18n import Language, all_texts, tell
from shared.ledger.ops import Told
from shared.money import fen_text
from shared.units import decimal_text


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    known: bool
    code: str
    warnings: list[Told]
    sku: str | None = None
    name: str | None = None
    unit: str | None = None
    factor: str | None = None
    lot: str | None = None
    expiry: str | None = None
    qty: str | None = None
    amount: str | None = None
    unit_price: str | None = None


@get("/scan", opt=needs("stock.read"), sync_to_thread=True)
def scan(
    node: NamedDependency[StoreNode],
    caller: NamedDependency[Caller],
    raw: Annotated[str, Parameter(min_length=1, max_length=512)],
    symbology: Annotated[str | None, Parameter(max_length=32)] = None,
    typed: FromQuery[bool] = False,
    scanner: Annotated[str, Parameter(max_length=64)] = "",
) -> Scanned:
    """Read a code by the rules of this store's labels and of the scanner; a wrong one is an error."""
    with node.readers.lend() as connection:
        view = ReadView(connection)
        day = today(connection, node.store, node.now_ms())
        found = resolve(view, node.store, raw, day, symbology=symbology or None, typed=typed, scanner=scanner)
        name = str(product(view, found.sku)["name"]) if found.sku else None
        price = price_text(connection, found.sku, node.store) if found.sku else None
    code = found.code
    return Scanned(
        kind=code.kind,
        known=bool(found.sku),
        code=code.gtin14 or code.item_code or raw,
        warnings=[_warning(key, raw, caller.language) for key in code.warnings],
        sku=found.sku or None,
        name=name,
        unit=found.unit or None,
        factor=decimal_text(found.factor) if found.sku else None,
        lot=code.lot or None,
        expiry=None if code.keeps_until is None else code.keeps_until.isoformat(),
        qty=None if code.quantity is None else decimal_text(code.quantity),
        amount=None if code.price_fen is None else fen_text(code.price_fen),
        unit_price=price,
    )


def _warning(key: str, raw: str, language: Language) -> Told:
    values = {"code": raw[:60]}
    text = tell(key, language, values) if key in all_texts() else key
    return Told(key=key, text=text)


router = Router("/v1", route_handlers=[scan])
