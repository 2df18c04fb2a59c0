"""How far an excursion that nobody acknowledges has come: first those in the shop, then its manager, then head office.

raised at 10:00, next level after 15 minutes       10:00 level 1    10:15 level 2    10:30 level 3
"""

from __future__ import annotations

FIRST, MANAGER, HEAD_OFFICE = 1, 2, 3


def level(raised_ms: int, now_ms: int, after_ms: int) -> int:
    """Where it should be by now."""
    return min(HEAD_OFFICE, FIRST + max(0, now_ms - raised_ms) // after_ms)


def due_ms(raised_ms: int, level_: int, after_ms: int) -> int:
    """When it came to that level."""
    return raised_ms + (level_ - FIRST) * after_ms
