"""How full the box's disk is, and what it may therefore still be used for: the day-book has the last word."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

Level = Literal["ok", "warn", "shed", "ledger_only"]

_WARN, _SHED, _LEDGER_ONLY = 0.80, 0.90, 0.95


def level_of(used: float) -> Level:
    """From 80 % used on a manager is warned, from 90 % no photos are taken in, from 95 % only the day-book writes."""
    if used >= _LEDGER_ONLY:
        return "ledger_only"
    if used >= _SHED:
        return "shed"
    return "warn" if used >= _WARN else "ok"


def disk_of(folder: Path) -> tuple[int, Level]:
    """Free bytes of the disk the folder is on, and its level."""
    usage = shutil.disk_usage(folder)
    return usage.free, level_of(1 - usage.free / usage.total)


def takes_photos(folder: Path) -> bool:
    return disk_of(folder)[1] in ("ok", "warn")
