"""What head office signs so that a store can trust it offline: the bytes under an Ed25519 signature.

Feed pages and snapshots come with two headers: the SHA-256 of the body as sent, and a signature over the
purpose, the tenant and that digest. The purpose keeps a signed page from passing as a snapshot. The heads that
head office has of a store are signed too (`heads`): the store keeps that word as a receipt.
"""

from __future__ import annotations

from typing import Literal

Purpose = Literal["feed", "snapshot", "heads"]

SHA256_HEADER = "X-Liushui-SHA256"
SIGNATURE_HEADER = "X-Liushui-Signature"


def to_sign(purpose: Purpose, tenant: str, body_sha256: bytes) -> bytes:
    """The signed bytes."""
    assert len(body_sha256) == 32
    return b"liushui/" + purpose.encode() + b"/v1\x00" + tenant.encode() + b"\x00" + body_sha256
