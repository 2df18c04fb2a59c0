"""The machine's clock, passed in everywhere so that tests and the simulator can bring their own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from shared.pace import VARIABLE as PACE_VARIABLE
from shared.pace import read_pace

NowMs = Callable[[], int]

SHIFT_VARIABLE = "LIUSHUI_CLOCK_SHIFT_S"
"""Seconds to add to the machine's clock: a demonstration replays weeks that are long gone."""


def machine_clock() -> NowMs:
    """Milliseconds since 1970, shifted and at the pace that the environment says."""
    shift_ns = int(os.environ.get(SHIFT_VARIABLE, "0")) * 1_000_000_000
    pace = read_pace(os.environ.get(PACE_VARIABLE, ""))
    return lambda: pace.at((time.time_ns() + shift_ns) // 1_000_000)
