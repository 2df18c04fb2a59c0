"""Normalisers: one file a family of MQTT sensors, each turning (topic, payload, context) into measured values.

Sensors that already speak MQTT keep their makers' topics and payloads; here those become our quantities and
units. A normaliser is a pure function that never raises: what it cannot read is a `Refusal`, which the
bridge puts into its quarantine, so that one broken sensor never stalls the others. To add one, drop a
module here whose `NORMALISER` is a `NormaliserKind`, or offer one under the entry-point group
`liushui.normalisers`.
"""

from __future__ import annotations

from firmware_bridge.normalise.measured import NormaliserKind
from firmware_bridge.registry import members


def normalisers() -> dict[str, NormaliserKind]:
    """Every normaliser by name."""
    return members("firmware_bridge.normalise", "NORMALISER", "liushui.normalisers", NormaliserKind)
