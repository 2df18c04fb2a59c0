"""Sharing one cost among many: by value, quantity or weight, the rounding's remainder to the largest (R7).

300.00 of freight over A 100 at 5.00 and B 50 at 20.00 by value: A bears 100.00, B 200.00.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.units import half_up


def shares(amount: int, bases: Sequence[int]) -> list[int]:
    """`amount` (fen) in proportion to the bases, which must not all be zero; the shares sum to it exactly."""
    total = sum(bases)
    assert total > 0, "nothing to share by"
    assert min(bases) >= 0, "a share cannot be negative"
    found = [half_up(amount * base, total) for base in bases]
    largest = max(range(len(bases)), key=lambda index: (bases[index], -index))
    found[largest] += amount - sum(found)
    return found
