"""The token a node shows head office: a JWT of ten minutes at most, signed with the node's own Ed25519 key.

JWT libraries verify the signature; what the claims must say stands here, because not every library looks at
`typ`, and a token made for another purpose with the same key must not open this door.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import DomainError

ALGORITHM = "EdDSA"
TYPE = "liushui-node+jwt"
LIFE_MAX_S = 600
SKEW_MAX_S = 300
"""A store's clock may be this far ahead of head office's."""


def audience(tenant: str) -> str:
    """What a token for this tenant's head office must be addressed to."""
    return f"liushui-cloud/{tenant}"


def header(node_id: bytes) -> dict[str, str]:
    """The JWT header (`alg` is the library's)."""
    return {"typ": TYPE, "kid": node_id.hex()}


def claims(node_id: bytes, audience_: str, now_s: int, jti: str) -> dict[str, str | int]:
    """The JWT's claims, valid from now for as long as is allowed."""
    return {
        "iss": node_id.hex(),
        "aud": audience_,
        "iat": now_s,
        "exp": now_s + LIFE_MAX_S,
        "jti": jti,
    }


def node_of_header(header_: Mapping[str, Any]) -> bytes:
    """The node that says it signed this. Raises `token_refused` where it cannot be a node's token."""
    kid = header_.get("kid")
    if header_.get("alg") != ALGORITHM or header_.get("typ") != TYPE or not isinstance(kid, str):
        raise DomainError("token_refused", why="header")
    try:
        node_id = bytes.fromhex(kid)
    except ValueError:
        raise DomainError("token_refused", why="kid") from None
    if len(node_id) != 16:
        raise DomainError("token_refused", why="kid")
    return node_id


def check_claims(found: Mapping[str, Any], node_id: bytes, audience_: str, now_s: int) -> None:
    """Refuses, with `token_refused`, claims of another node, for another door, or out of their time."""
    issued, expires = found.get("iat"), found.get("exp")
    if found.get("iss") != node_id.hex() or found.get("aud") != audience_:
        raise DomainError("token_refused", why="not for this door")
    if type(issued) is not int or type(expires) is not int or expires - issued > LIFE_MAX_S:
        raise DomainError("token_refused", why="lifetime")
    if not issued - SKEW_MAX_S <= now_s < expires + SKEW_MAX_S:
        raise DomainError("token_refused", why="expired")
