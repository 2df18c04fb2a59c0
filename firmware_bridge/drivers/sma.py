"""SMA SCP-0499, the protocol the American scale makers agreed on; asked with LF `W` CR.

    LF s r n m f xxxxxx.xxx uuu CR
       s  Z centre of zero, O over, U under, E zero error, I initial zero error, T tare error, blank none
       r  weighing range       n  G gross, N net, T tare (small letters: finer)       m  M in motion

An error replaces the weight by dashes. `?` alone is an unknown command, `!` a transmission error.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import CR, LF, Between, weight_text
from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Options,
    Weight,
    failure,
    refuse_unknown,
)

LONGEST = 24
_BODY = re.compile(
    rb"(?P<status>[ ZOUEIT])(?P<range>[ 0-9])(?P<mode>[GNTgnt])(?P<moving>[ M])."
    rb"(?P<number>[ \d.+-]{10})(?P<unit>[A-Za-z% /]{3})"
)
_MODES = {b"G": "gross", b"N": "net", b"T": "tare"}
_ERRORS = {
    b"O": "overload",
    b"U": "underload",
    b"E": "zero_error",
    b"I": "initial_zero_error",
    b"T": "tare_error",
}
_REFUSALS = {b"?": "unrecognized_command", b"!": "transmission_error"}


class Sma:
    """Collects what stands between LF and CR."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._bodies = Between(LF, CR, LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for body in self._bodies.feed(data) if (frame := _read(body)) is not None]


def _read(body: bytes) -> Weight | None:
    """One answer."""
    raw = b"\n" + body + b"\r"
    if body in _REFUSALS:
        return failure(_REFUSALS[body], raw)
    found = _BODY.fullmatch(body)
    if found is None:
        return None
    mode = _MODES[found["mode"].upper()]
    stable = found["moving"] != b"M"
    if (error := _ERRORS.get(found["status"])) is not None:
        return failure(error, raw, stable=stable, mode=mode)
    value, unit = weight_text(found["number"]), found["unit"].strip()
    if value is None or not unit:
        return None
    return Weight(
        weight=value,
        unit=unit.decode("ascii").lower(),
        stable=stable,
        mode=mode,
        error=None,
        zero=found["status"] == b"Z",
        raw=raw,
    )


def _seen(
    raw: bytes, weight: str, unit: str, *, stable: bool = True, mode: str = "gross", zero: bool = False
) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, zero=zero, raw=raw)


DRIVER = DriverKind(
    name="sma",
    measures="weight",
    make=Sma,
    poll=b"\nW\r",
    query=b"\nW\r",
    buffer_bytes_max=LONGEST + 1,
    examples=(
        Example(
            stream=b"\nZ1G        0.00 kg\r\n 1NM      12.34 kg\r\n 1G       -1.20lb \r",
            frames=(
                _seen(b"\nZ1G        0.00 kg\r", "0.00", "kg", zero=True),
                _seen(b"\n 1NM      12.34 kg\r", "12.34", "kg", stable=False, mode="net"),
                _seen(b"\n 1G       -1.20lb \r", "-1.20", "lb"),
            ),
        ),
        Example(
            stream=b"\nE1G  ---------- kg\r\nT1N  ---------- kg\r\nO1G      150.00 kg\r\n?\r\n!\r",
            frames=(
                failure("zero_error", b"\nE1G  ---------- kg\r", stable=True, mode="gross"),
                failure("tare_error", b"\nT1N  ---------- kg\r", stable=True, mode="net"),
                failure("overload", b"\nO1G      150.00 kg\r", stable=True, mode="gross"),
                failure("unrecognized_command", b"\n?\r"),
                failure("transmission_error", b"\n!\r"),
            ),
        ),
    ),
)
