"""Every night: a whole, checked copy of the day-book and of the telemetry, beside the originals.

A copy is written under another name, read back, brought to the disk and only then given its own name, so
whatever is called a backup is one. Seven nights are kept. It protects from a damaged file and from a mistake,
not from a lost box: that is what head office is for.
"""

from __future__ import annotations

import os
from pathlib import Path

from edge.jobs.job import Context, Daily, Job
from edge.ledger import dbapi
from edge.ledger.disk import disk_of, sync_folder

FOLDER = "backups"
KEPT = 7
FILES = ("ledger", "telemetry")


def run(context: Context) -> str:
    target = context.folder / FOLDER
    target.mkdir(mode=0o700, exist_ok=True)
    today = context.today()
    sizes = []
    if not _has_room(context.folder, target):
        return "no room on the disk"
    for name in FILES:
        try:
            sizes.append(copy(context.folder / f"{name}.db", target / f"{name}-{today}.db"))
        except dbapi.Error as error:
            if name == "ledger" and dbapi.trouble_of(error) == "corrupt":
                context.report_damage(str(error))
            raise
        for old in sorted(target.glob(f"{name}-*.db"))[:-KEPT]:
            old.unlink()
    return f"{sum(sizes) // 1024} KiB"


def _has_room(folder: Path, target: Path) -> bool:
    """Whether two nights of copies still fit; old copies make way for it, down to the newest."""
    parts = [
        part for name in FILES for part in (folder / f"{name}.db", folder / f"{name}.db-wal") if part.exists()
    ]
    size = sum(part.stat().st_size for part in parts)
    copies = sorted(target.glob("*-*.db"), key=lambda copy: copy.name.partition("-")[2])
    while disk_of(folder)[0] < 2 * size and len(copies) > len(FILES):
        copies.pop(0).unlink()
    return disk_of(folder)[0] >= 2 * size


def copy(source: Path, target: Path) -> int:
    """The file's size. Raises when the copy does not read back whole; then there is no copy."""
    half = target.with_suffix(".part")
    half.unlink(missing_ok=True)
    reader = dbapi.open_reader(source)
    try:
        # It reads the source and writes elsewhere, which to the engine is writing.
        reader.execute("PRAGMA query_only=OFF")
        reader.execute("VACUUM INTO ?", (str(half),))
        _check(half)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(target)
    finally:
        reader.close()
        half.unlink(missing_ok=True)
    sync_folder(target.parent)
    return target.stat().st_size


def _check(path: Path) -> None:
    copied = dbapi.open_reader(path)
    try:
        (verdict,) = copied.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        copied.close()
    if verdict != "ok":
        raise OSError(f"the copy {path.name} does not read back: {verdict}")


JOB = Job(name="backup", due=Daily(3, 30), missed="once", run=run, heavy=True)
