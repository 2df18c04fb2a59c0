"""What buyers and the nightly program ask."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.access.labels import SUPPLIER_PRICE
from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command
from shared.replenishment.envelope import Stage
from shared.replenishment.events import Reason
from shared.units import DecimalText

Revision = Annotated[int, Meta(ge=1)]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000)]


class ReplenishmentCommand(Command, frozen=True, kw_only=True):
    """Orders to suppliers have one owner, so these are decided at head office."""

    decided_at: ClassVar[str] = "cloud"
    permission: ClassVar[str] = "purchasing.order"


class LineToSuggest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`terms` is the JSON of the whole sum, as it will be shown."""

    sku: Code
    qty: DecimalText
    unit_cost: Annotated[DecimalText | None, Meta(extra={"label": SUPPLIER_PRICE})] = None
    terms: Annotated[str, Meta(max_length=20_000, extra={"label": SUPPLIER_PRICE})] = ""


class MakeSuggestion(ReplenishmentCommand, frozen=True, kw_only=True):
    """One supplier's order for one store, named by the command's id."""

    kind: ClassVar[str] = "replenishment.make_suggestion"
    supplier: Code
    store: Code
    lines: Annotated[tuple[LineToSuggest, ...], Meta(min_length=1, max_length=500)]


class RevisedQty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reason` must be given; with `other` a note must say what."""

    sku: Code
    qty: DecimalText
    reason: Reason
    note: Note = ""


class ReviseSuggestion(ReplenishmentCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.revise_suggestion"
    suggestion: Code
    lines: Annotated[tuple[RevisedQty, ...], Meta(min_length=1, max_length=500)]


class ApproveSuggestion(ReplenishmentCommand, frozen=True, kw_only=True):
    """One click: what stands there now becomes an order."""

    kind: ClassVar[str] = "replenishment.approve_suggestion"
    suggestion: Code
    due: date | None = None


class DismissSuggestion(ReplenishmentCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.dismiss_suggestion"
    suggestion: Code
    reason: Name


class OrderAutomatically(ReplenishmentCommand, frozen=True, kw_only=True):
    """The program asks to order by itself. Whatever the answer, it is on record."""

    kind: ClassVar[str] = "replenishment.order_automatically"
    suggestion: Code


class SetEnvelope(ReplenishmentCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.set_envelope"
    permission: ClassVar[str] = "purchasing.automate"
    stage: Stage
    dry_run: bool
    suppliers: Annotated[tuple[Code, ...], Meta(max_length=500)]
    skus: Annotated[tuple[Code, ...], Meta(max_length=5000)]
    price_band_bp: BasisPoints
    deviation_bp: BasisPoints
    day_amount: DecimalText
    delay_minutes: Annotated[int, Meta(ge=0, le=10_080)]
    models_days: Annotated[int, Meta(ge=0, le=31)] = 2


class StopAutomation(ReplenishmentCommand, frozen=True, kw_only=True):
    """The kill switch: whoever may order may pull it."""

    kind: ClassVar[str] = "replenishment.stop_automation"
    reason: Name


class ResumeAutomation(ReplenishmentCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.resume_automation"
    permission: ClassVar[str] = "purchasing.automate"
    reason: Name


class JudgeModels(ReplenishmentCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.judge_models"
    permission: ClassVar[str] = "purchasing.automate"
    healthy: bool
    why: Note = ""


class LineConfirmed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`due` left out: the day of the whole order."""

    sku: Code
    qty: DecimalText
    due: date | None = None
    unit_cost: Annotated[DecimalText | None, Meta(extra={"label": SUPPLIER_PRICE})] = None


class ConfirmOrder(ReplenishmentCommand, frozen=True, kw_only=True):
    """What the supplier answered. Zero says that a line does not come. `revision` is the one that was answered; left
    out: the one that stands."""

    kind: ClassVar[str] = "replenishment.confirm_order"
    order: Code
    revision: Revision | None = None
    due: date
    lines: Annotated[tuple[LineConfirmed, ...], Meta(min_length=1, max_length=500)]
    note: Note = ""


class DeclineOrder(ReplenishmentCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.decline_order"
    order: Code
    revision: Revision | None = None
    reason: Name


class WriteAboutOrder(ReplenishmentCommand, frozen=True, kw_only=True):
    """A supplier's question or head office's reply."""

    kind: ClassVar[str] = "replenishment.write_about_order"
    order: Code
    text: Annotated[Note, Meta(min_length=1)]
