"""Every fact ever released reads today as it was written: stores are offline for weeks and logs are for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared.ledger.envelope import decode, encode
from shared.ledger.fact import decode_body, fact_types
from tests.contracts.freeze import SAMPLES, Sample

FROZEN = sorted(SAMPLES.glob("*.json"))


def still_said(now: Any, then: Any) -> bool:
    """Whether `now` says all that `then` said, at any depth; it may say more."""
    if isinstance(then, dict):
        return all(field in now and still_said(now[field], said) for field, said in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(map(still_said, now, then))
    return bool(now == then)


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_frozen_fact_still_says_what_it_said(path: Path) -> None:
    """Fields may be added, never lost or reread; the canonical bytes stay the same to the bit."""
    sample = msgspec.json.decode(path.read_bytes(), type=Sample)
    event = bytes.fromhex(sample.event)
    envelope = decode(event)
    assert encode(envelope) == event
    assert f"{envelope.kind}.v{envelope.kind_v}" == sample.kind
    fact = decode_body(envelope.kind, envelope.kind_v, envelope.body)
    assert still_said(msgspec.json.decode(msgspec.json.encode(fact)), sample.says)


def test_every_fact_type_has_a_frozen_sample() -> None:
    """A new fact type is frozen in the change that adds it (`python -m tests.contracts.freeze`)."""
    assert {f"{kind}.v{version}" for kind, version in fact_types()} == {path.stem for path in FROZEN}
