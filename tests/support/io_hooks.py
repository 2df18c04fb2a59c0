"""Stands between the product's SQLite engine and the operating system, inside the process that is to be tested.

    meddle(lambda call, path: errno.EIO if call == "fsync" else 0)

The engine's wheel calls the C library through addresses that the loader wrote into it. Those of the calls that change
a file are replaced by functions of ours, which ask `decide` first: 0 lets the call through, another number is the
error it fails with, `HALF` writes half and then kills the process. No compiler and no debugger is needed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from collections.abc import Callable
from pathlib import Path

from sqlcipher3 import _sqlite3 as engine

Decide = Callable[[str, str], int]
"""(call, path of the file) -> 0, an errno, or HALF."""
HALF = -1

_LIBC = ctypes.CDLL(None, use_errno=True)
_SIZE, _OFFSET, _FD, _POINTER = ctypes.c_ssize_t, ctypes.c_int64, ctypes.c_int, ctypes.c_void_p
_SIGNATURES = {
    "pwrite64": ctypes.CFUNCTYPE(_SIZE, _FD, _POINTER, ctypes.c_size_t, _OFFSET, use_errno=True),
    "fsync": ctypes.CFUNCTYPE(ctypes.c_int, _FD, use_errno=True),
    "fdatasync": ctypes.CFUNCTYPE(ctypes.c_int, _FD, use_errno=True),
    "ftruncate64": ctypes.CFUNCTYPE(ctypes.c_int, _FD, _OFFSET, use_errno=True),
}
_kept: list[object] = []
"""The engine holds bare addresses, so somebody must hold the functions."""


def meddle(decide: Decide) -> None:
    """From now on ask `decide` before the engine changes a file."""
    found = 0
    for name, slot in _slots(Path(engine.__file__)):
        if name in _SIGNATURES:
            ours = _SIGNATURES[name](_asking(name, decide))
            _kept.append(ours)
            _write_address(slot, ctypes.cast(ours, _POINTER).value or 0)
            found += 1
    assert found >= 3, "the engine calls the system in another way than this file knows"


def end_process() -> None:
    """As a power cut would, as far as this process is concerned."""
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def _asking(name: str, decide: Decide) -> Callable[..., int]:
    real = _SIGNATURES[name]((name, _LIBC))

    def call(fd: int, *rest: int) -> int:
        verdict = decide(name, os.readlink(f"/proc/self/fd/{fd}"))
        if verdict == HALF:
            if name == "pwrite64":
                buffer, size, offset = rest
                real(fd, buffer, size // 2, offset)
            end_process()
        if verdict:
            ctypes.set_errno(verdict)
            return -1
        result = real(fd, *rest)
        return int(result)

    return call


def _slots(library: Path) -> list[tuple[str, int]]:
    """(name, address) of every place in the loaded library that holds the address of a foreign function."""
    data, base = library.read_bytes(), _base_of(library)
    assert data[:5] == b"\x7fELF\x02", "a 64-bit ELF library"
    at, size, count = (
        struct.unpack_from("<Q", data, 0x28)[0],
        *struct.unpack_from("<HH", data, 0x3A),
    )
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, at + index * size) for index in range(count)]
    slots = []
    for section in sections:
        if section[1] != 4:  # SHT_RELA
            continue
        symbols = sections[section[6]]
        names = sections[symbols[6]]
        for entry in range(section[4], section[4] + section[5], 24):
            address, about, _ = struct.unpack_from("<QQq", data, entry)
            name_at = names[4] + struct.unpack_from("<I", data, symbols[4] + (about >> 32) * 24)[0]
            name = data[name_at : data.index(b"\0", name_at)].decode()
            slots.append((name, base + address))
    return slots


def _base_of(library: Path) -> int:
    for line in Path("/proc/self/maps").read_text().splitlines():
        area, _, offset, _, _, *path = line.split(None, 5)
        if path == [str(library)] and int(offset, 16) == 0:
            return int(area.partition("-")[0], 16)
    raise AssertionError(f"{library} is not loaded")


def _write_address(slot: int, address: int) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    readable_writable = 3
    # Some slots lie where the loader has withdrawn the right to write.
    assert _LIBC.mprotect(ctypes.c_void_p(slot - slot % page), ctypes.c_size_t(page), readable_writable) == 0
    ctypes.c_uint64.from_address(slot).value = address
