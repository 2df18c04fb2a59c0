"""Power cuts on both sides of the line while a till sells: every sale is at head office once, none is missing.

Both sides are the real programs in processes of their own, ended by SIGKILL in the middle of what they do. The
till is a phone that sends an op again until it is told what became of it, with the same id.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.edge_node import Phone, op
from tests.support.ports import free_port
from tests.unit.edge_sync.office import HeadOffice

CLERK_PASSWORD = "a clerk's long password"
_EDGE = "from edge.cli import edge; edge()"
_CLOUD = "from cloud.cli import cloud; cloud()"


class Node:
    """An enrolled node as its own process."""

    def __init__(self, folder: Path, office: HeadOffice, code: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.run("enrol", "--dir", str(folder), "--cloud", office.url, "--code", code)

    def run(self, *words: str) -> str:
        done = subprocess.run([sys.executable, "-c", _EDGE, *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        with (self.folder / "node.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _EDGE, "run", "--dir", str(self.folder), "--port", str(self.port)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("ready "):
                break
        else:
            raise AssertionError((self.folder / "node.log").read_text()[-3000:])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def sign_in(self) -> Phone:
        phone = Phone(base_url=self.url, headers={"X-Liushui": "1"}, timeout=30, trust_env=False)
        told = {"user": "clerk-1", "password": CLERK_PASSWORD}
        phone.post("/v1/session", json=told).raise_for_status()
        return phone


@pytest.fixture
def office(tmp_path: Path) -> Iterator[HeadOffice]:
    """A head office of this test's own, with one clerk."""
    started = HeadOffice(tmp_path / "cloud")
    started.start()
    started.code = started.open_store("s1")
    clerk = {"user": "clerk-1", "name": "Clerk", "role": "clerk", "stores": ["s1"], "language": "en"}
    started.post("/v1/users", {**clerk, "password": CLERK_PASSWORD})
    yield started
    started.stop()


@pytest.fixture
def node(office: HeadOffice, tmp_path: Path) -> Iterator[Node]:
    """The store's node, running."""
    (tmp_path / "node").mkdir()
    made = Node(tmp_path / "node", office, office.code)
    made.start()
    yield made
    made.end()


def sales(count: int) -> list[dict[str, Any]]:
    """Ops of two facts' worth of trouble: one piece of milk each."""
    return [op("sales.sell", {"lines": [{"sku": "milk", "qty": "1"}]}) for _ in range(count)]


def send(phone: Phone, ops: list[dict[str, Any]]) -> bool:
    """Whether the node said what became of them."""
    try:
        return all(result["state"] == "accepted" for result in phone.send_ops(ops))
    except httpx.HTTPError:
        return False


def test_kills_on_both_sides_lose_nothing_and_double_nothing(
    office: HeadOffice, node: Node, tmp_path: Path
) -> None:
    """Four power cuts, drawn by a fixed seed, each in the middle of 100 sales being told and sent on."""
    chance = random.Random(20_261_122)
    phone = node.sign_in()
    assert send(phone, [op("stock.receive", {"lines": [{"sku": "milk", "qty": "5000", "lot": "L1"}]})])
    for victim in ("node", "office", "both", "node"):
        rest = [sales(20) for _ in range(5)]
        survivors = chance.randrange(1, 5)
        for batch in rest[:survivors]:
            assert send(phone, batch)
        cut = threading.Thread(target=send, args=(phone, rest[survivors]))
        cut.start()
        if victim in ("node", "both"):
            node.kill()
        if victim in ("office", "both"):
            office.kill()
        cut.join()
        if victim in ("office", "both"):
            office.start()
        if victim in ("node", "both"):
            node.start()
        for batch in rest[survivors:]:
            assert send(phone, batch)
    _wait_until_said(phone)
    shown = phone.get("/v1/stock/milk").json()
    assert shown["on_hand"] == "4600"
    assert office.facts_of("s1") == 401
    node.end()
    office.stop()
    proof = json.loads(node.run("verify", "--dir", str(node.folder), "--json"))
    assert (proof["faults"], proof["facts"]) == ([], 401)
    proven = subprocess.run(
        [sys.executable, "-c", _CLOUD, "verify", "--dir", str(office.folder), "--json"],
        capture_output=True,
        text=True,
    )
    assert proven.returncode == 0, proven.stdout


def _wait_until_said(phone: Phone) -> None:
    """The node tells its screens after each frame; ask it then, and once before."""
    with phone.stream("GET", "/v1/live", timeout=60) as told:
        lines = told.iter_lines()
        while phone.get("/v1/node").json()["unsent"]:
            next(lines)
