"""A page: texts, codes and rules at places on paper, in tenths of a millimetre.

Whole tenths, because a label printer's dot is 0.125 mm and nobody aligns by eye more finely than 0.1 mm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

CodeKind = Literal["ean_13", "ean_8", "code_128", "gs1_128", "gs1_data_matrix", "qr_code"]
Align = Literal["left", "centre", "right"]


class Text(Struct, frozen=True, kw_only=True):
    """A text in a box `width` wide, `size` high a line; too long a text is set smaller, then cut with "…"."""

    x: int
    y: int
    width: int
    size: int
    text: str
    lines: int = 1
    bold: bool = False
    align: Align = "left"


class Code(Struct, frozen=True, kw_only=True):
    """A barcode within a box, its quiet zones inside; `content` of GS1 codes has its AIs in brackets."""

    x: int
    y: int
    width: int
    height: int
    kind: CodeKind
    content: str


class Rule(Struct, frozen=True, kw_only=True):
    """A thin line across."""

    x: int
    y: int
    width: int


Item = Text | Code | Rule


class Page(Struct, frozen=True, kw_only=True):
    """One label, or one receipt of whatever length it came to."""

    width: int
    height: int
    items: tuple[Item, ...]
    title: str = ""


LINEAR: frozenset[CodeKind] = frozenset(("ean_13", "ean_8", "code_128", "gs1_128"))
_SMALLEST = 0.7


def set_text(item: Text, measure: Callable[[str, int], float]) -> tuple[int, tuple[str, ...]]:
    """The size and the lines of a text in its box; `measure` tells the width of a text at a size.

    A long name keeps its size while it fits into the allowed lines, then shrinks to 70 %, then is cut.
    """
    for size in (item.size, round(item.size * 0.85), round(item.size * _SMALLEST)):
        lines = broken_into_lines(item.text, item.width, size, measure)
        if len(lines) <= item.lines:
            return size, lines
    kept = [*lines[: item.lines - 1], "".join(lines[item.lines - 1 :])]
    last = kept[-1]
    while last and measure(last + "…", size) > item.width:
        last = last[:-1]
    return size, (*kept[:-1], last + "…")


def broken_into_lines(
    text: str, width: int, size: int, measure: Callable[[str, int], float]
) -> tuple[str, ...]:
    """Lines as wide as fits: broken at a blank where there is one, else between any two characters."""
    lines: list[str] = []
    rest = text.strip()
    while rest:
        end = len(rest)
        while end > 1 and measure(rest[:end], size) > width:
            end -= 1
        blank = rest.rfind(" ", 0, end + 1)
        if end < len(rest) and blank > 0:
            end = blank
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(lines) or ("",)
