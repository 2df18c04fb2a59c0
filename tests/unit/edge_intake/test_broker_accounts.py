"""The broker's configuration, tried on a real broker: who gets in, and who may say what."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from click.testing import CliRunner
from paho.mqtt.enums import CallbackAPIVersion

from edge.deploy.broker import Account, Tls, write_configuration
from edge.deploy.command import broker
from edge.intake.mqtt import broker_address
from tests.support.ports import free_port
from tests.support.publisher import wait_until

SITE = "s1"
ACCOUNTS = [
    Account(name="edge-s1", password="e", role="edge"),
    Account(name="b1", password="one", role="bridge", reads=("zigbee2mqtt/#",)),
    Account(name="b2", password="two", role="bridge"),
    Account(name="zigbee", password="z", role="sensor", writes=("zigbee2mqtt/#",)),
]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A running broker with accounts."""
    chosen = free_port()
    configuration = write_configuration(tmp_path, chosen, SITE, ACCOUNTS)
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "mosquitto is missing: `.ci/system test` installs it"
    process = subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.rstrip().endswith(" running"):
            break
    else:
        raise AssertionError("".join(lines))
    yield chosen
    while process.poll() is None:
        # A signal between mosquitto's word that it runs and its main loop is lost, so it is told again.
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
    process.stderr.close()


class Client:
    """A signed-in client that remembers what it got and how its publishing was answered."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self.got: list[str] = []
        self.answers: list[str] = []
        self.signed_in: list[str] = []
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False
        )
        self.client.username_pw_set(user, password)
        self.client.on_connect = lambda _c, _u, _f, reason, _p: self.signed_in.append(str(reason))
        self.client.on_message = lambda _c, _u, message: self.got.append(message.topic)
        self.client.on_publish = lambda _c, _u, _mid, reason, _p: self.answers.append(str(reason))
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        wait_until(lambda: bool(self.signed_in))

    def say(self, topic: str) -> str:
        before = len(self.answers)
        self.client.publish(topic, b"x", qos=1)
        wait_until(lambda: len(self.answers) > before)
        return self.answers[-1]

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_a_bridge_speaks_under_its_own_name_only(port: int) -> None:
    """MQTT 5 says "Not authorized" where 3.1.1 would have said "Success" and thrown the reading away."""
    bridge = Client(port, "b1", "one")
    assert bridge.say("liushui/v1/s1/b1/up/data") != "Not authorized"
    for topic in ("liushui/v1/s1/b2/up/data", "liushui/v1/s1/b1/down/ack", "elsewhere"):
        assert bridge.say(topic) == "Not authorized"
    bridge.stop()


def test_the_node_hears_every_bridge_and_answers_it(port: int) -> None:
    """Up from all of this store, down to each; a neighbour's bridge hears nothing of it."""
    edge, one, two = Client(port, "edge-s1", "e"), Client(port, "b1", "one"), Client(port, "b2", "two")
    edge.client.subscribe("liushui/v1/s1/+/up/#", qos=1)
    for bridge in (one, two):
        bridge.client.subscribe("liushui/v1/s1/b1/down/#", qos=1)
    one.say("liushui/v1/s1/b1/up/data")
    two.say("liushui/v1/s1/b2/up/data")
    wait_until(lambda: len(edge.got) == 2)
    assert edge.say("liushui/v1/s1/b1/down/ack") == "Success"
    wait_until(lambda: one.got == ["liushui/v1/s1/b1/down/ack"])
    assert two.got == []
    for client in (edge, one, two):
        client.stop()


def test_a_sensor_s_own_topics_reach_the_bridge_that_may_read_them(port: int) -> None:
    """An account for foreign devices writes there and nowhere else."""
    bridge, sensor = Client(port, "b1", "one"), Client(port, "zigbee", "z")
    bridge.client.subscribe("zigbee2mqtt/#", qos=1)
    until = time.monotonic() + 10
    while not bridge.got and time.monotonic() < until:
        sensor.say("zigbee2mqtt/fridge")
    assert bridge.got
    assert sensor.say("liushui/v1/s1/zigbee/down/ack") == "Not authorized"
    bridge.stop()
    sensor.stop()


@pytest.mark.parametrize(("user", "password"), [("b1", "two"), ("", ""), ("nobody", "x")])
def test_a_stranger_does_not_get_in(port: int, user: str, password: str) -> None:
    """No anonymous, no wrong password."""
    client = Client(port, user, password)
    assert client.signed_in == ["Not authorized"]
    client.stop()


def test_without_accounts_only_this_machine_is_listened_to(tmp_path: Path) -> None:
    """The demo's broker: loopback, anonymous; a listener for others without accounts is refused."""
    text = write_configuration(tmp_path, 1883, SITE).read_text()
    assert "listener 1883 127.0.0.1" in text
    tls = Tls(port=8883, certificate=tmp_path / "cert.pem", key=tmp_path / "key.pem")
    with pytest.raises(ValueError, match="needs accounts"):
        write_configuration(tmp_path, 1883, SITE, tls=tls)


def test_passwords_are_hashed_and_only_ours_to_read(tmp_path: Path) -> None:
    """The file holds no password and nobody else may open it."""
    write_configuration(tmp_path, 1883, SITE, ACCOUNTS)
    assert (tmp_path / "passwords").stat().st_mode & 0o077 == 0
    assert ":one" not in (tmp_path / "passwords").read_text()
    with pytest.raises(ValueError, match="cannot be an account"):
        write_configuration(tmp_path, 1883, SITE, [Account(name="b/#", password="x", role="bridge")])


def test_a_broker_s_address_is_host_and_port_and_perhaps_a_user() -> None:
    """What stands in a command line; the password never does."""
    assert broker_address("127.0.0.1:1883").port == 1883
    address = broker_address("edge-s1@broker.lan:8883", "secret")
    assert (address.host, address.user, address.password) == ("broker.lan", "edge-s1", "secret")
    for wrong in ("", "host", "host:", ":1", "host:x", "host:１"):
        with pytest.raises(ValueError, match="is not host:port"):
            broker_address(wrong)


def test_one_command_writes_the_configuration_and_tells_each_password_once(tmp_path: Path) -> None:
    """An account for the node, for each bridge and for the foreign devices; nobody has a default password."""
    asked = ["--dir", str(tmp_path), "--store", "S1", "--bridge", "b1", "--foreign", "zigbee2mqtt/#"]
    told = CliRunner().invoke(broker, asked)
    assert told.exit_code == 0, told.output
    assert [line.split()[:2] for line in told.output.splitlines()[:3]] == [
        ["edge", "edge-S1"],
        ["bridge", "b1"],
        ["sensor", "sensors"],
    ]
    assert len({line.split()[2] for line in told.output.splitlines()[:3]}) == 3
    assert (tmp_path / "mosquitto.conf").exists()
    refused = CliRunner().invoke(broker, [*asked, "--bridge", "b/2"])
    assert refused.exit_code == 1
    assert "cannot be an account" in refused.output
