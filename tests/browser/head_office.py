"""A small chain for the office's pages: head office and one store's node as real processes, joined the real way.

The owner is let in by the one-time code, the master data are entered as ops, the node is enrolled by a code, the
store's people come to it by the feed, and what they do there reaches head office by its uplink. Nothing is placed
behind anybody's back.
"""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.edge_node import PASSWORD, Phone, op
from tests.support.ports import free_port

PATIENCE_S = 60
_CODE = "one-time code: "


class Process:
    """One of our programs, started and known to be ready by its own word."""

    def __init__(self, program: str, *arguments: str, log: Path) -> None:
        self._log = log
        command = [sys.executable, "-c", f"from {program}.cli import {program}; {program}()", *arguments]
        with log.open("a") as errors:
            self._running = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=os.environ
            )

    def line(self, holding: str) -> str:
        """The next line it prints that holds the text."""
        assert self._running.stdout
        for line in self._running.stdout:
            if holding in line:
                return line.strip()
        raise AssertionError(f"it ended without {holding!r}:\n{self._log.read_text()[-3000:]}")

    def end(self) -> None:
        self._running.send_signal(signal.SIGTERM)
        self._running.wait(PATIENCE_S)
        assert self._running.stdout
        self._running.stdout.close()


class HeadOffice:
    """Head office with the stores S1 and S2, of which S1 has a node; `url` is where the office's pages are."""

    def __init__(self, folder: Path) -> None:
        port, self._edge_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.edge_url = f"http://127.0.0.1:{self._edge_port}"
        self.photo = ""
        self._node_folder = folder / "node"
        self.cloud_folder = folder / "cloud"
        self._cloud = Process(
            "cloud", "run", "--dir", str(self.cloud_folder), "--port", str(port), log=folder / "cloud.log"
        )
        self._cloud.line("ready ")
        code = self._cloud.line(_CODE).partition(_CODE)[2].split()[0]
        self.owner = _client(self.url)
        owner = {"code": code, "user": "owner", "name": "Owner", "password": PASSWORD}
        self.owner.post("/v1/bootstrap", json=owner).raise_for_status()
        self._enter_master_data()
        self._edge = self._start_node(folder)

    def _enter_master_data(self) -> None:
        entered = [op(kind, body) for kind, body in MASTER_DATA]
        refused = [result for result in self.owner.send_ops(entered) if result["state"] != "accepted"]
        assert not refused, refused
        for role in ("store_manager", "inspector"):
            person = {"user": role, "name": role.title(), "role": role, "stores": ["S1"], "language": "en"}
            self.owner.post("/v1/users", json={**person, "password": PASSWORD}).raise_for_status()

    def _start_node(self, folder: Path) -> Process:
        code = self.owner.post("/v1/nodes/enrolment-codes", json={"store": "S1"}).json()["code"]
        enrol = ["enrol", "--dir", str(self._node_folder), "--cloud", self.url, "--code", code]
        program = [sys.executable, "-c", "from edge.cli import edge; edge()"]
        subprocess.run([*program, *enrol], check=True, capture_output=True, timeout=PATIENCE_S)
        run = ["run", "--dir", str(self._node_folder), "--port", str(self._edge_port)]
        node = Process("edge", *run, log=folder / "node.log")
        node.line("ready")
        return node

    def in_store(self, user: str) -> Phone:
        """A phone in the store; its person can sign in as soon as the feed has told the node of them."""
        phone = _client(self.edge_url)
        asked = {"user": user, "password": PASSWORD}
        wait_for(lambda: phone.post("/v1/session", json=asked).is_success, f"{user} is known to the store")
        return phone

    def read(self, path: str, **query: Any) -> Any:
        answer = self.owner.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def wait_for(self, done: Callable[[], bool], what: str) -> None:
        wait_for(done, what)

    def stop(self) -> None:
        self.owner.close()
        self._edge.end()
        self._cloud.end()


def a_day_in_the_store(office: HeadOffice) -> str:
    """Receipts, sales, a return and a failed inspection; answers the photo's hash once head office has all but it."""
    manager, inspector = office.in_store("store_manager"), office.in_store("inspector")
    wait_for(lambda: bool(manager.get("/v1/catalogue").json()["items"]), "the goods are known to the store")
    milk = {"sku": "milk", "qty": "24", "lot": "L1", "expiry": "2030-01-01", "unit_cost": "8"}
    receipt = manager.ask("stock.receive", {"supplier": "farm", "lines": [milk]})
    rice = {"sku": "rice", "qty": "10", "lot": "R1"}
    results = [receipt, manager.ask("stock.receive", {"supplier": "farm", "lines": [rice]})]
    sale = manager.sell("milk", "2")
    results += [sale, manager.sell("rice", "1")]
    back = {"sku": "milk", "qty": "1", "disposition": "hold"}
    results.append(manager.ask("sales.take_back", {"sale": _name(sale), "lines": [back], "reason": "x"}))
    photo = _photo()
    sha256 = hashlib.sha256(photo).hexdigest()
    put = inspector.put(f"/v1/photos/{sha256}", content=photo, headers={"Content-Type": "image/jpeg"})
    put.raise_for_status()
    results.append(inspector.ask("quality.inspect", _failed_inspection(_name(receipt), sha256)))
    assert all(result["state"] == "accepted" for result in results), results
    wait_for(lambda: office.read("/v1/reports/overview")["held"]["lots"] == 1, "head office has the day")
    return sha256


def sign_in(page: Page, user: str) -> None:
    """Type name and password into the sign-in page."""
    page.locator("input[autocomplete=username]").fill(user)
    page.locator("input[autocomplete=current-password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def settled(page: Page) -> None:
    """The page has its heading and waits for nothing."""
    expect(page.locator("#office-main h1")).to_be_visible()
    expect(page.locator("[aria-busy=true], [role=status] .row")).to_have_count(0)


def _failed_inspection(receipt: str, sha256: str) -> dict[str, Any]:
    return {
        "receipt": receipt,
        "lines": [{"sku": "milk", "lot": "L1", "accepted": "16", "held": "6", "rejected": "0"}],
        "answers": [
            {"question": "Packaging intact", "passed": False, "note": "wet carton"},
            {"question": "Date readable", "passed": True},
        ],
        "photos": [sha256],
    }


def _name(result: Mapping[str, Any]) -> str:
    """What an op's sale or receipt is called in the day-book: the op's id in plain hex."""
    return str(result["op_id"]).replace("-", "")


def _photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (180, 90, 60)).save(file, "JPEG")
    return file.getvalue()


def _client(url: str) -> Phone:
    return Phone(
        base_url=url, headers={"X-Liushui": "1", "Accept-Language": "en"}, timeout=30, trust_env=False
    )


def wait_for(done: Callable[[], bool], what: str) -> None:
    """Ask again and again; the answer of each request is what is waited for."""
    give_up = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < give_up, f"waited in vain until {what}"


MASTER_DATA: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("catalogue.define_store", {"store": "S1", "name": "First store", "timezone": "Asia/Shanghai"}),
    ("catalogue.define_store", {"store": "S2", "name": "Second store", "timezone": "Asia/Shanghai"}),
    ("catalogue.define_category", {"category": "dairy", "zh": "Ru pin", "en": "Dairy"}),
    ("catalogue.define_category", {"category": "dry", "zh": "Gan huo", "en": "Dry goods"}),
    ("catalogue.define_supplier", {"supplier": "farm", "name": "Farm", "lead_days": 1}),
    *(
        ("catalogue.define_place", {"store": store, "place": place, "name": place, "storage": storage})
        for store in ("S1", "S2")
        for place, storage in (("shelf", "ambient"), ("fridge", "chilled"))
    ),
    *(
        (
            "catalogue.define_product",
            {"sku": sku, "name": name, "category": category, "base_unit": "ea", "supplier": "farm"},
        )
        for sku, name, category in (("milk", "Milk 1 l", "dairy"), ("rice", "Rice 5 kg", "dry"))
    ),
    ("catalogue.set_price", {"sku": "milk", "price": "12.50"}),
    ("catalogue.set_price", {"sku": "rice", "price": "48"}),
    ("catalogue.assign_barcode", {"code": "6901234567892", "sku": "milk", "unit": "ea", "factor": "1"}),
    (
        "sensing.assign_sensor",
        {"sensor": "probe-1", "store": "S1", "place": "fridge", "quantity": "temperature", "high": "8"},
    ),
)
