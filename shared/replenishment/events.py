"""What was suggested, changed, approved and confirmed, and what the program was allowed. All in head office's log."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from shared.access.labels import SUPPLIER_PRICE
from shared.ledger.fact import Fact
from shared.replenishment.envelope import Envelope, Objection

Reason = Literal["event", "weather", "promotion", "stock_wrong", "supplier", "experience", "other"]
"""Why a person orders otherwise than suggested; each is judged by what was sold afterwards."""


class SuggestedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`terms` is the line's whole sum as JSON, kept as it was shown; what it costs is part of it."""

    sku: str
    qty: int
    unit_cost: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})] = 0
    terms: Annotated[str, Meta(extra={"label": SUPPLIER_PRICE})] = ""


class SuggestionMade(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.suggestion_made.v1"
    suggestion: str
    supplier: str
    store: str
    lines: tuple[SuggestedLine, ...]


class RevisedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`suggested` is what the program said, `qty` what the person makes of it."""

    sku: str
    suggested: int
    qty: int
    reason: Reason
    note: str = ""


class SuggestionRevised(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.suggestion_revised.v1"
    suggestion: str
    lines: tuple[RevisedLine, ...]


class ApprovedLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    qty: int
    unit_cost: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]


class SuggestionApproved(Fact, frozen=True, kw_only=True):
    """It became an order: by a person, or by the program inside its envelope (`automatic`). `amount` in fen."""

    kind: ClassVar[str] = "replenishment.suggestion_approved.v1"
    suggestion: str
    order: str
    supplier: str
    store: str
    automatic: bool = False
    amount: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]
    lines: tuple[ApprovedLine, ...]


class SuggestionDismissed(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.suggestion_dismissed.v1"
    suggestion: str
    reason: str


class AutomaticOrderJudged(Fact, frozen=True, kw_only=True):
    """The program asked to order by itself and was judged, with everything that spoke against it. In a dry run nothing
    is ordered either way; `amount` (fen) is what would have been spent."""

    kind: ClassVar[str] = "replenishment.automatic_order_judged.v1"
    suggestion: str
    objections: tuple[Objection, ...] = ()
    dry_run: bool = False
    amount: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})] = 0


class EnvelopeSet(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.envelope_set.v1"
    envelope: Envelope


class AutomationStopped(Fact, frozen=True, kw_only=True):
    """From this fact on the program orders nothing."""

    kind: ClassVar[str] = "replenishment.automation_stopped.v1"
    reason: str


class AutomationResumed(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "replenishment.automation_resumed.v1"
    reason: str


class ModelsJudged(Fact, frozen=True, kw_only=True):
    """The nightly look at the forecasts: whether they are good enough to order by, and if not, why."""

    kind: ClassVar[str] = "replenishment.models_judged.v1"
    healthy: bool
    why: str = ""


By = Literal["office", "supplier"]
"""Who gave the supplier's answer: the supplier's own page, or somebody at head office who was told on the telephone."""


class ConfirmedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`due` where this line comes on another day than the rest."""

    sku: str
    qty: int
    due: date | None = None
    unit_cost: Annotated[int | None, Meta(extra={"label": SUPPLIER_PRICE})] = None


class OrderConfirmed(Fact, frozen=True, kw_only=True):
    """The supplier's word on an order: what comes, when, and at which price where it was said."""

    kind: ClassVar[str] = "replenishment.order_confirmed.v1"
    order: str
    store: str = ""
    revision: int = 0
    due: date
    lines: tuple[ConfirmedLine, ...]
    note: str = ""
    by: By = "office"


class OrderDeclined(Fact, frozen=True, kw_only=True):
    """The supplier delivers nothing of this order as it stands."""

    kind: ClassVar[str] = "replenishment.order_declined.v1"
    order: str
    store: str
    revision: int
    reason: str
    by: By


class OrderMessageWritten(Fact, frozen=True, kw_only=True):
    """A question about an order, or head office's reply; it changes nothing of what is agreed."""

    kind: ClassVar[str] = "replenishment.order_message_written.v1"
    order: str
    revision: int
    text: str
    by: By
