"""A clock that moves only when a test says so."""

from __future__ import annotations


class Clock:
    def __init__(self, now_ms: int = 1_795_000_000_000) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def pass_(self, *, seconds: int = 0, minutes: int = 0, hours: int = 0) -> None:
        self.now_ms += ((hours * 60 + minutes) * 60 + seconds) * 1000
