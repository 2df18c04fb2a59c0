"""From a scanner's text to a scan: what every scanner has in common, whichever way its text came.

`gs_as` is what the scanner's own setting sends for the GS1 separator: nothing of ours when it sends the real
one, a text of its own ("{GS}"), or the word `nothing`. A GS1 code from a scanner that sends nothing for it may
run two fields into one, so such a scan is followed by the trouble `separator_lost`.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.frames import Frame, Scan, Trouble
from shared.barcodes.hid_keys import SEPARATOR_DROPPED
from shared.barcodes.symbology import Reading, by_aim_id

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
SENT_AS_KEYS = ("ctrl+]", "f8", "alt+029")


def scanned(text: str, raw: bytes, gs_as: str) -> list[Frame]:
    """The scan in a text, and what is wrong with it."""
    if gs_as and gs_as not in SEPARATOR_DROPPED and gs_as not in SENT_AS_KEYS:
        text = text.replace(gs_as, "\x1d")
    aim = _AIM.match(text)
    if aim is None:
        return [Scan(text=text, symbology=None, raw=raw)]
    if aim.end() == len(text):
        return [Trouble(error="empty_scan", raw=raw)]
    scan = Scan(text=text[aim.end() :], symbology=aim.group(), raw=raw)
    symbology = by_aim_id(aim.group()[1:])
    if gs_as in SEPARATOR_DROPPED and symbology is not None and symbology.reading is Reading.GS1:
        return [scan, Trouble(error="separator_lost", raw=raw)]
    return [scan]
