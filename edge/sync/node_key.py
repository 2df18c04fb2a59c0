"""The node's own key: made on this machine, never leaves it, signs every token shown to head office."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.sync import token

KEY_FILE = "node.key"
_FRESH_S = 60
"""A token is not used in its last minute."""


def load_or_make(folder: Path, chance: Callable[[int], bytes] = os.urandom) -> Ed25519PrivateKey:
    """The folder's key; made at the first call, readable by its owner alone."""
    path = folder / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return load(folder)
    seed = chance(32)
    with os.fdopen(handle, "w") as file:
        file.write(seed.hex())
        file.flush()
        os.fsync(file.fileno())
    return Ed25519PrivateKey.from_private_bytes(seed)


def load(folder: Path) -> Ed25519PrivateKey:
    """The folder's key."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex((folder / KEY_FILE).read_text().strip()))


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half as enrolment sends it."""
    return key.public_key().public_bytes_raw().hex()


def is_signed(public_key_hex: str, signature_hex: str, signed: bytes) -> bool:
    """Whether head office's key made this signature."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex))
        public.verify(bytes.fromhex(signature_hex), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


class Tokens:
    """Makes tokens and keeps the current one. `ahead_s` is how far head office's clock is ahead of ours."""

    def __init__(
        self,
        key: Ed25519PrivateKey,
        node_id: bytes,
        audience: str,
        now_s: Callable[[], int],
        chance: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._key = key
        self._node_id = node_id
        self._audience = audience
        self._now_s = now_s
        self._chance = chance
        self._ahead_s = 0
        self._current = ""
        self._until_s = 0

    def current(self) -> str:
        """A token that is good for another minute at least."""
        now_s = self._now_s() + self._ahead_s
        if not self._current or not now_s < self._until_s:
            claims = token.claims(self._node_id, self._audience, now_s, self._chance(16).hex())
            self._current = jwt.encode(
                claims, self._key, algorithm=token.ALGORITHM, headers=token.header(self._node_id)
            )
            self._until_s = now_s + token.LIFE_MAX_S - _FRESH_S
        return self._current

    def refused(self, server_s: int | None) -> bool:
        """Head office refused the token. Whether another one, by head office's clock, is worth a try.

        A store's clock may be hours wrong and the store must still be heard; when the correction does not
        help either, the next refusal goes back to our own clock.
        """
        self._current = ""
        if self._ahead_s or server_s is None:
            self._ahead_s = 0
            return False
        self._ahead_s = server_s - self._now_s()
        return abs(self._ahead_s) > _FRESH_S
