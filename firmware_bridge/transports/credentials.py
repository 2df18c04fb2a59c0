"""How the bridge shows a broker who it is; the uplink and the sensors' intake do it alike."""

from __future__ import annotations

import paho.mqtt.client as mqtt

from firmware_bridge.config import Broker


def present_credentials(client: mqtt.Client, broker: Broker) -> None:
    """Name, password and TLS as configured; OSError when one of their files cannot be read."""
    if broker.username is not None:
        client.username_pw_set(broker.username, broker.password())
    if broker.ca_file is not None:
        client.tls_set(ca_certs=broker.ca_file)
