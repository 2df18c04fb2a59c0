"""Frames beyond each protocol's examples: other units and lengths, net and tare, negative, over, half a frame."""

from __future__ import annotations

import pytest

from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Weight

Told = tuple[str | None, str | None, bool | None, str | None, str | None]
"""weight, unit, stable, mode, error"""


def checked(body: bytes) -> bytes:
    """A YaoHua frame: the exclusive or of its eight bytes as two hex digits."""
    check = 0
    for byte in body:
        check ^= byte
    return b"\x02" + body + b"%02X\x03" % check


def summed(status: bytes, weight: bytes, tare: bytes = b"     0") -> bytes:
    """A METTLER TOLEDO continuous frame with its checksum: the two's complement of the low seven bits."""
    frame = b"\x02" + status + weight + tare + b"\r"
    return frame + bytes([-sum(byte & 0x7F for byte in frame) & 0x7F])


CASES: list[tuple[str, bytes, Told | None]] = [
    ("mt_sics", b"S S     -0.050 kg\r\n", ("-0.050", "kg", True, None, None)),
    ("mt_sics", b"S D       12.3 lb\r\n", ("12.3", "lb", False, None, None)),
    ("mt_sics", b"S S 1234567.89 g\r\n", ("1234567.89", "g", True, None, None)),
    ("mt_sics", b"T S      0.500 kg\r\n", ("0.500", "kg", True, "tare", None)),
    ("mt_sics", b"S L\r\n", (None, None, False, None, "logical_error")),
    ("mt_sics", b"S S      -- g\r\n", None),
    ("toledo_8217", b"\x0212.34\r", ("12.34", "lb", True, "gross", None)),
    ("toledo_8217", b"\x0201.250N\r", ("1.250", "kg", True, "net", None)),
    ("toledo_8217", b"\x02?\x61\r", (None, None, False, "net", "in_motion")),
    ("toledo_8217", b"\x0212.3\x0212.345\r", ("12.345", "kg", True, "gross", None)),
    ("toledo_8217", b"\x021.234\r", None),
    ("a_and_d", b"ST,NT,+  1.234 kg\r\n", ("1.234", "kg", True, "net", None)),
    ("a_and_d", b"ST,GS,+00.0100lb\r\n", ("0.0100", "lb", True, "gross", None)),
    ("a_and_d", b"QT,+00000012PC\r\n", ("12", "pc", True, None, None)),
    ("a_and_d", b"LO,GS,-         kg\r\n", (None, None, False, "gross", "underload")),
    ("a_and_d", b"ST,GS,+12.3.4kg\r\n", None),
    ("t_scale", b"ST,GS   1.234kg\r\n", ("1.234", "kg", True, "gross", None)),
    ("t_scale", b"US,GS,-  0.050kg\r\n", ("-0.050", "kg", False, "gross", None)),
    ("t_scale", b"ST,GS,   12.34lb\r\n", ("12.34", "lb", True, "gross", None)),
    ("t_scale", b"OL,GS\r\n", (None, None, False, "gross", "overload")),
    ("t_scale", b"ST,GS    1234 g\r\n", ("1234", "g", True, "gross", None)),
    ("cas_18", b"\x02US,GS,-  1.25 kg\r", ("-1.25", "kg", False, "gross", None)),
    ("cas_18", b"\x02ST,NT,+ 12.50 lb\r", ("12.50", "lb", True, "net", None)),
    ("cas_18", b"\x02ST,TR,+  0.50 kg\r", ("0.50", "kg", True, "tare", None)),
    ("cas_18", b"\x02ST,GS,+ 1250   g\r", ("1250", "g", True, "gross", None)),
    ("cas_18", b"\x02ST,GS,+  1.250kg\r", None),
    ("adam", b" -0.050 kg\r\n", ("-0.050", "kg", True, "gross", None)),
    ("adam", b"  12.34 lb\r\n", ("12.34", "lb", True, "gross", None)),
    ("adam", b"   1234 g\r\n", ("1234", "g", True, "gross", None)),
    ("adam", b" 1.2.3kg\r\n", None),
    ("adam", b"  1.234lb:oz\r\n", None),
    ("ohaus", b"     -12.73 kg    N\r\n", ("-12.73", "kg", True, "net", None)),
    ("ohaus", b"      1.234 lb   ?\r\n", ("1.234", "lb", False, None, None)),
    ("ohaus", b"   1234567.8 g\r\n", ("1234567.8", "g", True, None, None)),
    ("ohaus", b"      0.500 kg    PT\r\n", ("0.500", "kg", True, "tare", None)),
    ("ohaus", b"Err 8.4\r\n", (None, None, False, None, "device_error")),
    ("ohaus_defender", b"-   1.234 kg   ? NET\r\n", ("-1.234", "kg", False, "net", None)),
    ("ohaus_defender", b"    12.34 lb     G\r\n", ("12.34", "lb", True, "gross", None)),
    ("ohaus_defender", b"    0.050 kg     T\r\n", ("0.050", "kg", True, "tare", None)),
    ("ohaus_defender", b"      100 g      G\r\n", ("100", "g", True, "gross", None)),
    ("ohaus_defender", b"   1.234kg\r\n", None),
    ("sartorius_16", b"-   123.56 g  \r\n", ("-123.56", "g", True, None, None)),
    ("sartorius_16", b"+   123.56    \r\n", ("123.56", None, False, None, None)),
    ("sartorius_16", b"N     +   123.56 g  \r\n", ("123.56", "g", True, "net", None)),
    ("sartorius_16", b"      L       \r\n", (None, None, False, None, "underload")),
    ("sartorius_16", b"+    1.25 kg \r\n", None),
    ("sma", b"\n 1N      1.250 kg \r", ("1.250", "kg", True, "net", None)),
    ("sma", b"\n 1GM      1.250kg \r", ("1.250", "kg", False, "gross", None)),
    ("sma", b"\nU1G      -0.050kg \r", (None, None, True, "gross", "underload")),
    ("sma", b"\n?\r", (None, None, False, None, "unrecognized_command")),
    ("sma", b"\n 1gG     1.250lb \r", None),
    ("nci_scp01", b"\n0012.34LB\r\nS10\r\x03", ("12.34", "lb", False, "gross", None)),
    ("nci_scp01", b"\n0012.34KG\r\n0@4\r\x03", ("12.34", "kg", True, "net", None)),
    ("nci_scp01", b"\n-001.25KG\r\n00\r\x03", ("-1.25", "kg", True, "gross", None)),
    ("nci_scp01", b"\n^^^^^^KG\r\n02\r\x03", (None, None, True, "gross", "overload")),
    ("nci_scp01", b"\n?\r\x03", (None, None, False, None, "unrecognized_command")),
    ("xk3190_cont0", checked(b"-0001253"), ("-0.125", "kg", None, None, None)),
    ("xk3190_cont0", checked(b"+9999990"), ("999999", "kg", None, None, None)),
    ("xk3190_cont0", checked(b"+0012344"), ("0.1234", "kg", None, None, None)),
    ("xk3190_cont0", checked(b"+0020006"), None),
    ("xk3190_cont0", b"\x02+00200021C\x03", (None, None, None, None, "checksum")),
    ("xk3190_rev", b"=00.1000-", ("-1.00", "kg", None, None, None)),
    ("xk3190_rev", b"=0.050000", ("50.0", "kg", None, None, None)),
    ("xk3190_rev", b"=00.10000", ("1.00", "kg", None, None, None)),
    ("xk3190_rev", b"=-001.00", None),
    ("xk3190_rev", b"=00.1000", None),
    ("ff_bcd5", b"\xff\x44\x34\x12\x00", ("1.234", "kg", True, None, None)),
    ("ff_bcd5", b"\xff\x63\x50\x02\x00", ("-2.50", "kg", True, None, None)),
    ("ff_bcd5", b"\xff\x03\x50\x02\x00", ("2.50", "kg", False, None, None)),
    ("ff_bcd5", b"\xff\xc4\x00\x00\x00", (None, None, True, None, "overload")),
    ("ff_bcd5", b"\xff\x44\xfa\x12\x00", None),
    ("mt_continuous", summed(b"\x2d\x31\x20", b"  1250", b"  0500"), ("1.250", "kg", True, "net", None)),
    ("mt_continuous", summed(b"\x2a\x32\x20", b"   125"), ("-125", "kg", True, "gross", None)),
    ("mt_continuous", summed(b"\x2c\x38\x20", b"  1250"), ("12.50", "kg", False, "gross", None)),
    ("mt_continuous", summed(b"\x2c\x20\x20", b"  1250"), ("12.50", "lb", True, "gross", None)),
    ("mt_continuous", summed(b"\x29\x30\x20", b"   125"), ("1250", "kg", True, "gross", None)),
    ("dialog06", b"\x0202\x1b3\x1b01250\x1b001299\x1b001624\x03", ("1.250", "kg", True, None, None)),
    ("dialog06", b"\x0202\x1b1\x1b00250\x1b001299\x1b000325\x03", (None, None, True, None, "unknown_unit")),
    ("dialog06", b"\x0209\x1b31\x03", (None, None, True, None, "underload")),
    ("dialog06", b"\x0211\x1b1234\x03", (None, None, False, None, "checksum_challenge")),
    ("dialog06", b"\x0202\x1b3\x1b0125\x1b001299\x1b001624\x03", None),
    ("hid_pos_scale", b"\x03\x04\x03\xfd\xe2\x04", ("1.250", "kg", True, None, None)),
    ("hid_pos_scale", b"\x03\x04\x0b\xff\x7d\x00", ("12.5", "oz", True, None, None)),
    ("hid_pos_scale", b"\x03\x03\x0c\xfe\xfa\x00", ("2.50", "lb", False, None, None)),
    ("hid_pos_scale", b"\x03\x06\x02\x00\x00\x00", (None, None, False, None, "overload")),
    ("hid_pos_scale", b"\x03\x04\x02\x03\x0c\x00", ("12000", "g", True, None, None)),
]


@pytest.mark.parametrize(("protocol", "stream", "told"), CASES, ids=lambda part: str(part)[:40])
def test_an_odd_frame_is_read_as_its_manual_says_or_not_at_all(
    protocol: str, stream: bytes, told: Told | None
) -> None:
    """One frame, told or dropped; never another number."""
    kind = drivers()[protocol]
    frames = kind.make({"unit": "kg"} if protocol in ("xk3190_cont0", "xk3190_rev", "ff_bcd5") else {}).feed(
        stream
    )
    assert [
        (frame.weight, frame.unit, frame.stable, frame.mode, frame.error)
        for frame in frames
        if isinstance(frame, Weight)
    ] == ([] if told is None else [told])
    assert len(frames) == (told is not None)


def test_every_scale_has_odd_frames() -> None:
    """Five at least of each of the seventeen protocols."""
    named = [protocol for protocol, _, _ in CASES]
    assert {name for name, kind in drivers().items() if kind.measures == "weight"} == set(named)
    assert all(named.count(name) >= 5 for name in named)
