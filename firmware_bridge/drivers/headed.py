"""What A&D, T-Scale and CAS have in common: a status, a kind of weight, a number and a unit in one line.

`ST` stable, `US` in motion, `OL` out of range; `GS` gross, `NT` net, `TR` tare. Out of range with a minus is
below the range; some makers say `LO` for that.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import weight_text
from firmware_bridge.drivers.frames import Weight, failure

_MINUS = re.compile(rb" *-(?!-)")
"""A sign; a row of dashes stands for digits that cannot be shown."""
MODES = {b"GS": "gross", b"NT": "net", b"TR": "tare"}


def headed(status: bytes, mode: bytes | None, number: bytes, unit: bytes, raw: bytes) -> Weight | None:
    """The weight of one line; a line with a good status and no number is none."""
    said = MODES[mode] if mode else None
    if status in (b"OL", b"LO"):
        below = status == b"LO" or _MINUS.match(number) is not None
        return failure("underload" if below else "overload", raw, mode=said)
    value = weight_text(number)
    if value is None:
        return None
    return Weight(
        weight=value,
        unit=unit.decode("ascii").lower(),
        stable=status != b"US",
        mode=said,
        error=None,
        raw=raw,
    )
