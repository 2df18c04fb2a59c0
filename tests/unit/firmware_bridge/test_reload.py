"""A bridge that gets another configuration while it works: only what changed is stopped, and nothing is lost."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from firmware_bridge.config import read_config
from firmware_bridge.pushed import Pushed, kept_pushed, read_pushed, with_pushed
from firmware_bridge.simulator import Action, Simulator
from firmware_bridge.simulator.terminal import Terminal
from firmware_bridge.transports.plugged import plugged
from shared.errors import DomainError
from shared.sensing.reading import topic_down
from tests.support.broker import Broker
from tests.unit.firmware_bridge.fake_edge import FakeEdge
from tests.unit.firmware_bridge.running import Bridge, wait_for
from tests.unit.firmware_bridge.test_config_and_cli import HEAD, written

WHO = 'site = "store-1"\nbridge = "b1"\n[broker]\nport = {port}\n'


def device(name: str, ports: Path, more: str = "") -> str:
    """One scanner's table."""
    return f'[[device]]\nid = "{name}"\nprotocol = "scanner"\nport = "{ports / name}"\n{more}\n'


class Corner:
    """Three scanners that a bridge may be told of."""

    def __init__(self, folder: Path, port: int) -> None:
        self.ports = folder / "ports"
        self.simulator = Simulator(
            self.ports, dict.fromkeys(("s1", "s2", "s3"), "scanner"), {}, ("127.0.0.1", port), repeat_s=60
        )
        self.who = WHO.format(port=port)
        self.bridge = Bridge(
            folder / "bridge", self.who + device("s1", self.ports) + device("s2", self.ports)
        )

    def write(self, *tables: str) -> None:
        """Another configuration, as an editor writes it."""
        state = f'state_dir = "{self.bridge.folder / "state"}"\n'
        fresh = self.bridge.config.with_suffix(".new")
        fresh.write_text(state + self.who + "".join(tables), encoding="utf-8")
        fresh.replace(self.bridge.config)

    def scan(self, name: str, text: str) -> bool:
        """Scan this; True when the bridge read it."""
        return self.simulator.do(Action(do="scan", device=name, text=text))


@pytest.fixture
def corner(tmp_path: Path, free_port: int) -> Iterator[Corner]:
    """A bridge without a broker, so that everything it keeps lies in its outbox."""
    corner = Corner(tmp_path, free_port)
    corner.simulator.start()
    corner.bridge.start()
    try:
        wait_for(lambda: corner.bridge.is_online("s1") and corner.bridge.is_online("s2"), "two scanners")
        yield corner
    finally:
        corner.bridge.kill()
        corner.simulator.stop()


def test_only_the_changed_devices_start_anew_and_no_scan_is_lost(corner: Corner) -> None:
    """One scanner works on through it all; one changes, one comes; each scan is kept once."""
    taken: list[str] = []
    enough = threading.Event()

    def work() -> None:
        number = 0
        while not enough.is_set():
            number += 1
            if corner.scan("s1", f"n{number}"):
                taken.append(f"n{number}")

    worker = threading.Thread(target=work)
    worker.start()
    changed = device("s2", corner.ports, 'options = { gs_as = "#" }')
    corner.write(device("s1", corner.ports), changed, device("s3", corner.ports))
    wait_for(lambda: corner.bridge.is_online("s3"), "the third scanner")
    wait_for(lambda: corner.scan("s2", "10a#21b"), "the changed scanner")
    so_far = len(taken)
    wait_for(lambda: len(taken) > so_far + 5, "work going on")
    enough.set()
    worker.join()
    wait_for(lambda: set(taken) | {"10a\x1d21b"} <= set(corner.bridge.held()), "all kept")
    held = [value for value in corner.bridge.held() if value and value.startswith("n")]
    assert held == taken
    assert "config_reloaded stopped=['s2'] started=['s2', 's3']" in corner.bridge.log()


def test_a_floor_scale_that_never_says_it_stands_still_is_taken_once(tmp_path: Path, free_port: int) -> None:
    """From its template alone: swinging weights are passed over, the standing one is kept and says it was inferred."""
    ports = tmp_path / "ports"
    simulator = Simulator(ports, {"floor": "xk3190_cont0", "bench": "a_and_d"}, {}, ("127.0.0.1", free_port))
    tables = "".join(
        f'[[device]]\nid = "{name}"\ntemplate = "{template}"\nport = "{ports / name}"\n'
        for name, template in (("floor", "yaohua-xk3190-a12"), ("bench", "cn-bench"))
    )
    bridge = Bridge(tmp_path / "bridge", WHO.format(port=free_port) + tables)
    simulator.start()
    bridge.start()
    try:
        wait_for(lambda: bridge.is_online("floor") and bridge.is_online("bench"), "two scales")
        simulator.do(Action(do="put", device="floor", weight="123.45"))
        simulator.do(Action(do="put", device="bench", weight="1.250"))
        wait_for(lambda: {"123.45", "1.250"} <= set(bridge.held()), "both weights")
        simulator.do(Action(do="take", device="floor"))
        simulator.do(Action(do="wait", seconds=2))
        simulator.do(Action(do="put", device="floor", weight="60.5"))
        wait_for(lambda: "60.50" in bridge.held(), "the next one")
        simulator.do(Action(do="wait", seconds=2))
    finally:
        bridge.kill()
        simulator.stop()
    weights = sorted((one.value, one.detail) for one in bridge.held_readings() if one.kind == "weight")
    inferred = {"stable_inferred": "true"}
    assert weights == [("1.250", {}), ("123.45", inferred), ("60.50", inferred)]


def test_a_device_taken_out_of_the_configuration_is_let_go(corner: Corner) -> None:
    """SIGHUP says: look now. Another program may open its port then."""
    corner.write(device("s1", corner.ports))
    assert corner.bridge.process is not None
    corner.bridge.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "s2" not in corner.bridge.status()["devices"], "s2 gone")
    assert not corner.scan("s2", "nobody reads this")
    assert corner.scan("s1", "somebody does")


def test_a_wrong_configuration_changes_nothing_and_is_shown(corner: Corner) -> None:
    """The status file says what is wrong until it is put right; who the bridge is takes a restart."""
    for wrong in ('[[device]]\nid = "s1"\n', '[[device]]\nid = "s1"\nprotocol = "abacus"\nport = "/x"\n'):
        corner.write(wrong)
        wait_for(lambda: corner.bridge.status()["config"], "told")
        corner.write(device("s1", corner.ports), device("s2", corner.ports))
        wait_for(lambda: corner.bridge.status()["config"] is None, "put right")
    corner.who = corner.who.replace("store-1", "store-2")
    corner.write(device("s1", corner.ports))
    wait_for(lambda: "site" in (corner.bridge.status()["config"] or ""), "restart asked for")
    assert corner.scan("s1", "still at work")
    assert corner.scan("s2", "this one too")


def test_the_node_hands_its_bridge_devices_and_hears_what_came_of_it(
    tmp_path: Path, mosquitto: Broker
) -> None:
    """A device by `down/cfg` works at once and after a restart; a wrong list is refused and nothing changes."""
    corner = Corner(tmp_path, mosquitto.port)
    edge = FakeEdge(tmp_path / "edge.db", mosquitto.port)
    node = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    corner.simulator.start()
    edge.connect()
    node.connect(mosquitto.host, mosquitto.port)
    node.loop_start()

    def push(told: object) -> None:
        payload = told if isinstance(told, bytes) else json.dumps(told).encode()
        node.publish(topic_down("store-1", "b1", "cfg"), payload, qos=1, retain=True).wait_for_publish(10)

    def heard(quantity: str) -> list[str]:
        return [one.detail["reason"] for one in edge.readings() if one.quantity == quantity]

    corner.bridge.start()
    try:
        wait_for(lambda: corner.bridge.is_online("s2"), "the file's scanners")
        third = {"id": "s3", "template": "scanner-cdc", "port": str(corner.ports / "s3")}
        push({"rev": 1, "device": [third], "remove": ["s2"]})
        wait_for(lambda: corner.bridge.is_online("s3"), "the pushed scanner")
        wait_for(lambda: corner.scan("s3", "from the node"), "its scan")
        push({"rev": 2, "device": [{**third, "protocol": "abacus"}]})
        push(b"\xff")
        wait_for(lambda: len(heard("config_refused")) == 2, "two refusals")
        assert heard("config_applied") == ["rev 1"]
        push({"rev": 1, "device": [third], "remove": ["s2"]})
        corner.bridge.stop()
        mosquitto.stop()
        corner.bridge.start()
        wait_for(lambda: corner.bridge.is_online("s3"), "the pushed scanner without a broker")
        assert "s2" not in corner.bridge.status()["devices"]
    finally:
        corner.bridge.kill()
        node.loop_stop()
        edge.disconnect()
        corner.simulator.stop()


def test_the_node_asks_what_hangs_at_a_port(tmp_path: Path, mosquitto: Broker) -> None:
    """A free port is probed beside the devices at work; one that is in use, or no question at all, is refused."""
    corner = Corner(tmp_path, mosquitto.port)
    edge = FakeEdge(tmp_path / "edge.db", mosquitto.port)
    node = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    scale = Terminal(tmp_path / "unknown", lambda _came: b"\x02+00200021B\x03")
    scale.plug()
    corner.simulator.start()
    edge.connect()
    node.connect(mosquitto.host, mosquitto.port)
    node.loop_start()

    def ask(told: dict | bytes) -> None:
        payload = told if isinstance(told, bytes) else json.dumps(told).encode()
        node.publish(topic_down("store-1", "b1", "cmd"), payload, qos=1).wait_for_publish(10)

    def answers(quantity: str) -> list[dict]:
        return [one.detail for one in edge.readings() if one.quantity == quantity]

    corner.bridge.start()
    try:
        wait_for(lambda: corner.bridge.is_online("s1") and bool(edge.births), "the bridge")
        ask({"id": "1", "do": "ports"})
        ask({"id": "2", "do": "probe", "port": str(tmp_path / "unknown")})
        ask({"id": "3", "do": "probe", "port": str(corner.ports / "s1")})
        ask({"id": "4", "do": "probe", "port": "hidraw:0922:8003"})
        ask({"id": "5", "do": "dance"})
        ask(b"\xff")
        wait_for(lambda: len(answers("command_refused")) == 4 and bool(answers("probe_result")), "answers")
        (found,) = answers("probe_result")
        assert (found["id"], found["sure"], found["protocol"]) == ("2", "true", "xk3190_cont0")
        assert (found["weight"], found["unit"]) == ("20.00", "")
        assert "yaohua-xk3190-a12" in found["templates"]
        refused = {one["id"]: one["reason"] for one in answers("command_refused")}
        assert (refused["3"], refused["4"]) == ("port_in_use", "not_a_line")
        assert [one["id"] for one in answers("ports_found")] == ["1"]
        assert corner.scan("s1", "still at work")
    finally:
        corner.bridge.kill()
        node.loop_stop()
        edge.disconnect()
        corner.simulator.stop()
        scale.unplug()


def test_what_is_plugged_in_is_listed_by_its_lasting_name(tmp_path: Path) -> None:
    """Serial ports, USB scales and keyboards, each as a configuration writes it."""
    for folder in ("dev/serial/by-id", "dev/input/by-id", "sys/class/hidraw/hidraw0/device"):
        (tmp_path / folder).mkdir(parents=True)
    for node in ("ttyUSB0", "ttyUSB1", "ttyACM0"):
        (tmp_path / "dev" / node).touch()
    (tmp_path / "dev/serial/by-id/usb-FTDI_1").symlink_to("../../ttyUSB0")
    (tmp_path / "dev/input/by-id/usb-Scanner-event-kbd").touch()
    told = "HID_ID=0003:00000922:00008003\nHID_NAME=DYMO M10\n"
    (tmp_path / "sys/class/hidraw/hidraw0/device/uevent").write_text(told)
    assert [(one.address, one.name) for one in plugged(root=tmp_path)] == [
        ("/dev/serial/by-id/usb-FTDI_1", "usb-FTDI_1"),
        ("/dev/ttyUSB1", "ttyUSB1"),
        ("/dev/ttyACM0", "ttyACM0"),
        ("hidraw:0922:8003", "DYMO M10"),
        ("evdev:/dev/input/by-id/usb-Scanner-event-kbd", "usb-Scanner-event-kbd"),
    ]


def test_an_installer_s_own_names_are_listed_where_the_configuration_says_so(tmp_path: Path) -> None:
    """Lines only: a file, a link that leads nowhere and a missing folder are passed over."""
    near, far = os.openpty()
    (tmp_path / "counter-scale").symlink_to(os.ttyname(far))
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "notes.txt").touch()
    told = plugged([str(tmp_path), str(tmp_path / "missing")], root=tmp_path / "empty")
    assert [(one.address, one.name) for one in told] == [(str(tmp_path / "counter-scale"), "counter-scale")]
    os.close(near)
    os.close(far)


def test_what_the_node_sends_is_laid_over_the_file(tmp_path: Path) -> None:
    """A device of the same name is replaced, a removed one is not watched, an empty message takes all back."""
    text = HEAD + device("a", tmp_path) + device("b", tmp_path)
    config = read_config(written(tmp_path, text))
    told = b'{"device": [{"id": "b", "protocol": "adam", "port": "/dev/b"}], "remove": ["a"]}'
    laid = with_pushed(config, read_pushed(told))
    assert [(one.id, one.protocol) for one in laid.device] == [("b", "adam")]
    assert with_pushed(config, read_pushed(b"")) == config
    for broken in (b"[", b'{"device": [{"id": ""}]}', b'{"device": [{"id": "a", "colour": 1}]}'):
        with pytest.raises(DomainError):
            read_pushed(broken)


def test_a_kept_list_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """The node sends it again anyway."""
    assert kept_pushed(tmp_path) == Pushed()
    (tmp_path / "pushed.json").write_bytes(b"{half")
    assert kept_pushed(tmp_path) == Pushed()
