"""Printing over the node's own door: previews, jobs, printers, and who may do what."""

import io
import uuid

from PIL import Image

from tests.support.edge_node import EdgeNode, Phone
from tests.support.paper import from_escpos, from_zpl, paper_printer, scanned


def key() -> str:
    """A fresh key, as a page makes one."""
    return uuid.uuid4().hex


def set_up(manager: Phone, address: str, **more: object) -> str:
    """Add a printer and give its id."""
    body = {"name": "Counter", "dialect": "zpl", "address": address, **more}
    answer = manager.post("/v1/printers", json=body)
    assert answer.status_code == 200, answer.text
    return next(one["id"] for one in answer.json()["items"] if one["address"] == address)


def test_a_label_of_a_lot_is_seen_printed_and_scanned(manager: Phone, clerk: Phone) -> None:
    """The preview and the paper carry the same code, and the node reads it as this lot."""
    manager.receive("milk", "10", lot="A77", expiry="2027-03-31")
    asked = {"kind": "lot", "sku": "milk", "lot": "A77"}
    shown = clerk.get("/v1/print/preview", params={**asked, "lang": "zh-CN"})
    assert shown.headers["content-type"] == "image/png"
    (on_screen,) = scanned(Image.open(io.BytesIO(shown.content)))
    with paper_printer() as paper:
        name = set_up(manager, paper.address)
        request = {**asked, "key": key(), "printer": name, "copies": 2}
        for _ in range(2):
            answer = clerk.post("/v1/print", json=request)
            assert answer.json()["state"] == "done", answer.text
        assert scanned(from_zpl(paper.wait())) == [on_screen]
        assert len(paper.jobs) == 1
        assert b"^PQ2" in paper.jobs[0]
    found = clerk.get("/v1/scan", params={"raw": on_screen}).json()
    assert (found["sku"], found["lot"], found["expiry"]) == ("milk", "A77", "2027-03-31")


def test_a_receipt_is_printed_after_its_sale_and_a_second_one_is_a_copy(manager: Phone) -> None:
    """The paper differs by the word that it is a copy; the PDF is there without any printer."""
    manager.receive("rice", "5", lot="R1")
    sold = manager.sell("rice", "2", lot="R1")
    sale = sold["op_id"]
    with paper_printer() as paper:
        name = set_up(manager, paper.address, dialect="escpos", paper_width_mm=58, text_mode="gb18030")
        for _ in range(2):
            answer = manager.post(
                "/v1/print",
                json={"kind": "receipt", "sale": sale, "key": key(), "printer": name, "language": "zh-CN"},
            )
            assert answer.json()["state"] == "done", answer.text
            paper.wait()
    first, second = (job.decode("gb18030", "ignore") for job in paper.jobs)
    for told in ("First store", "Rice 5 kg", "¥96.00", "大写：玖拾陆元整", "Store Manager"):
        assert told in first
    assert "第 2 次打印" in second
    assert "第 2 次打印" not in first
    pdf = manager.get("/v1/print/preview", params={"kind": "receipt", "sale": sale, "as": "pdf"})
    assert pdf.content.startswith(b"%PDF")


def test_a_receipt_of_a_sale_still_on_the_phone_waits(manager: Phone) -> None:
    """The node says that it has not come yet instead of printing an empty paper."""
    answer = manager.get("/v1/print/preview", params={"kind": "receipt", "sale": "0" * 32})
    assert answer.json()["key"] == "receipt_sale_unknown"


def test_a_dead_printer_is_an_answer_that_says_what_to_do(manager: Phone, node: EdgeNode) -> None:
    """The request succeeds, the answer names printer and cure, and the day-book has not moved."""
    with paper_printer() as paper:
        address = paper.address
    name = set_up(manager, address)
    before = manager.get("/v1/today").json()
    answer = manager.post("/v1/print", json={"kind": "test", "key": key(), "printer": name})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["error"]["key"]) == ("failed", "printer_unreachable")
    assert address in told["error"]["text"]
    assert manager.get("/v1/today").json() == before
    assert manager.delete(f"/v1/printers/{name}").status_code == 204


def test_a_test_page_comes_out_of_a_receipt_printer_as_a_picture(manager: Phone) -> None:
    """Its code scans, so the printer's dots are sharp enough."""
    with paper_printer() as paper:
        name = set_up(manager, paper.address, dialect="escpos", paper_width_mm=58, paper_height_mm=40)
        answer = manager.post("/v1/print", json={"kind": "test", "key": key(), "printer": name})
        assert answer.json()["state"] == "done", answer.text
        assert scanned(from_escpos(paper.wait())) == ["]E06901234567892"]


def test_weighed_cheese_needs_a_template_and_a_code(manager: Phone) -> None:
    """Without a template of the store the answer says whom to ask; pieces are not weighed at all."""
    for sku, error in (("cheese", "label_no_template"), ("rice", "label_not_by_weight")):
        answer = manager.get("/v1/print/preview", params={"kind": "weight", "sku": sku, "weight": "0.5"})
        assert answer.json()["key"] == error


def test_only_a_manager_changes_printers(clerk: Phone, manager: Phone) -> None:
    """A clerk prints, a manager sets up; addresses outside the shop are refused to both."""
    body = {"name": "X", "dialect": "zpl", "address": "192.168.1.50"}
    assert clerk.post("/v1/printers", json=body).json()["key"] == "not_permitted"
    assert clerk.post("/v1/printers/receipt", json={}).json()["key"] == "not_permitted"
    outside = manager.post("/v1/printers", json={**body, "address": "8.8.8.8"})
    assert (outside.status_code, outside.json()["key"]) == (400, "printer_address")


def test_the_receipts_words_are_kept(manager: Phone) -> None:
    """Heading, greeting, tax number and rate come back as they were set; a senseless rate is refused."""
    style = {"heading": "中山路 88 号", "footing": "谢谢", "tax_number": "9131", "tax_rate": "1"}
    assert manager.post("/v1/printers/receipt", json=style).json()["style"] == style
    assert manager.get("/v1/printers").json()["style"] == style
    wrong = manager.post("/v1/printers/receipt", json={**style, "tax_rate": "99"})
    assert wrong.json()["key"] == "tax_rate_range"
