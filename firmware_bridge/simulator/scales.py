"""Scales that are not there: a plate that needs a moment to settle, and four protocols that report it.

Pure: a scale gets bytes and the time and gives bytes. Putting something on makes the plate swing for
SETTLE_MS, in which an MT-SICS scale says `S D` and a Toledo 8217 answers `?A`; then it stands still. An A&D and a
YaoHua indicator repeat themselves unasked, the YaoHua without a word of standing still.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

SETTLE_MS = 400
REPEAT_MS = 100
STABLE_WAIT_MS = 2_000


class Plate:
    """What lies on a scale, in its own unit with its own decimals."""

    def __init__(self, unit: str, decimals: int, most: Decimal) -> None:
        self.unit = unit
        self._step = Decimal(1).scaleb(-decimals)
        self._most = most
        self._load = Decimal(0)
        self._before = Decimal(0)
        self._moved_ms = -SETTLE_MS
        self._tare = Decimal(0)

    def put(self, load: Decimal, now_ms: int) -> None:
        """Let this lie on the plate from now on; zero takes everything away."""
        self._before, self._load, self._moved_ms = self._load, load, now_ms

    def is_still(self, now_ms: int) -> bool:
        """Whether the plate has settled."""
        return now_ms - self._moved_ms >= SETTLE_MS

    def gross(self, now_ms: int) -> Decimal:
        """What the plate feels now, between before and after while it swings."""
        if self.is_still(now_ms):
            return self._load
        part = Decimal(now_ms - self._moved_ms) / SETTLE_MS
        return self._before + (self._load - self._before) * part

    def shown(self, now_ms: int) -> Decimal:
        """Net of the tare, rounded to the scale's division."""
        return (self.gross(now_ms) - self._tare).quantize(self._step, ROUND_HALF_UP)

    def is_over(self, now_ms: int) -> bool:
        """More than the scale can carry."""
        return self.gross(now_ms) > self._most

    def is_under(self, now_ms: int) -> bool:
        """Less than nothing: something that was tared or zeroed away is gone."""
        return self.shown(now_ms) < -self._most

    @property
    def has_tare(self) -> bool:
        """Whether what is shown is net."""
        return self._tare != 0

    def tare(self, now_ms: int) -> Decimal:
        """Show zero for what lies there now."""
        self._tare = self.gross(now_ms)
        return self._tare.quantize(self._step, ROUND_HALF_UP)

    def clear_tare(self) -> None:
        """Show gross again."""
        self._tare = Decimal(0)


class MtSicsScale:
    """Answers S, SI, SIR, SNR, Z, ZI, T, TI, TAC, I4 and @ as the MT-SICS manual says."""

    def __init__(self, plate: Plate, serial: str) -> None:
        self.plate = plate
        self._serial = serial
        self._came = bytearray()
        self._repeats = False
        self._repeated_ms = 0
        self._asked_ms: int | None = None

    def step(self, came: bytes, now_ms: int) -> bytes:
        """What the scale says to these bytes, or by itself, at this moment."""
        self._came += came
        said = bytearray()
        while b"\n" in self._came:
            line, _, rest = bytes(self._came).partition(b"\n")
            self._came = bytearray(rest)
            said += self._answer(line.strip().decode("ascii", "replace"), now_ms)
        if self._asked_ms is not None:
            said += self._stable_answer(now_ms)
        if self._repeats and now_ms - self._repeated_ms >= REPEAT_MS:
            self._repeated_ms = now_ms
            said += self._weight(now_ms)
        return bytes(said)

    def _answer(self, command: str, now_ms: int) -> bytes:
        """One command."""
        plate = self.plate
        self._repeats = False
        match command:
            case "S":
                self._asked_ms = now_ms
                return b""
            case "SI":
                return self._weight(now_ms)
            case "SIR" | "SNR":
                self._repeats, self._repeated_ms = True, now_ms
                return self._weight(now_ms)
            case "Z" | "ZI":
                if plate.gross(now_ms) > Decimal("0.1"):
                    return b"Z +\r\n"
                return b"Z A\r\n"
            case "T" | "TI":
                if not plate.is_still(now_ms):
                    return b"T I\r\n"
                return b"T S " + self._field(plate.tare(now_ms))
            case "TAC":
                plate.clear_tare()
                return b"TAC A\r\n"
            case "I4" | "@":
                return f'I4 A "{self._serial}"\r\n'.encode()
            case "":
                return b""
            case _:
                return b"ES\r\n"

    def _stable_answer(self, now_ms: int) -> bytes:
        """The answer to S: when the plate stands still, or `S I` when that takes too long."""
        assert self._asked_ms is not None
        if self.plate.is_still(now_ms):
            self._asked_ms = None
            return self._weight(now_ms)
        if now_ms - self._asked_ms >= STABLE_WAIT_MS:
            self._asked_ms = None
            return b"S I\r\n"
        return b""

    def _weight(self, now_ms: int) -> bytes:
        """The weight as it is."""
        if self.plate.is_over(now_ms):
            return b"S +\r\n"
        if self.plate.is_under(now_ms):
            return b"S -\r\n"
        status = b"S" if self.plate.is_still(now_ms) else b"D"
        return b"S " + status + b" " + self._field(self.plate.shown(now_ms))

    def _field(self, value: Decimal) -> bytes:
        """Ten characters and the unit."""
        return f"{value:>10f} {self.plate.unit}\r\n".encode()


class Toledo8217Scale:
    """Answers W with a weight or a status, Z, and the echo probe E … F; `parity` sets bit 7 as 7E1 would."""

    def __init__(self, plate: Plate, *, parity: bool = False) -> None:
        self.plate = plate
        self._parity = parity
        self._echoes = False

    def step(self, came: bytes, now_ms: int) -> bytes:
        """What the scale says to these bytes at this moment; it never speaks unasked."""
        said = bytearray()
        for byte in came:
            said += self._answer(bytes([byte & 0x7F]), now_ms)
        return bytes(_even(byte) for byte in said) if self._parity else bytes(said)

    def _answer(self, command: bytes, now_ms: int) -> bytes:
        """One command of one letter."""
        if command == b"F":
            self._echoes = False
            return b"\x02F\r"
        if self._echoes:
            return command
        match command:
            case b"W":
                return b"\x02" + self._weight(now_ms) + b"\r"
            case b"Z":
                return b"\x02?" + self._status(now_ms) + b"\r"
            case b"E":
                self._echoes = True
                return b"\x02E\r"
            case _:
                return b""

    def _weight(self, now_ms: int) -> bytes:
        """Five digits of kilograms or four of pounds, or the status when there is no weight to tell."""
        plate = self.plate
        shown = plate.shown(now_ms)
        if not plate.is_still(now_ms) or plate.is_over(now_ms) or shown < 0:
            return b"?" + self._status(now_ms)
        width = 6 if plate.unit == "kg" else 5
        return f"{shown:0{width}f}{'N' if plate.has_tare else ''}".encode()

    def _status(self, now_ms: int) -> bytes:
        """The status byte."""
        plate = self.plate
        bits = 0x40
        bits |= 0x01 if not plate.is_still(now_ms) else 0
        bits |= 0x02 if plate.is_over(now_ms) else 0
        bits |= 0x04 if plate.shown(now_ms) < 0 else 0
        bits |= 0x10 if plate.shown(now_ms) == 0 else 0
        bits |= 0x20 if plate.has_tare else 0
        return bytes([bits])


class RepeatingScale:
    """Sends its weight every REPEAT_MS and hears nothing."""

    def __init__(self, plate: Plate, frame: Callable[[Plate, int], bytes]) -> None:
        self.plate = plate
        self._frame = frame
        self._sent_ms = 0

    def step(self, _came: bytes, now_ms: int) -> bytes:
        """The next frame when it is time for it."""
        if now_ms - self._sent_ms < REPEAT_MS:
            return b""
        self._sent_ms = now_ms
        return self._frame(self.plate, now_ms)


def a_and_d_frame(plate: Plate, now_ms: int) -> bytes:
    """ST,GS,+0001.250kg"""
    shown = plate.shown(now_ms)
    mode = "NT" if plate.has_tare else "GS"
    if plate.is_over(now_ms):
        return f"OL,{mode},+        {plate.unit}\r\n".encode()
    status = "ST" if plate.is_still(now_ms) else "US"
    return f"{status},{mode},{'-' if shown < 0 else '+'}{abs(shown):08f}{plate.unit}\r\n".encode()


def xk3190_frame(plate: Plate, now_ms: int) -> bytes:
    """STX +00125031C ETX: sign, six digits, decimals, and the exclusive or of these eight bytes."""
    shown = plate.shown(now_ms)
    digits = f"{abs(shown):f}".replace(".", "")
    decimals = max(0, -int(shown.as_tuple().exponent))
    body = f"{'-' if shown < 0 else '+'}{digits:0>6}{decimals}".encode()
    check = 0
    for byte in body:
        check ^= byte
    return b"\x02" + body + b"%02X" % check + b"\x03"


def _even(byte: int) -> int:
    """A seven-bit character with its even parity bit."""
    return byte | 0x80 if bin(byte & 0x7F).count("1") % 2 else byte & 0x7F
