"""Keyboard-wedge scanners: the text behind the key presses of a scanner that pretends to be a keyboard.

Such a scanner types very fast on a US layout and ends with Enter or Tab. It cannot type the GS1 separator, so
each make sends something else for it (Ctrl+], F8, Alt+029) or nothing at all, which the device's setting
`gs_as` records. Sans-IO: the caller brings key events (as Linux names them) and the clock for timeouts.
"""

from __future__ import annotations

from msgspec import Struct

from shared.barcodes.gs1 import SEPARATOR
from shared.barcodes.symbology import Reading, by_aim_id

LONGEST_LINE = 7089
SEPARATOR_DROPPED = ("drop", "nothing")
SUFFIX_KEYS = ("KEY_ENTER", "KEY_TAB", "KEY_KPENTER")

_PRESSED, _RELEASED = 1, 0
_PUNCTUATION = {
    "KEY_GRAVE": "`~",
    "KEY_MINUS": "-_",
    "KEY_EQUAL": "=+",
    "KEY_LEFTBRACE": "[{",
    "KEY_RIGHTBRACE": "]}",
    "KEY_BACKSLASH": "\\|",
    "KEY_SEMICOLON": ";:",
    "KEY_APOSTROPHE": "'\"",
    "KEY_COMMA": ",<",
    "KEY_DOT": ".>",
    "KEY_SLASH": "/?",
    "KEY_SPACE": "  ",
    "KEY_KPASTERISK": "**",
    "KEY_KPMINUS": "--",
    "KEY_KPPLUS": "++",
    "KEY_KPDOT": "..",
    "KEY_KPSLASH": "//",
    "KEY_KPEQUAL": "==",
    "KEY_102ND": "\\|",
}
_DIGITS = {f"KEY_{digit}": digit + shifted for digit, shifted in zip("1234567890", "!@#$%^&*()", strict=True)}
_KEYPAD = {f"KEY_KP{digit}": digit for digit in "0123456789"}
_LETTERS = {f"KEY_{letter.upper()}": letter for letter in "abcdefghijklmnopqrstuvwxyz"}
_SHIFT = {"KEY_LEFTSHIFT", "KEY_RIGHTSHIFT"}
_CTRL = {"KEY_LEFTCTRL", "KEY_RIGHTCTRL"}
_ALT = {"KEY_LEFTALT", "KEY_RIGHTALT"}
_HELD = _SHIFT | _CTRL | _ALT


class KeyedLine(Struct, frozen=True):
    """One scan as typed; `complete` is False when the suffix key never came."""

    text: str
    complete: bool
    warnings: tuple[str, ...] = ()


class KeyReader:
    """Collects the key events of one scanner into lines; key repeats are ignored, no scanner means them."""

    def __init__(
        self, *, suffix: str = "KEY_ENTER", gs_as: str = "ctrl+]", caps_lock_on: bool = False
    ) -> None:
        self._suffix = suffix
        self._gs_as = gs_as
        self._caps_lock_on = caps_lock_on
        self._held: set[str] = set()
        self._text: list[str] = []
        self._alt_digits = ""

    def feed(self, key: str, value: int) -> KeyedLine | None:
        """The finished line when this event is the suffix; `value` is 1 press, 0 release, 2 repeat."""
        if key in _HELD:
            self._hold(key, value)
            return None
        if value != _PRESSED:
            return None
        if key == "KEY_CAPSLOCK":
            self._caps_lock_on = not self._caps_lock_on
            return None
        if key == self._suffix:
            return self.finish(complete=True)
        if len(self._text) <= LONGEST_LINE:
            self._text.append(self._typed(key))
        return None

    def finish(self, *, complete: bool = False) -> KeyedLine:
        """The line so far, and ready for the next; called on a timeout when keys stopped without suffix."""
        text = "".join(self._text)
        self._text.clear()
        self._alt_digits = ""
        return KeyedLine(text=text, complete=complete, warnings=self._warnings(text))

    def _hold(self, key: str, value: int) -> None:
        if value == _PRESSED:
            self._held.add(key)
        elif value == _RELEASED:
            self._held.discard(key)
            if key in _ALT and self._alt_digits:
                self._text.append(_alt_code(self._alt_digits))
                self._alt_digits = ""

    def _typed(self, key: str) -> str:
        """What one key press adds to the line, "" for keys that print nothing."""
        if self._held & _ALT and key in _KEYPAD:
            self._alt_digits = (self._alt_digits + _KEYPAD[key])[:4]
            return ""
        if self._held & _CTRL:
            return SEPARATOR if key == "KEY_RIGHTBRACE" else ""
        if key == "KEY_F8" and self._gs_as == "f8":
            return SEPARATOR
        shifted = bool(self._held & _SHIFT)
        if key in _LETTERS:
            return _LETTERS[key].upper() if shifted != self._caps_lock_on else _LETTERS[key]
        if key in _KEYPAD:
            return _KEYPAD[key]
        pair = _DIGITS.get(key) or _PUNCTUATION.get(key, "")
        return pair[shifted : shifted + 1]

    def _warnings(self, text: str) -> tuple[str, ...]:
        symbology = by_aim_id(text[1:3]) if text.startswith("]") else None
        if self._gs_as in SEPARATOR_DROPPED and symbology and symbology.reading is Reading.GS1:
            return ("separator_lost",)
        return ()


def _alt_code(digits: str) -> str:
    """The character of an Alt code: 029 is the separator; codes beyond ASCII are nothing a scanner sends."""
    code = int(digits)
    return chr(code) if 0 < code < 128 else ""
