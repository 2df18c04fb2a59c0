"""Messages beyond each family's examples, one a line of `odd_messages.jsonl`: what is told of them, or why none is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from firmware_bridge.normalise import normalisers
from firmware_bridge.normalise.measured import Context, Refusal


class Case(msgspec.Struct, frozen=True):
    """`told`: (device, part, quantity, value, unit); without a value (…, null, quality); or the refusal."""

    family: str
    topic: str
    payload: str
    told: list[tuple[str, str | None, str, str | None, str | None]] | str


CASES = [
    msgspec.json.decode(line, type=Case)
    for line in Path(__file__).with_name("odd_messages.jsonl").read_bytes().splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family} {case.payload[:40]}")
def test_an_odd_message_is_read_as_its_maker_means_it_or_not_at_all(case: Case) -> None:
    """Never another number, never another probe's, never in another unit."""
    outcome = normalisers()[case.family].normalise(case.topic, case.payload.encode(), Context())
    if isinstance(outcome, Refusal):
        assert outcome.error == case.told
        return
    measured = [(part.device, part.sub, part.quantity, part.value, part.unit) for part in outcome.readings]
    unmeasured = [(part.device, part.sub, part.quantity, None, part.quality) for part in outcome.unmeasured]
    assert measured + unmeasured == case.told


def test_every_json_family_has_odd_messages() -> None:
    """Five at least; Sparkplug's bytes and Home Assistant's announcements have tests of their own."""
    named = Counter(case.family for case in CASES)
    assert set(named) == set(normalisers()) - {"sparkplug_b", "ha_discovery"}
    assert all(count >= 5 for count in named.values())
