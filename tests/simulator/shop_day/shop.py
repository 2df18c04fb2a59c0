"""The shop around the plan: a real broker with accounts, a real node, a real bridge over TLS, and whoever kills them.

Everything is a process of its own, as the service manager of a store would start it; node and bridge get the same
pace of the clock by the setting meant for it. What is killed gets SIGKILL and starts again with its folder as it was.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import msgspec

from edge.intake.service import FILE_NAME
from edge.ledger import dbapi
from firmware_bridge.simulator import Simulator
from firmware_bridge.simulator.sensors import Family
from shared.pace import VARIABLE, Pace
from tests.simulator.shop_day.people import Person, Presence
from tests.simulator.shop_day.plan import Fault, Plan, Sensor
from tests.simulator.shop_day.sensors import GATEWAYS, Sensors
from tests.simulator.shop_day.shop_time import ShopTime
from tests.support.edge_node import STORE, FeedRows, Phone, op
from tests.support.publisher import wait_until
from tests.support.secure_node import SecureNode
from tests.unit.firmware_bridge.running import RUN, Bridge

BRIDGE = "counter"
Tell = Callable[[str], None]


class Window(msgspec.Struct, frozen=True):
    """When something was dead, by the machine's clock, until it answered again."""

    what: str
    from_s: float
    to_s: float


class Till:
    """What was scanned is sold: one op a scan, asked again under the same id until the node has answered."""

    def __init__(self, node: SecureNode, time: ShopTime) -> None:
        self._node, self._time = node, time
        self._phone: Phone | None = None
        self._asked: queue.SimpleQueue[dict[str, object] | None] = queue.SimpleQueue()
        self.sold: list[str] = []
        """Ids of ops the node has accepted."""
        self.refused: list[dict[str, object]] = []
        self.again = 0
        self._thread = threading.Thread(target=self._run, name="till", daemon=True)
        self._thread.start()

    def sell(self, text: str) -> None:
        """`text`: what was read. The phone gives its op an id before it says anything."""
        at_ms = self._time.opened_ms + self._time.now_ms()
        lines = [{"sku": "milk", "qty": "1"}]
        self._asked.put(op("sales.sell", {"lines": lines, "note": text}, at_ms=at_ms))

    def stop(self) -> None:
        """After the last of them has its answer."""
        self._asked.put(None)
        self._thread.join(120)
        assert not self._thread.is_alive(), "the till is still waiting for an answer"

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            answer = self._until_answered(asked)
            if answer["state"] == "accepted":
                self.sold.append(str(asked["op_id"]))
            else:
                self.refused.append(answer)

    def _until_answered(self, asked: dict[str, object]) -> dict[str, object]:
        while True:
            try:
                self._phone = self._phone or self._node.sign_in("clerk")
                return dict(self._phone.send_ops([asked])[0])
            except httpx.HTTPError:
                self.again += 1
                self._phone = None
                time.sleep(0.2)


class Shop:
    """`open`, `live` through the plan, `close`; afterwards the folders are there to be looked into.

    `plan_of` answers the plan by the store's midnight, for which the shop must be open; who stands in it is the same
    at any hour.
    """

    def __init__(self, folder: Path, plan_of: Callable[[int], Plan], speed: int, tell: Tell) -> None:
        self.folder, self.speed, self.tell = folder, speed, tell
        self._plan_of = plan_of
        plan = self.plan = plan_of(0)
        self.windows: list[Window] = []
        self.node = SecureNode(folder / "node", rows=_rows(plan))
        self.broker = self.node.broker
        self.presence = Presence(self._is_read)
        self.simulator = Simulator(
            folder / "ports", {**plan.scale_kinds, **dict.fromkeys(plan.scanners, "scanner")}
        )
        self._failed: list[Exception] = []
        self._running = ExitStack()

    # ---- opening

    def open(self) -> None:
        """Enrol the bridge and open the sensors' accounts at the machine's own time, then begin the day."""
        self._running.callback(lambda: (self.folder / "broker.log").write_text("".join(self.broker.lines)))
        self._running.callback(self.broker.stop)
        self.broker.start()
        self._running.callback(self.node.stop)
        self.node.start()
        manager = self.node.sign_in("store_manager")
        wait_until(lambda: manager.get("/v1/devices").json()["broker"]["state"] == "ready")
        place = self.folder / "bridge"
        code = manager.post("/v1/bridges/codes", json={"account": BRIDGE}).raise_for_status().json()["code"]
        subprocess.run(
            [sys.executable, "-c", RUN, "enrol", self.node.url, code, "--config", str(place / "bridge.toml")],
            check=True,
            capture_output=True,
            timeout=120,
        )
        accounts = {family: self._account(manager, family) for family in GATEWAYS}
        manager.close()
        self.node.stop()
        from_ms = int(time.time()) * 1000
        self.time = ShopTime(Pace(self.speed, from_ms))
        self.node.environment[VARIABLE] = f"{self.speed}@{from_ms}"
        self.sensors = Sensors(self.plan.sensors, accounts, self.time)
        self.bridge = Bridge(place, self._configuration(place))
        self.bridge.environment[VARIABLE] = f"{self.speed}@{from_ms}"
        self._running.callback(self.simulator.stop)
        self.simulator.start()
        self.node.start()
        self._running.callback(self.bridge.kill)
        self.bridge.start()
        wait_until(lambda: all(self._is_read(name) for name in self._devices()))
        # Before a bridge has subscribed for the first time there is nobody for whom the broker would keep a message.
        wait_until(lambda: "sensors_listening" in self.bridge.log())
        self.sensors.connect(self.broker.plan.sensor_port)
        wait_until(lambda: all(gateway.is_there for gateway in self.sensors.gateways.values()))
        self.midnight_ms = self.time.open() - self.time.opened_ms
        self.plan = self._plan_of(self.midnight_ms)
        self.tell(_told(self.plan, self.speed))

    def _account(self, manager: Phone, family: Family) -> tuple[str, str]:
        """User and password of a family's gateway."""
        topics = [GATEWAYS[family]] if GATEWAYS[family] else [
            topic
            for sensor in self.plan.sensors
            if sensor.kind == family
            for topic in (f"{sensor.device}/#", f"homeassistant/+/{sensor.device}/#")
        ]  # fmt: skip
        asked = {"account": f"gateway-{family}", "topics": topics}
        told = manager.post("/v1/bridges/sensors", json=asked).raise_for_status().json()
        return str(told["account"]), str(told["password"])

    def _configuration(self, place: Path) -> str:
        """What `enrol` wrote, the broker by its TLS door, and the shop's devices."""
        plan = self.broker.plan
        told = (
            (place / "bridge.toml").read_text().replace(f"port = {plan.port}", f"port = {plan.tls_port}", 1)
        )
        told = told.replace("[broker]", f'[broker]\nca_file = "{place / "site-ca.pem"}"', 1)
        told = told.replace(f'state_dir = "{place.resolve() / "state"}"\n', "") + "\n"
        for name, kind in (
            *self.plan.scale_kinds.items(),
            *dict.fromkeys(self.plan.scanners, "scanner").items(),
        ):
            options = 'options = { unit = "kg" }\n' if kind == "xk3190_cont0" else ""
            port = self.simulator.paths[name]
            told += f'[[device]]\nid = "{name}"\nprotocol = "{kind}"\nport = "{port}"\n{options}'
        for family in GATEWAYS:
            told += f'[[sensors]]\nfamily = "{family}"\n'
            told += 'utc_offset = "+08:00"\n' if family == "tasmota" else ""
        probes = [sensor for sensor in self.plan.sensors if sensor.kind == "modbus"]
        for unit, sensor in enumerate(probes, 1):
            told += f'[[modbus]]\nid = "{sensor.device}"\nconnect = "tcp://127.0.0.1:{self.sensors.modbus.port}"\n'
            told += f'unit = {unit}\ntemplate = "xy-md02"\ntimeout_ms = 200\n'
            told += f"every_s = {max(sensor.interval_ms // 1000 // self.speed, 1)}\n"
        return told

    # ---- the day

    def live(self) -> None:
        """Until the shop has closed and everything is in the books."""
        self.till = Till(self.node, self.time)
        self.people = [
            Person(
                device,
                acts,
                self.simulator,
                self.presence,
                self.time,
                is_kept=self._is_kept,
                sold=self.till.sell,
            )
            for device, acts in (*self.plan.scanners.items(), *self.plan.scales.items())
        ]
        stopped = threading.Event()
        trouble = threading.Thread(target=self._break_things, args=(stopped,), daemon=True)
        self.sensors.start(self.plan.samples)
        for person in self.people:
            person.thread.start()
        trouble.start()
        try:
            self._wait_for_closing(stopped)
        finally:
            stopped.set()
            for person in self.people:
                person.stop()
            trouble.join()
        self._complain()
        self.till.stop()
        self.sensors.stop()
        self._wait_until_all_is_stored()

    def _wait_for_closing(self, stopped: threading.Event) -> None:
        next_ms, every_ms = 0, max(self.plan.length_ms // 24, 1)
        while self.time.now_ms() < self.plan.length_ms or any(one.thread.is_alive() for one in self.people):
            self._complain()
            if self.time.now_ms() >= next_ms:
                self._say_how_it_goes()
                next_ms += every_ms
            stopped.wait(0.5)
            assert self.time.now_ms() < self.plan.length_ms * 2, (
                "the people in the shop do not come to an end"
            )
        # Whatever closes an alarm or a window closes it in the calm after the last customer.
        self.time.wait_until(self.time.now_ms() + self.plan.margin_ms * 2, stopped)

    def _complain(self) -> None:
        failed = [one.failed for one in self.people if one.failed] + self._failed
        if failed:
            raise failed[0]

    def _say_how_it_goes(self) -> None:
        done = sum(len(person.done) for person in self.people)
        self.tell(
            f"{self.time.now_ms() / 3_600_000:5.1f} h  {done} scans and weighings, "
            f"{self.sensors.notes.count()} messages of sensors, {len(self.windows)} faults over"
        )

    def _break_things(self, stopped: threading.Event) -> None:
        try:
            for fault in sorted((*self.plan.faults, self.plan.outage), key=lambda one: one.at_ms):
                if self.time.wait_until(fault.at_ms, stopped):
                    return
                self._break(fault, stopped)
        except Exception as error:  # the rim of a thread: whoever waits for the day to end must hear of it
            self._failed.append(error)
            raise

    def _break(self, fault: Fault, stopped: threading.Event) -> None:
        self.tell(f"{fault.at_ms / 3_600_000:5.1f} h  kill -9 of the {fault.what}")
        from_s = time.time()
        match fault.what:
            case "bridge":
                # Before and after: whoever scans at this moment, however he began, looks again.
                self.presence.note_kill()
                self.bridge.kill()
                (self.bridge.folder / "state" / "status.json").unlink(missing_ok=True)
                self.presence.note_kill()
            case "node":
                self.node.kill()
            case "broker":
                self.broker.kill()
        # In the day's own time: two hours of an outage are two hours of the shop.
        self.time.wait_until(fault.at_ms + fault.for_ms, stopped)
        match fault.what:
            case "bridge":
                self.bridge.start()
                # A device may be unplugged just now; the others come.
                wait_until(lambda: any(self._is_read(name) for name in self._devices()))
            case "node":
                self.node.start()
            case "broker":
                self.broker.start()
                wait_until(lambda: all(gateway.is_there for gateway in self.sensors.gateways.values()))
        self.windows.append(Window(fault.what, from_s, time.time()))

    # ---- closing

    def _wait_until_all_is_stored(self) -> None:
        """Nothing is left in the bridge, and nothing owed to the day-book."""
        wait_until(lambda: self.bridge.held() == [], 120)
        wait_until(lambda: self.cells(FILE_NAME, "SELECT count(*) FROM pending") == [(0,)], 120)

    def close(self) -> None:
        """End everything that runs, in whatever state it is."""
        self._running.close()

    # ---- looking

    def cells(self, file: str, sql: str) -> list[tuple]:
        """Rows of one of the node's two files."""
        db = dbapi.open_reader(self.node.folder / file)
        try:
            return list(db.execute(sql).fetchall())
        finally:
            db.close()

    def _devices(self) -> list[str]:
        return [*self.plan.scanners, *self.plan.scales]

    def _is_read(self, device: str) -> bool:
        return self.bridge.is_online(device)

    def _is_kept(self, value: str) -> bool:
        """Whether this scan lies in the bridge or already at the node."""
        quoted = value.replace("'", "''")
        return value in self.bridge.held() or bool(
            self.cells(FILE_NAME, f"SELECT 1 FROM scan WHERE value = '{quoted}'")
        )


def _told(plan: Plan, speed: int) -> str:
    """The day in a line."""
    return (
        f"open, seed {plan.seed}: {plan.length_ms / 3_600_000:g} h at {speed} times, "
        f"{len(plan.sensors)} sensors with {len(plan.samples)} samples, "
        f"{sum(map(len, plan.scanners.values()))} acts at scanners, {sum(map(len, plan.scales.values()))} at scales "
        f"({', '.join(plan.scale_kinds.values())}), {len(plan.faults)} kills, "
        f"an outage of {plan.outage.for_ms / 60_000:g} min"
    )


def _rows(plan: Plan) -> FeedRows:
    """What head office says of the sensors, and a place for each."""
    rows = []
    for sensor in plan.sensors:
        if sensor.is_door:
            continue
        rows.append(("place", [STORE, f"at-{sensor.device}"], {"name": sensor.device, "storage": "chilled"}))
        rows.append(("sensor", [sensor.name], _limits(sensor, plan)))
    return rows


def _limits(sensor: Sensor, plan: Plan) -> dict[str, object]:
    doors = {one.device: one.name for one in plan.sensors if one.is_door}
    return {
        "store": STORE,
        "place": f"at-{sensor.device}",
        "quantity": "temperature",
        "has_high": int(sensor.high is not None),
        "high": (sensor.high or 0) * 100_000,
        "has_low": int(sensor.low is not None),
        "low": (sensor.low or 0) * 100_000,
        "hysteresis": sensor.hysteresis * 100_000,
        "raise_after_s": sensor.raise_after_ms // 1000,
        "clear_after_s": sensor.clear_after_ms // 1000,
        "offline_after_s": sensor.offline_after_ms // 1000,
        "defrost_starts": " ".join(map(str, sensor.defrost_starts)),
        "defrost_minutes": sensor.defrost_minutes,
        "door": doors.get(sensor.door, ""),
        "door_open_s": sensor.door_open_ms // 1000,
        "door_after_s": sensor.door_after_ms // 1000,
        "has_masked": int(sensor.masked_up_to is not None),
        "masked_up_to": (sensor.masked_up_to or 0) * 100_000,
        "cal_due": "",
        "battery_min": 15,
        "escalate_after_s": 900,
    }
