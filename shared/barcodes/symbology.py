"""Symbologies: how a code was printed, which decides how its text must be read.

A scanner with AIM identifiers switched on sends "]C1" before GS1-128 text; a camera library gives a name such
as "ean_13" or "Code128". The same characters mean different things: "0106..." is a GS1 message in ]C1 and
plain text in ]C0, which is why a scan without either is refused when it could be both.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Reading(Enum):
    """How the text of a symbology is to be read."""

    GTIN_13 = "gtin_13"
    GTIN_8 = "gtin_8"
    GTIN_ANY = "gtin_any"
    UPC_E = "upc_e"
    ITF = "itf"
    GS1 = "gs1"
    PLAIN = "plain"
    PLAIN_OR_GS1 = "plain_or_gs1"


class Symbology(Struct, frozen=True):
    """A symbology by our name, with the way its text is read."""

    name: str
    reading: Reading


_BY_AIM_ID = {
    "E0": Symbology("ean_13", Reading.GTIN_13),
    "E4": Symbology("ean_8", Reading.GTIN_8),
    "C1": Symbology("gs1_128", Reading.GS1),
    "e0": Symbology("gs1_databar", Reading.GS1),
    "d2": Symbology("gs1_data_matrix", Reading.GS1),
    "Q3": Symbology("gs1_qr_code", Reading.GS1),
    "J1": Symbology("gs1_dotcode", Reading.GS1),
    "I0": Symbology("itf", Reading.ITF),
    "I1": Symbology("itf", Reading.ITF),
    "I3": Symbology("itf", Reading.ITF),
    "A0": Symbology("code_39", Reading.PLAIN),
    "A1": Symbology("code_39", Reading.PLAIN),
    "A2": Symbology("code_39", Reading.PLAIN),
    "A3": Symbology("code_39", Reading.PLAIN),
    "A4": Symbology("code_39", Reading.PLAIN),
    "A5": Symbology("code_39", Reading.PLAIN),
    "A7": Symbology("code_39", Reading.PLAIN),
    "C0": Symbology("code_128", Reading.PLAIN),
    "F0": Symbology("codabar", Reading.PLAIN),
    "G0": Symbology("code_93", Reading.PLAIN),
    "J0": Symbology("dotcode", Reading.PLAIN),
    "L0": Symbology("pdf417", Reading.PLAIN),
    "Q0": Symbology("qr_code", Reading.PLAIN),
    "Q1": Symbology("qr_code", Reading.PLAIN),
    "Q2": Symbology("qr_code", Reading.PLAIN),
    "d0": Symbology("data_matrix", Reading.PLAIN),
    "d1": Symbology("data_matrix", Reading.PLAIN),
    "z0": Symbology("aztec", Reading.PLAIN),
}

# Names as the browser's BarcodeDetector and zxing write them, with punctuation and case removed.
_BY_NAME = {
    "ean13": Symbology("ean_13", Reading.GTIN_ANY),
    "ean8": Symbology("ean_8", Reading.GTIN_8),
    "upca": Symbology("upc_a", Reading.GTIN_ANY),
    "upce": Symbology("upc_e", Reading.UPC_E),
    "itf": Symbology("itf", Reading.ITF),
    "itf14": Symbology("itf", Reading.ITF),
    "gs1128": Symbology("gs1_128", Reading.GS1),
    "databar": Symbology("gs1_databar", Reading.GS1),
    "databarexpanded": Symbology("gs1_databar", Reading.GS1),
    "databarlimited": Symbology("gs1_databar", Reading.GS1),
    "databaromni": Symbology("gs1_databar", Reading.GS1),
    "gs1databar": Symbology("gs1_databar", Reading.GS1),
    "gs1datamatrix": Symbology("gs1_data_matrix", Reading.GS1),
    "gs1qrcode": Symbology("gs1_qr_code", Reading.GS1),
    "gs1dotcode": Symbology("gs1_dotcode", Reading.GS1),
    "code128": Symbology("code_128", Reading.PLAIN_OR_GS1),
    "datamatrix": Symbology("data_matrix", Reading.PLAIN_OR_GS1),
    "qrcode": Symbology("qr_code", Reading.PLAIN_OR_GS1),
    "dotcode": Symbology("dotcode", Reading.PLAIN_OR_GS1),
    "code39": Symbology("code_39", Reading.PLAIN),
    "code93": Symbology("code_93", Reading.PLAIN),
    "codabar": Symbology("codabar", Reading.PLAIN),
    "aztec": Symbology("aztec", Reading.PLAIN),
    "pdf417": Symbology("pdf417", Reading.PLAIN),
    "microqrcode": Symbology("qr_code", Reading.PLAIN),
}


def by_aim_id(identifier: str) -> Symbology | None:
    """The symbology of the two characters after "]": "C1" is GS1-128."""
    return _BY_AIM_ID.get(identifier)


def by_name(name: str) -> Symbology | None:
    """The symbology of a camera library's name ("ean_13", "DataMatrix") or of an AIM identifier ("]C1")."""
    if len(name) > 40:
        return None
    if name.startswith("]"):
        return _BY_AIM_ID.get(name[1:])
    return _BY_NAME.get("".join(character for character in name.lower() if character.isalnum()))
