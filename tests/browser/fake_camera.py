"""A film for Chromium's fake camera: a pack with an EAN-13 code, moving a little as in a hand.

Chromium plays any file of joined JPEG pictures, so the app's whole way is used: getUserMedia, frames, worker,
decoder. The bars are drawn here by the symbology's own table, to depend on no other encoder.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw

_ODD = (
    "0001101", "0011001", "0010011", "0111101", "0100011",
    "0110001", "0101111", "0111011", "0110111", "0001011",
)  # fmt: skip
_FIRST = (
    "OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE",
    "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO",
)  # fmt: skip


def _right(digit: int) -> str:
    return _ODD[digit].translate(str.maketrans("01", "10"))


def modules(code: str) -> str:
    """The 95 modules of an EAN-13, 1 for a bar."""
    digits = [int(one) for one in code]
    left = "".join(
        _ODD[digit] if parity == "O" else _right(digit)[::-1]
        for parity, digit in zip(_FIRST[digits[0]], digits[1:7], strict=True)
    )
    return f"101{left}01010{''.join(_right(digit) for digit in digits[7:])}101"


def symbol(code: str, module_px: int = 4, height_px: int = 220) -> Image.Image:
    """The code as a picture with its quiet zones and its number below."""
    quiet = 11
    image = Image.new("RGB", ((95 + 2 * quiet) * module_px, height_px + 50), "white")
    pen = ImageDraw.Draw(image)
    for place, bar in enumerate(modules(code)):
        if bar == "1":
            left = (quiet + place) * module_px
            pen.rectangle((left, 10, left + module_px - 1, height_px), fill="black")
    pen.text((quiet * module_px, height_px + 6), code, fill="black", font_size=34)
    return image


def film(path: Path, code: str, frames: int = 24) -> Path:
    """Write the film of a pack with this code and return its path."""
    bars = symbol(code)
    with path.open("wb") as target:
        for frame in range(frames):
            picture = Image.new("RGB", (1280, 720), (146, 138, 126))
            ImageDraw.Draw(picture).rounded_rectangle((260, 80, 1020, 650), 28, fill=(232, 228, 218))
            picture.paste(bars, (400 + frame % 5, 210 + frame % 3))
            jpeg = io.BytesIO()
            picture.save(jpeg, "JPEG", quality=85)
            target.write(jpeg.getvalue())
    return path
