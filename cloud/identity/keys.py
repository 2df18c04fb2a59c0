"""Head office's own signing key of a tenant, made once and kept in the database whose file only its owner reads."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Select, select

from cloud.store.identity_tables import SIGNING_KEY
from cloud.store.tenant import Reading, Writing, mine
from shared.sync.signing import Purpose, to_sign


class Signed(msgspec.Struct, frozen=True):
    """A body's digest and the signature over it, as the two headers say them."""

    sha256: str
    signature: str


def make_signing_key(writing: Writing, chance: bytes, now_ms: int) -> None:
    """The tenant's first key, from 32 random bytes."""
    private = Ed25519PrivateKey.from_private_bytes(chance)
    public = private.public_key().public_bytes_raw()
    writing.insert(
        SIGNING_KEY,
        {
            "kid": hashlib.sha256(public).hexdigest()[:32],
            "private_key": chance,
            "public_key": public,
            "made_ms": now_ms,
        },
    )


def public_key(reading: Reading) -> bytes:
    """The raw public key that enrolment hands to nodes."""
    return bytes(reading.scalar(_newest(SIGNING_KEY.c.public_key)))


def sign(reading: Reading, purpose: Purpose, body: bytes) -> Signed:
    """Sign a feed page or a snapshot as it goes out."""
    digest = hashlib.sha256(body).digest()
    private = Ed25519PrivateKey.from_private_bytes(bytes(reading.scalar(_newest(SIGNING_KEY.c.private_key))))
    signature = private.sign(to_sign(purpose, reading.tenant, digest))
    return Signed(digest.hex(), signature.hex())


def _newest(column: Column[Any]) -> Select[Any]:
    return select(column).where(mine(SIGNING_KEY)).order_by(SIGNING_KEY.c.made_ms.desc()).limit(1)
