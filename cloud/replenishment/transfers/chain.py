"""The chain as people write it down: goods, lanes, surpluses and needs in one JSON file (docs/transfer-format.md).

Everything is checked here, once: past this file there are only integers, and no name that stands for nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec
from msgspec import Meta

from shared.errors import DomainError
from shared.units import MICRO, DecimalText, micro, not_negative_micro

Name = Annotated[str, Meta(min_length=1, max_length=64)]

DEAREST = 1_000_000 * MICRO
"""No unit and no trip of a small chain is worth a million; it keeps every sum of the solver far inside 64 bits."""


class Goods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An SKU. `step` is the finest quantity moved (a piece, a case), `volume` what one base unit takes in a van."""

    sku: Name
    step: DecimalText = "1"
    volume: DecimalText = "0"


class Lane(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One van on one way. `trip` is paid when it drives at all, `per_volume` for all it carries; no `capacity`: no
    limit. A second van on the same way is a second lane."""

    from_store: Name = msgspec.field(name="from")
    to_store: Name = msgspec.field(name="to")
    trip: DecimalText = "0"
    per_volume: DecimalText = "0"
    capacity: DecimalText | None = None


class Surplus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a store could give. `worth` is what one base unit is worth where it lies: below zero, where it would be
    thrown away at a cost."""

    store: Name
    sku: Name
    qty: DecimalText
    worth: DecimalText = "0"


class Need(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a store could use. `worth` is what one base unit is worth there. A first part that is worth more than the
    rest is a need of its own."""

    store: Name
    sku: Name
    qty: DecimalText
    worth: DecimalText


class Chain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One evening's question."""

    goods: tuple[Goods, ...]
    lanes: tuple[Lane, ...]
    surpluses: tuple[Surplus, ...]
    needs: tuple[Need, ...]


def read_chain(body: bytes) -> Chain:
    """The chain in a file's bytes. Raises `transfer_file_malformed` with the place, and what `check` raises."""
    try:
        chain = msgspec.json.decode(body, type=Chain, strict=True)
    except msgspec.MsgspecError as error:
        raise DomainError("transfer_file_malformed", why=str(error)[:200]) from None
    check(chain)
    return chain


def check(chain: Chain) -> None:
    """Raises `transfer_goods_twice`, `transfer_goods_unknown`, `transfer_lane_to_itself`,
    `transfer_step_not_positive`, `number_too_large`, `number_negative`."""
    twice = [sku for sku, count in Counter(one.sku for one in chain.goods).items() if count > 1]
    if twice:
        raise DomainError("transfer_goods_twice", sku=twice[0])
    known = {one.sku for one in chain.goods}
    for one in chain.goods:
        if micro(one.step, "step") <= 0:
            raise DomainError("transfer_step_not_positive", sku=one.sku, text=one.step)
        not_negative_micro(one.volume, "volume")
    for lane in chain.lanes:
        if lane.from_store == lane.to_store:
            raise DomainError("transfer_lane_to_itself", store=lane.from_store)
        if lane.capacity is not None:
            not_negative_micro(lane.capacity, "capacity")
        for field, text in (("trip", lane.trip), ("per_volume", lane.per_volume)):
            not_negative_micro(text, field)
            _require_small(text, field)
    parts: list[Surplus | Need] = [*chain.surpluses, *chain.needs]
    for part in parts:
        if part.sku not in known:
            raise DomainError("transfer_goods_unknown", sku=part.sku, store=part.store)
        not_negative_micro(part.qty)
        _require_small(part.worth, "worth")


def _require_small(text: str, field: str) -> None:
    if abs(micro(text, field)) > DEAREST:
        raise DomainError("number_too_large", field=field, text=text)
