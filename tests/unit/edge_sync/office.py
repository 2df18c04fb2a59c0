"""A real head office for tests: its own process on a free port, that a test may kill and start again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.support.edge_node import op
from tests.support.ports import free_port

PASSWORD = "an owner's long password"
_CLOUD = "from cloud.cli import cloud; cloud()"
_CODE = re.compile(r"one-time code: (\S+)")


class HeadOffice:
    """One cloud process over SQLite; the folder and the port stay the same over `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = folder.with_suffix(".log")
        self._process: subprocess.Popen[str] | None = None
        self._owner: httpx.Client | None = None
        self.code = ""

    def start(self) -> None:
        """Start and return when it answers; the first time, the owner signs in by the code on the console."""
        command = [sys.executable, "-c", _CLOUD, "run"]
        command += ["--dir", str(self.folder), "--port", str(self.port)]
        with self.log_file.open("a") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        out = self._process.stdout
        assert out
        line = out.readline()
        assert line.startswith("ready "), f"head office did not start:\n{self.log_file.read_text()[-3000:]}"
        if self._owner is None:
            code = _CODE.search(out.readline())
            assert code
            self._owner = self._first_owner(code.group(1))

    def run(self, *words: str) -> str:
        """What an operator types beside the running server, or instead of it; what was answered."""
        command = [sys.executable, "-c", _CLOUD, *words, "--dir", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def copies(self) -> list[Path]:
        """Its backups, oldest first."""
        return sorted((self.folder / "backups").glob("cloud-*.db"))

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as a service manager would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, how)
            self._process.wait()
            assert self._process.stdout
            self._process.stdout.close()
            self._process = None

    def _first_owner(self, code: str) -> httpx.Client:
        owner = httpx.Client(
            base_url=self.url, headers={"X-Liushui": "1", "Accept-Language": "en"}, trust_env=False
        )
        told = {"code": code, "user": "owner", "name": "The owner", "password": PASSWORD}
        owner.post("/v1/bootstrap", json=told).raise_for_status()
        return owner

    # -- what the owner does

    def get(self, path: str, **query: Any) -> Any:
        assert self._owner
        answer = self._owner.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        assert self._owner
        answer = self._owner.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def ask(self, *commands: tuple[str, Mapping[str, Any]]) -> None:
        """Commands of head office, in order."""
        asked = [op(kind, body) for kind, body in commands]
        for result in self.post("/v1/ops", {"ops": asked})["results"]:
            assert result["state"] == "accepted", result

    def open_store(self, store: str) -> str:
        """A new store with goods; returns the code for its node."""
        self.ask(
            ("catalogue.define_store", {"store": store, "name": f"Store {store}"}),
            ("catalogue.define_category", {"category": "dairy", "zh": "乳品", "en": "Dairy"}),
            ("catalogue.define_supplier", {"supplier": "farm", "name": "Farm"}),
            (
                "catalogue.define_product",
                {"sku": "milk", "name": "Milk", "category": "dairy", "base_unit": "pc", "supplier": "farm"},
            ),
            ("catalogue.set_price", {"sku": "milk", "price": "12.50"}),
        )
        return self.new_code(store)

    def new_code(self, store: str) -> str:
        code: str = self.post("/v1/nodes/enrolment-codes", {"store": store})["code"]
        return code

    def set_price(self, price: str) -> None:
        self.ask(("catalogue.set_price", {"sku": "milk", "price": price}))

    def logs_of(self, store: str) -> list[dict[str, Any]]:
        """The store's logs as head office has them, oldest first."""
        nodes = self.get("/v1/master/nodes")["items"]
        return next((node["logs"] for node in nodes if node["store"] == store), [])

    def on_hand(self, store: str) -> str:
        """Milk at the store by head office's books; they are a moment behind the facts."""
        rows = self.get("/v1/reports/stock", by="sku", store=store)["rows"]
        return str(rows[0]["on_hand"]) if rows else ""

    def facts_of(self, store: str) -> int:
        return sum(log["seq"] for log in self.logs_of(store))
