"""One-time codes of 128 bits, written so that a person can type them: XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX."""

from __future__ import annotations

import base64
import hashlib

CODE_BYTES = 16


def code_text(chance: bytes) -> str:
    """The code people see; base32 has no 0, 1 or 8 to be mistaken for a letter."""
    assert len(chance) == CODE_BYTES
    letters = base64.b32encode(chance).decode().rstrip("=")
    groups = [letters[start : start + 5] for start in range(0, 20, 5)] + [letters[20:]]
    return "-".join(groups)


def code_hash(typed: str) -> bytes:
    """What is kept of a code; case and hyphens do not matter."""
    letters = "".join(character for character in typed.upper() if character.isalnum())
    return hashlib.sha256(b"liushui/code\x00" + letters.encode()).digest()
