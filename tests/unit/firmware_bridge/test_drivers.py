"""The contract of every registered driver, and the vectors of the scale protocols."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.decoding import answers
from firmware_bridge.decoding.scale import result as decode_scale
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Driver, DriverKind, Frame, Scan, Trouble, Weight

KINDS = sorted(drivers().values(), key=lambda kind: kind.name)
every_driver = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """A stream cut at these places."""
    marks = sorted({place % (len(stream) + 1) for place in places})
    return [stream[a:b] for a, b in zip([0, *marks], [*marks, len(stream)], strict=True)]


def fed(driver: Driver, chunks: list[bytes]) -> list[Frame]:
    """Everything a driver makes of these chunks."""
    return [frame for chunk in chunks for frame in driver.feed(chunk)]


SCALES = {
    *("mt_sics", "toledo_8217", "a_and_d", "t_scale", "adam", "cas_18", "ohaus", "ohaus_defender"),
    *("sartorius_16", "sma", "nci_scp01", "xk3190_cont0", "xk3190_rev", "ff_bcd5", "mt_continuous"),
    *("dialog06", "hid_pos_scale"),
}


def test_every_scale_protocol_is_found() -> None:
    """The folder is scanned; nobody lists the drivers by hand."""
    assert {kind.name for kind in KINDS if kind.measures == "weight"} == SCALES


@every_driver
def test_a_driver_reads_its_own_examples(kind: DriverKind) -> None:
    """Every driver brings streams with what must come out of them."""
    assert kind.examples
    for example in kind.examples:
        assert tuple(kind.make({}).feed(example.stream)) == example.frames


@every_driver
@given(data=st.data())
def test_cutting_a_stream_anywhere_gives_the_same_frames(kind: DriverKind, data: st.DataObject) -> None:
    """A cable delivers bytes in any portions."""
    stream = b"".join(
        data.draw(st.lists(st.sampled_from([e.stream for e in kind.examples]), min_size=1, max_size=3))
    )
    places = data.draw(st.lists(st.integers(0, len(stream)), max_size=12))
    assert fed(kind.make({}), cut(stream, places)) == kind.make({}).feed(stream)
    assert fed(kind.make({}), [bytes([byte]) for byte in stream]) == kind.make({}).feed(stream)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if not kind.record_bytes], ids=lambda kind: kind.name
)
@given(garbage=st.binary(max_size=300), places=st.lists(st.integers(0, 1000), max_size=6))
def test_after_garbage_the_next_frames_are_read(kind: DriverKind, garbage: bytes, places: list[int]) -> None:
    """A port opened in the middle of something delivers its whole frames as if nothing had been before.

    Devices whose port delivers whole records cannot be opened in the middle of one.
    """
    for example in kind.examples:
        frames = fed(kind.make({}), cut(garbage + b"\r" + example.stream, places))
        assert tuple(frames[len(frames) - len(example.frames) :]) == example.frames


@every_driver
@given(chunks=st.lists(st.binary(max_size=600), max_size=8))
def test_no_bytes_make_a_driver_raise(kind: DriverKind, chunks: list[bytes]) -> None:
    """Fuzz gives frames or nothing, and every weight it gives is a decimal with a unit."""
    for frame in fed(kind.make({}), chunks):
        match frame:
            case Weight(weight=str() as weight, unit=unit, stable=stable):
                assert Decimal(weight).is_finite()
                assert unit or not stable or "unit" in kind.options
            case Scan(text=text):
                assert text
            case Weight() | Trouble():
                pass


def held_bytes(part: object) -> int:
    """Bytes in a decoder's field, or in the collector that the field holds."""
    if isinstance(part, bytes | bytearray):
        return len(part)
    return sum(len(held) for name, held in getattr(part, "__dict__", {}).items() if name == "_held")


@every_driver
def test_an_endless_frame_does_not_grow_the_buffer(kind: DriverKind) -> None:
    """A device gone mad, sending a megabyte without an end, costs no memory."""
    driver = kind.make({})
    for filler in (b"\x02", b"1", b" ", b"\xff", b"S"):
        for _ in range(16):
            driver.feed(filler * 65536)
        held = sum(held_bytes(part) for part in vars(driver).values())
        assert held <= kind.buffer_bytes_max + 1


@every_driver
def test_a_misspelt_option_is_refused_at_start(kind: DriverKind) -> None:
    """An option nobody knows is an error, not a silent default."""
    with pytest.raises(ValueError, match="unknown option"):
        kind.make({"baudrat": "9600"})


def test_a_scale_frame_that_lost_a_digit_is_dropped() -> None:
    """150.00 kg must never be read as 15.00 kg: the field is not ten wide any more."""
    driver = drivers()["mt_sics"].make({})
    assert driver.feed(b"S S     15.00 kg\r\n") == []
    assert [f.weight for f in driver.feed(b"S S     150.00 kg\r\n") if isinstance(f, Weight)] == ["150.00"]


def test_a_scale_known_to_weigh_kilograms_does_not_believe_pounds() -> None:
    """01.23 is what remains of 01.234 when its last digit was lost."""
    driver = drivers()["toledo_8217"].make({"unit": "kg"})
    assert driver.feed(b"\x0201.23\r") == []
    assert len(driver.feed(b"\x0201.234\r")) == 1


def test_noise_straight_before_a_frame_is_cut_off() -> None:
    """The line crackles when the plug goes in; the first whole answer counts."""
    (frame,) = drivers()["mt_sics"].make({}).feed(b"\xfe0 kgS S      1.250 kg\r\n")
    assert isinstance(frame, Weight)
    assert (frame.weight, frame.raw) == ("1.250", b"S S      1.250 kg")


def test_a_scanner_keeps_the_separator_and_names_the_symbology() -> None:
    """GS and the AIM id are what makes an element string unambiguous."""
    driver = drivers()["scanner"].make({"gs_as": "{GS}"})
    assert driver.feed(b"]C110AB{GS}3103001250\r\n") == [
        Scan(text="10AB\x1d3103001250", symbology="]C1", raw=b"]C110AB{GS}3103001250")
    ]


def test_a_megabyte_without_an_end_is_one_trouble() -> None:
    """A 1 MB barcode is refused once and the next scan is read."""
    frames = drivers()["scanner"].make({}).feed(b"7" * 1_000_000 + b"\r\n4006381333931\r\n")
    assert [type(frame) for frame in frames] == [Trouble, Scan]


def scale_vectors() -> list[dict[str, object]]:
    """The shared frames of all protocols, when they are at hand."""
    path = Path(os.environ.get("LIUSHUI_SHARED", "../shared")) / "data/iot/scales.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.skipif(not scale_vectors(), reason="the shared scale vectors are not here (LIUSHUI_SHARED)")
@pytest.mark.parametrize("vector", scale_vectors(), ids=lambda vector: str(vector["id"]))
def test_a_scale_vector_is_read_right(vector: dict) -> None:
    """As `liushui decode scale` tells it: the weight as a decimal of the same precision, the rest word by word."""
    (told,) = answers([json.dumps(vector).encode()], decode_scale)
    assert json.loads(told) == {"id": vector["id"], "result": vector["expected"]}
