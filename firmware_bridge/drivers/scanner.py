"""Scanner on a serial port or USB-CDC: text closed by CR, LF or CRLF, with GS (0x1D) kept.

This is the preferred connection: unlike a keyboard wedge the bytes arrive as printed in the code, whatever
window has the focus and whatever language the keyboard is set to. With the AIM id prefix switched on
("]C10109501101530003…") the reader of the text need not guess what kind of code it was; without it the text
is passed on as it is.

A scan is never guessed at: bytes that are no text, or a line longer than any code can be, become a Trouble
that the shop sees, not a scan. What stood before a CR cannot be told from a scan, so a port opened in the
middle of one delivers its tail; the catalogue's check digits refuse that.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Options,
    Scan,
    Trouble,
    refuse_unknown,
)
from firmware_bridge.drivers.scanning import scanned

LONGEST = 4096
"""Bytes of one scan; the largest QR code carries 2953."""
KNOWN = frozenset({"encoding", "gs_as"})
# Codes of the "[)>" RS 06 GS … RS EOT format contain these; other control characters come from a broken line.
_IN_CODES = frozenset("\x04\x1c\x1d\x1e\x1f")
_ENDS = re.compile(rb"[\r\n]")
_OPENERS = "\x02"


class Scanner:
    """Collects one line at a time; `gs_as` is the text a scanner sends for GS when it cannot send 0x1D."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        self._encoding = options.get("encoding", "utf-8")
        if self._encoding not in ("utf-8", "gb18030", "latin-1"):
            raise ValueError(f"unknown encoding {self._encoding}")
        self._gs_as = options.get("gs_as", "")
        self._line = bytearray()
        self._too_long = False

    def feed(self, data: bytes) -> list[Frame]:
        """The scans completed by these bytes."""
        frames: list[Frame] = []
        *lines, rest = _ENDS.split(data)
        for line in lines:
            self._add(line)
            frames += self._finish()
        self._add(rest)
        return frames

    def _add(self, part: bytes) -> None:
        """More of the line, up to what any code can hold."""
        room = LONGEST - len(self._line)
        self._line += part[:room]
        self._too_long = self._too_long or len(part) > room

    def _finish(self) -> list[Frame]:
        """The line so far as a frame; the LF of a CRLF and blank lines are none."""
        raw, too_long = bytes(self._line), self._too_long
        self._line.clear()
        self._too_long = False
        if too_long:
            return [Trouble(error="frame_too_long", raw=raw)]
        return self._read(raw) if raw.strip() else []

    def _read(self, raw: bytes) -> list[Frame]:
        """One line as a scan, or as the trouble it is."""
        try:
            text = raw.decode(self._encoding).lstrip(_OPENERS)
        except UnicodeDecodeError:
            return [Trouble(error="not_text", raw=raw)]
        if any(mark < " " and mark not in _IN_CODES for mark in text) or "\x7f" in text:
            return [Trouble(error="not_text", raw=raw)]
        return scanned(text, raw, self._gs_as)


def _scan(text: str, symbology: str | None = None) -> Scan:
    """The frame of a line of ASCII, for the examples."""
    return Scan(text=text, symbology=symbology, raw=((symbology or "") + text).encode())


DRIVER = DriverKind(
    name="scanner",
    measures="scan",
    make=Scanner,
    options=KNOWN,
    buffer_bytes_max=LONGEST,
    examples=(
        Example(stream=b"6924454228749\r", frames=(_scan("6924454228749"),)),
        Example(
            stream=b"]E06924454228749\r\n]C10109501101530003\x1d10AB\r\n",
            frames=(_scan("6924454228749", "]E0"), _scan("0109501101530003\x1d10AB", "]C1")),
        ),
        Example(stream=b"\r\n\nA-1\n", frames=(_scan("A-1"),)),
        Example(
            stream=b"\xff\xfe\x00\rA-1\r",
            frames=(Trouble(error="not_text", raw=b"\xff\xfe\x00"), _scan("A-1")),
        ),
        Example(
            stream=b"9" * (LONGEST + 1) + b"\rA-1\r",
            frames=(Trouble(error="frame_too_long", raw=b"9" * LONGEST), _scan("A-1")),
        ),
    ),
)
