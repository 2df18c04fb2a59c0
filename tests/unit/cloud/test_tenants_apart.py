"""Tenants with the same stores, goods, people, ops, logs and boxes: nothing of one shows in an answer to the other.

One world holds a single tenant, the other the same tenant among two more. The same seeded calls over every route give
the same answers to the byte, and at the end the tenant's rows are the same in both. A new route is drawn by itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from sqlalchemy import Engine, event, select

from cloud.describe import document
from cloud.intake.blobs import Complete
from cloud.intake.projector import project_all
from cloud.store import ledger_tables
from cloud.store.columns import TENANT_ID
from cloud.store.engine import Database
from cloud.store.identity_tables import USER
from cloud.store.migrate import prepare
from cloud.store.projected import projected
from shared.ledger.chain import Head
from shared.sync.messages import Hello
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.shop import NOW, sale
from tests.unit.cloud.shop import event as fact_event
from tests.unit.cloud.tenants import Chain

CALLS = 120
MARKS = {"main": "MARK-A", "other": "MARK-BB", "third": "MARK-CCC"}
NOT_DRAWN = {
    ("delete", "/v1/session"),  # would end the session that the other calls need
    ("post", "/v1/bootstrap"),  # is over once there is an owner
    (
        "post",
        "/v1/session",
    ),  # each try is a password to hash; who signs in is looked up in the home tenant alone
    (
        "post",
        "/v1/nodes/enrol",
    ),  # would take the box's key away; its collision is what every world begins with
}
_SECRET = re.compile(rb"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}")
_ZSTD = b"\x28\xb5\x2f\xfd"

Call = tuple[str, str, dict[str, Any]]


class Draw:
    """Calls out of the document of all routes, with values that exist, that exist elsewhere, and that do not."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.described = document()
        self.schemas = self.described["components"]["schemas"]
        self.routes = [
            (method, path, operation)
            for path, operations in sorted(self.described["paths"].items())
            for method, operation in sorted(operations.items())
            if (method, path) not in NOT_DRAWN
        ]
        self.pool: dict[str, list[Any]] = {}

    def know(self, chains: list[Chain]) -> None:
        """Ids that stand somewhere: the own ones, and those only others have."""
        log = chains[0].log.log_id.hex()
        skus = ["milk", "bread", "only-main", "only-other", "nothing"]
        stores = ["s1", "s2", "s9"]
        self.pool = {
            "store": stores, "node": stores, "scope": stores, "to_store": stores, "from_store": stores,
            "stores": [["s1"], ["s1", "s2"], ["*"]],
            "log": [log, "00" * 16], "seq": [1, 2, 6, 9, 99], "sku": skus, "lot": ["L1", "L9"],
            "category": ["dairy", "meat"], "kind": ["sales.sale_recorded", "folder"],
            "supplier": ["farm", "mill"],
            "date": ["2026-11-22"], "from": ["2026-11-01", "2026-11-22"], "to": ["2026-11-22", "2026-11-30"],
            "after": ["", "x"], "limit": [1, 3, 50], "q": ["m", "MARK", "only"],
            "by": ["store", "sku", "day", "category"], "days": [7, 30], "thumb": [0],
            "subscription": ["", "00"], "channel": ["", "00"], "told": [{"report": "daily"}], "paused": [False],
            "host": ["mail.example"], "port": [465], "security": ["tls"], "sender": ["a@b.example"],
            "folder": ["drawer"], "url": ["https://qyapi.weixin.qq.com/x"], "sign": ["s"],
            "compare": ["previous", "year"], "format": ["json", "xlsx", "pdf"],
            "state": ["held", "voided", "blocked"], "reason": ["invalid", "not needed"], "actor": ["li"],
            "user": ["li", "may", "kim"], "name": ["New name"], "role": ["clerk", "inspector"],
            "password": ["a long enough word"], "language": ["en"], "revoked": [False], "code": ["4006381333931"],
            "device": ["phone-1", "phone-9"], "gen": [1], "pos": [0, 3, 10, 9999], "index": [0],
            "order": ["o-1"], "place": ["cold", "warm"], "sensor": ["t1", "t2"], "base_unit": ["pc"],
            "price": ["1.5", "2"], "factor": ["6"], "unit": ["pc", "box"], "qty": ["2"], "template": ["wwwww"],
            "quantity": ["temperature"], "storage": ["chilled"], "timezone": ["Asia/Shanghai"],
            "account": ["1405", "6401", "9999"], "batch": ["1", "none"], "form": ["kingdee-xlsx", "yonyou"],
            "period": ["2026-10", "2026-11"], "reference": ["", "r-1"], "part": [0, 1], "number": [1, 2],
            "every": [True, False], "why": ["", "all", "needed"],
            "sha": chains[0].photos + chains[-1].photos, "note": ["a note"], "op_ids": [[self._op_id()]],
        }  # fmt: skip

    def _op_id(self) -> str:
        return f"00000000-0000-7000-8000-{self.dice.randrange(40):012d}"

    def call(self) -> tuple[bool, Call]:
        """Whether the node asks, and what."""
        method, path, operation = self.dice.choice(self.routes)
        query: dict[str, Any] = {}
        for parameter in operation.get("parameters", []):
            name = parameter["name"]
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", str(self._value(name)))
            elif parameter.get("required") or self.dice.random() < 0.4:
                query[name] = self._value(name)
        more: dict[str, Any] = {"params": query}
        if path.startswith("/sync/"):
            return True, (method, path, more)
        if path == "/v1/ops":
            more["json"] = {"ops": [self._op() for _ in range(self.dice.randint(1, 3))]}
        elif "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            more["json"] = self._body(schema)
        return False, (method, path, more)

    def _op(self) -> dict[str, Any]:
        commands = self.described["x-commands"]
        kind = self.dice.choice(sorted(name for name in commands if commands[name]["decided_at"] == "cloud"))
        body = self._body(commands[kind]["schema"])
        return {"op_id": self._op_id(), "device_id": "desk", "kind": kind, "at_ms": NOW, "body": body}

    def _value(self, name: str) -> Any:
        assert name in self.pool, f"teach the draw what a {name} may be"
        return self.dice.choice(self.pool[name])

    def _body(self, schema: dict[str, Any], name: str = "") -> Any:
        if "$ref" in schema:
            return self._body(self.schemas[schema["$ref"].rpartition("/")[2]], name)
        if schema.get("type") == "object":
            required = schema.get("required", [])
            return {
                field: self._body(inner, field)
                for field, inner in schema.get("properties", {}).items()
                if field in required or self.dice.random() < 0.3
            }
        if name in self.pool:
            return self._value(name)
        if "enum" in schema:
            return self.dice.choice(schema["enum"])
        if "anyOf" in schema:
            return self._body(schema["anyOf"][0], name)
        match schema.get("type"):
            case "array":
                return [self._body(schema.get("items", {}), name)]
            case "integer":
                return max(1, int(schema.get("minimum", 1)))
            case "boolean":
                return True
            case _:
                return "1"


class Machine:
    """The node's side of a call: what goes into the bodies that no document describes."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.more = 0

    def call(self, method: str, path: str, more: dict[str, Any]) -> Any:
        log = self.chain.log
        content, headers = b"", {}
        if path.endswith("/hello"):
            head = Head(log.log_id, len(log.events), log.hash_at(len(log.events)))
            said = Hello(
                node_id=self.chain.wire_id, heads=[head], parents=[log.parent], feed_gen=1, feed_pos=0,
                blobs_pending=0, hlc=0, versions={}, unsent=0, oldest_unsent_ms=0,
            )  # fmt: skip
            content = msgspec.msgpack.encode(said)
        elif path.endswith("/push"):
            self.more += 1
            first = len(log.events) + 1
            log.record(fact_event(sale(f"later {self.more}"), f"later {self.more}"))
            content = log.frame(first)
        elif path.endswith("/complete"):
            content = msgspec.msgpack.encode(Complete(chunks=1, size=27, mime="image/jpeg"))
        elif method == "put":
            content = b"x"
            headers = {"X-Liushui-SHA256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
        elif method == "post":
            # What a route of tomorrow reads is not known here; a map with everything a node knows by name is.
            content = msgspec.msgpack.encode(
                {"log": log.log_id, "node_id": self.chain.wire_id, "first_seq": 1}
            )
        answer = self.chain.machine(method.upper(), path, content=content or None, headers=headers, **more)
        project_all(self.chain.store, NOW)
        return answer


class World:
    """One database with one tenant or several, each asked the same."""

    def __init__(self, url: str, folder: Path, tenants: list[str], clock: Clock) -> None:
        self.database = Database(url)
        # The others come first, so that whatever is numbered for all is numbered differently.
        order = sorted(tenants, reverse=True)
        made = {name: Chain(self.database, folder, name, MARKS[name], clock) for name in order}
        self.chains = [made[name] for name in tenants]
        self.machines = [Machine(chain) for chain in self.chains]

    def close(self) -> None:
        for chain in self.chains:
            chain.close()
        self.database.close()

    def ask(self, is_machine: bool, call: Call) -> tuple[int, bytes]:
        """The first tenant's answer, after the others have been asked the same."""
        told: Any = None
        for chain, machine in reversed(list(zip(self.chains, self.machines, strict=True))):
            method, path, more = call
            told = machine.call(*call) if is_machine else chain.browser.request(method.upper(), path, **more)
        return told.status_code, plain(told.content)

    def rows(self) -> dict[str, list[str]]:
        """Every row of the first tenant, less what is random or numbered for all tenants together."""
        found = {}
        tables = {**ledger_tables.METADATA.tables, **projected()}
        with self.database.reading() as connection:
            for name, table in sorted(tables.items()):
                if TENANT_ID not in table.c or name == "feed_pending":
                    continue
                columns = [column for column in table.c if column is not USER.c.password_hash]
                rows = connection.execute(
                    select(*columns).where(table.c[TENANT_ID] == self.chains[0].tenant)
                ).all()
                found[name] = sorted(plain(repr(tuple(row)).encode()).decode() for row in rows)
        return found


def plain(content: bytes) -> bytes:
    """Unpacked, and without password hashes, whose salts are drawn anew each time."""
    if content.startswith(_ZSTD):
        content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    return _SECRET.sub(b"HASH", content)


_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_]+)"?', re.IGNORECASE)
_TIED = re.compile(r'tenant_id"?\s*=\s*')
_NODE_TIED = re.compile(r'node_id"?\s*(=|IN)\s*|"node_id"')
_ACROSS = (
    # The two questions that are asked before a tenant is known: which are there, and whose box is this.
    "SELECT tenant.tenant_id \nFROM tenant ORDER BY tenant.tenant_id",
    "SELECT node.tenant_id \nFROM node \nWHERE node.wire_id =",
)


@contextmanager
def every_statement_is_tied() -> Iterator[set[str]]:
    """Listens to all SQL: a statement on a tenant's table says which tenant, one on the day-book also which node."""
    tables = {**ledger_tables.METADATA.tables, **projected()}
    tenants = {name for name, table in tables.items() if TENANT_ID in table.c}
    seen: set[str] = set()

    def look(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        named = {name for name in _TABLE.findall(statement) if name in tenants}
        if not named or statement.startswith(_ACROSS):
            return
        seen.update(named)
        is_insert = statement.startswith("INSERT")
        assert (TENANT_ID in statement) if is_insert else _TIED.search(statement), statement
        if "event" in named:
            assert _NODE_TIED.search(statement), statement

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def test_no_answer_tells_of_another_tenant(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every answer and every row of a tenant are the same whether or not others live in the same database."""
    alone_url = f"sqlite:///{tmp_path / 'alone.db'}"
    seed = 11
    if not database_url.startswith("sqlite"):
        alone_url, seed = request.getfixturevalue("postgres_cluster").new_database(), 22
    for url in (alone_url, database_url):
        # Migrations and rebuilding concern all tenants; they are not listened to.
        opened = Database(url)
        prepare(opened)
        opened.close()
    clock = Clock()
    alone = World(alone_url, tmp_path / "alone", ["main"], clock)
    with every_statement_is_tied() as seen:
        crowded = World(database_url, tmp_path / "crowded", list(MARKS), clock)
        draw = Draw(seed)
        draw.know(crowded.chains)
        asked = set()
        for number in range(CALLS):
            is_machine, call = draw.call()
            expected, told = alone.ask(is_machine, call), crowded.ask(is_machine, call)
            assert told == expected, f"call {number}: {call}"
            assert told[0] < 500, f"call {number}: {call}"
            for mark in list(MARKS.values())[1:]:
                assert mark.encode() not in told[1], f"call {number}: {call}"
            asked.add((call[0], call[1], told[0] < 400))
            clock.pass_(seconds=1)
    assert crowded.rows() == alone.rows()
    assert {"event", "log", "fact", "feed", "blob", "user_account", "sales_day"} <= seen
    assert sum(was_answered for *_, was_answered in asked) >= 25
    for world in (alone, crowded):
        world.close()
