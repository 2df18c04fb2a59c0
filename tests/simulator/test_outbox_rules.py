"""The simulator's phones behave as the real one: both are held to `outbox_vectors.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.ledger.ops import Op, Result
from tests.simulator.phone import Entry, Ledger, Outbox

VECTORS = json.loads(Path(__file__).with_name("outbox_vectors.json").read_text())


def phone_with(vector: dict[str, Any]) -> Outbox:
    """A phone in the state the vector begins with."""
    phone = Outbox()
    for at, told in enumerate(vector["before"]):
        op = Op(op_id=told["id"], device_id="d", dev_seq=at, kind="k", at_ms=0, body=msgspec.Raw(b"{}"))
        entry = Entry(op, told["state"], told.get("log", ""), told.get("log_seq", 0))
        phone.entries[op.op_id] = entry
    if "met" in vector:
        phone.meet_ledger(Ledger(vector["met"], vector["met"], 1 << 30))
        for told in vector["before"]:
            phone.entries[told["id"]].state = told["state"]
    return phone


def contact(phone: Outbox, vector: dict[str, Any]) -> None:
    """One conversation with the node, as the vector says it answers."""
    if vector.get("unreachable"):
        return
    answers = vector.get("results", {})
    sent = [op.op_id for op in phone.batch()]
    phone.settle([Result(op_id=op_id, **answers[op_id]) for op_id in sent if op_id in answers])
    waiting = [entry.op.op_id for entry in phone.delivered()]
    ledger = vector.get("ledger")
    offered = ledger is not None and phone.meet_ledger(Ledger(**ledger))
    if waiting and not offered:
        states = vector.get("states", {})
        phone.advance({op_id: states[op_id] for op_id in waiting if op_id in states})


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_model_of_a_phone_keeps_the_phone_s_rules(vector: dict[str, Any]) -> None:
    """One contact with a node leaves every op in the state the vector names."""
    phone = phone_with(vector)
    contact(phone, vector)
    if any(told.get("old") for told in vector["before"]):
        phone.forget()
    assert {op_id: entry.state for op_id, entry in phone.entries.items()} == vector["after"]
