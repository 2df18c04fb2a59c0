"""What to send next: the arithmetic between the outbox and the edge's acknowledgements. Pure.

Readings go out in order, at most WINDOW messages ahead of the edge's word, so an edge that is away does not
fill the broker. A message can be lost although the broker took it (it was killed, or nobody was
subscribed); then the edge, asked by a birth or receiving what comes after the hole, repeats the watermark
we already know. A repeated watermark while messages are out therefore means "I miss something", and we
start again behind it; but not faster than every REWIND_MS, since a repeat may also answer a message that
crossed our resend.

    sent 1..50, 51..100    ack 50: progress    ack 50 again: 51..100 is missing -> send it again
"""

from __future__ import annotations

from collections import deque

WINDOW = 100
REWIND_MS_MIN = 1_000
REWIND_MS_MAX = 30_000
OVERDUE_MS_MIN = 5_000
OVERDUE_MS_MAX = 120_000


class Shipping:
    """One connection's progress; `sent` and `acked` are seqs."""

    def __init__(self, acked: int, now_ms: int) -> None:
        self.acked = acked
        self.sent = acked
        self._out: deque[int] = deque()
        self._rewound_ms = now_ms - REWIND_MS_MIN
        self._rewind_wait_ms = REWIND_MS_MIN
        self._progress_ms = now_ms
        self._overdue_wait_ms = OVERDUE_MS_MIN
        self._held_until_ms = now_ms
        self._answers_owed = 0

    def may_send(self, now_ms: int) -> bool:
        """Whether another message fits the window."""
        return len(self._out) < WINDOW and now_ms >= self._held_until_ms

    @property
    def out(self) -> int:
        """Messages sent and not acknowledged."""
        return len(self._out)

    def on_sent(self, last_seq: int, now_ms: int) -> None:
        """A message up to this seq is on its way."""
        if not self._out:
            self._progress_ms = now_ms
        self.sent = last_seq
        self._out.append(last_seq)

    def expect_answer(self) -> None:
        """A birth was sent for a reason of our own: one repeated watermark answers it and complains of nothing."""
        self._answers_owed += 1

    def on_ack(self, upto: int, now_ms: int) -> bool:
        """The edge's word; True when it asks us to send again from `acked`."""
        if upto > self.acked:
            self.acked = upto
            self.sent = max(self.sent, upto)
            self._progress_ms = now_ms
            self._answers_owed = 0
            self._rewind_wait_ms, self._overdue_wait_ms = REWIND_MS_MIN, OVERDUE_MS_MIN
            while self._out and self._out[0] <= upto:
                self._out.popleft()
            return False
        if self._answers_owed:
            self._answers_owed -= 1
            return False
        if not self._out or now_ms - self._rewound_ms < self._rewind_wait_ms:
            return False
        self.rewind(now_ms)
        return True

    def rewind(self, now_ms: int, *, hold_ms: int = 0) -> None:
        """Send everything behind `acked` again, at once or after a pause."""
        self._out.clear()
        self.sent = self.acked
        self._rewound_ms = now_ms
        self._rewind_wait_ms = min(REWIND_MS_MAX, self._rewind_wait_ms * 2)
        self._held_until_ms = now_ms + hold_ms

    def is_overdue(self, now_ms: int) -> bool:
        """Whether the edge should be asked where it is (by a birth); each asking makes the next one later."""
        if self._answers_owed:
            self._answers_owed -= 1
            return False
        if not self._out or now_ms - self._progress_ms < self._overdue_wait_ms:
            return False
        self._progress_ms = now_ms
        self._answers_owed = 0
        self._overdue_wait_ms = min(OVERDUE_MS_MAX, self._overdue_wait_ms * 2)
        return True
