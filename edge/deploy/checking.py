"""Tries the broker's configuration before a shop depends on it, and says in words what is wrong with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path

from edge.deploy.broker import DESK, Plan, password_of
from edge.intake.desk import signs_in
from edge.intake.mqtt import BrokerAddress
from shared.errors import DomainError

START_S_MAX = 20.0


def mosquitto() -> str:
    """The program. Raises `broker_missing`."""
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise DomainError("broker_missing")
    return found


def taken_port(plan: Plan) -> int | None:
    """A door that somebody else stands in already; our own broker, if it runs, is somebody else too."""
    doors = [(plan.port, "127.0.0.1"), (plan.tls_port, ""), (plan.sensor_port, plan.sensor_address)]
    for port, place in doors:
        if not port:
            continue
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((place, port))
            except OSError:
                return port
    return None


def try_out(configuration: Path, plan: Plan) -> None:
    """Start mosquitto with it and end it again. Raises a DomainError that says what it stumbled over."""
    program = mosquitto()
    port = taken_port(plan)
    if port is not None:
        raise DomainError("broker_port_taken", port=port)
    process = subprocess.Popen(
        [program, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    too_long = threading.Timer(START_S_MAX, process.kill)
    too_long.start()
    lines: list[str] = []
    try:
        for line in process.stderr:
            lines.append(line.strip())
            if lines[-1].endswith(" running"):
                _require_accounts(configuration.parent, plan)
                return
    finally:
        too_long.cancel()
        _end(process)
    raise in_words(lines)


def is_ours(folder: Path, plan: Plan) -> bool:
    """Whether the broker that runs there knows our account."""
    try:
        password = password_of(folder, DESK)
    except OSError:
        return False
    return signs_in(BrokerAddress(port=plan.port, user=DESK, password=password))


def _require_accounts(folder: Path, plan: Plan) -> None:
    """Mosquitto starts with accounts it cannot read, says nothing of it, and lets nobody in."""
    if not is_ours(folder, plan):
        raise DomainError("broker_accounts_unreadable", why=str(folder / "accounts.json"))


def _end(process: subprocess.Popen[str]) -> None:
    # A signal between mosquitto's word that it runs and its main loop is lost, so it is told again.
    while process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
    assert process.stderr
    process.stderr.close()


_WORDS = (
    ("Address already in use", "broker_port_taken_by_another"),
    ("Cannot assign requested address", "broker_address_not_ours"),
    ("server certificate", "broker_certificate_unusable"),
    ("server key", "broker_certificate_unusable"),
    ("Unable to load auth plugin", "broker_plugin_missing"),
    ("cannot open shared object", "broker_plugin_missing"),
    ("ynamic security", "broker_accounts_unreadable"),
    ("Permission denied", "broker_folder_not_ours"),
)


def in_words(lines: list[str]) -> DomainError:
    """Mosquitto's own complaint as one of ours; what it says is kept beside."""
    complaints = [line.partition(": ")[2] or line for line in lines if "rror" in line] or lines[-1:]
    why = "; ".join(complaints)[-300:]
    for mark, key in _WORDS:
        if any(mark in line for line in lines):
            return DomainError(key, why=why)
    return DomainError("broker_config_refused", why=why)
