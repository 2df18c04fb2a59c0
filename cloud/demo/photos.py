"""Photographs for the demo's inspections: crates, a thermometer, a stamp, drawn the same way every time."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from cloud.demo.chance import pick

_SIZE = (640, 480)
_GOODS = {
    "dairy": (235, 240, 246),
    "meat": (196, 84, 78),
    "produce": (104, 158, 72),
}


def photograph(title: str, stamp: str, supplier: str, celsius: str, *, damaged: bool) -> bytes:
    """A JPEG of a delivery: its crates, the probe's reading and, if so, the damage that failed it."""
    image = Image.new("RGB", _SIZE, (92, 96, 102))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 330, 640, 480), fill=(128, 120, 108))
    colour = _GOODS.get(supplier, (180, 160, 90))
    for row in range(2):
        for column in range(4):
            left, top = 30 + column * 150 + row * 12, 120 + row * 120
            _crate(draw, left, top, colour, f"{title}{stamp}{row}{column}")
    if damaged:
        draw.polygon([(200, 160), (310, 140), (330, 230), (240, 262), (188, 220)], fill=(52, 40, 36))
        draw.line([(205, 165), (320, 250)], fill=(20, 16, 14), width=6)
        draw.ellipse((180, 330, 420, 380), fill=(88, 60, 40))
    draw.rounded_rectangle((440, 20, 620, 96), 12, fill=(24, 28, 24))
    reading = (255, 96, 80) if damaged else (120, 240, 140)
    draw.text((456, 32), f"{celsius} C", fill=reading, font_size=46)
    draw.rectangle((0, 440, 640, 480), fill=(16, 18, 20))
    draw.text((12, 446), f"{stamp}  {title}"[:52], fill=(235, 235, 235), font_size=22)
    out = BytesIO()
    image.save(out, "JPEG", quality=72)
    return out.getvalue()


def _crate(draw: ImageDraw.ImageDraw, left: int, top: int, colour: tuple[int, int, int], about: str) -> None:
    draw.rectangle((left, top, left + 130, top + 100), fill=(60, 92, 150), outline=(30, 48, 84), width=4)
    for place in range(12):
        x = left + 10 + place % 4 * 30 + pick(6, about, place, "x")
        y = top + 10 + place // 4 * 28 + pick(6, about, place, "y")
        shade = pick(40, about, place) - 20
        red, green, blue = (max(0, min(255, part + shade)) for part in colour)
        draw.ellipse((x, y, x + 24, y + 22), fill=(red, green, blue), outline=(50, 50, 50))
