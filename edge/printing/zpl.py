"""Pages in ZPL, the language of Zebra label printers and of those that imitate them.

ASCII texts are set by the printer's own scalable font; anything else, and every code, is sent as a graphic
field (^GF), because whether a Chinese font is inside depends on the printer.
"""

from __future__ import annotations

from PIL import Image

from edge.printing.fonts import font
from edge.printing.raster import DPI, dots, draw_code, draw_text
from shared.printing.page import Code, Page, Rule, Text, set_text


def zpl_of(page: Page, copies: int = 1, dpi: int = DPI) -> bytes:
    """One label, `copies` times."""
    fields = [_field(item, dpi) for item in page.items]
    return "\n".join(
        [
            "^XA",
            f"^PW{dots(page.width, dpi)}",
            f"^LL{dots(page.height, dpi)}",
            "^LH0,0",
            *fields,
            f"^PQ{copies}",
            "^XZ",
            "",
        ]
    ).encode("ascii")


def _field(item: Text | Code | Rule, dpi: int) -> str:
    at = f"^FO{dots(item.x, dpi)},{dots(item.y, dpi)}"
    match item:
        case Rule():
            return f"{at}^GB{dots(item.width, dpi)},2,2^FS"
        case Code():
            drawn, (left, top) = draw_code(item, dpi)
            return f"^FO{dots(item.x, dpi) + left},{dots(item.y, dpi) + top}{graphic(drawn)}^FS"
        case Text() if item.text.isascii() and item.text.isprintable() and not item.bold:
            return at + _set_by_printer(item, dpi)
        case Text():
            return f"{at}{graphic(draw_text(item, dpi))}^FS"


def _set_by_printer(item: Text, dpi: int) -> str:
    """Font 0 with a field block, which aligns within the width of the box; the lines are broken here."""
    size, lines = set_text(item, lambda text, at: font(dots(at, dpi)).getlength(text) * 254 / dpi)
    align = {"left": "L", "centre": "C", "right": "R"}[item.align]
    data = "\\&".join(map(_escaped, lines))
    return (
        f"^A0N,{dots(size, dpi)}^FB{dots(item.width, dpi)},{len(lines)},0,{align}^FH_^FD{data}"
        + ("\\&" if item.align == "centre" else "")
        + "^FS"
    )


def _escaped(text: str) -> str:
    """Characters that are commands to the printer, as hexadecimal after "_"."""
    return "".join(f"_{ord(character):02X}" if character in "^~_\\" else character for character in text)


def graphic(image: Image.Image) -> str:
    """A bitmap as ^GFA: hexadecimal, one bit a dot, black is 1."""
    row_bytes = (image.width + 7) // 8
    padded = Image.new("1", (row_bytes * 8, image.height), 1)
    padded.paste(image, (0, 0))
    data = bytes(byte ^ 0xFF for byte in padded.tobytes())
    return f"^GFA,{len(data)},{len(data)},{row_bytes},{data.hex().upper()}"
