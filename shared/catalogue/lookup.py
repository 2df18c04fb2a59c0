"""Questions about the catalogue that every decision asks: which SKU, which unit, which price, which place."""

from __future__ import annotations

from datetime import date

import msgspec

from shared.barcodes.in_store import LabelTemplate
from shared.barcodes.scanned_code import ScannedCode, Scanner, read_code, read_scan
from shared.catalogue.projection import BARCODE, LABEL_TEMPLATE, PLACE, PRICE, SCANNER, SKU, STORE, UNIT
from shared.errors import DomainError
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.stock.locations import MAIN_PLACE
from shared.units import MICRO, decimal_text, half_up, micro


def product(view: View, sku: str) -> Row:
    """The SKU's row. Raises `sku_unknown`."""
    found = view.rows(SKU, (sku,)).get((sku,))
    if found is None:
        raise DomainError("sku_unknown", sku=sku)
    return found


def whole(cell: object) -> int:
    """An int cell as an int."""
    assert isinstance(cell, int)
    return cell


_STEPS: tuple[int, ...] = tuple(10 ** (6 - decimals) for decimals in range(7))


def step_of(known: Row) -> int:
    """The smallest quantity (millionths) the SKU is counted in: 1000 where it is weighed to the gram."""
    return _STEPS[whole(known["decimals"])]


def in_base_units(view: View, sku: str, qty_text: str, unit: str = "", *, zero_allowed: bool = False) -> int:
    """Millionths of the base unit behind "2" "case".

    Raises `unit_unknown`, `quantity_too_fine`, `quantity_not_positive` and what `micro` raises.
    """
    known = product(view, sku)
    qty, rest = micro(qty_text), 0
    if qty < 0 or (qty == 0 and not zero_allowed):
        raise DomainError("quantity_not_positive", field="qty", text=qty_text)
    if unit and unit != known["base_unit"]:
        pack = row(view, UNIT, sku, unit)
        if pack is None:
            raise DomainError("unit_unknown", sku=sku, unit=unit, base_unit=str(known["base_unit"]))
        qty, rest = divmod(qty * whole(pack["factor"]), MICRO)
    step = step_of(known)
    if rest or qty % step:
        raise DomainError(
            "quantity_too_fine",
            sku=sku,
            text=qty_text,
            unit=unit or str(known["base_unit"]),
            step=decimal_text(step),
        )
    return qty


def rounded_to_unit(view: View, sku: str, qty: int) -> int:
    """A computed quantity (from a price label) at the fineness the SKU is counted in."""
    step = step_of(product(view, sku))
    return half_up(qty, step) * step


def list_price(view: View, sku: str, store: str) -> int | None:
    """The store's own price, else the chain's; None where nobody has set one."""
    prices = view.rows(PRICE, (sku,))
    found = prices.get((sku, store)) or prices.get((sku, ""))
    return None if found is None else whole(found["price"])


def place_for(view: View, store: str, sku: str, asked: str = "") -> str:
    """The asked place, or the first of the store that suits the SKU's storage. Raises `place_unknown`."""
    places = view.rows(PLACE, (store,))
    if asked:
        if (store, asked) not in places and asked != MAIN_PLACE:
            raise DomainError("place_unknown", place=asked)
        return asked
    storage = product(view, sku)["storage"]
    fitting = sorted(str(key[1]) for key, place in places.items() if place["storage"] == storage)
    return fitting[0] if fitting else MAIN_PLACE


def require_store(view: View, store: str) -> None:
    if row(view, STORE, store) is None:
        raise DomainError("store_unknown", store=store)


def label_templates(view: View, store: str) -> tuple[LabelTemplate, ...]:
    """The layouts of scale labels in use in this store, its own before the chain's."""
    return tuple(
        LabelTemplate(
            layout=str(key[1]),
            prefixes=tuple(msgspec.json.decode(str(found["prefixes"]), type=list[str])),
            price_decimals=whole(found["price_decimals"]),
            weight_decimals=whole(found["weight_decimals"]),
        )
        for owner in (store, "")
        for key, found in sorted(view.rows(LABEL_TEMPLATE, (owner,)).items())
    )


def scanners(view: View, store: str) -> dict[str, Scanner]:
    """The settings of this store's scanners, by the name of each."""
    return {
        str(key[1]): Scanner(gs_as=str(found["gs_as"] or ""), sends_aim=found["aim"] != "off")
        for key, found in view.rows(SCANNER, (store,)).items()
    }


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """A code and the pack it names, if any: `sku` empty means nobody has assigned it."""

    code: ScannedCode
    sku: str = ""
    unit: str = ""
    factor: int = MICRO


def resolve(
    view: View,
    store: str,
    raw: str,
    today: date,
    symbology: str | None = None,
    typed: bool = False,
    scanner: str = "",
) -> Resolved:
    """What a scanned or typed code names here. Raises what `read_code` raises on a code that cannot be right.

    `scanner` names the scanner it came from; its settings say how to read it.
    """
    templates = label_templates(view, store)
    setting = scanners(view, store).get(scanner) if scanner and not typed else None
    if setting is None:
        scanned = read_code(raw, symbology=symbology, today=today, templates=templates, typed=typed)
    else:
        scanned = read_scan(raw, setting, symbology=symbology, today=today, templates=templates)
    for candidate in (scanned.gtin14, scanned.item_code, raw):
        if not candidate:
            continue
        assigned = row(view, BARCODE, candidate)
        if assigned is not None:
            return Resolved(
                code=scanned,
                sku=str(assigned["sku"]),
                unit=str(assigned["unit"]),
                factor=whole(assigned["factor"]),
            )
    known = row(view, SKU, raw)
    if known is not None:
        return Resolved(code=scanned, sku=raw, unit=str(known["base_unit"]))
    return Resolved(code=scanned)
