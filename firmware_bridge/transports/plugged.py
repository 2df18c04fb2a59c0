"""What is plugged in: the addresses under which a person may look for a scale or a scanner."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

HIDRAW_CLASS = "sys/class/hidraw"
_USB_ID = re.compile(r"^HID_ID=[0-9A-F]+:0000([0-9A-F]{4}):0000([0-9A-F]{4})$", re.MULTILINE)
_NAME = re.compile(r"^HID_NAME=(.*)$", re.MULTILINE)


class Plugged(msgspec.Struct, frozen=True):
    """One address, as a configuration writes it, and what the device calls itself."""

    address: str
    name: str


def plugged(folders: Iterable[str] = (), root: Path = Path("/")) -> list[Plugged]:
    """Serial ports by their lasting names where they have one, those in `folders`, then USB scales, then keyboards."""
    return [*_serial(root), *_in_folders(folders), *_hidraw(root), *_keyboards(root)]


def _shown(root: Path, path: Path) -> str:
    """The path as it is seen from the root."""
    return "/" + str(path.relative_to(root))


def _serial(root: Path) -> Iterator[Plugged]:
    """By id; a port without an id by its number."""
    named = set()
    for link in sorted((root / "dev/serial/by-id").glob("*")):
        named.add(link.resolve().name)
        yield Plugged(_shown(root, link), link.name)
    for pattern in ("ttyUSB*", "ttyACM*"):
        for node in sorted((root / "dev").glob(pattern)):
            if node.name not in named:
                yield Plugged(_shown(root, node), node.name)


def _in_folders(folders: Iterable[str]) -> Iterator[Plugged]:
    """What an installer has given a name of its own; only what a line can be opened at."""
    for folder in folders:
        for link in sorted(Path(folder).glob("*")):
            try:
                is_a_line = stat.S_ISCHR(link.stat().st_mode)
            except OSError:
                continue
            if is_a_line:
                yield Plugged(str(link), link.name)


def _hidraw(root: Path) -> Iterator[Plugged]:
    """By vendor and product; the kernel's name says what it is."""
    for node in sorted((root / HIDRAW_CLASS).glob("hidraw*")):
        try:
            told = (node / "device" / "uevent").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        usb, name = _USB_ID.search(told), _NAME.search(told)
        if usb is not None:
            yield Plugged(f"hidraw:{usb[1].lower()}:{usb[2].lower()}", name[1] if name else node.name)


def _keyboards(root: Path) -> Iterator[Plugged]:
    """Keyboards by id: one of them may be a scanner."""
    for link in sorted((root / "dev/input/by-id").glob("*-event-kbd")):
        yield Plugged(f"evdev:{_shown(root, link)}", link.name)
