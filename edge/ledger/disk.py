"""How full the box's disk is, and what it may therefore still be used for: the day-book has the last word.

A ballast file keeps some room back. When the disk is full to the last byte, the ballast goes, and the orders that
are still being written have its room; it is laid again when there is space.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal

Level = Literal["ok", "warn", "shed", "ledger_only"]

_WARN, _SHED, _LEDGER_ONLY = 0.80, 0.90, 0.95

BALLAST = "ballast"
BALLAST_BYTES = 64 * 1024 * 1024
BALLAST_SHARE = 64
"""On a small disk the ballast is no more than one part in so many."""
BALLAST_VARIABLE = "LIUSHUI_BALLAST_MIB"
"""How much to keep back, where 64 MiB is not right."""


def level_of(used: float) -> Level:
    """From 80 % used on a manager is warned, from 90 % no photos are taken in and fewer readings kept, from 95 %
    only the day-book writes."""
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


class Ballast:
    """Room kept back in `folder` for the last orders."""

    def __init__(self, folder: Path, most: int | None = None) -> None:
        self._folder = folder
        self._file = folder / BALLAST
        self._most = int(os.environ.get(BALLAST_VARIABLE, "0")) * 1024 * 1024 if most is None else most

    @property
    def held(self) -> int:
        """Bytes kept back now."""
        try:
            return self._file.stat().st_size
        except FileNotFoundError:
            return 0

    def lay(self) -> bool:
        """Keep room back, unless the disk is too full to begin with. True when it was laid now."""
        if self.held:
            return False
        usage = shutil.disk_usage(self._folder)
        size = self._most or min(BALLAST_BYTES, usage.total // BALLAST_SHARE)
        if not size or level_of(1 - (usage.free - size) / usage.total) in ("shed", "ledger_only"):
            return False
        half = self._file.with_suffix(".part")
        try:
            with half.open("wb") as file:
                # Real blocks, not a promise of them: a sparse file would give nothing back.
                os.posix_fallocate(file.fileno(), 0, size)
                os.fsync(file.fileno())
            half.replace(self._file)
        except OSError:
            half.unlink(missing_ok=True)
            return False
        return True

    def drop(self) -> bool:
        """Give the room to whoever writes next. True when there was any, and the disk let it go."""
        try:
            self._file.unlink()
        except OSError:
            return False
        return True


def sync_folder(folder: Path) -> None:
    """Names that were given or taken in the folder reach the disk before this returns."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
