"""What the scale protocols share and where each has a corner: parity, configured units, conclusions, recorded files."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.capture import Capture
from firmware_bridge.decoding import answers
from firmware_bridge.decoding.scale import result
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import DriverKind, Weight
from firmware_bridge.drivers.keyboard_scanner import EVENT, typed
from firmware_bridge.steady import Steady

TEXT = [
    kind
    for name, kind in sorted(drivers().items())
    if kind.measures == "weight" and name not in ("ff_bcd5", "hid_pos_scale")
]


def with_parity(stream: bytes, *, odd: bool) -> bytes:
    """Seven-bit characters as an eight-bit port delivers them."""
    return bytes(byte | 0x80 if (byte.bit_count() % 2 == 0) == odd else byte for byte in stream)


@pytest.mark.parametrize("odd", [False, True], ids=["7E1", "7O1"])
@pytest.mark.parametrize("kind", TEXT, ids=lambda kind: kind.name)
def test_a_seven_bit_line_opened_with_eight_is_read_the_same(kind: DriverKind, odd: bool) -> None:
    """The parity bit is masked away wherever text cannot use it."""
    for example in kind.examples:
        assert tuple(kind.make({}).feed(with_parity(example.stream, odd=odd))) == example.frames


def weights(protocol: str, stream: bytes, **options: str) -> list[tuple]:
    """What a protocol reads in a stream, in short."""
    frames = drivers()[protocol].make(options).feed(stream)
    return [(f.weight, f.unit, f.stable, f.mode, f.error) for f in frames if isinstance(f, Weight)]


@pytest.mark.parametrize(
    ("protocol", "stream"),
    [
        ("xk3190_cont0", b"\x02+00200021B\x03"),
        ("xk3190_rev", b"=00.0200 "),
        ("ff_bcd5", bytes.fromhex("ff43002000")),
    ],
)
def test_a_scale_whose_frames_name_no_unit_gets_it_from_the_configuration(
    protocol: str, stream: bytes
) -> None:
    """Without it the weight has no unit and is never taken; a unit nobody knows is refused at start."""
    (bare,) = weights(protocol, stream)
    (told,) = weights(protocol, stream, unit="kg")
    assert (bare[:2], told[:2]) == (("20.00", None), ("20.00", "kg"))
    with pytest.raises(ValueError, match="unknown unit"):
        drivers()[protocol].make({"unit": "stone"})


def test_a_scale_that_sends_no_checksum_is_told_so() -> None:
    """With it switched off a frame ends at CR; left on, the next frame's STX is a wrong checksum and no loss."""
    frame = b"\x02,0    777     0\r"
    good = ("7.77", "kg", True, "gross", None)
    assert weights("mt_continuous", frame * 2, checksum="off") == [good, good]
    assert weights("mt_continuous", frame * 2) == [(None, None, None, None, "checksum")]
    assert weights("mt_continuous", b"\x02*0    777     0\r", checksum="off")[0][0] == "777"
    assert weights("mt_continuous", b"\x02)0    777     0\r", checksum="off")[0][0] == "7770"


@pytest.mark.parametrize(
    ("status", "stable", "error"),
    [
        ("20", False, "in_motion"),
        ("21", True, "no_motion_since_last"),
        ("22", True, "not_finished"),
        ("30", True, "below_minimum"),
        ("31", True, "underload"),
        ("32", True, "overload"),
        ("77", True, "unknown_status"),
        ("00", True, None),
    ],
)
def test_every_status_of_a_dialog_06_scale_says_why_there_is_no_weight(
    status: str, stable: bool, error: str | None
) -> None:
    """The number stays beside our word for it."""
    (frame,) = drivers()["dialog06"].make({}).feed(b"\x0209\x1b" + status.encode() + b"\x03")
    assert isinstance(frame, Weight)
    assert (frame.weight, frame.stable, frame.error, frame.code) == (None, stable, error, status)


def test_a_unit_of_a_dialog_06_scale_that_we_do_not_know_gives_no_number() -> None:
    """Its decimals are not known either."""
    (told,) = weights("dialog06", b"\x0202\x1b1\x1b01250\x1b000599\x1b000749\x03")
    assert told == (None, None, True, None, "unknown_unit")


@pytest.mark.parametrize(
    ("protocol", "lost"),
    [
        ("a_and_d", b"ST,GS,+00120kg\r\n"),
        ("cas_18", b"\x02ST,GS,+ 1.25 lb\r"),
        ("ohaus", b"     12.73 g     \r\n"),
        ("ohaus_defender", b"  12.345 kg    G  \r\n"),
        ("sartorius_16", b"+  123.45 g  \r\n"),
        ("sma", b"\n 1G      -1.20 kg\r"),
        ("xk3190_cont0", b"\x02+0020021B\x03"),
        ("xk3190_rev", b"=05.210 \r"),
        ("mt_continuous", b"\x02-1  1500   250\rv\x02"),
    ],
)
def test_a_frame_that_lost_a_byte_is_no_weight(protocol: str, lost: bytes) -> None:
    """Every protocol with columns or a checksum sees that a digit is missing."""
    assert [told for told in weights(protocol, lost) if told[0] is not None] == []


def test_minus_nothing_is_nothing() -> None:
    """A sign before zero is dropped, the precision kept."""
    assert weights("a_and_d", b"ST,GS,-0000.00kg\r\n") == [("0.00", "kg", True, "gross", None)]


def seen(weight: str, *, stable: bool | None = None, unit: str = "kg") -> Weight:
    """A frame of a scale."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=None, error=None, raw=b"")


def test_five_equal_readings_are_taken_for_standing_still() -> None:
    """The fifth and what follows says so, and says that it was concluded; another weight starts anew."""
    steady = Steady()
    told = [steady.see(seen(weight)) for weight in ["20.00"] * 6 + ["20.05"] + ["20.00"] * 4]
    assert [frame.stable for frame in told] == [None] * 4 + [True] * 2 + [None] * 5
    assert [frame.stable_inferred for frame in told] == [False] * 4 + [True] * 2 + [False] * 5


def test_a_scale_that_says_it_itself_is_believed() -> None:
    """In motion stays in motion, however often it is repeated; a lost port starts the count anew."""
    steady = Steady(2)
    assert not steady.see(seen("1.0", stable=False)).stable
    assert steady.see(seen("1.0")).stable is None
    steady.forget()
    assert steady.see(seen("1.0")).stable is None
    assert steady.see(seen("1.0")).stable


@given(st.lists(st.sampled_from(["1.0", "1.5"]), max_size=40), st.integers(2, 6))
def test_nothing_is_concluded_from_fewer_equal_readings(told: list[str], repeats: int) -> None:
    """A frame is stable exactly when it and those before it, so many as were asked for, are equal."""
    steady = Steady(repeats)
    for at, weight in enumerate(told):
        last = told[max(0, at + 1 - repeats) : at + 1]
        assert bool(steady.see(seen(weight)).stable) == (len(last) == repeats and len(set(last)) == 1)


def test_a_scale_that_never_shows_an_empty_plate_releases_by_another_weight() -> None:
    """It answers only to something new: the same melon again is the same, another one is another."""
    capture = Capture(Decimal(20), speaks_of_news_only=True)
    taken = []
    for at, weight in enumerate(["1.234", "1.235", "0.500", "0.500"]):
        frame = seen(weight, stable=True)
        taken += [capture.see(frame, at * 1000), capture.tick(at * 1000 + 500)]
    assert [frame.weight for frame in taken if frame is not None] == ["1.234", "0.500"]


def scans(stream: bytes, **options: str) -> list[str]:
    """What a keyboard scanner's events come to."""
    frames = drivers()["keyboard_scanner"].make(options).feed(stream)
    return [getattr(frame, "text", None) or frame.error for frame in frames]


def test_keys_far_apart_do_not_belong_to_one_scan() -> None:
    """Half a code before a gap is told as trouble; with the timeout off a slow scanner is patient work."""
    stream = typed("123") + typed("456\n", 500)
    assert scans(stream) == ["scan_interrupted", "456"]
    assert scans(stream, timeout_ms="0") == ["123456"]


def test_a_scanner_that_sends_nothing_for_the_separator_says_so_with_every_gs1_code() -> None:
    """Two fields may have run into one; an EAN has none to lose."""
    stream = typed("]C110AB3103001250\n") + typed("]E06924454228749\n", 1000)
    assert scans(stream, gs_as="nothing") == ["10AB3103001250", "separator_lost", "6924454228749"]
    serial = drivers()["scanner"].make({"gs_as": "nothing"})
    assert [type(frame).__name__ for frame in serial.feed(b"]C110AB\r]E01\r")] == ["Scan", "Trouble", "Scan"]


def test_the_separator_is_understood_however_a_keyboard_can_send_it() -> None:
    """Ctrl+], F8 and Alt+029."""
    alt = [(56, 1), (82, 1), (82, 0), (80, 1), (80, 0), (73, 1), (73, 0), (56, 0)]
    f8 = [(66, 1), (66, 0)]
    for keys in (alt, f8):
        middle = b"".join(EVENT.pack(0, 9000, 1, code, value) for code, value in keys)
        assert scans(typed("10ab") + middle + typed("21c\n")) == ["10ab\x1d21c"]
    assert scans(typed("10ab\x1d21c\n")) == ["10ab\x1d21c"]


@pytest.mark.parametrize("options", [{"suffix": "space"}, {"timeout_ms": "soon"}, {"layout": "de"}])
def test_a_wrong_option_of_a_keyboard_scanner_is_refused(options: dict[str, str]) -> None:
    """At start, not at the first scan."""
    with pytest.raises(ValueError, match=r"suffix|timeout_ms|layout"):
        drivers()["keyboard_scanner"].make(options)


def decoded(*lines: object) -> list[dict]:
    """What `liushui decode scale` answers to these lines."""
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return [json.loads(answer) for answer in answers(raw, result)]


def test_recorded_bytes_are_answered_line_by_line_and_a_bad_line_stops_nothing() -> None:
    """Broken JSON, no vector, no hex, no protocol: each gets an error, and the next line its reading."""
    good = {"id": "a", "kind": "adam", "input": {"hex": ["2020312e3233", "346b670d0a"]}}
    told = decoded(
        b"{",
        b"[1]",
        {"id": "x"},
        {**good, "id": 2, "kind": "abacus"},
        {**good, "id": 3, "kind": "scanner"},
        {**good, "input": {"hex": ["zz"]}},
        {**good, "input": {}},
        b"[" * 100_000,
        b"  ",
        good,
    )
    assert [answer["id"] for answer in told] == [None, None, "x", 2, 3, "a", "a", None, "a"]
    assert all(set(answer["result"]) == {"error"} for answer in told[:-1])
    reading = {"weight": "1.234", "unit": "kg", "stable": True, "mode": "gross", "error": None}
    assert told[-1]["result"] == {"readings": [reading]}


def test_the_context_of_recorded_bytes_is_the_devices_configuration() -> None:
    """Its unit, its missing checksum, and after how many equal readings it stands still."""
    frame = b"\x02+00200021B\x03".hex()
    context = {"protocol": "xk3190_cont0", "unit_from_config": "kg", "stable_repeats": 2}
    (told,) = decoded({"kind": "floor scale", "input": {"hex": frame * 2}, "context": context})
    first, second = told["result"]["readings"]
    assert (first["unit"], first["stable"], "stable_inferred" in first) == ("kg", None, False)
    assert (second["stable"], second["stable_inferred"]) == (True, True)
    off = {"protocol": "mt_continuous", "checksum": False}
    (told,) = decoded(
        {"kind": "mt_continuous", "input": {"hex": "022c30202020203737372020202020300d"}, "context": off}
    )
    assert told["result"]["readings"][0]["weight"] == "7.77"
