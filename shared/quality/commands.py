"""What inspectors and managers ask for."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command
from shared.quality.events import ReleaseTo
from shared.stock.commands import OptionalCode
from shared.stock.weighing import Weighed
from shared.units import DecimalText

PhotoId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]


class AnswerGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    question: Name
    passed: bool | None = None
    value: Note = ""
    note: Note = ""


class InspectLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`weighed`: one of the three parts lay on a scale; `typed`: a person wrote a weight by hand."""

    sku: Code
    lot: OptionalCode
    accepted: DecimalText
    held: DecimalText = "0"
    rejected: DecimalText = "0"
    weighed: Weighed | None = None
    typed: bool = False


class Inspect(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "quality.inspect"
    permission: ClassVar[str] = "quality.inspect"
    receipt: OptionalCode = ""
    lines: Annotated[tuple[InspectLine, ...], Meta(min_length=1, max_length=500)]
    answers: Annotated[tuple[AnswerGiven, ...], Meta(max_length=100)] = ()
    photos: Annotated[tuple[PhotoId, ...], Meta(max_length=50)] = ()
    note: Note = ""


class HoldLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`qty` left out: all that can be sold of the lot."""

    sku: Code
    lot: OptionalCode
    qty: DecimalText | None = None


class Hold(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "quality.hold"
    permission: ClassVar[str] = "quality.hold"
    lines: Annotated[tuple[HoldLine, ...], Meta(min_length=1, max_length=500)]
    reason: Name


class ReleaseLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sku: Code
    lot: OptionalCode
    qty: DecimalText
    to: ReleaseTo


class Release(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "quality.release"
    permission: ClassVar[str] = "quality.release"
    lines: Annotated[tuple[ReleaseLine, ...], Meta(min_length=1, max_length=500)]
    reason: Name
    photos: Annotated[tuple[PhotoId, ...], Meta(max_length=20)] = ()
    """What the goods looked like when it was decided."""
