"""What is tried out by hand: noise for the decoders, and what a bridge weighs."""

import json
import random

import pytest

from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import DriverKind
from firmware_bridge.fuzzing import all_doors, broken_payload, noise
from firmware_bridge.measuring import rate, weight_mib
from firmware_bridge.normalise import normalisers
from tests.unit.firmware_bridge.test_config_and_cli import liushui_bridge

KINDS = sorted(drivers().values(), key=lambda kind: kind.name)


def test_the_fuzz_feeds_every_protocol_and_the_same_seed_the_same_bytes() -> None:
    """Ten minutes of it are run by hand before a release; this is a breath."""
    told = json.loads(liushui_bridge("fuzz", "--minutes", "0.05", "--seed", "7").stdout)
    assert told["exceptions"] == 0
    assert set(told["by_door"]) == {*drivers(), *normalisers(), "scan"} == set(all_doors())
    assert all(told["by_door"].values())
    kind = drivers()["mt_sics"]
    first, second = (list(noise(kind, random.Random(7))) for _ in range(2))
    assert first == second
    first, second = ([broken_payload(b'{"a": 1}', random.Random(7))] for _ in range(2))
    assert first == second


def test_the_fuzz_knows_what_it_may_be_asked_for() -> None:
    """A name that is no protocol feeds nothing, and says so."""
    refused = liushui_bridge("fuzz", "--seconds", "1", "--protocol", "morse")
    assert refused.returncode == 2
    assert "mt_sics" in refused.stderr


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_broken_frames_cut_anywhere_give_what_the_whole_gives(kind: DriverKind) -> None:
    """Also where bytes were changed, lost or doubled."""
    for seed in range(200):
        chunks = list(noise(kind, random.Random(seed)))
        cut = kind.make({})
        whole = kind.make({}).feed(b"".join(chunks))
        assert [frame for chunk in chunks for frame in cut.feed(chunk)] == whole
        single = kind.make({})
        stream = b"".join(chunks)
        assert [frame for byte in stream[:2000] for frame in single.feed(bytes([byte]))] == kind.make(
            {}
        ).feed(stream[:2000])


def test_a_bridge_with_eight_devices_is_weighed_and_a_decoder_timed() -> None:
    """The goals are told by `liushui bench bridge`; here only that the figures can be taken."""
    assert rate(drivers()["adam"], 0.01) > 0
    assert 0 < weight_mib() < 60
