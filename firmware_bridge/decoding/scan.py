"""`liushui decode scan`: scanned text, printed elements, links, trade numbers, store labels, key presses.

`kind` says which: scan (with its AIM identifier), bracketed, digital_link, gtin, upce, rcn, rcn_template, hid.
The context may carry `today`, a region's `scheme`, a store's `template` with `prefixes` and decimals, or a
keyboard scanner's `suffix`, `gs_as` and `caps_lock_on`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from firmware_bridge.decoding.vector import Vector
from shared.barcodes.answer import answer_to

HELP = "Scanned text or key presses to elements and facts. 解码扫描内容。"


def result(vector: Vector) -> dict[str, object]:
    """What one scan says; without `today` in its context the century of dates is judged by the clock."""
    return answer_to(vector.kind, vector.input, vector.context, datetime.now(UTC).date())
