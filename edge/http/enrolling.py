"""One-time codes by which a bridge gets its account: ten minutes, one use, 128 bits.

A code is kept as its digest and only in memory: a node that starts anew has forgotten it, and the manager makes
another. Behind the code stands the beginning of the fingerprint of this store's authority, so that the bridge knows
whom it talks to before anybody has vouched for the box.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.errors import DomainError

GOOD_FOR_MS = 600_000
CODES_MAX = 100
ROTATE_WITHIN_MS = 300_000


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What a code is good for."""

    account: str
    by: str
    until_ms: int


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.strip().lower().partition(".")[0].encode()).digest()


class Codes:
    """The codes that are good right now, and who has proven to hold which key when."""

    def __init__(self) -> None:
        self._tickets: dict[bytes, Ticket] = {}
        self._proofs: dict[str, int] = {}
        self._lock = threading.Lock()

    def make(self, account: str, by: str, now_ms: int, fingerprint: bytes) -> tuple[str, int]:
        """A code and until when it is good. An earlier code for the same account is good no more."""
        code = _base32(os.urandom(16))
        until_ms = now_ms + GOOD_FOR_MS
        with self._lock:
            kept = {
                digest: ticket
                for digest, ticket in self._tickets.items()
                if ticket.until_ms > now_ms and ticket.account != account
            }
            self._tickets = dict(list(kept.items())[-CODES_MAX:])
            self._tickets[_digest(code)] = Ticket(account=account, by=by, until_ms=until_ms)
        return (f"{code}.{_base32(fingerprint[:16])}" if fingerprint else code), until_ms

    def take(self, code: str, now_ms: int) -> Ticket:
        """Whoever takes it has it alone. Raises `enrol_code_refused`."""
        with self._lock:
            ticket = self._tickets.pop(_digest(code), None)
        if ticket is None or now_ms >= ticket.until_ms:
            raise DomainError("enrol_code_refused")
        return ticket

    def give_back(self, code: str, ticket: Ticket) -> None:
        """Nothing came of it, and it was not the bridge's fault."""
        with self._lock:
            self._tickets.setdefault(_digest(code), ticket)

    def proven_later(self, account: str, at_ms: int, now_ms: int) -> None:
        """A proof is good once, and not long. Raises `enrol_proof_refused`."""
        with self._lock:
            if abs(now_ms - at_ms) > ROTATE_WITHIN_MS or at_ms <= self._proofs.get(account, 0):
                raise DomainError("enrol_proof_refused")
            self._proofs[account] = at_ms


def require_proof(key_hex: str, proof_hex: str, message: bytes) -> None:
    """Raises `enrol_proof_refused` unless the holder of the key signed exactly this."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key_hex))
        key.verify(bytes.fromhex(proof_hex), message)
    except (ValueError, InvalidSignature):
        raise DomainError("enrol_proof_refused") from None


def enrol_message(code: str, key_hex: str) -> bytes:
    """What a bridge signs when it comes with a code."""
    return f"liushui bridge enrol v1\n{code}\n{key_hex}".encode()


def rotate_message(bridge: str, at_ms: int) -> bytes:
    """What a bridge signs when it wants a new password."""
    return f"liushui bridge rotate v1\n{bridge}\n{at_ms}".encode()
