"""What the sensors said and nobody holds any more: every gap as a row, so that a hole in a chart explains itself."""

from __future__ import annotations

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from edge.http.access import needs
from edge.http.node import StoreNode
from edge.http.times import rfc3339


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """`detail` as it was noted: count and numbers of a bridge's readings, or the time from which to which."""

    at: str
    bridge: str
    detail: dict[str, str]


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[GapRow]


@get("/gaps", opt=needs("sensing.read"), sync_to_thread=True)
def gaps(node: NamedDependency[StoreNode]) -> Gaps:
    """The newest two hundred."""
    return Gaps(
        rows=[
            GapRow(at=rfc3339(gap.at_ms), bridge=gap.bridge, detail=gap.detail)
            for gap in node.cold_chain.gaps()
        ]
    )


router = Router("/v1", route_handlers=[gaps])
