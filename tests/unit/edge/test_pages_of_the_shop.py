"""What the phone's pages read: catalogue, scan, stock, goods in and out, the day, the node, live events."""

import hashlib
import io
import json

import httpx
from PIL import Image

from tests.support.edge_node import EdgeNode, Phone


def test_the_catalogue_comes_whole_and_then_only_what_changed(clerk: Phone) -> None:
    """A phone without a version gets everything; with today's version nothing."""
    whole = clerk.get("/v1/catalogue").json()
    assert whole["full"]
    milk = next(item for item in whole["items"] if item["sku"] == "milk")
    assert (milk["price"], milk["base_unit"], milk["category_names"]["en"]) == ("12.5", "ea", "Dairy")
    assert {"code": "16901234567899", "unit": "case", "factor": "12"} in milk["barcodes"]
    again = clerk.get("/v1/catalogue", params={"since": whole["version"]}).json()
    assert (again["full"], again["items"], again["removed"]) == (False, [], [])


def test_a_case_code_names_the_case(clerk: Phone) -> None:
    """The barcode of a pack gives product, unit and factor; an unknown one is an answer, a wrong one an error."""
    found = clerk.get("/v1/scan", params={"raw": "16901234567899"}).json()
    assert (found["known"], found["sku"], found["unit"], found["factor"]) == (True, "milk", "case", "12")
    unknown = clerk.get("/v1/scan", params={"raw": "4006381333931"}).json()
    assert not unknown["known"]
    wrong = clerk.get("/v1/scan", params={"raw": "4006381333932"})
    assert (wrong.status_code, wrong.json()["key"]) == (400, "barcode_check_digit")


def test_received_and_sold_goods_show_in_stock_and_in_the_day(manager: Phone) -> None:
    """24 received, 2 sold, 3 held: the list, the product's page and the day agree."""
    manager.receive("milk", "2", unit="case", lot="A1", expiry="2999-01-01")
    manager.sell("milk", "2", lot="A1")
    held = manager.ask(
        "quality.hold", {"lines": [{"sku": "milk", "lot": "A1", "qty": "3"}], "reason": "smell"}
    )
    assert held["state"] == "accepted"
    line = next(item for item in manager.get("/v1/stock", params={"q": "Milk"}).json()["items"])
    assert (line["on_hand"], line["available"], line["held"]) == ("22", "19", "3")
    page = manager.get("/v1/stock/milk").json()
    assert [(lot["lot"], lot["on_hand"], lot["state"]) for lot in page["lots"]] == [("A1", "22", "ok")]
    assert page["moves"][0].keys() >= {"from", "to", "qty", "log", "seq"}
    day = manager.get("/v1/today").json()
    assert day["sales"] == {"count": 1, "amount": "25.00", "qty": "2"}
    assert day["tasks"]["held"] == 1
    assert day["tasks"]["to_inspect"] == 1
    assert [hour["amount"] for hour in day["hourly"]] == ["25.00"]


def test_a_receipt_waits_until_it_is_inspected(manager: Phone) -> None:
    """A receipt is on the inspectors' list until an inspection cites it."""
    receipt = manager.receive("rice", "10", lot="R1")
    waiting = manager.get("/v1/receipts", params={"pending_inspection": "1"}).json()["items"]
    names = [item["receipt"] for item in waiting]
    assert receipt["op_id"].replace("-", "") in names
    inspected = manager.ask(
        "quality.inspect",
        {
            "receipt": receipt["op_id"].replace("-", ""),
            "lines": [{"sku": "rice", "lot": "R1", "accepted": "8", "rejected": "2"}],
            "answers": [{"question": "Bags whole?", "passed": True}],
        },
    )
    assert inspected["state"] == "accepted"
    waiting = manager.get("/v1/receipts", params={"pending_inspection": "1"}).json()["items"]
    assert receipt["op_id"].replace("-", "") not in [item["receipt"] for item in waiting]


def test_a_transfer_shows_where_it_went(manager: Phone) -> None:
    """What was sent to another store is on the way until that store says it came."""
    manager.receive("rice", "5", lot="R9")
    sent = manager.ask(
        "stock.transfer_out", {"to_store": "S2", "lines": [{"sku": "rice", "qty": "5", "lot": "R9"}]}
    )
    assert sent["state"] == "accepted"
    (transfer,) = manager.get("/v1/transfers", params={"direction": "out"}).json()["items"]
    assert (transfer["to_store"], transfer["state"], transfer["lines"][0]["sent"]) == ("S2", "sent", "5")


def test_the_node_tells_how_it_is(manager: Phone) -> None:
    """Head, unsent facts and the feed are visible."""
    told = manager.get("/v1/node").json()
    assert told["head"] > 0
    assert told["unsent"] >= told["head"]
    assert told["disk"]["level"] in ("ok", "warn", "shed", "ledger_only")
    for path in ("/v1/orders", "/v1/stores", "/v1/cold-chain", "/v1/transfers"):
        assert manager.get(path).status_code == 200, path


def test_an_op_says_how_far_it_has_come(clerk: Phone) -> None:
    """Accepted here, unknown when nobody has sent it."""
    sale = clerk.sell("rice", "1")
    assert clerk.get(f"/v1/ops/{sale['op_id']}").json()["state"] == "accepted"
    unknown = "0190f3a0-0000-7000-8000-000000000000"
    told = clerk.post("/v1/ops/states", json={"op_ids": [sale["op_id"], unknown]}).json()
    assert told["states"] == {sale["op_id"]: "accepted", unknown: "unknown"}
    assert told["ledger"]["log"] == sale["log"]


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "orange").save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def keep(phone: Phone, data: bytes, mime: str, name: str = "") -> httpx.Response:
    sha256 = name or hashlib.sha256(data).hexdigest()
    return phone.put(f"/v1/photos/{sha256}", content=data, headers={"Content-Type": mime})


def test_a_photo_is_kept_once_and_shown(manager: Phone, clerk: Phone) -> None:
    """The picture and its thumbnail come back as what they are, and only to those who may see them."""
    data = picture("JPEG")
    assert keep(clerk, data, "image/jpeg").status_code == 201
    assert keep(clerk, data, "image/jpeg").status_code == 200
    path = f"/v1/photos/{hashlib.sha256(data).hexdigest()}"
    shown = manager.get(path)
    assert shown.content == data
    assert shown.headers["content-type"] == "image/jpeg"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert len(manager.get(path, params={"thumb": "1"}).content) < len(data)
    assert clerk.get(path).status_code == 403


def test_a_photo_that_is_none_is_refused(clerk: Phone) -> None:
    """Wrong hash, wrong type, a cut file, a page in disguise, a place of taking, too many pixels."""
    data = picture("PNG")
    exif = Image.Exif()
    exif[0x010F] = "maker"
    huge = io.BytesIO()
    Image.new("1", (50_000, 50_000)).save(huge, "PNG")
    table = {
        "hash": keep(clerk, data, "image/png", "0" * 64),
        "type": keep(clerk, data, "image/jpeg"),
        "svg": keep(clerk, b"<svg onload=alert(1)>", "image/png"),
        "cut": keep(clerk, data[: len(data) // 2], "image/png"),
        "exif": keep(clerk, picture("JPEG", exif=exif), "image/jpeg"),
        "pixels": keep(clerk, huge.getvalue(), "image/png"),
        "size": keep(clerk, b"\xff" * (4 * 1024 * 1024 + 1), "image/jpeg"),
        "name": keep(clerk, data, "image/png", "..%2f..%2fetc"),
    }
    statuses = {why: answer.status_code for why, answer in table.items()}
    assert statuses == {**dict.fromkeys(table, 400), "size": 413, "name": 404}


def test_open_pages_hear_of_a_sale_at_once(node: EdgeNode, clerk: Phone) -> None:
    """The live stream names the product whose stock changed."""
    with clerk.stream("GET", "/v1/live") as stream:
        lines = stream.iter_lines()
        next(lines)
        node.sign_in("clerk").sell("cheese", "0.5")
        event = next(line for line in lines if line.startswith("event:"))
        data = next(line for line in lines if line.startswith("data:"))
    assert event == "event: stock"
    assert json.loads(data[5:]) == {"sku": "cheese"}
