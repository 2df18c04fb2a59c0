"""The push frame: what is packed comes back, and nothing damaged is believed."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import DomainError
from shared.ledger.chain import NO_PARENT, walk
from shared.sync.frame import EVENTS_MAX, Header, events_that_fit, pack, unpack

LOG, NODE, START = b"l" * 16, b"n" * 16, b"h" * 32


def unzip(data: bytes, most: int) -> bytes:
    """Any compressor will do here; the node and the cloud pass zstd."""
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error as error:
        raise ValueError(str(error)) from None


def packed(events: list[bytes]) -> bytes:
    header = Header(
        node_id=NODE,
        log_id=LOG,
        parent=NO_PARENT,
        first_seq=1,
        count=len(events),
        prev_hash=START,
        last_hash=walk(LOG, 1, START, events),
        raw_len=0,
        writer_version="0.1.0",
        min_reader=1,
        hlc_now=0,
    )
    return pack(header, events, zlib.compress)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=30))
def test_a_frame_comes_back_as_it_was(events: list[bytes]) -> None:
    """The very same bytes arrive."""
    assert list(unpack(packed(events), unzip).events) == events


@given(st.data())
def test_no_flipped_bit_and_no_missing_tail_is_believed(data: st.DataObject) -> None:
    """Every damaged frame is refused as a whole."""
    frame = bytearray(packed([b"one", b"two", b"three"]))
    where = data.draw(st.integers(0, len(frame) - 1))
    flipped = (
        bytes(frame[:where])
        + bytes([frame[where] ^ data.draw(st.integers(1, 255))])
        + bytes(frame[where + 1 :])
    )
    for damaged in (flipped, bytes(frame[:where]), bytes(frame) + b"x"):
        with pytest.raises(DomainError) as error:
            unpack(damaged, unzip)
        assert error.value.key == "bad_frame"


def test_a_frame_whose_chain_does_not_fit_is_refused() -> None:
    """A right checksum over wrong facts is still wrong."""
    events = [b"one", b"two"]
    header = Header(
        node_id=NODE, log_id=LOG, parent=NO_PARENT, first_seq=1, count=2, prev_hash=START,
        last_hash=b"x" * 32, raw_len=0, writer_version="0", min_reader=1, hlc_now=0,
    )  # fmt: skip
    with pytest.raises(DomainError, match="hash chain"):
        unpack(pack(header, events, zlib.compress), unzip)


def test_a_bomb_is_not_unpacked() -> None:
    """Output is bounded by what the header admits, whatever the body would swell to."""
    header = Header(
        node_id=NODE, log_id=LOG, parent=NO_PARENT, first_seq=1, count=1, prev_hash=START,
        last_hash=b"x" * 32, raw_len=0, writer_version="0", min_reader=1, hlc_now=0,
    )  # fmt: skip
    frame = pack(header, [b"\0" * 8_000_000], zlib.compress)
    with pytest.raises(DomainError, match="over the limits"):
        unpack(frame, unzip)


def test_a_frame_takes_what_fits() -> None:
    """At most a thousand facts or four megabytes, at least one."""
    assert events_that_fit([b"x"] * 5000) == EVENTS_MAX
    assert events_that_fit([b"x" * 3_000_000] * 3) == 1
    assert events_that_fit([b"x" * 9_000_000]) == 1
