"""The messages the intake has in hand: come from the broker, not on the disk yet, in their order.

Of messages that want an acknowledgement the broker hands out no more than it was told to (a hundred), so while the
disk refuses they cannot pile up. A sender with QoS 0 asks for none and is held back by nobody: what it sends is kept
up to a bound, and beyond that dropped and counted. Such a message may be lost on the line as well; a bridge of ours
never sends a reading like that.
"""

from __future__ import annotations

import msgspec

from edge.intake.fold import Message

UNASKED_BYTES_MAX = 4 * 1024 * 1024
"""Some ten thousand readings: minutes of a chatty sensor on a disk that stands still, and little of a small box."""
OVERHEAD_BYTES = 200
"""What a message of no bytes takes in memory all the same, so that empty ones have a bound, too."""


class Held(msgspec.Struct, frozen=True):
    """A message in hand, and how it is acknowledged; `mid` is 0 with QoS 0."""

    mid: int
    qos: int
    message: Message


class Hand:
    """`add` at one end, `take` a batch at the other, `put_back` what did not reach the disk."""

    def __init__(self, unasked_bytes_max: int = UNASKED_BYTES_MAX) -> None:
        self._unasked_bytes_max = unasked_bytes_max
        self._held: list[Held] = []
        self._unasked_bytes = 0
        self.dropped = 0
        """How many QoS 0 messages found no room, from the beginning."""

    def __len__(self) -> int:
        return len(self._held)

    def add(self, held: Held) -> None:
        size = _unasked_bytes(held)
        if size and self._unasked_bytes + size > self._unasked_bytes_max:
            self.dropped += 1
            return
        self._unasked_bytes += size
        self._held.append(held)

    def first(self, most: int) -> list[Held]:
        """The oldest, so many at most; they stay in hand."""
        return self._held[:most]

    def let_go(self, batch: list[Held]) -> None:
        """The batch that `first` told is on its way to the disk."""
        del self._held[: len(batch)]
        self._unasked_bytes -= sum(map(_unasked_bytes, batch))

    def put_back(self, batch: list[Held]) -> None:
        """It did not arrive there: in hand again, before all that has come since, and whatever the bound says."""
        self._held[:0] = batch
        self._unasked_bytes += sum(map(_unasked_bytes, batch))

    def clear(self) -> None:
        self._held.clear()
        self._unasked_bytes = 0


def _unasked_bytes(held: Held) -> int:
    """What it counts against the bound: nothing where the broker holds back its sender."""
    if held.qos:
        return 0
    return OVERHEAD_BYTES + len(held.message.topic) + len(held.message.payload)
