"""What the node asks its bridge once: which ports are there, and which scale hangs at one of them.

    down/cmd  {"id": "7f3a", "do": "ports"}
    down/cmd  {"id": "7f3b", "do": "probe", "port": "/dev/serial/by-id/usb-FTDI_0042"}

The answer is an event of the bridge itself, named `ports_found`, `probe_result` or `command_refused`, with the id
in its detail. Details are short lines: the store's node keeps two hundred characters of each. A question is asked
once and not retained; a probe takes up to a minute and one runs at a time, beside the devices at work.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from firmware_bridge.probing import Verdict
from firmware_bridge.transports.plugged import Plugged
from shared.errors import DomainError

EVENT_PORTS = "ports_found"
EVENT_PROBED = "probe_result"
EVENT_REFUSED = "command_refused"
DETAIL_CHARS = 200
PORTS_MAX = 18


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of the node."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    do: Literal["ports", "probe"]
    port: Annotated[str, msgspec.Meta(max_length=200)] = ""


def read_question(payload: bytes) -> Question:
    """The question, or a DomainError that says what is wrong with it."""
    try:
        return msgspec.json.decode(payload, type=Question)
    except (ValueError, RecursionError) as broken:
        raise DomainError("bridge_config_invalid", path="down/cmd", reason=str(broken)) from broken


def ports_detail(question: Question, found: Iterable[Plugged]) -> dict[str, str]:
    """The ports by number, each as address and name."""
    told = {str(at): f"{one.address} {one.name}"[:DETAIL_CHARS] for at, one in enumerate(found)}
    return {"id": question.id, **dict(list(told.items())[:PORTS_MAX])}


def probe_detail(question: Question, verdict: Verdict, templates: Iterable[str]) -> dict[str, str]:
    """The verdict: protocol, settings, what the scale shows, makes that fit; or the first bytes that came."""
    told = {"id": question.id, "port": question.port, "sure": json.dumps(verdict.protocol is not None)}
    if verdict.protocol is not None and verdict.line is not None and verdict.sample is not None:
        sample = verdict.sample
        told |= {
            "protocol": verdict.protocol,
            "line": json.dumps(msgspec.structs.asdict(verdict.line)),
            "polled": json.dumps(verdict.polled),
            "weight": sample.weight or "",
            "unit": sample.unit or "",
            "error": sample.error or "",
            "templates": ",".join(templates),
        }
    else:
        told |= {
            "maybe": ",".join(one.protocol for one in verdict.candidates),
            "heard": verdict.heard[0].data.hex() if verdict.heard else "",
        }
    return {name: value[:DETAIL_CHARS] for name, value in told.items()}
