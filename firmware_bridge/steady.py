"""Standing still, concluded: for scales whose frames never say it, N equal readings in a row must.

YaoHua's floor scales repeat their weight ten times a second and nothing else. Five equal ones are half a second
of standing still; the reading says `stable_inferred`, so that nobody mistakes our conclusion for the scale's
word. Pure: it counts frames and knows no clock.

    20.00  20.00  20.00  20.00  20.00  20.05        N = 5
    null   null   null   null   stable null
"""

from __future__ import annotations

import msgspec

from firmware_bridge.drivers.frames import Weight

REPEATS = 5


class Steady:
    """One scale's count of equal readings."""

    def __init__(self, repeats: int = REPEATS) -> None:
        if repeats < 2:
            raise ValueError("one reading alone cannot show that a scale stands still")
        self._repeats = repeats
        self._last: tuple[str, str | None, str | None] | None = None
        self._seen = 0

    def see(self, frame: Weight) -> Weight:
        """The frame, marked stable when it is the Nth equal one; a scale that says it itself is believed."""
        if frame.stable is not None or frame.weight is None or frame.error:
            self.forget()
            return frame
        shown = (frame.weight, frame.unit, frame.mode)
        self._seen = self._seen + 1 if shown == self._last else 1
        self._last = shown
        if self._seen < self._repeats:
            return frame
        return msgspec.structs.replace(frame, stable=True, stable_inferred=True)

    def forget(self) -> None:
        """The port was lost: what stood still before says nothing about now."""
        self._last, self._seen = None, 0
