"""Nodes come in once with a code, and then every time with a token signed by a key that never left the store.

One node belongs to one store for life. New hardware for the same store is given the store's node id; the old
box's key and logs stand as replaced and late from then on: what it may still hold is welcome, but it is seen.
"""

from __future__ import annotations

from functools import lru_cache

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import bindparam, select, update

from cloud.identity import codes, keys
from cloud.store.identity_tables import ENROLMENT_CODE, NODE_KEY
from cloud.store.installation import Installation
from cloud.store.ledger_tables import LOG, NODE, TENANT
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, Writing, mine
from shared.catalogue.projection import STORE
from shared.errors import DomainError
from shared.sync import token

CODE_LIFE_MS = 10 * 60_000


class NewCode(msgspec.Struct, frozen=True):
    """A code for one store's node."""

    code: str
    expires_ms: int


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """What a node needs to know to trust and be trusted."""

    node_id: bytes
    store: str
    tenant: dict[str, str | int]
    cloud_public_key: bytes
    token_audience: str


# Made once: every request of every node asks them.
_NODE_OF_WIRE = select(NODE).where(mine(NODE), NODE.c.wire_id == bindparam("the_wire_id"))
_KEYS_OF_NODE = select(NODE_KEY.c.public_key, NODE_KEY.c.state).where(
    mine(NODE_KEY), NODE_KEY.c.node_id == bindparam("the_node")
)


class KnownNode(msgspec.Struct, frozen=True):
    """A node that has proved itself: its tenant's store, its store's code and its id in frames."""

    store: TenantStore
    node: str
    wire_id: bytes
    is_revoked: bool = False
    """Only where a route lets revoked nodes in, to keep what they still send as evidence."""
    is_replaced: bool = False
    """The box before the one that is there now: what it still holds is welcome, and nothing is told to it."""


def new_code(installation: Installation, store: TenantStore, node: str, made_by: str) -> NewCode:
    """A code that lets one machine in as that store's node, once, within ten minutes."""
    code = codes.code_text(installation.chance(codes.CODE_BYTES))
    expires = installation.clock() + CODE_LIFE_MS
    table = table_of(STORE)
    with store.writing() as writing:
        if writing.first(select(table.c.store).where(mine(table), table.c.store == node)) is None:
            raise DomainError("store_unknown", store=node)
        writing.insert(
            ENROLMENT_CODE,
            {
                "code_hash": codes.code_hash(code),
                "node_id": node,
                "made_by": made_by,
                "expires_ms": expires,
                "used_ms": 0,
            },
        )
    return NewCode(code, expires)


def enrol(installation: Installation, code: str, public_key: bytes, wire_id: bytes) -> Enrolled:
    """Let a machine in. Raises `code_refused` for a code that is wrong, used or too old."""
    now = installation.clock()
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        raise DomainError("code_refused") from None
    with installation.home.writing() as writing:
        code_hash = codes.code_hash(code)
        ticket = writing.first(
            select(ENROLMENT_CODE)
            .where(mine(ENROLMENT_CODE), ENROLMENT_CODE.c.code_hash == code_hash)
            .with_for_update()
        )
        if ticket is None or ticket.used_ms or ticket.expires_ms < now:
            raise DomainError("code_refused")
        writing.change(
            update(ENROLMENT_CODE)
            .where(mine(ENROLMENT_CODE), ENROLMENT_CODE.c.code_hash == code_hash)
            .values(used_ms=now)
        )
        adopted = _settle(writing, ticket.node_id, wire_id, public_key, now)
        tenant = writing.first(select(TENANT).where(mine(TENANT)))
        assert tenant is not None
        return Enrolled(
            node_id=adopted,
            store=ticket.node_id,
            tenant={
                "tenant": tenant.tenant_id,
                "name": tenant.name,
                "currency": tenant.currency,
                "symbol": tenant.symbol,
                "digits": tenant.digits,
            },
            cloud_public_key=keys.public_key(writing),
            token_audience=token.audience(writing.tenant),
        )


def _settle(writing: Writing, node: str, wire_id: bytes, public_key: bytes, now_ms: int) -> bytes:
    known = writing.first(select(NODE).where(mine(NODE), NODE.c.node_id == node))
    if known is None:
        if writing.first(select(NODE.c.node_id).where(mine(NODE), NODE.c.wire_id == wire_id)) is not None:
            # The id stands for another store already: a copied disk, not a new node.
            raise DomainError("code_refused")
        writing.insert(
            NODE,
            {"node_id": node, "wire_id": wire_id, "name": node, "state": "enrolled", "enrolled_ms": now_ms},
        )
    else:
        wire_id = bytes(known.wire_id)
        others = (mine(NODE_KEY), NODE_KEY.c.node_id == node, NODE_KEY.c.kid != public_key.hex())
        replaced = update(NODE_KEY).where(*others, NODE_KEY.c.state == "active").values(state="replaced")
        if writing.change(replaced):
            writing.change(
                update(LOG)
                .where(mine(LOG), LOG.c.node_id == node, LOG.c.state == "open")
                .values(state="late")
            )
        writing.change(
            update(NODE)
            .where(mine(NODE), NODE.c.node_id == node)
            .values(state="enrolled", enrolled_ms=now_ms)
        )
    kid = public_key.hex()
    writing.put(
        NODE_KEY,
        {"kid": kid, "node_id": node, "public_key": public_key, "state": "active", "made_ms": now_ms},
    )
    return wire_id


def revoke(store: TenantStore, node: str) -> None:
    """A stolen or lost box: its keys open nothing any more."""
    with store.writing() as writing:
        touched = writing.change(
            update(NODE).where(mine(NODE), NODE.c.node_id == node).values(state="revoked")
        )
        if not touched:
            raise DomainError("node_unknown")
        writing.change(
            update(NODE_KEY).where(mine(NODE_KEY), NODE_KEY.c.node_id == node).values(state="revoked")
        )


def recognise(
    installation: Installation, bearer: str, *, even_revoked: bool = False, even_replaced: bool = False
) -> KnownNode:
    """The node behind a token. Raises `token_refused`, `node_unknown`, `node_revoked`.

    `even_revoked` lets a revoked node in, marked as such, if it proves itself with a key it once had;
    `even_replaced` the box before the present one.
    """
    header, meant = _unverified(bearer)
    wire_id = token.node_of_header(header)
    stores = installation.stores_of_node(wire_id)
    if not stores:
        raise DomainError("node_unknown")
    # Which tenant it means stands in the token; whether that is true is found out with that tenant's keys.
    store = next((store for store in stores if token.audience(store.tenant) == meant), stores[0])
    known = _recognised_in(store, wire_id, bearer, installation.clock() // 1000, even_revoked)
    if known.is_replaced and not even_replaced:
        raise DomainError("node_replaced")
    return known


@lru_cache(maxsize=1024)
def _unverified(bearer: str) -> tuple[dict[str, object], object]:
    """What a token says of itself: its header, and the audience it means."""
    try:
        told = jwt.decode_complete(bearer, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise DomainError("token_refused", why="not a token") from None
    return dict(told["header"]), told["payload"].get("aud")


def _recognised_in(
    store: TenantStore, wire_id: bytes, bearer: str, now_s: int, even_revoked: bool
) -> KnownNode:
    with store.reading() as reading:
        node = reading.first(_NODE_OF_WIRE, {"the_wire_id": wire_id})
        assert node is not None
        keys_of_node = reading.all(_KEYS_OF_NODE, {"the_node": node.node_id})
    held = [bytes(row.public_key) for row in keys_of_node if row.state == "active"]
    replaced = [bytes(row.public_key) for row in keys_of_node if row.state == "replaced"]
    is_revoked = not held
    if is_revoked:
        if not even_revoked:
            raise DomainError("node_revoked")
        held = [bytes(row.public_key) for row in keys_of_node]
    claims, signer = _verified(bearer, held if is_revoked else held + replaced)
    token.check_claims(claims, wire_id, token.audience(store.tenant), now_s)
    is_replaced = not is_revoked and signer in replaced
    return KnownNode(store, node.node_id, wire_id, is_revoked, is_replaced)


def _verified(bearer: str, public_keys: list[bytes]) -> tuple[dict[str, object], bytes]:
    """The claims under a signature by one of the keys, and which; times and audience are `shared.sync.token`'s."""
    for public_key in public_keys:
        claims = _signed_by(bearer, public_key)
        if claims is not None:
            return dict(claims), public_key
    raise DomainError("token_refused", why="signature")


@lru_cache(maxsize=1024)
def _signed_by(bearer: str, public_key: bytes) -> dict[str, object] | None:
    """The claims, if this key signed them. That never changes, so a token that is used for minutes is proved once;
    whether the key still opens anything is asked of the database each time."""
    ours = {
        "verify_signature": True,
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
        "verify_aud": False,
    }
    try:
        return dict(
            jwt.decode(
                bearer,
                Ed25519PublicKey.from_public_bytes(public_key),
                algorithms=[token.ALGORITHM],
                options=ours,  # type: ignore[arg-type]
            )
        )
    except jwt.PyJWTError:
        return None
