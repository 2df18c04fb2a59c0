"""Counts, and word of what happened before them coming after: where phones and people may lose their rights as well, so
that a count is voided which others have been corrected for.

Left to chance the two hardly ever meet. It has a die of its own, so that a seed without it is what it was.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.simulator.virtual_time import pass_s

if TYPE_CHECKING:
    from tests.simulator.world import Phone, World

SHARE = 0.5
"""Of the seeds in which rights are lost."""
PER_MINUTE = 6.0
SKU = "rice"


def are_due(seed: int) -> bool:
    """Whether shelves are counted in this seed, if it is one in which rights are lost."""
    return _die(seed).random() < SHARE


def _die(seed: int) -> random.Random:
    return random.Random(f"{seed}/stocktaking")


async def befall(world: World) -> None:
    """Until the calm: somebody counts, and later a colleague tells of a sale or a receipt from before the count."""
    die = _die(world.seed)
    die.random()
    while not world.is_calm:
        await pass_s(die.expovariate(PER_MINUTE / 60))
        if world.is_calm:
            return
        phone = die.choice(world.phones)
        colleague = die.choice([other for other in world.phones if other.store == phone.store])
        _count(phone, die.randint(1, 9) * 10)
        wait_s, pieces, sells = die.uniform(3, 15), die.randint(1, 9), die.random() < 0.5
        ago_ms = int((wait_s + die.uniform(1, 10)) * 1000)
        await pass_s(wait_s)
        if not world.is_calm:
            _tell_late(colleague, pieces, ago_ms, sells=sells)


def _count(phone: Phone, pieces: int) -> None:
    from tests.simulator.world import Effect

    body = {"lines": [{"sku": SKU, "counted": str(pieces)}]}
    phone.ask("stock.count", body, Effect(phone.store, SKU, 0, exact=False))


def _tell_late(phone: Phone, pieces: int, ago_ms: int, *, sells: bool) -> None:
    from tests.simulator.world import Effect

    line = {"sku": SKU, "qty": str(pieces)}
    if sells:
        body = {"lines": [line | {"amount": "4.50"}]}
        phone.ask("sales.sell", body, Effect(phone.store, SKU, -pieces, sold_fen=450), ago_ms=ago_ms)
    else:
        body = {"lines": [line | {"lot": "L1"}], "note": ""}
        phone.ask("stock.receive", body, Effect(phone.store, SKU, pieces), ago_ms=ago_ms)
