"""Writes the configuration of a store's MQTT broker into a folder: listeners, accounts, who may say what.

Three doors. The node's own programs come in on this machine; bridges come over TLS, each with an account of its own;
sensors that know no TLS come in by a third door, behind which every topic begins with `sensors/`: whatever is said
there, also under a stolen name, cannot be taken for a bridge's word. Nobody is anonymous. Accounts live in
mosquitto's dynamic security, which `edge.intake.desk` keeps equal to the day-book while the node runs.

    broker/mosquitto.conf  accounts.json (mosquitto's own)  plan.json  node.password  desk.password  tls/
"""

from __future__ import annotations

import getpass
import glob
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edge.deploy import certificates
from edge.deploy.accounts import first_accounts
from shared.errors import DomainError

TEMPLATE = Path(__file__).with_name("mosquitto.conf")
FOLDER = "broker"
PID_FILE = "mosquitto.pid"
SENSORS = "sensors"
"""The first level of every topic that comes in by the door without TLS."""
NODE, DESK = "liushui-node", "liushui-desk"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for; kept, so that asking again changes only what is different."""

    site: str
    port: int = 1883
    tls_port: int = 8883
    """0: no bridge stands elsewhere in the store."""
    sensor_port: int = 0
    """0: every sensor knows TLS, or there is none."""
    sensor_address: str = ""
    """The address of the network the sensors are in; empty listens in all of them."""
    names: tuple[str, ...] = ()
    """What bridges may call this machine by: its name and addresses in the shop."""


def plugin_path() -> Path | None:
    """Debian's dynamic security, wherever the machine's architecture puts it."""
    for pattern in ("/usr/lib/*/mosquitto_dynamic_security.so", "/usr/lib/mosquitto_dynamic_security.so"):
        for found in sorted(glob.glob(pattern)):
            return Path(found)
    return None


def write_store_broker(folder: Path, plan: Plan) -> Path:
    """Write everything into `folder`; start mosquitto with `-c` and the answer.

    Accounts, passwords and the site's authority stay what they are when they exist. Raises `broker_plugin_missing`.
    """
    plugin = plugin_path()
    if plugin is None:
        raise DomainError("broker_plugin_missing")
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    passwords = {name: _password(folder / f"{name}.password") for name in (NODE, DESK)}
    accounts = folder / "accounts.json"
    if not accounts.exists():
        write_private(accounts, first_accounts(plan.site, passwords[NODE], passwords[DESK]))
    tls = certificates.ensure(folder / "tls", plan.site, plan.names, datetime.now(UTC))
    listeners = [f"listener {plan.port} 127.0.0.1"]
    if plan.tls_port:
        listeners += [
            f"listener {plan.tls_port}",
            f"certfile {tls.certificate}",
            f"keyfile {tls.key}",
            "tls_version tlsv1.3",
        ]
    if plan.sensor_port:
        # A gateway on this machine comes in by the same door; an address in one network leaves it out.
        places = [plan.sensor_address, "127.0.0.1"] if plan.sensor_address else [""]
        for place in places:
            listeners += [f"listener {plan.sensor_port} {place}".rstrip(), f"mount_point {SENSORS}/"]
    sign_in = f"allow_anonymous false\nplugin {plugin}\nplugin_opt_config_file {accounts}"
    target = _write_conf(folder, listeners, sign_in)
    write_private(folder / "plan.json", msgspec.json.format(msgspec.json.encode(plan)))
    return target


def write_configuration(folder: Path, port: int) -> Path:
    """A broker for this machine alone, without accounts: for measuring, never for a store."""
    return _write_conf(folder.resolve(), [f"listener {port} 127.0.0.1"], "allow_anonymous true")


def read_plan(folder: Path) -> Plan | None:
    """What was written there; None when nothing was."""
    try:
        return msgspec.json.decode((folder / "plan.json").read_bytes(), type=Plan)
    except FileNotFoundError:
        return None


def password_of(folder: Path, name: str) -> str:
    """One of our own two passwords."""
    return (folder / f"{name}.password").read_text().strip()


def write_private(path: Path, content: bytes) -> None:
    """For nobody's eyes but ours, from its first byte on."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    os.chmod(path, 0o600)


def _password(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24).encode())
    return path.read_text().strip()


def _write_conf(folder: Path, listeners: list[str], sign_in: str) -> Path:
    text = TEMPLATE.read_text().format(
        listeners="\n".join(listeners), folder=folder, sign_in=sign_in, user=getpass.getuser(), pid=PID_FILE
    )
    target = folder / "mosquitto.conf"
    target.write_text(text)
    return target
