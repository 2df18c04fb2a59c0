"""The messages between bridge and edge: what goes in comes out, and nothing malformed gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sensing.reading import (
    Ack,
    Birth,
    Data,
    DeviceBirth,
    Reading,
    decode_ack,
    decode_birth,
    decode_data,
    encode,
    parse_topic,
    topic_down,
    topic_live,
    topic_up,
    watermark_after_birth,
    watermark_after_data,
)


def data(after: int, *seqs: int) -> Data:
    """A batch of scans with these seqs."""
    readings = tuple(Reading(seq=n, kind="scan", device="d", quantity="scan", value="1") for n in seqs)
    return Data(bridge="b", epoch="e", after=after, readings=readings)


def test_a_message_comes_out_as_it_went_in() -> None:
    """Weights keep their digits, GS stays GS."""
    weight = Reading(
        seq=7, kind="weight", device="s", quantity="weight", value="1.250", unit="kg", stable=True
    )
    scan = Reading(seq=9, kind="scan", device="c", quantity="scan", value="10AB\x1d3103", symbology="]C1")
    message = Data(bridge="b", epoch="e", after=6, readings=(weight, scan))
    assert decode_data(encode(message)) == message
    birth = Birth(
        bridge="b",
        epoch="e",
        last_seq=9,
        first_unacked=7,
        started_ms=1,
        devices=(DeviceBirth(device="s", protocol="mt_sics", status="online"),),
    )
    assert decode_birth(encode(birth)) == birth
    assert decode_ack(encode(Ack(epoch="e", upto=9))) == Ack(epoch="e", upto=9)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"v":2,"bridge":"b","epoch":"e","after":0,"readings":[]}',
        b'{"v":1,"bridge":"b","epoch":"e","after":0,"readings":[]}',
        b'{"v":1,"bridge":"b","epoch":"e","after":-1,"readings":[]}',
        encode(data(5, 5)),
        encode(data(0, 2, 2)),
        encode(data(0, 3, 2)),
        encode(data(0, 1)).replace(b'"scan"', b'"guess"', 1),
        encode(data(0, 1)).replace(b'"value":"1"', b'"value":1.5'),
        b'{"x":' + b"[" * 100_000,
    ],
)
def test_a_malformed_batch_is_a_value_error(payload: bytes) -> None:
    """The edge needs to catch one thing only, and it is never a stack overflow."""
    with pytest.raises(ValueError, match=r"."):
        decode_data(payload)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(payload: bytes) -> None:
    """Fuzz is refused, not survived by luck."""
    for decode in (decode_data, decode_birth, decode_ack):
        try:
            decode(payload)
        except ValueError:
            continue


def test_the_watermark_moves_only_over_what_is_there() -> None:
    """101..150 do not prove that 1..100 have come."""
    assert watermark_after_data(100, data(100, 101, 150)) == 150
    assert watermark_after_data(0, data(100, 101, 150)) == 0
    assert watermark_after_data(200, data(100, 101, 150)) == 200


def test_a_birth_tells_what_need_not_be_waited_for() -> None:
    """A new edge starts where the bridge's outbox does."""
    birth = Birth(bridge="b", epoch="e", last_seq=9, first_unacked=7, started_ms=0)
    assert watermark_after_birth(0, birth) == 6
    assert watermark_after_birth(8, birth) == 8


def test_topics_say_whose_they_are() -> None:
    """Site, bridge and channel, and nobody else's topic."""
    told = parse_topic(topic_up("store-1", "b1", "data"))
    assert told is not None
    assert (told.site, told.bridge, told.channel) == ("store-1", "b1", "up/data")
    assert topic_down("store-1", "b1", "ack") == "liushui/v1/store-1/b1/down/ack"
    assert topic_live("store-1", "b1", "kitchen/scale") == "liushui/v1/store-1/b1/live/kitchen_scale"
    assert parse_topic("tele/x/SENSOR") is None
    with pytest.raises(ValueError, match="one level"):
        topic_up("store/1", "b1", "data")
