"""Programs of different age in one run: a head office that cannot read what stores already write, and a box that
gets facts back which a newer program wrote. Both sides live in one process, so the older one is made blind here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import msgspec

from cloud.intake import reading_facts
from edge.ledger import rebuild
from edge.ledger.recording import Prepared
from shared.errors import DomainError
from shared.ledger import fact, projection
from shared.ledger.ops import Op
from shared.stock.projection import STOCK

if TYPE_CHECKING:
    from tests.simulator.machine import Machine

NEWER_FACT = "stock.goods_wasted"
NEWER_COMMAND = "stock.waste"
UNREADABLE = "unreadable"
UNSTORABLE = "unstorable"
_BEYOND_64_BITS = 1 << 70

_acting: list[Machine] = []


@contextmanager
def of(machine: Machine) -> Iterator[None]:
    """What runs inside is this box's program."""
    _acting.append(machine)
    try:
        yield
    finally:
        _acting.pop()


def refuse_unknown(machine: Machine, op: Op, prepared: Prepared) -> Prepared:
    """An old box does not know the newer command."""
    if machine.old_program and op.kind == NEWER_COMMAND:
        unknown = DomainError("command_unknown", kind=op.kind)
        return msgspec.structs.replace(prepared, command=None, refused=unknown)
    return prepared


@contextmanager
def office_knows_only(blind: set[str]) -> Iterator[None]:
    """While `blind` holds a way of failing, head office's program fails in that way; emptying it is the upgrade."""
    # All three look the same two functions up in their own module, where they are replaced one by one.
    decode, changes = fact.decode_body, projection.changes_of

    def decode_body(kind: str, version: int, body: bytes) -> Any:
        if "unknown" in blind and kind == NEWER_FACT:
            return None
        if UNREADABLE in blind and UNREADABLE.encode() in body:
            raise msgspec.ValidationError("of a newer program")
        return decode(kind, version, body)

    def changes_of(recorded: Any, where: Any) -> Any:
        found = changes(recorded, where)
        if UNSTORABLE in blind and getattr(recorded.fact, "note", "") == UNSTORABLE:
            at = next(index for index, change in enumerate(found) if change.table is STOCK)
            found[at] = msgspec.structs.replace(found[at], add={"qty": _BEYOND_64_BITS})
        return found

    def decode_at_box(kind: str, version: int, body: bytes) -> Any:
        if _acting and _acting[-1].old_program and kind == NEWER_FACT:
            return None
        return decode(kind, version, body)

    with (
        patch.object(reading_facts, "decode_body", decode_body),
        patch.object(reading_facts, "changes_of", changes_of),
        patch.object(rebuild, "decode_body", decode_at_box),
    ):
        yield
