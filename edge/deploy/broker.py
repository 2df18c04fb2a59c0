"""Writes the configuration of a store's MQTT broker into a folder: listeners, accounts, who may say what.

Every bridge has an account whose name is the bridge's; the broker itself then lets it write under its own name
only and read only what is meant for it. Without accounts the broker listens on this machine alone.
"""

from __future__ import annotations

import base64
import getpass
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from shared.sensing.reading import ROOT

TEMPLATE = Path(__file__).with_name("mosquitto.conf")
_ROUNDS = 10_000

# %u is the account's own name: one rule for all bridges, also those that are added later.
_ANY_BRIDGE = f"""\
pattern write {ROOT}/+/%u/up/#
pattern write {ROOT}/+/%u/live/#
pattern read {ROOT}/+/%u/down/#
"""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """`reads` are a bridge's foreign topics (`zigbee2mqtt/#`), which its `sensor` accounts `write`."""

    name: str
    password: str
    role: Literal["edge", "bridge", "sensor"]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """The listener for bridges elsewhere in the store."""

    port: int
    certificate: Path
    key: Path


def write_configuration(
    folder: Path, port: int, site: str, accounts: Sequence[Account] = (), tls: Tls | None = None
) -> Path:
    """Write `mosquitto.conf` and what it names into `folder`; start mosquitto with `-c` and the answer."""
    if tls is not None and not accounts:
        raise ValueError("a broker that others can reach needs accounts")
    folder = folder.resolve()
    listeners = [f"listener {port} 127.0.0.1"]
    if tls is not None:
        listeners += [f"listener {tls.port}", f"certfile {tls.certificate}", f"keyfile {tls.key}"]
    if accounts:
        _write_private(folder / "passwords", "".join(map(_password_line, accounts)))
        _write_private(folder / "acl", _acl(site, accounts))
        sign_in = f"allow_anonymous false\npassword_file {folder}/passwords\nacl_file {folder}/acl"
    else:
        sign_in = "allow_anonymous true"
    text = TEMPLATE.read_text().format(
        listeners="\n".join(listeners), folder=folder, sign_in=sign_in, user=getpass.getuser()
    )
    target = folder / "mosquitto.conf"
    target.write_text(text)
    return target


def _write_private(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _password_line(account: Account) -> str:
    """As `mosquitto_passwd` writes it: PBKDF2-SHA512 with a salt."""
    if not account.name or set(account.name) & set(":+#/\n\r\0"):
        raise ValueError(f"{account.name!r} cannot be an account and a level of a topic")
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", account.password.encode(), salt, _ROUNDS)
    told = "$".join((str(_ROUNDS), base64.b64encode(salt).decode(), base64.b64encode(digest).decode()))
    return f"{account.name}:$7${told}\n"


def _acl(site: str, accounts: Sequence[Account]) -> str:
    """The pattern for bridges, then each account's own lines."""
    told = _ANY_BRIDGE
    for account in accounts:
        told += f"\nuser {account.name}\n"
        if account.role == "edge":
            told += f"topic read {ROOT}/{site}/+/up/#\ntopic read {ROOT}/{site}/+/live/#\n"
            told += f"topic write {ROOT}/{site}/+/down/#\n"
        told += "".join(f"topic read {topic}\n" for topic in account.reads)
        told += "".join(f"topic write {topic}\n" for topic in account.writes)
    return told
