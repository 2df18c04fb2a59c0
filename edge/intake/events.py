"""Things worth a line in the node's diary: gaps, conflicts, refusals. Not facts of the day-book."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from edge.ledger import dbapi

SAME_NAME_OTHER_CONTENT = "reading_conflict"
LEDGER_REFUSED = "ledger_refused"
GAP = "gap"
"""Readings that will never come: a bridge's outbox was full, or they were confirmed by a box before this one."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """`detail` as it was noted: number and names of a bridge's readings, or from which time to which."""

    at_ms: int
    bridge: str
    detail: dict[str, str]


SET_ASIDE = ("payload_refused", "reading_conflict", "connection_taken_over", "rebirth_required")
"""What bridges tell of messages that did not become readings, and of whoever speaks under their name."""


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """Something a device or a stranger sent that is not believed. `what` is one word, `topic` where it came.

    Of a message that this node itself refused, `bridge` is empty and `payload` holds its beginning.
    """

    at_ms: int
    bridge: str
    device: str
    what: str
    topic: str = ""
    error: str = ""
    payload: bytes = b""
    times: int = 1
    """How often it came since it was last told of."""


def note(
    db: dbapi.Connection, at_ms: int, what: str, bridge: str, device: str, detail: Mapping[str, str]
) -> None:
    """Inside the caller's transaction."""
    db.execute(
        "INSERT INTO event (at_ms, what, bridge, device, detail) VALUES (?,?,?,?,?)",
        (at_ms, what, bridge, device, msgspec.json.encode(detail).decode()),
    )
