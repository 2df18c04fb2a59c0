"""The demo from first to last: processes, master data, replay, proof, live part, and leaving nothing behind."""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from cloud.demo import broker, checks, totals
from cloud.demo.assortment import DAIRY
from cloud.demo.chain import OWNER, STORES, sensor_of
from cloud.demo.children import Child, Children, Say
from cloud.demo.devices import Devices, tell_the_past
from cloud.demo.live import Heard, LiveStore, open_fridge
from cloud.demo.ops import TIMEZONE
from cloud.demo.replay import Sent, replay
from cloud.demo.story import Story, clerk, inspector, manager, tell
from cloud.demo.wire import Person, Refused

PROGRAM = [sys.executable, "-c", "from shared.command_line import liushui; liushui()"]
"""This very interpreter, whatever the path says."""
CODE = r"(?i)code\W+([0-9A-Za-z][0-9A-Za-z-]{7,})"
SETTLED_S_MAX = 300.0
POLL_S = 0.5
DEVICE_TRIES = 12
LIVE_EVERY_S = 5.0
OWNER_NAME = "Demo Owner 演示老板"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    exit_after_replay: bool = False
    stores: int = 3
    days: int | None = None
    port: int = 8000
    trickle: bool = True
    folder: Path | None = None


class Report(msgspec.Struct, kw_only=True):
    """What `--json` prints. Money in cents."""

    ok: bool = False
    totals: dict[str, int] = {}
    source: dict[str, int] = {}
    days: list[dict[str, str | int]] = []
    differences: list[str] = []
    problems: list[str] = []
    ops: dict[str, Sent] = {}
    devices: dict[str, Heard] = {}
    nodes: list[dict[str, Any]] = []
    restarts: dict[str, int] = {}
    seconds: dict[str, float] = {}


class Demo:
    """One run. `run` returns the report once the past is replayed; `stay` then keeps the shops alive."""

    def __init__(self, wish: Wish, say: Say) -> None:
        self._wish = wish
        self._say = say
        self._stopping = threading.Event()
        self._children = Children(say)
        self._password = secrets.token_urlsafe(12)
        self._secret = secrets.token_urlsafe(18)
        self._folder = Path(tempfile.mkdtemp(prefix="liushui-demo-")) if wish.folder is None else wish.folder
        self._people: dict[str, Person] = {}
        self._devices: dict[str, Devices] = {}
        self._live: dict[str, LiveStore] = {}
        self._ports: dict[str, int] = {}
        self.report = Report()

    # -- the past --------------------------------------------------------------------------------------------

    def run(self) -> Report:
        """Everything up to the proof."""
        today = datetime.now(ZoneInfo(TIMEZONE)).date()
        with self._timed("story"):
            stores = tuple(STORES)[: self._wish.stores]
            story = tell(today, self._wish.days, stores)
        self._say(
            f"{len(story.sold)} real baskets of {len(stores)} stores, {story.first} to {today - timedelta(days=1)}; "
            f"working in {self._folder}"
        )
        with self._timed("start"):
            self._start_head_office(story)
        with self._timed("master_data"):
            self._enter_master_data(story)
        with self._timed("stores"):
            self._open_stores(story)
        with self._timed("replay"):
            self._replay(story)
        with self._timed("devices"):
            self._try_devices(story)
        with self._timed("settle"):
            self._wait_settled(story)
        with self._timed("check"):
            self._prove(story, today)
        self.report.restarts = self._children.restarts
        self.report.ok = not self.report.differences and not self.report.problems
        return self.report

    def _start_head_office(self, story: Story) -> None:
        port = self._port("broker", 0)
        folder = self._made("broker")
        argv = broker.configure(folder, port, story.stores, self._secret)
        self._children.start(Child("broker", argv, folder, ready=broker.READY))
        self._say(f"broker on port {port}")
        port = self._port("cloud", self._wish.port)
        folder = self._made("cloud")
        argv = [*PROGRAM, "cloud", "run", "--dir", str(folder), "--port", str(port)]
        argv += ["--tenant-name", "Liushui Demo", "--currency", "USD", "--symbol", "$"]
        head_office = self._children.start(Child("cloud", argv, folder, ready=r"(?m)^ready "))
        code = _found(CODE, head_office)
        owner = self._people[OWNER] = Person(self._url("cloud"), OWNER, self._password, self._stopping)
        owner.bootstrap(code, OWNER_NAME)
        self._say(f"head office at {self._url('cloud')}")

    def _enter_master_data(self, story: Story) -> None:
        self._say(f"head office enters {len(story.office)} lines of master data …")
        sent = self.report.ops["office"] = Sent()
        progress = self._progress("head office", len(story.office))
        replay(story.office, self._people, story.photos, sent, self._stopping, progress)
        owner = self._people[OWNER]
        for store in story.stores:
            for user, role, title in (
                (manager(store), "store_manager", "Manager 店长"),
                (clerk(store), "clerk", "Clerk 店员"),
                (inspector(store), "inspector", "Inspector 质检员"),
            ):
                told = {"user": user, "name": f"{title} {store}", "role": role, "stores": [store]}
                owner.post("/v1/users", told | {"password": self._password, "language": "zh-CN"})

    def _open_stores(self, story: Story) -> None:
        with ThreadPoolExecutor(len(story.stores)) as pool:
            list(pool.map(lambda store: self._open_store(store, len(story.articles)), story.stores))

    def _open_store(self, store: str, goods: int) -> None:
        """Enrols and starts a node, then its devices; returns once the node knows all the goods."""
        folder = self._made(f"edge-{store}")
        told = self._people[OWNER].post("/v1/nodes/enrolment-codes", {"node": store, "store": store})
        argv = [*PROGRAM, "edge", "enrol", "--dir", str(folder), "--cloud", self._url("cloud")]
        enrolment = Child(f"enrol-{store}", [*argv, "--code", told["code"]], folder, ready=None)
        enrolment.start()
        if not enrolment.has_stopped(60) or enrolment.is_running or enrolment.exit_code:
            raise Refused(f"enrolment of {store}: {enrolment.said()[-500:]}")
        port = self._port(
            store, 0 if not self._wish.port else self._wish.port + 1 + list(STORES).index(store)
        )
        secret = folder / "broker.password"
        secret.touch(0o600)
        secret.write_text(self._secret)
        argv = [*PROGRAM, "edge", "run", "--dir", str(folder), "--port", str(port)]
        argv += ["--broker", f"127.0.0.1:{self._ports['broker']}"]
        argv += ["--broker-user", broker.edge_user(store), "--broker-password-file", str(secret)]
        self._children.start(Child(f"edge-{store}", argv, folder, ready=r"(?m)^ready "))
        for user in (manager(store), clerk(store), inspector(store)):
            self._people[user] = Person(self._url(store), user, self._password, self._stopping)
        self._await_goods(store, goods)
        devices = self._devices[store] = Devices(
            store, self._made(f"devices-{store}"), PROGRAM, self._ports["broker"], self._secret
        )
        self._children.start(devices.simulator)
        self._children.start(devices.bridge)
        self._say(f"{STORES[store]} at {self._url(store)}")

    def _await_goods(self, store: str, goods: int) -> None:
        """The feed has brought everything: first the store's name, then people, then all goods."""
        person = self._people[manager(store)]
        self._until(f"the feed at {store}", lambda: person.knows_store(STORES[store]))
        person.sign_in()
        self._until(
            f"the goods at {store}", lambda: len(person.get("/v1/catalogue", since=0)["items"]) >= goods
        )

    def _replay(self, story: Story) -> None:
        """All stores at once, each in its own order."""
        total = sum(len(ops) for ops in story.by_store.values())
        self._say(f"replaying {total} things that happened, {len(story.photos)} photographs among them …")
        for store in story.stores:
            self.report.ops[store] = Sent()
        tell_the_past(story.stores, datetime.now(ZoneInfo(TIMEZONE)), self._ports["broker"], self._secret)
        telling = threading.Event()
        teller = threading.Thread(target=self._tell_replay, args=(total, telling), daemon=True)
        teller.start()
        try:
            with ThreadPoolExecutor(len(story.stores)) as pool:
                list(
                    pool.map(
                        lambda store: replay(
                            story.by_store[store],
                            self._people,
                            story.photos,
                            self.report.ops[store],
                            self._stopping,
                        ),
                        story.stores,
                    )
                )
        finally:
            telling.set()
            teller.join()

    def _tell_replay(self, total: int, over: threading.Event) -> None:
        while not over.wait(5):
            done = sum(sent.ops for name, sent in self.report.ops.items() if name != "office")
            self._say(f"  {done * 100 // total:3d} %  {done} of {total}")

    def _try_devices(self, story: Story) -> None:
        """A few scans and weights through the real drivers of every store, heard on the till's screen."""
        for store in story.stores:
            self._live[store] = LiveStore(
                store, self._people[clerk(store)], self._devices[store], story.articles, self._stopping
            )
            self.report.devices[store] = self._live[store].heard
        if self._wish.exit_after_replay and not self._wish.trickle:
            return
        with ThreadPoolExecutor(len(story.stores)) as pool:
            list(pool.map(self._try_devices_of, story.stores))

    def _try_devices_of(self, store: str) -> None:
        live = self._live[store]
        live.open_till()
        for what in (live.scan, live.weigh):
            for attempt in range(DEVICE_TRIES):
                if what(attempt) is not None:
                    break
            else:
                self.report.problems.append(f"{store}: nothing heard from its {what.__name__} device")

    # -- the proof -------------------------------------------------------------------------------------------

    def _wait_settled(self, story: Story) -> None:
        """Until every fact of every store has arrived at head office and is in its figures."""
        self._say("waiting until head office has everything …")
        warm = story.stores[-1]
        asked = {"sensor": sensor_of(warm, DAIRY), "hours": "168"}
        self._until(
            f"the warm night on record at {warm}",
            lambda: bool(self._people[manager(warm)].get("/v1/cold-chain/fridge", **asked)["excursions"]),
        )
        self._until("head office to have everything", lambda: self._is_settled(story), SETTLED_S_MAX)

    def _is_settled(self, story: Story) -> bool:
        edges = {store: self._people[manager(store)].get("/v1/node") for store in story.stores}
        told = {row["store"]: row for row in self._people[OWNER].get("/v1/reports/nodes")["nodes"]}
        self.report.nodes = [
            {
                "store": store,
                "edge_log": edges[store]["log"],
                "edge_head": edges[store]["head"],
                "unsent": edges[store]["unsent"],
                "cloud_head": told[store]["head"],
                "cloud_applied": told[store]["applied"],
                "quarantined": told[store]["quarantined"],
            }
            for store in story.stores
        ]
        return all(
            row["unsent"] == 0 and row["cloud_head"] == row["cloud_applied"] > 0 for row in self.report.nodes
        )

    def _prove(self, story: Story, today: date) -> None:
        source = totals.figures_of_source(today, self._wish.days, story.stores)
        ops = [op for store in story.stores for op in story.by_store[store]]
        last = today - timedelta(days=1)
        compared = checks.compare(self._people[OWNER], source, ops, story.first, last)
        self.report.source = dict(totals.in_all(source))
        self.report.totals = dict(totals.in_all(compared.found))
        self.report.differences = compared.differences
        self.report.days = [
            {
                "store": store,
                "date": day,
                "amount": figures["amount"],
                "qty": figures["qty"],
                "count": figures["count"],
            }
            for (store, day), figures in sorted(compared.found.items())
        ]
        for name, sent in self.report.ops.items():
            if sent.refused:
                self.report.problems.append(f"{name}: {sent.refused} ops refused, e.g. {sent.refusals[0]}")
        quarantined = [row["store"] for row in self.report.nodes if row["quarantined"]]
        if quarantined:
            self.report.problems.append(f"facts in quarantine from {', '.join(quarantined)}")

    # -- the present -----------------------------------------------------------------------------------------

    def sign_ins(self) -> list[str]:
        """Where to look, and as whom; the password is made for this run alone."""
        lines = [f"{self._url('cloud')}  user {OWNER:<14}Head office 总部"]
        lines += [f"{self._url(store)}  user {manager(store):<14}{STORES[store]}" for store in self._live]
        return [
            *lines,
            f"Password for all of them, for this run only:  {self._password}",
            "In the stores also as clerk-… and inspector-…. 各店还可用 clerk-… 和 inspector-… 登录。",
        ]

    def stay(self) -> None:
        """Until Ctrl-C: sales, counts, sensors, and a fridge that somebody leaves open."""
        threads = [threading.Thread(target=live.run, daemon=True) for live in self._live.values()]
        first = self._devices[next(iter(self._live))]
        threads.append(
            threading.Thread(target=open_fridge, args=(first, self._say, self._stopping), daemon=True)
        )
        for thread in threads if self._wish.trickle else ():
            thread.start()
        told = 0
        while not self._stopping.wait(LIVE_EVERY_S):
            sales = sum(live.heard.sales for live in self._live.values())
            if sales and sales >= 2 * told:
                told = sales
                self._say(f"{sales} live sale(s) so far; Ctrl-C ends the demo")

    def stop(self) -> None:
        """Stops every child and removes the folder, unless somebody asked for one of their own."""
        self._stopping.set()
        self._children.stop()
        for person in self._people.values():
            person.close()
        if self._wish.folder is None:
            shutil.rmtree(self._folder, ignore_errors=True)

    # -- helpers ---------------------------------------------------------------------------------------------

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return folder

    def _port(self, name: str, wanted: int) -> int:
        """The wanted port where it is free, else any."""
        self._ports[name] = _free(wanted) or _free(0)
        return self._ports[name]

    def _url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._ports[name]}"

    def _until(self, what: str, holds: Callable[[], bool], within_s: float = 180.0) -> None:
        until = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > until or self._stopping.is_set():
                raise Refused(f"waited {within_s:.0f} s in vain for {what}")
            self._stopping.wait(POLL_S)

    def _progress(self, name: str, total: int) -> Callable[[Sent], None]:
        told = [0]

        def progress(sent: Sent) -> None:
            tenth = sent.ops * 10 // max(total, 1)
            if tenth > told[0]:
                told[0] = tenth
                self._say(f"  {name}: {tenth * 10} %")

        return progress

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.report.seconds[name] = round(time.monotonic() - began, 2)


def _free(port: int) -> int:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return int(tried.getsockname()[1])


def _found(pattern: str, child: Child) -> str:
    """What a child has written, waited for a moment."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = re.search(pattern, child.said())
        if found:
            return found.group(1)
        time.sleep(0.1)
    raise Refused(f"{child.name} printed no one-time code")
