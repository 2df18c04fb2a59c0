"""What the uplink and the sensors' intake do alike with an MQTT client: show who they are and run its network loop.

One thread reads and writes a connection. paho lets whoever publishes write to the socket itself when the loop runs in a
thread it has not started, and two threads in one TLS connection spoil its records: the broker hangs up with "bad record
mac". It does not when somebody says that he watches the socket, as our loop does.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

import paho.mqtt.client as mqtt

from firmware_bridge.config import Broker

log = logging.getLogger(__name__)

JOIN_S = 2.0


def _without_delay(_client: mqtt.Client, _userdata: object, connection: object) -> None:
    """Small messages leave at once; otherwise each may wait 40 ms for the answer to the one before."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _left_to_the_loop(_client: mqtt.Client, _userdata: object, _connection: object) -> None:
    """There is something to write, and paho has woken the loop for it."""


def prepare(client: mqtt.Client, broker: Broker) -> None:
    """Name, password and TLS as configured; OSError when one of their files cannot be read."""
    client.on_socket_open = _without_delay
    client.on_socket_register_write = _left_to_the_loop
    if broker.username is not None:
        client.username_pw_set(broker.username, broker.password())
    if broker.ca_file is not None:
        client.tls_set(ca_certs=broker.ca_file)


class Network:
    """The loop of one connected client in a thread of ours.

    paho's own thread dies silently when a packet or a callback raises, and then a connection looks alive for
    ever; here every end of the loop is told to `on_end`.
    """

    def __init__(self, client: mqtt.Client, on_end: Callable[[str], None]) -> None:
        self._client = client
        self._on_end = on_end
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        reason = "connection closed"
        try:
            self._client.loop_forever()
        except Exception as broken:
            log.exception("network_loop_died")
            reason = str(broken)
        self._on_end(reason)

    def end(self) -> None:
        """Disconnect and wait for the loop, but not for a peer that does not answer."""
        self._client.disconnect()
        self._thread.join(JOIN_S)
