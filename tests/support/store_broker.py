"""A store's broker as `liushui edge broker` writes it, run by a test: accounts, TLS, and a door for plain sensors."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.deploy.broker import DESK, FOLDER, Plan, password_of, write_store_broker
from edge.deploy.checking import mosquitto
from tests.support.ports import free_port
from tests.support.publisher import wait_until


class StoreBroker:
    """`folder` is the node's; the broker may be killed and started again."""

    def __init__(self, folder: Path, site: str = "S1") -> None:
        self.plan = Plan(
            site=site,
            port=free_port(),
            tls_port=free_port(),
            sensor_port=free_port(),
            sensor_address="127.0.0.2",
        )
        self.folder = folder / FOLDER
        self.configuration = write_store_broker(self.folder, self.plan)
        self.lines: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Return when it says that it runs."""
        self._process = subprocess.Popen(
            [mosquitto(), "-c", str(self.configuration)], stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr
        for line in self._process.stderr:
            self.lines.append(line)
            if line.rstrip().endswith(" running"):
                break
        else:
            raise RuntimeError("mosquitto did not start:\n" + "".join(self.lines))
        threading.Thread(target=self.lines.extend, args=(self._process.stderr,), daemon=True).start()

    def stop(self) -> None:
        """End it as a service manager would."""
        if self._process:
            while self._process.poll() is None:
                self._process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(1)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def authority(self) -> Path:
        """What a bridge believes."""
        return self.folder / "tls" / "ca.pem"

    def as_desk(self) -> Caller:
        """The node's own desk."""
        return Caller(self.plan.port, DESK, password_of(self.folder, DESK))


class Caller:
    """Somebody who signs in, remembers what it got, and how every step was answered."""

    def __init__(
        self,
        port: int,
        user: str = "",
        password: str = "",
        *,
        host: str = "127.0.0.1",
        client_id: str = "",
        ca: Path | None = None,
        protocol: Any = mqtt.MQTTv5,
    ) -> None:
        self.got: list[str] = []
        self.payloads: list[bytes] = []
        self.answers: list[str] = []
        self.granted: list[str] = []
        self.signed_in: list[str] = []
        self.ended: list[str] = []
        client = self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=protocol, reconnect_on_failure=False
        )
        if user:
            client.username_pw_set(user, password)
        if ca is not None:
            client.tls_set(str(ca))
        client.on_connect = lambda _c, _u, _f, reason, _p: self.signed_in.append(str(reason))
        client.on_disconnect = lambda _c, _u, _f, reason, _p: self.ended.append(str(reason))
        client.on_message = self._take
        client.on_publish = lambda _c, _u, _mid, reason, _p: self.answers.append(str(reason))
        client.on_subscribe = lambda _c, _u, _mid, reasons, _p: self.granted.extend(map(str, reasons))
        client.connect(host, port)
        client.loop_start()
        wait_until(lambda: bool(self.signed_in))

    def _take(self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        self.got.append(message.topic)
        self.payloads.append(bytes(message.payload))

    def say(self, topic: str, payload: bytes = b"x") -> str:
        """Publish, and what the broker says to it."""
        before = len(self.answers)
        self.client.publish(topic, payload, qos=1)
        wait_until(lambda: len(self.answers) > before)
        return self.answers[-1]

    def hear(self, topic: str) -> str:
        """Subscribe, and what the broker says to it."""
        before = len(self.granted)
        self.client.subscribe(topic, qos=1)
        wait_until(lambda: len(self.granted) > before)
        return self.granted[-1]

    def stop(self) -> None:
        """Go."""
        self.client.disconnect()
        self.client.loop_stop()
