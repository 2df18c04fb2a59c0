"""What may be done with goods in a store, and what follows."""

from __future__ import annotations

from datetime import date, timedelta

from shared.catalogue.lookup import in_base_units, list_price, place_for, product, require_store, whole
from shared.catalogue.projection import SUPPLIER
from shared.devices.weighing import doubt_of
from shared.errors import DomainError
from shared.ledger.command import Asked, decides, follows
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.purchasing.contract import questioned_prices
from shared.purchasing.orders import standing_order
from shared.purchasing.projection import ORDER_LINE
from shared.stock import commands, events, late
from shared.stock.counting import difference
from shared.stock.events import CountedLine, LotCarried, ReceivedLine
from shared.stock.goods import Picking, lot_expiry, on_hand
from shared.stock.projection import INBOUND, TRANSFER
from shared.stock.weighing import require_weighed
from shared.units import not_negative_micro

follows(late.for_earlier_counts)


@decides(commands.RecordOpening)
def record_opening(command: commands.RecordOpening, asked: Asked, view: View) -> list[Fact]:
    return [events.OpeningRecorded(lines=arriving(command.lines, asked, view))]


@decides(commands.Receive)
def receive(command: commands.Receive, asked: Asked, view: View) -> list[Fact]:
    if command.supplier and row(view, SUPPLIER, command.supplier) is None:
        raise DomainError("supplier_unknown", supplier=command.supplier)
    if command.order:
        _require_open_order(command, asked, view)
    received = events.GoodsReceived(
        receipt=asked.op_id.hex(),
        supplier=command.supplier,
        order=command.order,
        note=command.note,
        lines=arriving(command.lines, asked, view),
    )
    return [received, *questioned_prices(view, received, asked.business_date)]


def _require_open_order(command: commands.Receive, asked: Asked, view: View) -> None:
    standing_order(view, command.order, store=asked.store)
    for line in command.lines:
        if row(view, ORDER_LINE, command.order, line.sku) is None:
            raise DomainError("sku_not_on_order", order=command.order, sku=line.sku)


def arriving(lines: tuple[commands.ArrivingLine, ...], asked: Asked, view: View) -> tuple[ReceivedLine, ...]:
    """Goods as they come in, from a supplier or from the workshop, each with its lot and its dates."""
    return tuple(_arriving_line(line, index, asked, view) for index, line in enumerate(lines))


def _arriving_line(line: commands.ArrivingLine, index: int, asked: Asked, view: View) -> ReceivedLine:
    """Goods without a lot number get one of their own: every arrival must be traceable and FEFO needs a date."""
    known = product(view, line.sku)
    qty = in_base_units(view, line.sku, line.qty, line.unit)
    require_weighed(view, line.sku, line.weighed, qty)
    lot = line.lot or f"{asked.business_date:%y%m%d}-{asked.op_id.hex()[-6:]}{index or ''}"
    expiry = line.expiry
    if expiry is None and line.lot:
        expiry = lot_expiry(view, line.sku, line.lot)
    if expiry is None and known["shelf_life_days"]:
        expiry = (line.produced or asked.business_date) + timedelta(days=whole(known["shelf_life_days"]))
    before = lot_expiry(view, line.sku, lot)
    if before is not None and expiry is not None and before != expiry:
        raise DomainError(
            "lot_expiry_differs", sku=line.sku, lot=lot, known=before.isoformat(), given=expiry.isoformat()
        )
    if expiry is not None and expiry < asked.business_date:
        raise DomainError("lot_expired", sku=line.sku, lot=lot, expiry=expiry.isoformat())
    if line.produced is not None and line.produced > asked.business_date + timedelta(days=1):
        raise DomainError("produced_in_future", sku=line.sku, produced=line.produced.isoformat())
    cost = None if line.unit_cost is None else not_negative_micro(line.unit_cost, "unit_cost")
    return ReceivedLine(
        sku=line.sku,
        lot=lot,
        place=place_for(view, asked.store, line.sku, line.place),
        qty=qty,
        expiry=expiry,
        produced=line.produced,
        unit_cost=cost,
        code=line.code,
        weighed=line.weighed,
        doubt=doubt_of(view, asked, line.weighed),
        typed=line.typed,
    )


@decides(commands.Waste)
def waste(command: commands.Waste, asked: Asked, view: View) -> list[Fact]:
    picking = Picking(view, asked, expired_allowed=True)
    lines = tuple(picking.line(line) for line in command.lines)
    return [events.GoodsWasted(lines=lines, reason=command.reason, note=command.note)]


@decides(commands.TransferOut)
def transfer_out(command: commands.TransferOut, asked: Asked, view: View) -> list[Fact]:
    require_store(view, command.to_store)
    if command.to_store == asked.store:
        raise DomainError("transfer_to_itself", store=asked.store)
    transfer = command.transfer or asked.op_id.hex()
    if view.rows(TRANSFER, (transfer,)):
        raise DomainError("transfer_exists", transfer=transfer)
    picking = Picking(view, asked)
    lines = tuple(picking.line(line) for line in command.lines)
    carried: dict[tuple[str, str], int] = {}
    for line in lines:
        for take in line.takes:
            carried[line.sku, take.lot] = carried.get((line.sku, take.lot), 0) + take.qty
    lots = tuple(
        LotCarried(sku=sku, lot=lot, qty=qty, expiry=lot_expiry(view, sku, lot))
        for (sku, lot), qty in carried.items()
    )
    return [
        events.TransferSent(
            transfer=transfer, to_store=command.to_store, lines=lines, lots=lots, note=command.note
        )
    ]


@decides(commands.TransferIn)
def transfer_in(command: commands.TransferIn, asked: Asked, view: View) -> list[Fact]:
    """Goods may be here before word of them is: an unannounced transfer is taken in and meets its first leg later."""
    require_store(view, command.from_store)
    announced = view.rows(INBOUND, (command.transfer,))
    received = view.rows(TRANSFER, (command.transfer,))
    lines = []
    for line in command.lines:
        told = announced.get((command.transfer, line.sku, line.lot or ""))
        arriving = _transferred(line, None if told is None else told["expiry"], asked, view)
        if announced:
            if told is None:
                raise DomainError("lot_not_on_transfer", sku=line.sku, lot=line.lot or "")
            already = received.get((command.transfer, line.sku, line.lot or ""))
            open_qty = whole(told["sent"]) - (0 if already is None else whole(already["received"]))
            if arriving.qty > open_qty:
                raise DomainError("more_than_sent", sku=line.sku, lot=line.lot or "")
        lines.append(arriving)
    return [
        events.TransferReceived(transfer=command.transfer, from_store=command.from_store, lines=tuple(lines))
    ]


def _transferred(line: commands.ArrivingLine, expiry: object, asked: Asked, view: View) -> ReceivedLine:
    """A transferred lot keeps its name and date, also the nameless one, so that the two legs sum to zero."""
    day = line.expiry or (date.fromisoformat(expiry) if isinstance(expiry, str) else None)
    return ReceivedLine(
        sku=line.sku,
        lot=line.lot or "",
        place=place_for(view, asked.store, line.sku, line.place),
        qty=in_base_units(view, line.sku, line.qty, line.unit),
        expiry=day,
        code=line.code,
    )


@decides(commands.Count)
def count(command: commands.Count, asked: Asked, view: View) -> list[Fact]:
    """A timed assertion (R9): book 1000, sold 100 at 10:00, counted 895 at 10:05 -> expected 900, difference -5,
    also when the count reaches us after the 30 sold at 10:20."""
    lines = []
    seen: set[tuple[str, str | None]] = set()
    for line in command.lines:
        if (line.sku, line.lot) in seen:
            raise DomainError("line_twice", sku=line.sku)
        seen.add((line.sku, line.lot))
        counted = in_base_units(view, line.sku, line.counted, line.unit, zero_allowed=True)
        require_weighed(view, line.sku, line.weighed, counted)
        later = view.on_hand_change_after(line.sku, line.lot, asked.happened_ms)
        expected = on_hand(view, line.sku, line.lot) - later
        takes = difference(view, asked, line.sku, line.lot, counted - expected)
        lines.append(
            CountedLine(
                sku=line.sku,
                lot=line.lot,
                expected=expected,
                counted=counted,
                takes=takes,
                weighed=line.weighed,
                doubt=doubt_of(view, asked, line.weighed),
            )
        )
    return [
        events.StockCounted(
            count=asked.op_id.hex(), counted_ms=asked.happened_ms, lines=tuple(lines), note=command.note
        )
    ]


@decides(commands.Give)
def give(command: commands.Give, asked: Asked, view: View) -> list[Fact]:
    """A gift is taxed at what the goods would have sold for, so they need a price."""
    picking = Picking(view, asked)
    lines = []
    for line in command.lines:
        given = picking.line(line)
        price = list_price(view, line.sku, asked.store)
        if price is None:
            raise DomainError("price_missing", sku=line.sku)
        lines.append(events.GivenLine(sku=given.sku, takes=given.takes, market_price=price))
    return [events.GoodsGiven(lines=tuple(lines), reason=command.reason)]
