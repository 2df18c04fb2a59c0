"""A set of simulated devices that does what a script says, one JSON object a line.

    {"device": "scanner-1", "do": "scan", "text": "0109501101530003", "aim": "]C1"} {"device": "scale-1",
    "do": "put", "weight": "1.250"}     {"device": "scale-1", "do": "take"} {"device": "fridge-1", "do":
    "temperature", "value": "9.4"}   ("value": null pulls the probe) {"device": "fridge-1", "do": "door",
    "open": true}        {"device": "fridge-1", "do": "silence"} {"device": "scale-1", "do": "unplug"}
    {"device": "scale-1", "do": "plug"}   {"do": "wait", "seconds": 0.5} {"device": "scanner-1", "do":
    "noise", "hex": "ff00fe0d"}

Scales and scanners live behind pseudo-terminals, sensors publish to a broker, again and again every
`repeat_s`, because a sensor that says nothing is a sensor that is broken.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from firmware_bridge.simulator.scales import (
    MtSicsScale,
    Plate,
    RepeatingScale,
    Toledo8217Scale,
    a_and_d_frame,
    xk3190_frame,
)
from firmware_bridge.simulator.sensors import Family, State, announcements, publications
from firmware_bridge.simulator.terminal import Terminal

MOST_KG = Decimal(15)
MOST_FLOOR_KG = Decimal(1500)
PortKind = Literal["scanner", "mt_sics", "toledo_8217", "a_and_d", "xk3190_cont0"]


class Action(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a script."""

    do: Literal[
        "scan", "put", "take", "temperature", "door", "silence", "speak", "offline", "online",
        "unplug", "plug", "noise", "wait",
    ]  # fmt: skip
    device: str = ""
    text: str = ""
    aim: str = ""
    weight: str = "0"
    value: str | None = None
    open: bool = True
    hex: str = ""
    seconds: float = 0.0


def read_action(line: str | bytes) -> Action:
    """One line, or a ValueError that says what is wrong with it."""
    return msgspec.json.decode(line, type=Action)


class _Sensor:
    """One simulated sensor."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.state = State()
        self.is_silent = False


class Simulator:
    """`start`, then `do` one action after another, then `stop`."""

    def __init__(
        self,
        folder: Path,
        ports: Mapping[str, PortKind],
        sensors: Mapping[str, Family] | None = None,
        broker: tuple[str, int] = ("127.0.0.1", 1883),
        *,
        sign_in: tuple[str, str] | None = None,
        repeat_s: float = 10.0,
    ) -> None:
        """`sign_in` is the account and its password, where the broker asks for one."""
        self._folder = folder
        self._broker = broker
        self._sign_in = sign_in
        self._repeat_s = repeat_s
        self._plates: dict[str, Plate] = {}
        self._terminals = {name: self._terminal(name, kind) for name, kind in ports.items()}
        self._sensors = {name: _Sensor(family) for name, family in (sensors or {}).items()}
        self._client: mqtt.Client | None = None
        self._stopping = threading.Event()
        self._repeater = threading.Thread(target=self._repeat, daemon=True)

    @property
    def paths(self) -> dict[str, str]:
        """Where each scanner and scale can be opened."""
        return {name: str(terminal.link) for name, terminal in self._terminals.items()}

    def start(self) -> None:
        """Plug everything in and let the sensors speak."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for terminal in self._terminals.values():
            terminal.plug()
        if self._sensors:
            client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
            if self._sign_in:
                client.username_pw_set(*self._sign_in)
            client.connect_async(*self._broker, keepalive=30)
            client.reconnect_delay_set(1, 5)
            client.loop_start()
            self._client = client
            self._repeater.start()

    def stop(self) -> None:
        """Unplug everything."""
        self._stopping.set()
        for terminal in self._terminals.values():
            terminal.unplug()
        if self._client is not None:
            self._repeater.join()
            self._client.disconnect()
            self._client.loop_stop()

    def do(self, action: Action) -> bool:
        """Do it; False when a device's bytes were not taken by anybody. Raises ValueError for a wrong action."""
        if action.do == "wait":
            return not self._stopping.wait(action.seconds)
        if action.device in self._terminals:
            return self._do_at_port(self._terminals[action.device], action)
        if action.device in self._sensors:
            return self._do_at_sensor(self._sensors[action.device], action)
        raise ValueError(f"there is no device {action.device!r}")

    def _do_at_port(self, terminal: Terminal, action: Action) -> bool:
        """What can happen to a scanner or a scale."""
        plate = self._plates.get(action.device)
        match action.do:
            case "unplug":
                terminal.unplug()
            case "plug":
                terminal.plug()
            case "noise":
                return terminal.send(bytes.fromhex(action.hex))
            case "scan" if plate is None:
                return terminal.send((action.aim + action.text).encode() + b"\r\n")
            case "put" if plate is not None:
                plate.put(_decimal(action.weight), _now_ms())
            case "take" if plate is not None:
                plate.put(Decimal(0), _now_ms())
            case _:
                raise ValueError(f"{action.device} cannot {action.do}")
        return True

    def _do_at_sensor(self, sensor: _Sensor, action: Action) -> bool:
        """What can happen to a sensor; it speaks at once when it changes."""
        state = sensor.state
        match action.do:
            case "temperature":
                value = None if action.value is None else _decimal(action.value)
                sensor.state = msgspec.structs.replace(state, temperature=value)
            case "door":
                sensor.state = msgspec.structs.replace(state, door_open=action.open)
            case "silence" | "speak":
                sensor.is_silent = action.do == "silence"
            case "online" | "offline":
                sensor.state = msgspec.structs.replace(state, is_online=action.do == "online")
                self._announce(action.device, sensor)
            case _:
                raise ValueError(f"{action.device} cannot {action.do}")
        self._publish(action.device, sensor)
        return True

    def _terminal(self, name: str, kind: PortKind) -> Terminal:
        """The terminal of one device, with the device behind it."""
        step: Callable[[bytes, int], bytes]
        match kind:
            case "mt_sics":
                plate = self._plates[name] = Plate("kg", 3, MOST_KG)
                step = MtSicsScale(plate, f"SIM-{name}").step
            case "toledo_8217":
                plate = self._plates[name] = Plate("kg", 3, MOST_KG)
                step = Toledo8217Scale(plate, parity=True).step
            case "a_and_d":
                plate = self._plates[name] = Plate("kg", 3, MOST_KG)
                step = RepeatingScale(plate, a_and_d_frame).step
            case "xk3190_cont0":
                plate = self._plates[name] = Plate("kg", 2, MOST_FLOOR_KG)
                step = RepeatingScale(plate, xk3190_frame).step
            case "scanner":

                def step(_came: bytes, _now_ms: int) -> bytes:
                    return b""

        return Terminal(self._folder / name, lambda came: step(came, _now_ms()))

    def _repeat(self) -> None:
        """Announce every sensor, then let each speak every `repeat_s`."""
        for name, sensor in self._sensors.items():
            self._announce(name, sensor)
            self._publish(name, sensor)
        while not self._stopping.wait(self._repeat_s):
            for name, sensor in self._sensors.items():
                self._publish(name, sensor)

    def _announce(self, name: str, sensor: _Sensor) -> None:
        """What a sensor publishes about itself."""
        assert self._client is not None
        for said in announcements(sensor.family, name, sensor.state):
            self._client.publish(said.topic, said.payload, qos=1, retain=said.retain)

    def _publish(self, name: str, sensor: _Sensor) -> None:
        """What a sensor publishes about the world."""
        assert self._client is not None
        if sensor.is_silent or not sensor.state.is_online:
            return
        for said in publications(sensor.family, name, sensor.state, time.time_ns() // 1_000_000):
            self._client.publish(said.topic, said.payload, qos=1, retain=said.retain)


def _now_ms() -> int:
    """The simulator's clock."""
    return time.monotonic_ns() // 1_000_000


def _decimal(text: str) -> Decimal:
    """A number of a script."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(f"{text!r} is no number")
    return value
