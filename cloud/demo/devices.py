"""One store's devices: a scanner and a scale on pseudo-terminals, thermometers that publish, and their bridge.

Nothing here goes around a driver: what a scale says travels through the simulator's terminal, the bridge's
driver, its outbox and the broker before the node hears of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from cloud.demo.assortment import DAIRY, PLACES
from cloud.demo.broker import SENSORS, bridge_user
from cloud.demo.chain import sensor_of
from cloud.demo.chance import pick
from cloud.demo.children import Child

SCANNER, SCALE = "scanner-1", "scale-1"
REPEAT_S = 4
_STEP = timedelta(minutes=2)
_GOOD_STEPS = 180


def cold_places() -> list[str]:
    return [place for place, (_, storage) in PLACES.items() if storage != "ambient"]


def usual(place: str) -> str:
    """What a place's thermometer says on a good day."""
    return "-18.5" if PLACES[place][1] == "frozen" else "4.2"


class Devices:
    """The simulated devices of one store and the bridge beside them."""

    def __init__(self, store: str, folder: Path, program: list[str], broker_port: int, password: str) -> None:
        self.store = store
        self._folder = folder
        self._program = program
        self._port = broker_port
        self._password = password
        self.simulator = Child(
            f"devices-{store}",
            [*program, "bridge", "simulate", *self._simulated()],
            folder,
            ready='"ready": true',
            greeting=[
                _action(device=sensor_of(store, place), do="temperature", value=usual(place))
                for place in cold_places()
            ],
        )
        self.bridge = Child(
            f"bridge-{store}",
            [*program, "bridge", "run", "--config", str(self._configure())],
            folder,
            ready="sensors_listening",
        )

    def scan(self, code: str) -> bool:
        return self._do(device=SCANNER, do="scan", text=code, aim="]E0")

    def put(self, weight: str) -> bool:
        return self._do(device=SCALE, do="put", weight=weight)

    def take(self) -> bool:
        return self._do(device=SCALE, do="take")

    def warm(self, place: str, celsius: str) -> bool:
        return self._do(device=sensor_of(self.store, place), do="temperature", value=celsius)

    def _do(self, **action: str) -> bool:
        return self.simulator.tell(_action(**action))

    def _simulated(self) -> list[str]:
        told = ["--folder", str(self._ports()), "--repeat", str(REPEAT_S)]
        told += ["--broker", f"127.0.0.1:{self._port}", "--broker-user", SENSORS]
        told += ["--broker-password-file", str(self._secret())]
        told += ["--device", f"scanner:{SCANNER}", "--device", f"toledo_8217:{SCALE}"]
        for place in cold_places():
            told += ["--sensor", f"zigbee2mqtt:{sensor_of(self.store, place)}"]
        return [*told, "--script", "-", "--stay"]

    def _ports(self) -> Path:
        """Pseudo-terminals have short names; the folder's own may be long."""
        return self._folder / f"ports-{self.store}"

    def _secret(self) -> Path:
        """The password's file; it never stands in a command line."""
        secret = self._folder / "broker.password"
        secret.touch(0o600)
        secret.write_text(self._password)
        return secret

    def _configure(self) -> Path:
        name = bridge_user(self.store)
        state = self._folder / f"state-{name}"
        topics = [
            topic
            for place in cold_places()
            for topic in (
                f"zigbee2mqtt/{sensor_of(self.store, place)}",
                f"zigbee2mqtt/{sensor_of(self.store, place)}/availability",
            )
        ]
        configuration = self._folder / f"{name}.toml"
        configuration.write_text(
            f'site = "{self.store}"\nbridge = "{name}"\nstate_dir = "{state}"\n\n'
            f'[broker]\nhost = "127.0.0.1"\nport = {self._port}\nusername = "{name}"\n'
            f'password_file = "{self._secret()}"\n\n'
            f'[[device]]\nid = "{SCANNER}"\nprotocol = "scanner"\nport = "{self._ports() / SCANNER}"\n\n'
            f'[[device]]\nid = "{SCALE}"\nprotocol = "toledo_8217"\nport = "{self._ports() / SCALE}"\n'
            f'options = {{ unit = "kg" }}\n\n'
            f'[[sensors]]\nfamily = "zigbee2mqtt"\ntopics = {json.dumps(topics)}\n'
        )
        return configuration


def _action(**action: str) -> str:
    """One line of the simulator's script."""
    return json.dumps(action)


def tell_the_past(stores: Sequence[str], now: datetime, broker_port: int, password: str) -> int:
    """What the thermometers measured before the demo began, told late as by a gateway that had no network.

    Zigbee2MQTT's own payload with its own `last_seen`: half a day of good readings everywhere, and in the last
    store a night some days ago on which somebody left the dairy fridge open. Answers how many were published.
    """
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.username_pw_set(SENSORS, password)
    client.connect("127.0.0.1", broker_port)
    client.loop_start()
    sent = []
    try:
        for seen, store, place, celsius in (*_warm_night(stores[-1], now), *_good_hours(stores, now)):
            at = f"{seen.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
            told = json.dumps({"temperature": celsius, "last_seen": at})
            sent.append(client.publish(f"zigbee2mqtt/{sensor_of(store, place)}", told, qos=1))
        for said in sent:
            said.wait_for_publish(30)
    finally:
        client.disconnect()
        client.loop_stop()
    return len(sent)


Past = Iterator[tuple[datetime, str, str, float]]


def _warm_night(store: str, now: datetime) -> Past:
    began = now - timedelta(days=3, hours=5)
    for step in range(75):
        warm = min(step - 11, 48 - step) * 0.5 if 12 <= step < 48 else 0.0
        yield began + step * _STEP, store, DAIRY, min(round(4.3 + warm, 1), 12.6)


def _good_hours(stores: Sequence[str], now: datetime) -> Past:
    for step in range(_GOOD_STEPS, 1, -1):
        for store in stores:
            for place in cold_places():
                celsius = float(usual(place)) + pick(9, store, place, step) / 10 - 0.4
                yield now - 2 * step * _STEP, store, place, round(celsius, 1)
