"""The capture rule: which of a scale's many weights becomes the one reading of what lies on it.

A scale repeats itself ten times a second. We take a weight once it has stood still, for two equal stable
frames or for 300 ms without a contrary one, with no error, with a unit we know and above the release
threshold; and we take nothing more until the plate has been seen (nearly) empty, or one melon would be
booked twice.

    0.000  0.730~ 1.250~ 1.250  1.250  1.250  0.400~ 0.000  0.820  0.820      (~ in motion)
                                taken                released      taken

A scale that answers only to something new and never to an empty plate (Adam) cannot show that the plate was
cleared: there another weight, different by at least the release threshold, is a new one.

Pure: the monotonic time is an argument, and whether something already taken still lies on the plate is
given at the start, so that a restart of the bridge does not take it again.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from firmware_bridge.drivers.frames import Weight

FRAMES_MIN = 2
STILL_MS_MIN = 300

_IN_GRAMS = {
    "mg": Decimal("0.001"),
    "g": Decimal(1),
    "kg": Decimal(1000),
    "t": Decimal(1_000_000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
_UCUM = {"mg": "mg", "g": "g", "kg": "kg", "t": "t", "lb": "[lb_av]", "oz": "[oz_av]"}


def ucum(unit: str) -> str | None:
    """The UCUM code of a scale's unit, or None for one we do not know and therefore never take."""
    return _UCUM.get(unit)


def grams(weight: str, unit: str) -> Decimal:
    """A known weight in grams, exactly."""
    return Decimal(weight) * _IN_GRAMS[unit]


class _Still(msgspec.Struct, frozen=True):
    """The weight that has been standing still, since when and for how many frames."""

    frame: Weight
    since_ms: int
    frames: int


class Capture:
    """One scale's capture rule; `loaded` while something already taken lies on the plate."""

    def __init__(
        self, release_below_g: Decimal, *, loaded: bool = False, speaks_of_news_only: bool = False
    ) -> None:
        if release_below_g <= 0:
            raise ValueError("the release threshold must be above zero")
        self._speaks_of_news_only = speaks_of_news_only
        self._taken_g: Decimal | None = None
        self._release_below_g = release_below_g
        self._still: _Still | None = None
        self.loaded = loaded

    def see(self, frame: Weight, monotonic_ms: int) -> Weight | None:
        """The frame to be booked, if this frame is what completes it."""
        if frame.weight is None or frame.unit not in _IN_GRAMS or frame.error or frame.mode == "tare":
            self._still = None
            self.loaded = self.loaded and frame.error != "underload"
            return None
        weighs_g = grams(frame.weight, frame.unit)
        if weighs_g < self._release_below_g:
            self._still = None
            self.loaded = False
            return None
        if self.loaded and self._speaks_of_news_only:
            self.loaded = self._is_the_same(weighs_g)
        if not frame.stable:
            self._still = None
            return None
        self._still = self._stands(frame, monotonic_ms)
        return self._take(monotonic_ms)

    def tick(self, monotonic_ms: int) -> Weight | None:
        """The frame to be booked because nothing has contradicted it for long enough."""
        return self._take(monotonic_ms)

    def lose(self) -> None:
        """Forget a half-seen weight: the port was lost, and what lies there now is not known."""
        self._still = None

    def _is_the_same(self, weighs_g: Decimal) -> bool:
        """Whether this is what was taken; after a restart the first weight is what lies there still."""
        if self._taken_g is None:
            self._taken_g = weighs_g
        return abs(weighs_g - self._taken_g) < self._release_below_g

    def _stands(self, frame: Weight, monotonic_ms: int) -> _Still:
        """The standing weight with this frame counted in; another weight starts anew."""
        still = self._still
        if still is None or (still.frame.weight, still.frame.unit) != (frame.weight, frame.unit):
            return _Still(frame, monotonic_ms, 1)
        return _Still(frame, still.since_ms, still.frames + 1)

    def _take(self, monotonic_ms: int) -> Weight | None:
        """The standing weight, once."""
        still = self._still
        if still is None or self.loaded:
            return None
        if still.frames < FRAMES_MIN and monotonic_ms - still.since_ms < STILL_MS_MIN:
            return None
        self.loaded = True
        assert still.frame.weight is not None
        assert still.frame.unit is not None
        self._taken_g = grams(still.frame.weight, still.frame.unit)
        return still.frame
