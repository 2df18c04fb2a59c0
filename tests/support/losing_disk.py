"""A disk in memory that loses power: whatever was not synced survives sector by sector, or does not.

    disk = LosingDisk({"ledger.db": data}, random.Random(seed), dies_at=40)
    writer = Writer(path, connect=disk.connect)      # the real writer, over SQLite on this disk
    ...
    disk.after_power_loss()                          # {"ledger.db": …, "ledger.db-wal": …} as found next morning

A sector (512 bytes) is written whole or not at all; of unsynced sectors each is kept or lost by itself, so writes
are torn and reordered. A file that was made and never synced may be gone. `lies` is the share of syncs that only
pretend.
The engine is apsw's SQLite, because only it lets a file system be written in Python; its errors come out as our own.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import apsw

from edge.ledger import dbapi

SECTOR = 512
_names = itertools.count()


class _Stored:
    """One file: what is surely on the platter, and what only the cache knows."""

    def __init__(self, data: bytes = b"", *, on_disk: bool) -> None:
        self.now = bytearray(data)
        self.durable = bytes(data)
        self.changed: set[int] = set()
        self.on_disk = on_disk

    def write(self, data: bytes, offset: int) -> None:
        if offset > len(self.now):
            self.now.extend(bytes(offset - len(self.now)))
        self.now[offset : offset + len(data)] = data
        self.changed.update(range(offset // SECTOR, (offset + len(data) - 1) // SECTOR + 1))

    def sync(self) -> None:
        self.durable = bytes(self.now)
        self.changed.clear()
        self.on_disk = True

    def survives(self, chance: random.Random, keep: float) -> bytes | None:
        """What is found after the power came back."""
        if not self.on_disk and chance.random() < 0.5:
            return None
        found = bytearray(self.durable)
        if len(self.now) < len(found) and chance.random() < 0.5:
            del found[len(self.now) :]
        for sector in sorted(self.changed):
            if chance.random() < keep:
                part = self.now[sector * SECTOR : (sector + 1) * SECTOR]
                if sector * SECTOR > len(found):
                    found.extend(bytes(sector * SECTOR - len(found)))
                found[sector * SECTOR : sector * SECTOR + len(part)] = part
        return bytes(found)


class LosingDisk:
    """`dies_at`: at this write, sync, cut or deletion, counted from `arm`, the power goes."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        chance: random.Random,
        *,
        dies_at: int,
        lies: float = 0.0,
        synchronous: str = "FULL",
        autocheckpoint: int = 4000,
    ) -> None:
        self.files = {name: _Stored(data, on_disk=True) for name, data in files.items()}
        self.dead = False
        self.lied = 0
        self.done = 0
        self._armed = False
        self._chance = chance
        self._dies_at = dies_at
        self._lies = lies
        self._settings = (f"synchronous={synchronous}", f"wal_autocheckpoint={autocheckpoint}")
        self._system = _FileSystem(f"losing-{next(_names)}", self)

    def arm(self) -> None:
        """From here on I/O counts towards the end."""
        self._armed = True

    def connect(self, path: Path) -> dbapi.Connection:
        """The writing connection as `dbapi.open_writer` makes it, on this disk."""
        with _as_ours():
            opened = apsw.Connection(path.name, vfs=self._system.name)
        connection: Any = LosingConnection(opened)
        # Without shared memory, which a file system in Python cannot have, one connection keeps the lock.
        for pragma in ("locking_mode=EXCLUSIVE", *dbapi.SAFE):
            connection.execute(f"PRAGMA {pragma}")
        dbapi.make_writer(connection)
        for pragma in self._settings:
            connection.execute(f"PRAGMA {pragma}")
        ours: dbapi.Connection = connection
        return ours

    def touch(self) -> None:
        """One I/O that changes something; the last one of all fails half way, and so does everything after it."""
        if self._armed:
            self.done += 1
            self.dead = self.dead or self.done >= self._dies_at
        self.need_power()

    def need_power(self) -> None:
        if self.dead:
            raise apsw.IOError("no power")

    def sync(self, stored: _Stored) -> None:
        self.touch()
        if self._lies and self._chance.random() < self._lies:
            self.lied += 1
            return
        stored.sync()

    def after_power_loss(self) -> dict[str, bytes]:
        """What each file holds when the machine is switched on again."""
        keep = self._chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        found = {name: stored.survives(self._chance, keep) for name, stored in self.files.items()}
        return {name: data for name, data in found.items() if data is not None}


class _FileSystem(apsw.VFS):
    def __init__(self, name: str, disk: LosingDisk) -> None:
        self.name = name
        self._disk = disk
        super().__init__(name, base="")

    def xOpen(self, name: Any, flags: list[int]) -> _Open:  # noqa: N802 SQLite's names
        self._disk.need_power()
        told = "" if name is None else name if isinstance(name, str) else name.filename()
        stored = self._disk.files.get(told)
        if stored is None:
            if not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError(told)
            stored = _Stored(on_disk=False)
            if told:
                self._disk.files[told] = stored
        return _Open(self._disk, stored)

    def xDelete(self, name: str, syncdir: bool) -> None:  # noqa: N802
        self._disk.touch()
        self._disk.files.pop(name, None)

    def xAccess(self, name: str, flags: int) -> bool:  # noqa: N802
        self._disk.need_power()
        return name in self._disk.files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class _Open:
    """An open file; one connection at a time, so that locks are a formality."""

    def __init__(self, disk: LosingDisk, stored: _Stored) -> None:
        self._disk = disk
        self._stored = stored

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._disk.need_power()
        return bytes(self._stored.now[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        try:
            self._disk.touch()
        finally:
            # Of the write at which the power went, some sectors may have arrived.
            self._stored.write(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.touch()
        del self._stored.now[size:]

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.sync(self._stored)

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._stored.now)

    def xLock(self, level: int) -> None:  # noqa: N802
        return

    def xUnlock(self, level: int) -> None:  # noqa: N802
        return

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return int(apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE)

    def xClose(self) -> None:  # noqa: N802
        return


class _as_ours:  # noqa: N801 reads as a word at its use
    """The engine's errors as the product knows them."""

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, apsw.Error):
            raise dbapi.Error(str(error) or type(error).__name__) from error


class LosingConnection:
    """`dbapi.Connection` over apsw."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    @property
    def in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    def execute(self, sql: str, cells: dbapi.Cells = (), /) -> _Cursor:
        with _as_ours():
            cursor = self._connection.cursor()
            cursor.execute(sql, tuple(cells))
        return _Cursor(cursor, self._connection)

    def executemany(self, sql: str, rows: Iterable[dbapi.Cells], /) -> _Cursor:
        with _as_ours():
            cursor = self._connection.cursor()
            cursor.executemany(sql, [tuple(row) for row in rows])
        return _Cursor(cursor, self._connection)

    def close(self) -> None:
        with contextlib.suppress(apsw.Error):
            # Without power there is nothing left to tidy up.
            self._connection.close(force=True)


class _Cursor:
    def __init__(self, cursor: apsw.Cursor, connection: apsw.Connection) -> None:
        self._cursor = cursor
        self.rowcount = connection.changes()

    def fetchone(self) -> Any:
        with _as_ours():
            return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        with _as_ours():
            return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        with _as_ours():
            yield from self._cursor


def put(files: Mapping[str, bytes], folder: Path) -> None:
    """Lay the files into a folder, in place of what lay there."""
    for old in folder.iterdir():
        old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def take(folder: Path) -> dict[str, bytes]:
    """The files of a folder's day-book, without the index that every opening makes anew."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def memory_folder() -> str | None:
    """Where temporary files cost no disk, on machines that have such a place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
