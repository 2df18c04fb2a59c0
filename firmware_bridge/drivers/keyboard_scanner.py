"""Scanner that pretends to be a keyboard: the kernel's key events, from a device we have taken for ourselves.

The port gives `struct input_event` records: seconds, microseconds, type, code, value. Their own times tell a gap
in the typing, so this decoder needs no clock: keys more than `timeout_ms` apart do not belong to one scan. What
they mean (shift, caps lock, what a make sends for the GS1 separator) is told by `shared.barcodes.hid_keys`. Only
a scanner set to the US keyboard can be read; that is how they leave the factory.
"""

from __future__ import annotations

import struct

from firmware_bridge.drivers.frames import DriverKind, Example, Frame, Options, Scan, Trouble, refuse_unknown
from firmware_bridge.drivers.scanning import scanned
from shared.barcodes.hid_keys import LONGEST_LINE, KeyReader

KNOWN = frozenset({"gs_as", "suffix", "timeout_ms"})
EVENT = struct.Struct("llHHi")
KEY_EVENT = 1
PRESSED = 1
TIMEOUT_MS = 50
_SUFFIXES = {"enter": "KEY_ENTER", "tab": "KEY_TAB", "kpenter": "KEY_KPENTER"}
_KEYS = {
    **{code: f"KEY_{name}" for code, name in enumerate("1234567890", start=2)},
    12: "KEY_MINUS",
    13: "KEY_EQUAL",
    15: "KEY_TAB",
    **{code: f"KEY_{name}" for code, name in enumerate("QWERTYUIOP", start=16)},
    26: "KEY_LEFTBRACE",
    27: "KEY_RIGHTBRACE",
    28: "KEY_ENTER",
    29: "KEY_LEFTCTRL",
    **{code: f"KEY_{name}" for code, name in enumerate("ASDFGHJKL", start=30)},
    39: "KEY_SEMICOLON",
    40: "KEY_APOSTROPHE",
    41: "KEY_GRAVE",
    42: "KEY_LEFTSHIFT",
    43: "KEY_BACKSLASH",
    **{code: f"KEY_{name}" for code, name in enumerate("ZXCVBNM", start=44)},
    51: "KEY_COMMA",
    52: "KEY_DOT",
    53: "KEY_SLASH",
    54: "KEY_RIGHTSHIFT",
    55: "KEY_KPASTERISK",
    56: "KEY_LEFTALT",
    57: "KEY_SPACE",
    58: "KEY_CAPSLOCK",
    66: "KEY_F8",
    **{code: f"KEY_KP{digit}" for code, digit in enumerate("789", start=71)},
    74: "KEY_KPMINUS",
    **{code: f"KEY_KP{digit}" for code, digit in enumerate("456", start=75)},
    78: "KEY_KPPLUS",
    **{code: f"KEY_KP{digit}" for code, digit in enumerate("1230", start=79)},
    83: "KEY_KPDOT",
    86: "KEY_102ND",
    96: "KEY_KPENTER",
    97: "KEY_RIGHTCTRL",
    98: "KEY_KPSLASH",
    100: "KEY_RIGHTALT",
    117: "KEY_KPEQUAL",
}
"""The codes of linux/input-event-codes.h that a scanner on a US keyboard can press."""


class KeyboardScanner:
    """Collects key presses up to the suffix key."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        suffix = options.get("suffix", "enter")
        if suffix not in _SUFFIXES:
            raise ValueError(f"suffix is enter, tab or kpenter, not {suffix}")
        timeout = options.get("timeout_ms", str(TIMEOUT_MS))
        if not timeout.isdecimal() or int(timeout) > 10_000:
            raise ValueError(f"timeout_ms is 0 to 10000, not {timeout}")
        self._timeout_us = int(timeout) * 1000
        # F8 and Ctrl+] print nothing otherwise, so both are understood whatever the setting says.
        self._gs_as = options.get("gs_as", "f8")
        self._reader = KeyReader(
            suffix=_SUFFIXES[suffix], gs_as="f8" if self._gs_as == "ctrl+]" else self._gs_as
        )
        self._pressed_us = 0
        self._keys = 0
        self._held = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The scans completed by these events."""
        told = self._held + data
        whole = len(told) - len(told) % EVENT.size
        self._held = told[whole:]
        frames: list[Frame] = []
        for seconds, micros, kind, code, value in EVENT.iter_unpack(told[:whole]):
            if kind == KEY_EVENT and code in _KEYS:
                frames += self._key(_KEYS[code], value, seconds * 1_000_000 + micros)
        return frames

    def _key(self, key: str, value: int, at_us: int) -> list[Frame]:
        """One key going down or up."""
        frames: list[Frame] = []
        if value == PRESSED:
            if self._keys and self._timeout_us and abs(at_us - self._pressed_us) > self._timeout_us:
                frames += self._interrupted()
            self._pressed_us = at_us
            self._keys += 1
        line = self._reader.feed(key, value)
        if line is None:
            return frames
        self._keys = 0
        if len(line.text) > LONGEST_LINE:
            return [*frames, Trouble(error="frame_too_long", raw=line.text[:LONGEST_LINE].encode())]
        return (
            [*frames, *scanned(line.text, line.text.encode(), self._gs_as)] if line.text.strip() else frames
        )

    def _interrupted(self) -> list[Frame]:
        """What was typed before the gap: no scan, since its end never came."""
        self._keys = 0
        left = self._reader.finish().text
        return [Trouble(error="scan_interrupted", raw=left.encode())] if left else []


def _typed(text: str, began_ms: int = 0, step_ms: int = 2) -> bytes:
    """The events of a scanner that types this, for the examples; `\\n` is Enter, `\\x1d` is Ctrl+]."""
    codes = {name: code for code, name in _KEYS.items()}
    shifted = {"]": None, "{": "KEY_LEFTBRACE", "}": "KEY_RIGHTBRACE", "(": "KEY_9", ")": "KEY_0"}
    events: list[tuple[int, int]] = []
    for mark in text:
        if mark == "\n":
            keys = ["KEY_ENTER"]
        elif mark == "\x1d":
            keys = ["KEY_LEFTCTRL", "KEY_RIGHTBRACE"]
        elif mark == "]":
            keys = ["KEY_RIGHTBRACE"]
        elif mark == "-":
            keys = ["KEY_MINUS"]
        elif (key := shifted.get(mark)) is not None:
            keys = ["KEY_LEFTSHIFT", key]
        elif mark.isupper():
            keys = ["KEY_LEFTSHIFT", f"KEY_{mark}"]
        else:
            keys = [f"KEY_{mark.upper()}"]
        events += [(codes[key], 1) for key in keys] + [(codes[key], 0) for key in reversed(keys)]
    return b"".join(
        EVENT.pack(*divmod((began_ms + at * step_ms) * 1000, 1_000_000), KEY_EVENT, code, value)
        for at, (code, value) in enumerate(events)
    )


typed = _typed
"""For tests and for the simulator: what a scanner's cable would carry."""

DRIVER = DriverKind(
    name="keyboard_scanner",
    measures="scan",
    make=KeyboardScanner,
    options=KNOWN,
    record_bytes=EVENT.size,
    buffer_bytes_max=EVENT.size,
    examples=(
        Example(
            stream=_typed("]E06924454228749\n") + _typed("]C110AB\x1d3103001250\n", 1000),
            frames=(
                Scan(text="6924454228749", symbology="]E0", raw=b"]E06924454228749"),
                Scan(text="10AB\x1d3103001250", symbology="]C1", raw=b"]C110AB\x1d3103001250"),
            ),
        ),
        Example(
            stream=_typed("A-1") + _typed("b2\n", 500),
            frames=(
                Trouble(error="scan_interrupted", raw=b"A-1"),
                Scan(text="b2", symbology=None, raw=b"b2"),
            ),
        ),
    ),
)
