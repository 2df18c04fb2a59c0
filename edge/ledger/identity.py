"""Who this node is: its id for life, the store it stands in, the chain it belongs to."""

from __future__ import annotations

import msgspec

from edge.ledger import dbapi


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """`node_id` is made on this machine; the cloud names the store when the node is enrolled."""

    node_id: bytes
    store: str = ""
    cloud_url: str = ""
    cloud_public_key: str = ""
    token_audience: str = ""
    tenant: dict[str, str | int] = {}


_NAME = "identity"


def read_identity(connection: dbapi.Connection) -> Identity | None:
    """The node's identity, or None in a folder where nobody has run `init` or `enrol`."""
    found = connection.execute("SELECT value FROM about_node WHERE name = ?", (_NAME,)).fetchone()
    return None if found is None else msgspec.json.decode(found[0], type=Identity)


def write_identity(connection: dbapi.Connection, identity: Identity) -> None:
    connection.execute(
        "INSERT INTO about_node (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_NAME, msgspec.json.encode(identity)),
    )
