"""Settings of a scanner come from head office by the feed and decide how the node reads what it sends; the store's own
templates read its scale's labels of 18 digits, and are what its weight labels are printed by."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.support.edge_node import STORE, EdgeNode, Phone
from tests.support.paper import scanned

SCANNERS = [
    ("scanner", [STORE, "till-1"], {"name": "Till 1", "gs_as": "~", "aim": "off"}),
    ("scanner", [STORE, "till-2"], {"name": "Till 2", "gs_as": "drop", "aim": "on"}),
    ("scanner", ["S2", "till-1"], {"name": "Elsewhere", "gs_as": "|", "aim": "on"}),
    (
        "label_template",
        [STORE, "FFIIIIIWWWWWPPPPPC"],
        {"prefixes": '["28"]', "price_decimals": 2, "weight_decimals": 3},
    ),
    ("barcode", ["06013"], {"sku": "cheese", "unit": "kg", "factor": 1_000_000}),
    ("unit", ["cheese", "kg"], {"factor": 1_000_000}),
]
MILK_OF_LOT_7 = "010690123456789210L7{}17270331"


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """A manager of a store with two scanners and a label scale."""
    node = EdgeNode(Path(tmp_path_factory.mktemp("shop")) / "node", rows=SCANNERS)
    node.start()
    yield node.sign_in("store_manager")
    node.stop()


def test_a_scanner_without_symbology_and_with_its_own_separator_is_read(phone: Phone) -> None:
    """Item, lot and day of a GS1 code, which from an unknown scanner is refused."""
    raw = MILK_OF_LOT_7.format("~")
    found = phone.get("/v1/scan", params={"raw": raw, "scanner": "till-1"}).json()
    assert (found["sku"], found["lot"], found["expiry"]) == ("milk", "L7", "2027-03-31")
    assert not found["warnings"]
    alone = phone.get("/v1/scan", params={"raw": raw.partition("~")[0], "scanner": "till-1"}).json()
    assert [warning["key"] for warning in alone["warnings"]] == ["gs1_assumed"]
    refused = phone.get("/v1/scan", params={"raw": raw})
    assert refused.status_code == 400
    assert refused.json()["key"].startswith("barcode_")


def test_plain_numbers_are_the_same_from_every_scanner(phone: Phone) -> None:
    """An EAN-13 needs no symbology."""
    for scanner in ("till-1", "till-2", "nobody-knows-me"):
        assert (
            phone.get("/v1/scan", params={"raw": "6901234567892", "scanner": scanner}).json()["sku"] == "milk"
        )


def test_a_scanner_that_drops_separators_is_warned_about(phone: Phone) -> None:
    """The values may have run together, and the answer says so."""
    raw = "]C1" + MILK_OF_LOT_7.format("")
    found = phone.get("/v1/scan", params={"raw": raw, "scanner": "till-2"}).json()
    assert {"separator_lost", "possible_missing_separator"} <= {one["key"] for one in found["warnings"]}


def test_the_phone_gets_its_own_stores_scanners(phone: Phone) -> None:
    """With the catalogue, for reading without a network."""
    told = phone.get("/v1/catalogue").json()["scanners"]
    assert [(one["scanner"], one["gs_as"], one["aim"]) for one in told] == [
        ("till-1", "~", "off"),
        ("till-2", "drop", "on"),
    ]


def test_a_printed_weight_label_is_sold_as_it_was_weighed(phone: Phone) -> None:
    """The node prints it by the store's template, reads it back and sells it at the printed price."""
    phone.receive("cheese", "5", lot="C1")
    asked = {"kind": "weight", "sku": "cheese", "weight": "0.5", "width_mm": 50, "height_mm": 30}
    picture = phone.get("/v1/print/preview", params=asked)
    assert picture.status_code == 200, picture.text
    (code,) = scanned(Image.open(io.BytesIO(picture.content)))
    found = phone.get("/v1/scan", params={"raw": code[3:]}).json()
    assert (found["sku"], found["qty"], found["amount"]) == ("cheese", "0.5", "13.00")
    sold = phone.sell("cheese", found["qty"], amount=found["amount"], code=code[3:], lot="C1")
    assert sold["state"] == "accepted", sold
