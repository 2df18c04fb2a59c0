"""METTLER TOLEDO Standard Interface Command Set (MT-SICS), levels 0 and 1: weights as lines closed by CRLF.

    S S     100.00 g      stable          S I   cannot answer now       ES  unknown command
    S D     100.12 g      in motion       S +   overload                ET  transmission error
                                          S -   underload               EL  wrong parameter

The value stands right-aligned in ten characters. That width is our check: a frame that lost a digit on the
line ("S S     15.00 g", nine wide, was 150.00) is dropped instead of believed. `T` answers are tare
weights and say so in their mode. Everything else a balance may say (`I4 A "…"`, `Z A`) is passed over.

Asked with SIR the balance repeats its weight, stable or not; the bridge sends SIR again after a silence,
because a balance that was switched off forgets it.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import SEVEN_BITS, Lines, weight_text
from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Options,
    Weight,
    failure,
    refuse_unknown,
)

LONGEST = 256
"""Bytes kept of a line; a weight answer has about 20, and only the end of a longer line can be one."""
WIDTH = 10

_WEIGHT = re.compile(
    rb"(?P<what>SX|S|T) (?P<status>S|D) (?P<value> *[+-]?\d+(?:\.\d+)?)"
    rb" (?P<unit>[A-Za-z%\xb5/]{1,8}) *$"
)
_STATUS = re.compile(rb"(?:^|(?<=[^A-Z0-9]))(?P<what>SX|S|T) (?P<status>[I+-]|L) *$")
_BROKEN = re.compile(rb"(?:^|(?<=[^A-Z0-9]))S S +Error (?P<code>\w{1,8}) *$", re.IGNORECASE)
_REFUSAL = re.compile(rb"(?:^|(?<=[^A-Z0-9]))(?P<what>ES|ET|EL) *$")
_ERRORS = {
    b"I": "not_executable",
    b"+": "overload",
    b"-": "underload",
    b"L": "logical_error",
    b"ES": "syntax_error",
    b"ET": "transmission_error",
    b"EL": "logical_error",
}


def _has_its_width(value: bytes) -> bool:
    """Ten wide, or wider when the number itself is; padding on any other width means lost bytes."""
    return len(value) == WIDTH or (len(value) > WIDTH and not value.startswith(b" "))


class MtSics:
    """Collects one line at a time and keeps only the last LONGEST bytes of it."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._lines = Lines(LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for line in self._lines.feed(data) if (frame := self._read_either(line)) is not None]

    def _read_either(self, line: bytes) -> Frame | None:
        """As it came, since a unit may be a micro sign; else without the parity of a seven-bit line."""
        frame = self._read(line)
        if frame is None and not line.isascii():
            return self._read(line.translate(SEVEN_BITS))
        return frame

    def _read(self, line: bytes) -> Frame | None:
        """The answer at the end of a line; noise before it is cut off, half an answer is none."""
        if (found := _WEIGHT.search(line)) is not None:
            return self._weight(found)
        if (found := _STATUS.search(line)) is not None:
            return failure(_ERRORS[found["status"]], found.group(), mode=_mode(found["what"]))
        if (found := _BROKEN.search(line)) is not None:
            return failure("device_error", found.group())
        if (found := _REFUSAL.search(line)) is not None:
            return failure(_ERRORS[found["what"]], found.group())
        return None

    def _weight(self, found: re.Match[bytes]) -> Weight | None:
        """A weight whose field has its full width."""
        if not _has_its_width(found["value"]):
            return None
        return Weight(
            weight=weight_text(found["value"]),
            unit=found["unit"].decode("latin-1"),
            stable=found["status"] == b"S",
            mode=_mode(found["what"]),
            error=None,
            raw=found.group(),
        )


def _mode(what: bytes) -> str | None:
    """`T` speaks of the tare; a weight's own mode is not in the frame."""
    return "tare" if what == b"T" else None


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool, mode: str | None = None) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="mt_sics",
    measures="weight",
    make=MtSics,
    greeting=b"SIR\r\n",
    query=b"SI\r\n",
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"S S     100.00 g\r\nS D     100.12 g\r\n",
            frames=(
                _seen(b"S S     100.00 g", "100.00", "g", stable=True),
                _seen(b"S D     100.12 g", "100.12", "g", stable=False),
            ),
        ),
        Example(
            stream=b'I4 A "B021002593"\r\n00 g\r\nS S      -1.250 kg\r\nZ A\r\nS S     -1.250 kg\r\n',
            frames=(_seen(b"S S     -1.250 kg", "-1.250", "kg", stable=True),),
        ),
        Example(
            stream=b"S I\r\nS +\r\nS -\r\nES\r\nET\r\nEL\r\nS S Error 10b\r\n",
            frames=(
                failure("not_executable", b"S I"),
                failure("overload", b"S +"),
                failure("underload", b"S -"),
                failure("syntax_error", b"ES"),
                failure("transmission_error", b"ET"),
                failure("logical_error", b"EL"),
                failure("device_error", b"S S Error 10b"),
            ),
        ),
        Example(
            stream=b"T S      0.500 kg\r\n",
            frames=(_seen(b"T S      0.500 kg", "0.500", "kg", stable=True, mode="tare"),),
        ),
        Example(
            stream=b"\x00" * 1000 + b" S S     15.00 kg\r\n" + b"S S      1.250 kg\r\n",
            frames=(_seen(b"S S      1.250 kg", "1.250", "kg", stable=True),),
        ),
    ),
)
