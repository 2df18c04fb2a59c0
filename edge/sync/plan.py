"""What to send next: decided from what the node holds and what head office says it has. Pure.

Head office's `have` is the only cursor. A log whose hash differs from ours at the same place is a fork: somebody
else wrote under our name or a disk lied, and sending more would only bury it, so that log stops and the alarm
is raised; the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec

from edge.sync.own_logs import OwnLog
from shared.ledger.chain import Head

SINGLE_TRIES = 3
"""How often a lone fact is offered that head office cannot read, before its log stops."""


class Push(msgspec.Struct, frozen=True):
    """The next frame: facts of `log` from `first_seq` on, at most `count`."""

    log: OwnLog
    first_seq: int
    count: int


class Alarm(msgspec.Struct, frozen=True):
    """Why a log stands still, and at which fact."""

    log: bytes
    seq: int
    why: str


def next_push(
    logs: Sequence[OwnLog], have: Mapping[bytes, Head], standing: Set[bytes], window: int
) -> Push | None:
    """The first unsent facts in the order of the logs (parents first), or None when all is said."""
    for log in logs:
        known = have.get(log.head.log)
        said = 0 if known is None else known.seq
        if said < log.head.seq and log.head.log not in standing:
            return Push(log, said + 1, min(window, log.head.seq - said))
    return None


def after(push: Push, count: int, window: int) -> Push | None:
    """What will follow when `count` facts of this push are stored; None when the log has no more."""
    first = push.first_seq + count
    left = push.log.head.seq - first + 1
    return Push(push.log, first, min(window, left)) if left > 0 else None


def unsent(logs: Iterable[OwnLog], have: Mapping[bytes, Head]) -> int:
    """How many facts head office does not have."""
    return sum(max(0, log.head.seq - (have[log.head.log].seq if log.head.log in have else 0)) for log in logs)


def lowest_unfinished(logs: Sequence[OwnLog], have: Mapping[bytes, Head]) -> int:
    """The place from which on logs must be read again: all before it are complete and will never grow."""
    open_logs = [log.ordinal for log in logs if unsent((log,), have)]
    return min([*open_logs, logs[-1].ordinal]) if logs else -(1 << 62)


class Narrowing:
    """Finds the fact that makes a frame unreadable: half the facts each time, then the one, three times."""

    def __init__(self) -> None:
        self._counts: dict[bytes, int] = {}
        self._tries: dict[bytes, int] = {}

    def count(self, push: Push) -> int:
        """How many facts of this push may be sent now."""
        return min(push.count, self._counts.get(push.log.head.log, push.count))

    def refused(self, log: bytes, count: int) -> bool:
        """The frame of `count` facts was refused; True when its single fact has had all its tries."""
        self._counts[log] = max(1, count // 2)
        if count > 1:
            return False
        self._tries[log] = self._tries.get(log, 0) + 1
        return self._tries[log] >= SINGLE_TRIES

    def stored(self, log: bytes) -> None:
        """It went through: twice as many may go next time, and soon as many as ever."""
        self._tries.pop(log, None)
        held = self._counts.get(log)
        if held is not None:
            self._counts[log] = held * 2
            if held * 2 > 1000:
                del self._counts[log]
