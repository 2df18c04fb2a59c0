"""A real head office and real nodes for a measurement, each a process as a service manager starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from cloud.demo.children import Child
from cloud.demo.wire import Person

PROGRAM = [sys.executable, "-c", "from shared.command_line import liushui; liushui()"]
OWNER = "owner"
PASSWORD = "a long day at the till"  # noqa: S105 - of a chain that lives for minutes, on loopback
_CODE = re.compile(r"one-time code: (\S+)")
_OPS_MAX = 200
_STOP_S = 30.0
Command = tuple[str, dict[str, Any]]


class Ports(msgspec.Struct, frozen=True):
    """Nodes are told `wire`; what counts the bytes there hands them on to `office`."""

    wire: int
    office: int


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(name: str, folder: Path, *arguments: str) -> Iterator[Child]:
    """`liushui …` until the block ends; ready when it says so."""
    child = Child(name, [*PROGRAM, *arguments], folder, ready=r"(?m)^ready ")
    child.start()
    try:
        yield child
    finally:
        child.ask_to_stop(signal.SIGTERM)
        if not child.has_stopped(_STOP_S):
            child.kill()
            child.has_stopped(_STOP_S)


@contextmanager
def head_office(folder: Path, port: int) -> Iterator[Child]:
    folder.mkdir(parents=True, exist_ok=True)
    with running("office", folder, "cloud", "run", "--dir", str(folder), "--port", str(port)) as child:
        yield child


@contextmanager
def store(folder: Path, port: int) -> Iterator[Child]:
    """A node that is enrolled."""
    with running("node", folder, "edge", "run", "--dir", str(folder), "--port", str(port)) as child:
        yield child


def call(*arguments: str) -> str:
    """What a command of ours prints."""
    done = subprocess.run([*PROGRAM, *arguments], stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


def person(port: int) -> Person:
    """The owner, at head office or at a node."""
    return Person(f"http://127.0.0.1:{port}", OWNER, PASSWORD, threading.Event())


def first_owner(office: Child, port: int) -> Person:
    """Signed in by the one-time code on the console."""
    owner = person(port)
    until = time.monotonic() + 10
    while (found := _CODE.search(office.said())) is None:
        assert time.monotonic() < until, office.said()
        time.sleep(0.05)
    owner.bootstrap(found[1], "Owner")
    return owner


def enrol(owner: Person, code_for: str, folder: Path, port: int) -> None:
    """Make the folder the store's node; the node speaks to head office at that port."""
    told = owner.post("/v1/nodes/enrolment-codes", {"store": code_for})
    folder.mkdir(parents=True, exist_ok=True)
    call("edge", "enrol", "--dir", str(folder), "--cloud", f"http://127.0.0.1:{port}", "--code", told["code"])


def enter(owner: Person, commands: Iterable[Command]) -> None:
    """Master data, as many at once as a request may hold."""
    ops = [_op(kind, body, number) for number, (kind, body) in enumerate(commands, 1)]
    for start in range(0, len(ops), _OPS_MAX):
        results = owner.post("/v1/ops", {"ops": ops[start : start + _OPS_MAX]})["results"]
        assert all(result["state"] == "accepted" for result in results), results[0]


def sale(sku: str) -> dict[str, Any]:
    """One piece sold, as a phone sends it."""
    return _op("sales.sell", {"lines": [{"sku": sku, "qty": "1"}]}, 0)


def _op(kind: str, body: dict[str, Any], number: int) -> dict[str, Any]:
    moment = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big") & ~(0xF << 76) & ~(0x3 << 62)
    return {
        "op_id": f"{(moment << 80) | noise | (7 << 76) | (2 << 62):032x}",
        "device_id": "desk",
        "dev_seq": number,
        "kind": kind,
        "v": 1,
        "at_ms": moment,
        "offset_ms": 0,
        "body": body,
    }


def lists_of(stores: Iterable[str], goods: int) -> Iterator[Command]:
    """Stores, one category, and so many goods with a price; every hundredth has its own price in each store."""
    named = tuple(stores)
    for code in named:
        about = {"store": code, "name": code, "timezone": "Asia/Shanghai", "cutoff_minutes": 0}
        yield "catalogue.define_store", about
        yield (
            "catalogue.define_place",
            {"store": code, "place": "shelf", "name": "Shelf", "storage": "ambient"},
        )
    yield "catalogue.define_category", {"category": "dry", "zh": "干货", "en": "Dry"}
    for number in range(goods):
        sku = f"sku-{number:04d}"
        about = {"sku": sku, "name": f"Product {number} 商品", "category": "dry", "base_unit": "ea"}
        yield "catalogue.define_product", about
        yield "catalogue.set_price", {"sku": sku, "price": "9.90"}
        if number % 100 == 99:
            for code in named:
                yield "catalogue.set_price", {"sku": sku, "price": "8.80", "store": code}
