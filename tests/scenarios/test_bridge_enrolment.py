"""A bridge gets its account with a one-time code over HTTPS, speaks over TLS, and is put out when it is revoked."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.deploy.accounts import CONTROL, open_bridge
from shared.sensing.reading import Birth, Data, Reading, encode
from tests.support.publisher import wait_until
from tests.support.secure_node import SecureNode
from tests.support.store_broker import Caller
from tests.unit.firmware_bridge.running import RUN, Bridge

BRIDGE = "counter"


class Shop:
    """A node with its broker, a manager, and a folder for a bridge."""

    def __init__(self, folder: Path) -> None:
        self.node = SecureNode(folder / "node")
        self.broker = self.node.broker
        self.broker.start()
        self.node.start()
        self.manager = self.node.sign_in("store_manager")
        self.place = folder / "bridge"
        self.config = self.place / "bridge.toml"
        self.bridges: list[Bridge] = []

    def code(self, account: str = BRIDGE) -> str:
        """A code as the manager's page shows it."""
        answer = self.manager.post("/v1/bridges/codes", json={"account": account})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    def enrol(self, code: str, place: Path | None = None) -> subprocess.CompletedProcess[str]:
        """What is typed at the bridge."""
        config = (place or self.place) / "bridge.toml"
        return self.call("enrol", self.node.url, code, "--config", str(config))

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One `liushui bridge` command."""
        return subprocess.run(
            [sys.executable, "-c", RUN, *words], capture_output=True, text=True, timeout=60, check=False
        )

    def password(self) -> str:
        """What the bridge keeps."""
        return (self.place / "bridge.password").read_text()

    def caller(self, **more: Any) -> Caller:
        """Somebody with the bridge's account, over TLS."""
        port, ca = self.broker.plan.tls_port, self.broker.authority
        return Caller(port, BRIDGE, self.password(), ca=ca, **more)

    def state(self, name: str = BRIDGE) -> dict[str, Any]:
        """What the devices page shows of a bridge."""
        (found,) = [one for one in self.devices()["bridges"] if one["bridge"] == name]
        return dict(found)

    def devices(self) -> dict[str, Any]:
        """The devices page."""
        return dict(self.manager.get("/v1/devices").raise_for_status().json())

    def stop(self) -> None:
        """End everything."""
        for bridge in self.bridges:
            bridge.kill()
        self.node.stop()
        self.broker.stop()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Opened, with the desk at its broker, and closed around a test."""
    opened = Shop(tmp_path)
    wait_until(lambda: opened.devices()["broker"]["state"] == "ready")
    yield opened
    opened.stop()


def test_a_bridge_comes_with_a_code_and_its_readings_arrive_over_tls(shop: Shop) -> None:
    """From the code to a bridge that is online, without a file edited by hand; secrets are for nobody else's eyes."""
    done = shop.enrol(shop.code())
    assert done.returncode == 0, done.stderr
    for name in ("bridge.key", "bridge.password"):
        assert (shop.place / name).stat().st_mode & 0o777 == 0o600
    # Here both stand on one machine; a bridge elsewhere signs in by TLS, with the same account.
    told = shop.config.read_text().replace(
        f"port = {shop.broker.plan.port}", f"port = {shop.broker.plan.tls_port}"
    )
    told = told.replace("[broker]", f'[broker]\nca_file = "{shop.place / "site-ca.pem"}"', 1)
    bridge = Bridge(shop.place, told.replace(f'state_dir = "{shop.place.resolve() / "state"}"\n', ""))
    shop.bridges.append(bridge)
    bridge.start()
    wait_until(lambda: any(one["state"] == "online" for one in shop.devices()["bridges"]))
    assert shop.state()["account"] == "active"
    assert shop.state()["opened_by"] == "store_manager"


def test_a_code_is_good_once_and_only_at_the_node_that_made_it(shop: Shop) -> None:
    """A second bridge with the same code, a made-up code, and a node that is not the code's are all refused."""
    code = shop.code()
    stranger = code.partition(".")[0] + "." + "a" * 26
    another = shop.enrol(stranger, shop.place.with_name("another"))
    assert another.returncode == 2
    assert "is not the node that made this code" in another.stderr
    assert shop.enrol(code).returncode == 0
    again = shop.enrol(code, shop.place.with_name("second"))
    assert again.returncode == 2
    assert "used already" in again.stderr
    made_up = "b" * 26 + "." + code.partition(".")[2]
    assert "used already" in shop.enrol(made_up, shop.place.with_name("third")).stderr


def test_a_clerk_makes_no_codes_and_revokes_nobody(shop: Shop) -> None:
    """The permission is the manager's."""
    clerk = shop.node.sign_in("clerk")
    answer = clerk.post("/v1/bridges/codes", json={"account": BRIDGE})
    assert answer.json()["key"] == "not_permitted"
    assert shop.enrol(shop.code()).returncode == 0
    refused = clerk.ask("devices.revoke_account", {"account": BRIDGE})
    assert refused["error"]["key"] == "not_permitted"


def test_a_revoked_bridge_is_put_out_at_once_and_comes_back_only_with_a_new_code(shop: Shop) -> None:
    """Its open connection ends, the next is refused, the page says so; a new code lets it in again."""
    assert shop.enrol(shop.code()).returncode == 0
    bridge = shop.caller()
    assert bridge.signed_in == ["Success"]
    told = shop.manager.ask("devices.revoke_account", {"account": BRIDGE, "reason": "stolen"})
    assert told["state"] == "accepted"
    wait_until(lambda: bridge.ended == ["Administrative action"])
    wait_until(lambda: shop.state()["cut_off"])
    assert (shop.state()["account"], shop.state()["reason"]) == ("revoked", "stolen")
    assert shop.caller().signed_in == ["Not authorized"]
    old = shop.password()
    assert shop.enrol(shop.code()).returncode == 0
    assert shop.password() != old
    back = shop.caller()
    assert back.signed_in == ["Success"]
    back.stop()


def test_a_bridge_revoked_while_the_broker_is_away_is_not_let_in_again(shop: Shop) -> None:
    """The day-book has it; the broker is made to agree when it is back."""
    assert shop.enrol(shop.code()).returncode == 0
    shop.broker.stop()
    shop.manager.ask("devices.revoke_account", {"account": BRIDGE})
    assert not shop.state()["cut_off"]
    shop.broker.start()
    wait_until(lambda: shop.state()["cut_off"])
    assert shop.caller().signed_in == ["Not authorized"]


def test_a_bridge_changes_its_password_with_its_key_and_the_old_one_is_dead(shop: Shop) -> None:
    """One command at the broker; whoever else held the password is put out."""
    assert shop.enrol(shop.code()).returncode == 0
    thief = shop.caller()
    old = shop.password()
    done = shop.call("rotate", shop.node.url, "--config", str(shop.config))
    assert done.returncode == 0, done.stderr
    wait_until(lambda: bool(thief.ended))
    assert shop.password() != old
    again = shop.caller()
    assert again.signed_in == ["Success"]
    again.stop()
    (shop.place / "bridge.key").unlink()
    refused = shop.call("rotate", shop.node.url, "--config", str(shop.config))
    assert "did not prove" in refused.stderr


def test_a_sensor_s_account_only_writes_its_own_topics_behind_its_own_door(shop: Shop) -> None:
    """It hears nothing, cannot speak for a bridge, and is put out like one."""
    plan = shop.broker.plan
    made = shop.manager.post(
        "/v1/bridges/sensors", json={"account": "fridge", "topics": ["tele/fridge/#"]}
    ).json()
    assert made["port"] == plan.sensor_port
    sensor = Caller(plan.sensor_port, "fridge", made["password"], host="127.0.0.2")
    assert sensor.say("tele/fridge/SENSOR") != "Not authorized"
    for topic in ("tele/other/SENSOR", "liushui/v1/S1/counter/up/data", "../liushui/v1/S1/counter/up/data"):
        assert sensor.say(topic) == "Not authorized"
    assert sensor.hear("#") == "Not authorized"
    shop.manager.ask("devices.revoke_account", {"account": "fridge"})
    wait_until(lambda: bool(sensor.ended))
    assert shop.state("fridge")["role"] == "sensor"


def test_an_account_that_nobody_opened_here_is_closed(shop: Shop) -> None:
    """Somebody wrote it into the broker himself; the day-book does not know it."""
    desk = shop.broker.as_desk()
    desk.say(CONTROL, msgspec.json.encode({"commands": open_bridge("S1", "backdoor", "open")}))
    intruder = Caller(shop.broker.plan.tls_port, "backdoor", "open", ca=shop.broker.authority)
    assert intruder.signed_in == ["Success"]
    shop.manager.ask("devices.register", {"device": "d", "device_kind": "other", "name": "wakes the desk"})
    wait_until(lambda: bool(intruder.ended))
    desk.stop()


def test_a_registered_device_is_handed_to_its_bridge_and_a_question_gets_its_answer(shop: Shop) -> None:
    """The whole list, retained, and again without the device when it is retired; `ports` is answered as an event."""
    assert shop.enrol(shop.code()).returncode == 0
    bridge = shop.caller()
    ours = "liushui/v1/S1/counter"
    for what in ("cfg", "cmd"):
        bridge.hear(f"{ours}/down/{what}")
    birth = Birth(bridge=BRIDGE, epoch="e", last_seq=0, first_unacked=1, started_ms=1, session="s")
    bridge.say(f"{ours}/up/birth", encode(birth))
    about = {"device": "scale-1", "device_kind": "scale", "name": "Counter", "bridge": BRIDGE}
    shop.manager.ask(
        "devices.register", {**about, "template": "cas-pdii", "port": "/dev/ttyUSB0", "certificate": "C7"}
    )
    wait_until(lambda: bool(bridge.payloads))
    (device,) = msgspec.json.decode(bridge.payloads[0])["device"]
    assert device == {"id": "scale-1", "template": "cas-pdii", "port": "/dev/ttyUSB0", "cal_id": "C7"}
    shop.manager.ask("devices.retire", {"device": "scale-1"})
    wait_until(lambda: len(bridge.payloads) == 2)
    assert msgspec.json.decode(bridge.payloads[1])["device"] == []
    wait_until(
        lambda: any(one["bridge"] == BRIDGE and one["state"] == "online" for one in shop.devices()["bridges"])
    )

    def answer() -> None:
        wait_until(lambda: len(bridge.payloads) == 3)
        asked = msgspec.json.decode(bridge.payloads[2])
        detail = {"id": asked["id"], "0": "/dev/ttyUSB0 scale"}
        told = Reading(seq=1, kind="event", device=BRIDGE, quantity="ports_found", detail=detail)
        bridge.client.publish(
            f"{ours}/up/data", encode(Data(bridge=BRIDGE, epoch="e", after=0, readings=(told,))), 1
        )

    answering = threading.Thread(target=answer)
    answering.start()
    told = shop.manager.post(f"/v1/bridges/{BRIDGE}/ask", json={"do": "ports"})
    answering.join()
    assert told.json()["answer"] == "ports_found"
    assert told.json()["detail"]["0"] == "/dev/ttyUSB0 scale"
    assert shop.manager.post("/v1/bridges/other/ask", json={"do": "ports"}).json()["key"] == "bridge_unknown"
    bridge.stop()
