"""Checking a password: slow on purpose, at most two at a time, and slower for whoever keeps guessing.

Nobody is locked out for good: the delay grows with each failure and fades, since a whole shop may sit behind
one address. An unknown user costs the same time as a wrong password.
"""

from __future__ import annotations

import threading

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

PASSWORD_BYTES_MAX = 1024
_DELAY_MS_MAX = 60_000
_FADES_MS = 15 * 60_000
_ENTRIES_MAX = 5000
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_TWO_AT_A_TIME = threading.BoundedSemaphore(2)
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """A hash as head office makes it for a grant."""
    return _HASHER.hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one behind the hash; None takes as long and never matches."""
    if len(password.encode("utf-8", "replace")) > PASSWORD_BYTES_MAX:
        return False
    with _TWO_AT_A_TIME:
        try:
            return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (Argon2Error, InvalidHashError):
            return False


class _Failures(msgspec.Struct):
    count: int
    last_ms: int


class Throttle:
    """Counts failures per name (a user, an address) and says how long it must wait."""

    def __init__(self, free_tries: int) -> None:
        self._free_tries = free_tries
        self._lock = threading.Lock()
        self._failures: dict[str, _Failures] = {}

    def wait_ms(self, name: str, now_ms: int) -> int:
        """How long this name must still wait; 0 when it may try."""
        with self._lock:
            known = self._failures.get(name)
        if known is None or known.count <= self._free_tries or now_ms - known.last_ms > _FADES_MS:
            return 0
        delay = min(1000 << min(known.count - self._free_tries - 1, 10), _DELAY_MS_MAX)
        return max(known.last_ms + delay - now_ms, 0)

    def failed(self, name: str, now_ms: int) -> None:
        with self._lock:
            known = self._failures.get(name)
            if known is None or now_ms - known.last_ms > _FADES_MS:
                if len(self._failures) >= _ENTRIES_MAX:
                    self._failures.clear()
                known = self._failures[name] = _Failures(0, now_ms)
            known.count += 1
            known.last_ms = now_ms

    def succeeded(self, name: str) -> None:
        with self._lock:
            self._failures.pop(name, None)
