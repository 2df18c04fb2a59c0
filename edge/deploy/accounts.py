"""Who may say what at the store's broker, in the words of mosquitto's dynamic security.

A bridge writes under its own name only and reads only what is meant for it; a sensor only ever writes, and only its
own topics behind the sensors' door; the node's intake hears all of this store and acknowledges; the desk gives and
takes accounts. Whatever is not said here is refused.
"""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Any

import msgspec

from shared.sensing.reading import ROOT

CONTROL = "$CONTROL/dynamic-security/v1"
RESPONSE = f"{CONTROL}/response"
BRIDGE, SENSOR = "bridge/", "sensor/"
"""A role begins with what it is for and ends with the account it is for."""
_ROUNDS = 101

Command = dict[str, Any]


def _may(*rules: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"acltype": kind, "topic": topic, "priority": 0, "allow": True} for kind, topic in rules]


def _send(topic: str) -> tuple[str, str]:
    return "publishClientSend", topic


def _hear(topic: str) -> tuple[str, str]:
    return "subscribePattern", topic


def bridge_rules(site: str, bridge: str) -> list[dict[str, Any]]:
    """`sensors/#` is what sensors say: a bridge makes readings of it, and may ask a Sparkplug node for its birth."""
    own = f"{ROOT}/{site}/{bridge}"
    return _may(
        _send(f"{own}/up/#"),
        _send(f"{own}/live/#"),
        _hear(f"{own}/down/#"),
        _hear("sensors/#"),
        _send("sensors/spBv1.0/+/NCMD/#"),
        _send("sensors/homeassistant/#"),
    )


def sensor_rules(topics: tuple[str, ...]) -> list[dict[str, Any]]:
    """It may only write."""
    return _may(*(_send(f"sensors/{topic}") for topic in topics))


def open_bridge(site: str, bridge: str, password: str) -> list[Command]:
    """For a bridge that is not known yet."""
    return [
        {"command": "createRole", "rolename": BRIDGE + bridge, "acls": bridge_rules(site, bridge)},
        _client(bridge, password, BRIDGE + bridge),
    ]


def open_sensor(account: str, topics: tuple[str, ...], password: str) -> list[Command]:
    """For a sensor without TLS."""
    return [
        {"command": "createRole", "rolename": SENSOR + account, "acls": sensor_rules(topics)},
        _client(account, password, SENSOR + account),
    ]


def close_account(account: str, role: str) -> list[Command]:
    """It never was: before it is opened anew with other rules."""
    return [
        {"command": "deleteClient", "username": account},
        {"command": "deleteRole", "rolename": role + account},
    ]


def new_password(account: str, password: str) -> Command:
    """Whoever is signed in with the old one is put out."""
    return {"command": "setClientPassword", "username": account, "password": password}


def let_in(account: str) -> Command:
    return {"command": "enableClient", "username": account}


def put_out(account: str) -> Command:
    """Ends its connection at once and refuses the next."""
    return {"command": "disableClient", "username": account}


def _client(account: str, password: str, role: str) -> Command:
    return {
        "command": "createClient",
        "username": account,
        "password": password,
        "textname": account,
        "roles": [{"rolename": role}],
    }


def first_accounts(site: str, node_password: str, desk_password: str) -> bytes:
    """The file a new broker begins with, as the plugin itself would have written it."""
    ours = f"{ROOT}/{site}/+"
    roles = {
        "node": _may(_hear(f"{ours}/up/#"), _hear(f"{ours}/live/#"), _send(f"{ours}/down/ack")),
        "desk": _may(
            _send(CONTROL),
            _hear(RESPONSE),
            # The broker's own answers are not covered by the default below.
            ("publishClientReceive", RESPONSE),
            _hear(f"{ours}/up/#"),
            _send(f"{ours}/down/cfg"),
            _send(f"{ours}/down/cmd"),
        ),
    }
    told = {
        # What a subscription was granted for may be received: the grant is where we say no.
        "defaultACLAccess": {
            "publishClientSend": False,
            "publishClientReceive": True,
            "subscribe": False,
            "unsubscribe": True,
        },
        "clients": [
            _hashed("liushui-node", node_password, "node"),
            _hashed("liushui-desk", desk_password, "desk"),
        ],
        "groups": [],
        "roles": [{"rolename": name, "acls": acls} for name, acls in roles.items()],
    }
    return msgspec.json.format(msgspec.json.encode(told))


def _hashed(account: str, password: str, role: str) -> dict[str, Any]:
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    return {
        "username": account,
        "password": base64.b64encode(digest).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": _ROUNDS,
        "roles": [{"rolename": role}],
    }
