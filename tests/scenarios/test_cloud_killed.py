"""Head office is killed again and again while a store sends its backlog; at the end every sale counts once."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.sync import token
from shared.sync.messages import Hello, Pushed, Welcome
from tests.support import ports
from tests.unit.cloud.shop import Log, Shop

_PAUSE = threading.Event()
"""Never set: the breath between two looks at another process, which sends us no event."""

LIUSHUI = "from shared.command_line import liushui; liushui()"
PASSWORD = "a long enough word"
FRAMES, SALES_A_FRAME = 24, 40


class HeadOffice:
    """`liushui cloud run` as a process of its own, which a test may kill and start again."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.folder, self.more = folder, more
        self.port = ports.free_port()
        self.code = ""
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers={"X-Liushui": "1"}, timeout=30
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", LIUSHUI, "cloud", *arguments]

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command("run", "--dir", str(self.folder), "--port", str(self.port), *self.more),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            found = re.search(r"code: ([A-Z0-9-]+)", line)
            if found:
                self.code = found.group(1)
            # The very first time the code follows the line that says it is ready.
            if self.code:
                return
        raise RuntimeError(f"head office ended with {self.process.wait()}")

    def kill(self) -> None:
        """As a power cut would end it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=30)

    def post(self, path: str, body: Any) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


class Store:
    """A store's node with a backlog, sending from whatever head office says it has."""

    def __init__(self, office: HeadOffice) -> None:
        self.office = office
        self.key = Ed25519PrivateKey.generate()
        code = office.post("/v1/nodes/enrolment-codes", {"store": "s1", "node": "s1"})["code"]
        told = office.post(
            "/v1/nodes/enrol",
            {
                "code": code,
                "node_public_key": self.key.public_key().public_bytes_raw().hex(),
                "node_id": uuid.uuid4().hex,
            },
        )
        self.audience = told["token_audience"]
        shop = object.__new__(Shop)
        shop.node, shop.wire_id = "s1", bytes.fromhex(told["node_id"])
        self.log = Log(shop, "backlog")
        self.log.sell(*(f"sale-{number}" for number in range(FRAMES * SALES_A_FRAME)))

    def headers(self) -> dict[str, str]:
        claims = token.claims(self.log.shop.wire_id, self.audience, int(time.time()), uuid.uuid4().hex)
        signed = jwt.encode(
            claims, self.key, algorithm=token.ALGORITHM, headers=token.header(self.log.shop.wire_id)
        )
        return {"Authorization": f"Bearer {signed}"}

    def held(self) -> int:
        said = Hello(
            node_id=self.log.shop.wire_id,
            heads=[self.log.head()],
            parents=[self.log.parent],
            feed_gen=0,
            feed_pos=0,
            blobs_pending=0,
            hlc=0,
            versions={},
            unsent=0,
            oldest_unsent_ms=0,
        )
        answer = self.office.client.post(
            "/sync/v1/hello", content=msgspec.msgpack.encode(said), headers=self.headers()
        )
        welcome = msgspec.msgpack.decode(answer.content, type=Welcome)
        return welcome.have[0].seq if welcome.have else 0

    def push(self, first: int) -> int:
        frame = self.log.frame(first, first + SALES_A_FRAME - 1)
        answer = self.office.client.post("/sync/v1/push", content=frame, headers=self.headers())
        return msgspec.msgpack.decode(answer.content, type=Pushed).seq


def opened(office: HeadOffice) -> Store:
    """The first owner signs in, defines a store and lets its node in."""
    office.start()
    told = {"code": office.code, "user": "boss", "name": "Boss", "password": PASSWORD}
    office.post("/v1/bootstrap", told)
    define = {"store": "s1", "name": "One"}
    op = {
        "op_id": str(uuid.uuid4()),
        "device_id": "d",
        "kind": "catalogue.define_store",
        "at_ms": 1,
        "body": define,
    }
    assert office.post("/v1/ops", {"ops": [op]})["results"][0]["state"] == "accepted"
    return Store(office)


def sold(office: HeadOffice) -> dict[str, Any]:
    """The page of head office, once everything has been applied."""
    for _ in range(600):
        (node,) = office.client.get("/v1/reports/nodes").json()["nodes"]
        if node["head"] == node["applied"] == FRAMES * SALES_A_FRAME:
            break
        _PAUSE.wait(0.1)
    answer = office.client.get("/v1/reports/sales?by=store&from=2026-11-22&to=2026-11-22")
    total: dict[str, Any] = answer.json()["total"]
    return total


def expected() -> tuple[str, int]:
    amount = FRAMES * SALES_A_FRAME * 450
    return f"{amount // 100}.{amount % 100:02d}", FRAMES * SALES_A_FRAME


def test_killed_while_a_backlog_comes_in_every_sale_counts_once(tmp_path: Path) -> None:
    """Six kills without warning between and during frames; hello says what is held, the rest is sent again."""
    office = HeadOffice(tmp_path / "office")
    store = opened(office)
    sent = kills = 0
    while sent < FRAMES * SALES_A_FRAME:
        frame_number = sent // SALES_A_FRAME
        if kills < 6 and frame_number == (kills + 1) * 3:
            kills += 1
            if kills % 2:
                # In the middle of a request: the answer never comes, what was done is not known.
                body = _slow(store.log.frame(sent + 1, sent + SALES_A_FRAME), office)
                with pytest.raises(httpx.TransportError):
                    office.client.post("/sync/v1/push", content=body, headers=store.headers())
            else:
                office.kill()
            office.start()
            sent = store.held()
            continue
        sent = store.push(sent + 1)
    assert kills == 6
    total = sold(office)
    assert (total["amount"], total["count"]) == expected()
    assert office.stop() == 0
    proof = subprocess.run(
        office.command("verify", "--dir", str(office.folder), "--json"), capture_output=True, check=False
    )
    told = msgspec.json.decode(proof.stdout)
    assert (proof.returncode, told["findings"], told["behind"]) == (0, [], 0)
    assert told["facts"] == FRAMES * SALES_A_FRAME + 1


def _slow(frame: bytes, office: HeadOffice) -> Any:
    """The frame's bytes; head office dies before the last of them."""
    yield frame[:-10]
    office.kill()
    yield frame[-10:]


def test_two_workers_over_postgresql_count_every_sale_once(tmp_path: Path, postgres_url: str) -> None:
    """Any worker takes any frame, any worker applies it."""
    office = HeadOffice(tmp_path / "office", "--database", postgres_url, "--workers", "2")
    store = opened(office)
    sent = 0
    while sent < FRAMES * SALES_A_FRAME:
        assert store.push(sent + 1) == sent + SALES_A_FRAME
        sent = store.held()
    total = sold(office)
    assert (total["amount"], total["count"]) == expected()
    office.stop()
    proof = subprocess.run(
        office.command("verify", "--dir", str(office.folder), "--database", postgres_url, "--json"),
        capture_output=True,
        check=False,
    )
    assert msgspec.json.decode(proof.stdout)["findings"] == []
