"""Chains drawn by a seed, for measuring and for proving: the size and the hardships are the caller's."""

from __future__ import annotations

from math import exp
from random import Random

from cloud.replenishment.transfers.chain import Chain, Goods, Lane, Need, Surplus
from shared.units import MICRO, decimal_text


def draw_chain(
    seed: int,
    *,
    stores: int,
    skus: int,
    neighbours: int = 8,
    capacity: int = 600,
    trip: int = 30,
    trip_per_km: int = 3,
    offered: float = 0.32,
    wanted: float = 0.61,
) -> Chain:
    """Stores in a city of 40 by 40 km, each with vans to its nearest `neighbours`.

    `capacity` in litres and `trip` in yuan (and so much more for each kilometre) describe every van; `offered` and
    `wanted` are the shares of store-SKU cells that have too much and too little. Volumes and margins are log-normal, as
    goods in a shop are; what lies over at home is worth nothing, a tenth or three tenths of its margin.
    """
    draw = Random(seed)  # noqa: S311  no secret hangs on it
    names = [f"S{number:02d}" for number in range(stores)]
    places = {name: (draw.random() * 40, draw.random() * 40) for name in names}
    lanes = []
    for here in names:
        near = sorted((_km(places[here], places[there]), there) for there in names if there != here)
        lanes += [
            Lane(
                from_store=here,
                to_store=there,
                trip=_text(trip + trip_per_km * km),
                per_volume=_text(0.01 + 0.002 * km),
                capacity=str(capacity),
            )
            for km, there in near[:neighbours]
        ]
    goods, surpluses, needs = [], [], []
    for number in range(skus):
        sku = f"K{number:04d}"
        goods.append(Goods(sku=sku, volume=_text(exp(draw.gauss(0.3, 0.8)))))
        margin = exp(draw.gauss(1.2, 0.7))
        for store in names:
            lot = draw.random()
            if lot < offered:
                worth = margin * draw.choice((0.0, 0.1, 0.3))
                qty = str(draw.randint(1, 24))
                surpluses.append(Surplus(store=store, sku=sku, qty=qty, worth=_text(worth)))
            elif lot > 1 - wanted:
                qty = str(draw.randint(1, 14))
                needs.append(Need(store=store, sku=sku, qty=qty, worth=_text(margin * (0.5 + lot))))
    return Chain(goods=tuple(goods), lanes=tuple(lanes), surpluses=tuple(surpluses), needs=tuple(needs))


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _text(value: float) -> str:
    return decimal_text(round(value * MICRO))
