"""The demo's ops: what a signed-in phone or till sends, with ids and device numbers made up front."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from cloud.demo.chance import op_id

TIMEZONE = "America/New_York"
"""The chain's stores stand where the data come from: the US East."""

HEAD_OFFICE = ""
Body = dict[str, Any]


class Op(msgspec.Struct, frozen=True, kw_only=True):
    """One command on the wire, who sends it and where; `photos` must be there before it."""

    store: str
    user: str
    op_id: str
    device: str
    dev_seq: int
    kind: str
    at_ms: int
    body: Body
    photos: tuple[str, ...] = ()

    @property
    def hex(self) -> str:
        """The id as facts cite it."""
        return self.op_id.replace("-", "")

    def wire(self) -> Body:
        return {
            "op_id": self.op_id,
            "device_id": self.device,
            "dev_seq": self.dev_seq,
            "kind": self.kind,
            "v": 1,
            "at_ms": self.at_ms,
            "offset_ms": 0,
            "body": self.body,
        }


def moment_ms(at: datetime) -> int:
    """Milliseconds since 1970 of a wall time in the stores."""
    return int(at.replace(tzinfo=ZoneInfo(TIMEZONE)).timestamp() * 1000)


class Notebook:
    """Writes down one store's ops (or head office's) in the order in which they happen."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.ops: list[Op] = []
        self._sent: dict[str, int] = {}

    def write(
        self, kind: str, body: Body, *, at: datetime, user: str, device: str, photos: tuple[str, ...] = ()
    ) -> Op:
        """The next op; its id follows from its place in the story and from its content."""
        name = f"{self.store or 'office'}-{device}"
        number = self._sent[name] = self._sent.get(name, 0) + 1
        at_ms = moment_ms(at)
        op = Op(
            store=self.store,
            user=user,
            op_id=op_id(at_ms, self.store, name, number, kind, msgspec.json.encode(body)),
            device=name,
            dev_seq=number,
            kind=kind,
            at_ms=at_ms,
            body=body,
            photos=photos,
        )
        self.ops.append(op)
        return op
