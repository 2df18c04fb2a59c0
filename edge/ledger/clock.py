"""The machine's clock, passed in everywhere so that tests and the simulator can bring their own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

NowMs = Callable[[], int]

SHIFT_VARIABLE = "LIUSHUI_CLOCK_SHIFT_S"
"""Seconds to add to the machine's clock: a demonstration replays weeks that are long gone."""


def machine_clock() -> NowMs:
    """Milliseconds since 1970, shifted where the environment says so."""
    shift_ns = int(os.environ.get(SHIFT_VARIABLE, "0")) * 1_000_000_000
    return lambda: (time.time_ns() + shift_ns) // 1_000_000
