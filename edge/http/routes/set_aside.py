"""What devices, or strangers, sent and nobody believes: a page that shows it is how a broken sensor is found."""

from __future__ import annotations

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.http.times import rfc3339


class SetAsideRow(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `what`: payload_refused, reading_conflict, connection_taken_over, rebirth_required by a bridge, or
    refused by this node; `payload_hex` is its beginning, where this node has it;
    `times` how often the same came since it was last told of."""

    at: str
    bridge: str
    device: str
    what: str
    topic: str
    error: str
    payload_hex: str
    times: int


class SetAsideMessages(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[SetAsideRow]


@get("/devices/set-aside", opt=needs("sensing.read"), sync_to_thread=True)
def set_aside(node: NamedDependency[StoreNode]) -> SetAsideMessages:
    """The newest two hundred."""
    return SetAsideMessages(
        rows=[
            SetAsideRow(
                at=rfc3339(one.at_ms),
                bridge=one.bridge,
                device=one.device,
                what=one.what,
                topic=one.topic,
                error=one.error,
                payload_hex=one.payload.hex(),
                times=one.times,
            )
            for one in node.cold_chain.set_aside()
        ]
    )


router = Router("/v1", route_handlers=[set_aside])
