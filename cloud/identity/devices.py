"""Phones and scanners that somebody has lost or that are not trusted any more.

What such a device recorded and what reaches head office after the revocation is set aside for a manager; what had
passed before it stays. Every store is told by the feed and takes nothing more from it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import select

from cloud.store import feed
from cloud.store.feed import FeedChange
from cloud.store.installation import Installation
from cloud.store.ledger_tables import DEVICE
from cloud.store.tenant import Reading, Writing, mine
from shared.access.kept import REVOKED_DEVICE
from shared.errors import DomainError

State = Literal["revoked", "trusted"]


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A device somebody has said something about."""

    device: str
    state: str
    note: str
    changed_by: str
    changed_ms: int


class DeviceNamed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device by the id it gives itself, which stands on its settings page and in every fact it recorded."""

    device: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f]+$(?!\n)")]
    note: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")] = ""


def devices(reading: Reading) -> list[DeviceRow]:
    """Every device somebody has said something about, by id."""
    rows = reading.all(select(DEVICE).where(mine(DEVICE)).order_by(DEVICE.c.device_id))
    return [
        DeviceRow(
            device=row.device_id,
            state=row.state,
            note=row.note,
            changed_by=row.changed_by,
            changed_ms=row.changed_ms,
        )
        for row in rows
    ]


def kept_rows(reading: Reading) -> list[tuple[list[Any], int, dict[str, Any]]]:
    """Every such device as a snapshot tells the stores."""
    return [([row.device], row.changed_ms, _body(row.state)) for row in devices(reading)]


def _body(state: str) -> dict[str, Any]:
    return {"revoked": int(state == "revoked")}


def change(
    writing: Writing, named: DeviceNamed, state: State, actor: str, installation: Installation
) -> DeviceRow:
    """Revoke a device or trust it again, and tell the stores.

    Raises `device_unknown` for trusting one that was never revoked.
    """
    known = writing.first(select(DEVICE.c.changed_ms).where(mine(DEVICE), DEVICE.c.device_id == named.device))
    if known is None and state == "trusted":
        raise DomainError("device_unknown", device=named.device)
    # It is the row's version too, and a clock may stand still or go back.
    now_ms = max(installation.clock(), 0 if known is None else known.changed_ms + 1)
    writing.put(
        DEVICE,
        {
            "device_id": named.device,
            "state": state,
            "note": named.note,
            "changed_by": actor,
            "changed_ms": now_ms,
        },
    )
    kept = FeedChange(
        table=REVOKED_DEVICE.name, key=(named.device,), ver=now_ms, body=_body(state), stores=frozenset()
    )
    feed.emit(writing, installation.chance(16), [kept])
    return DeviceRow(device=named.device, state=state, note=named.note, changed_by=actor, changed_ms=now_ms)
