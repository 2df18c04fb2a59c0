"""The demo's MQTT broker: Debian's mosquitto with a store's settings, on loopback, one user per node and bridge.

Nobody is anonymous. The sensors have one account, which may publish under their maker's topics and nothing else; a
bridge may write only under its own name, a node reads only its own store.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

_CONFIGURATION = """\
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
per_listener_settings false
persistence true
persistence_location {folder}/
autosave_on_changes false
autosave_interval 5
max_inflight_messages 100
max_queued_messages 200000
persistent_client_expiration 30d
message_size_limit 262144
user {user}
log_dest stderr
"""
SENSORS = "sensors"
"""The account of all sensors: it may tell, and hears nothing."""
READY = r"mosquitto version \S+ running"


class NoBroker(Exception):
    """mosquitto is not installed."""


def program(name: str) -> str:
    """Where Debian put it; /usr/sbin is not on everybody's path."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NoBroker(f"{name} is missing. Install it with: apt install mosquitto")
    return found


def edge_user(store: str) -> str:
    return f"edge-{store.lower()}"


def bridge_user(store: str) -> str:
    return f"bridge-{store.lower()}"


def configure(folder: Path, port: int, stores: Iterable[str], password: str) -> list[str]:
    """Writes configuration, users and rights; answers the command line of the broker."""
    acl = [f"user {SENSORS}", "topic write zigbee2mqtt/#"]
    users = [SENSORS]
    for store in stores:
        bridge = bridge_user(store)
        acl += [
            f"user {edge_user(store)}",
            f"topic read liushui/v1/{store}/+/up/#",
            f"topic read liushui/v1/{store}/+/live/#",
            f"topic write liushui/v1/{store}/+/down/#",
            f"user {bridge}",
            f"topic write liushui/v1/{store}/{bridge}/up/#",
            f"topic write liushui/v1/{store}/{bridge}/live/#",
            f"topic read liushui/v1/{store}/{bridge}/down/#",
            "topic read zigbee2mqtt/#",
        ]
        users += [edge_user(store), bridge]
    (folder / "acl").write_text("\n".join(acl) + "\n")
    passwords = folder / "passwords"
    passwords.touch(0o600)
    for user in users:
        subprocess.run([program("mosquitto_passwd"), "-b", str(passwords), user, password], check=True)
    for secret in (folder / "acl", passwords):
        secret.chmod(0o600)
    configuration = folder / "mosquitto.conf"
    configuration.write_text(_CONFIGURATION.format(port=port, folder=folder, user=getpass.getuser()))
    return [program("mosquitto"), "-c", str(configuration)]
