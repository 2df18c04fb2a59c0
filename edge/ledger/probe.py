"""Is this disk fit for a day-book? Asked once, when a box is set up, and on demand.

A promise to a phone rests on the disk doing what it says: a sync that returns in the time of a memory access has
reached no disk, and some file systems never keep the promise. No software can make up for that, so people are told
before they rely on the box; what a lying disk lost later is found and brought back (`edge.ledger.mend`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Literal

import msgspec

SYNCS = 48
HONEST_S = 0.000_02
"""The quickest drives with a battery take more than this for a sync of 4 KiB; memory takes a tenth of it."""
SLOW_S = 0.1

Worry = Literal[
    "sync_too_quick", "sync_too_slow", "file_system_in_memory", "file_system_remote", "no_barriers"
]

_IN_MEMORY = frozenset(("tmpfs", "ramfs"))
_REMOTE = frozenset(("nfs", "nfs4", "cifs", "smb3", "9p", "sshfs", "fuse.sshfs", "glusterfs"))
_NO_BARRIERS = frozenset(("nobarrier", "barrier=0"))


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder's disk is, how long its syncs take, and what there is to worry about."""

    file_system: str
    sync_median_s: float
    sync_most_s: float
    worries: tuple[Worry, ...]


def probe(
    folder: Path, *, elapsed: Callable[[], float] = time.perf_counter, mounts: Path = Path("/proc/mounts")
) -> Probe:
    """Write and sync a few blocks in the folder, and look what it is mounted on."""
    times = _sync_times(folder, elapsed)
    kind, options = _mounted(folder, mounts)
    middle = median(times)
    found: list[tuple[Worry, bool]] = [
        ("sync_too_quick", middle < HONEST_S),
        ("sync_too_slow", middle > SLOW_S),
        ("file_system_in_memory", kind in _IN_MEMORY),
        ("file_system_remote", kind in _REMOTE),
        ("no_barriers", bool(_NO_BARRIERS & options)),
    ]
    return Probe(
        file_system=kind,
        sync_median_s=middle,
        sync_most_s=max(times),
        worries=tuple(worry for worry, is_so in found if is_so),
    )


def _sync_times(folder: Path, elapsed: Callable[[], float]) -> list[float]:
    file = folder / "probe.part"
    times = []
    handle = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        for number in range(SYNCS):
            os.pwrite(handle, number.to_bytes(2, "big") * 2048, number * 4096)
            begun = elapsed()
            os.fsync(handle)
            times.append(elapsed() - begun)
    finally:
        os.close(handle)
        file.unlink()
    return times


def _mounted(folder: Path, mounts: Path) -> tuple[str, frozenset[str]]:
    """Kind and options of the file system the folder is on: the longest mount point above it."""
    place, best = folder.resolve(), ("", "", frozenset[str]())
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return "", frozenset()
    for line in lines:
        _, point, kind, options, *_ = line.split(" ")
        point = point.encode().decode("unicode_escape")
        if place.is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, kind, frozenset(options.split(",")))
    return best[1], best[2]
