"""What people's changes to suggestions were worth, and what to learn from them (forecast value added).

After the time an order had to last, its exact quantity is known: what was asked for, less what was there anyway. The
suggestion missed it by so much, the order by so much; the difference is what the change gained (above zero) or cost:

    needed = max(0, sold in the period - there anyway)
    gained = |suggested - needed| - |ordered - needed|

Suggested 20, ordered 24, needed 26: 6 missed before, 2 after, 4 gained. Sales are used for demand, so a change upward
that met an empty shelf gets less praise than it deserves; the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from cloud.replenishment.policy.protection import LeadTime
from shared.replenishment.events import Reason
from shared.units import MICRO, half_up

Direction = Literal["up", "down"]
Size = Literal["small", "middling", "large"]

SMALL, LARGE = MICRO // 10, MICRO // 2
"""Changes below a tenth are rarely worth the trouble (a page warns softly); above one half they are another order."""
CAP = MICRO // 2
"""What is learnt moves a suggestion by one half at most."""
WEIGHT_OF_DOUBT = 20
"""So many changes that needed exactly what was suggested are added to what is learnt from: few prove little."""
WEIGHT_OF_TERMS = 8
"""So many deliveries as agreed are added to a supplier's real ones."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One changed line of an order whose time is over; quantities in millionths."""

    user: str
    reason: Reason
    suggested: int
    ordered: int
    needed: int

    @property
    def direction(self) -> Direction:
        return "up" if self.ordered > self.suggested else "down"

    @property
    def size(self) -> Size:
        return size_of(self.suggested, self.ordered)

    @property
    def missed_before(self) -> int:
        return abs(self.suggested - self.needed)

    @property
    def missed_after(self) -> int:
        return abs(self.ordered - self.needed)


class Gained(msgspec.Struct, frozen=True, kw_only=True):
    """Of a group of changes: how many, how many were for the better, and what suggestions and orders missed in all."""

    changes: int
    better: int
    missed_before: int
    missed_after: int

    @property
    def gained(self) -> int:
        return self.missed_before - self.missed_after


def needed(sold: int, there_anyway: int) -> int:
    """The quantity that would have been exactly right."""
    return max(0, sold - there_anyway)


def size_of(suggested: int, ordered: int) -> Size:
    """How large a change is, by the suggestion; any change of nothing is large."""
    change = abs(ordered - suggested) * MICRO
    if change < SMALL * suggested:
        return "small"
    return "middling" if change <= LARGE * suggested else "large"


def gained_by(edits: Iterable[Edit], key: Callable[[Edit], str]) -> dict[str, Gained]:
    """What the changes of each group gained."""
    groups: dict[str, list[Edit]] = {}
    for edit in edits:
        groups.setdefault(key(edit), []).append(edit)
    return {
        name: Gained(
            changes=len(some),
            better=sum(edit.missed_after < edit.missed_before for edit in some),
            missed_before=sum(edit.missed_before for edit in some),
            missed_after=sum(edit.missed_after for edit in some),
        )
        for name, some in groups.items()
    }


def learnt_factor(edits: Sequence[Edit], reason: Reason) -> int:
    """What a suggestion is worth multiplying by where people give this reason, in millionths.

    The quantities needed by the quantities suggested, shrunk by `WEIGHT_OF_DOUBT` lines of the mean suggestion that
    needed what was suggested, and never further than `CAP` from one: 20 events that needed 30 instead of 20 give
    (20 * 30 + 20 * 20) / (40 * 20) = 1.25.
    """
    of_reason = [edit for edit in edits if edit.reason == reason and edit.suggested > 0]
    if not of_reason:
        return MICRO
    suggested = sum(edit.suggested for edit in of_reason)
    doubt = suggested * WEIGHT_OF_DOUBT // len(of_reason)
    factor = half_up((sum(edit.needed for edit in of_reason) + doubt) * MICRO, suggested + doubt)
    return min(max(factor, MICRO - CAP), MICRO + CAP)


def learnt_lead_time(agreed_days: int, days: Sequence[int]) -> LeadTime:
    """A supplier's lead time from the days that deliveries took, shrunk towards the agreed one.

    `WEIGHT_OF_TERMS` deliveries as agreed, with a deviation of a quarter of the agreed time, are counted with the real
    ones; so two late lorries do not double a safety stock, and forty do. Agreed 2 days, eight deliveries of 4: 3 days,
    with a variance of (8 * (1 + 0.25) + 8 * 1) / 16 = 1.125.
    """
    count = WEIGHT_OF_TERMS + len(days)
    mean = half_up((WEIGHT_OF_TERMS * agreed_days + sum(days)) * MICRO, count)
    usual = (agreed_days * MICRO // 4) ** 2
    spread = WEIGHT_OF_TERMS * ((agreed_days * MICRO - mean) ** 2 + usual)
    spread += sum((took * MICRO - mean) ** 2 for took in days)
    return LeadTime(days=mean, variance=half_up(spread, count * MICRO))
