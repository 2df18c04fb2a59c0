"""`liushui bridge`: run the bridge of a store, simulate its devices, or list what it can talk to."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import NoReturn, TextIO, TypeVar, get_args

import rich_click as click

from firmware_bridge import dbapi
from firmware_bridge.clock import SystemClock
from firmware_bridge.config import Config, read_config
from firmware_bridge.drivers import drivers
from firmware_bridge.enrolling import enrol, rotate
from firmware_bridge.fuzzing import fuzz
from firmware_bridge.measuring import bench
from firmware_bridge.normalise import normalisers
from firmware_bridge.simulator.scripted import PortKind, Simulator, read_action
from firmware_bridge.simulator.sensors import Family
from firmware_bridge.supervisor import Supervisor
from firmware_bridge.trying import probe, templates
from shared.errors import DomainError
from shared.i18n import Language, tell_error
from shared.pace import VARIABLE as PACE_VARIABLE
from shared.pace import read_pace

EXIT_TASK_DIED = 70
K = TypeVar("K", bound=str)


def _language() -> Language:
    """The language of the terminal."""
    told = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-CN" if told.lower().startswith("zh") else "en"


def _refuse(error: DomainError) -> NoReturn:
    """Tell the person what is wrong and end."""
    click.echo(tell_error(error, _language()), err=True)
    raise SystemExit(2)


def _log_to_stderr() -> None:
    """One line an event, for the journal."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )


def _version() -> str:
    """The installed version, for the birth."""
    try:
        return installed_version("liushui")
    except PackageNotFoundError:
        return "source"


def _stop_at_signals(stopping: threading.Event) -> None:
    """Ctrl-C and the service manager's SIGTERM both mean: finish and go."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopping.set())


@click.group()
def bridge() -> None:
    """Connect scanners, scales and sensors to a store's node. 连接扫码枪、电子秤和传感器。"""


@bridge.command()
@click.option("--config", "config_path", type=click.Path(path_type=Path), required=True, help="TOML file.")
def run(config_path: Path) -> None:
    """Run the bridge until SIGTERM or Ctrl-C. 运行设备桥。"""
    _log_to_stderr()
    try:
        config = read_config(config_path)
        clock = SystemClock(read_pace(os.environ.get(PACE_VARIABLE, "")))
        supervisor = Supervisor(config, clock, lambda: secrets.token_hex(8), _version())
    except DomainError as error:
        _refuse(error)
    except (OSError, dbapi.Error) as broken:
        path = str(config_path)
        _refuse(DomainError("bridge_state_unusable", path=path, reason=str(broken)))
    stopping = threading.Event()
    _stop_at_signals(stopping)
    asked = threading.Event()
    signal.signal(signal.SIGHUP, lambda _number, _frame: asked.set())
    supervisor.start()
    seen = _looks_of(config_path, config)
    while not stopping.wait(0.5) and not supervisor.failed.is_set():
        now = _looks_of(config_path, config)
        if asked.is_set() or now != seen:
            asked.clear()
            seen = now
            _reload(supervisor, config_path)
    supervisor.stop()
    if supervisor.failed.is_set():
        raise SystemExit(EXIT_TASK_DIED)


def _looks_of(path: Path, config: Config) -> tuple[tuple[str, int, int, int], ...]:
    """What tells that somebody has written the configuration or a template: names, times, sizes, places on disk."""
    folder = Path(config.templates_dir) if config.templates_dir else None
    files = [path, *(sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else ())]
    found = []
    for file in files:
        try:
            told = file.stat()
        except OSError:
            continue
        found.append((str(file), told.st_mtime_ns, told.st_size, told.st_ino))
    return tuple(found)


def _reload(supervisor: Supervisor, path: Path) -> None:
    """Go on under the file as it is now; a wrong one changes nothing but the status file and the journal."""
    try:
        supervisor.reload(read_config(path))
    except DomainError as wrong:
        told = tell_error(wrong, _language())
        logging.getLogger(__name__).error("config_refused %s", told)
        supervisor.refuse_config(told)


@bridge.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True, help="Where the ports appear.")
@click.option(
    "--device", "devices", multiple=True, help=f"KIND:NAME; KIND is one of {', '.join(get_args(PortKind))}."
)
@click.option(
    "--sensor", "sensors", multiple=True, help=f"FAMILY:NAME; FAMILY is one of {', '.join(get_args(Family))}."
)
@click.option("--broker", default="127.0.0.1:1883", show_default=True, help="Where the sensors publish.")
@click.option("--broker-user", help="The sensors' account there; nobody in particular without it.")
@click.option(
    "--broker-password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Its password.",
)
@click.option("--repeat", "repeat_s", default=10.0, show_default=True, help="Seconds between messages.")
@click.option("--script", type=click.File("r"), help="JSON lines to act out; - reads them from the pipe.")
@click.option("--stay", is_flag=True, help="Go on after the script until Ctrl-C.")
def simulate(
    folder: Path,
    devices: tuple[str, ...],
    sensors: tuple[str, ...],
    broker: str,
    broker_user: str | None,
    broker_password_file: Path | None,
    repeat_s: float,
    script: TextIO | None,
    stay: bool,
) -> None:
    """Be the devices: pseudo-terminals and publishers with the real protocols. 模拟设备。

    Prints one JSON line with the ports it made, then one for every line of the script.
    """
    stopping = threading.Event()
    _stop_at_signals(stopping)
    host, _, port = broker.rpartition(":")
    password = broker_password_file.read_text(encoding="utf-8").strip() if broker_password_file else ""
    try:
        simulator = Simulator(
            folder,
            _named(devices, get_args(PortKind)),
            _named(sensors, get_args(Family)),
            (host or "127.0.0.1", int(port)),
            sign_in=(broker_user, password) if broker_user else None,
            repeat_s=repeat_s,
        )
    except DomainError as error:
        _refuse(error)
    except ValueError:
        _refuse(DomainError("bridge_simulate_invalid", told=broker, known="HOST:PORT"))
    simulator.start()
    click.echo(json.dumps({"ready": True, "ports": simulator.paths}))
    try:
        _act_out(simulator, script, stopping)
        if stay or script is None:
            stopping.wait()
    except DomainError as error:
        _refuse(error)
    finally:
        simulator.stop()


def _act_out(simulator: Simulator, script: Iterable[str] | None, stopping: threading.Event) -> None:
    """Do what every line says, and say whether the bridge took it."""
    for number, line in enumerate(script or (), start=1):
        if stopping.is_set():
            return
        if not line.strip():
            continue
        try:
            taken = simulator.do(read_action(line))
        except ValueError as wrong:
            raise DomainError("bridge_script_invalid", line=number, reason=str(wrong)) from wrong
        click.echo(json.dumps({"done": number, "taken": taken}))


def _named(told: Iterable[str], known: tuple[K, ...]) -> dict[str, K]:
    """KIND:NAME pairs by name."""
    found: dict[str, K] = {}
    for part in told:
        kind, _, name = part.partition(":")
        matching = [candidate for candidate in known if candidate == kind]
        if not matching or not name or "/" in name:
            raise DomainError("bridge_simulate_invalid", told=part, known=", ".join(known))
        found[name] = matching[0]
    return found


@bridge.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def protocols(as_json: bool) -> None:
    """List the drivers and sensor families found here. 列出可用的驱动。"""
    measures = {name: kind.measures for name, kind in sorted(drivers().items())}
    topics = {name: kind.topics for name, kind in sorted(normalisers().items())}
    if as_json:
        click.echo(json.dumps({"drivers": measures, "sensors": topics}))
        return
    for name, measured in measures.items():
        click.echo(f"driver  {name}  {measured}")
    for name, published in topics.items():
        click.echo(f"sensors {name}  {' '.join(published)}")


@bridge.command("enrol")
@click.argument("url")
@click.argument("code")
@click.option("--config", "config_path", type=click.Path(path_type=Path), required=True, help="TOML file.")
def enrol_command(url: str, code: str, config_path: Path) -> None:
    """Get this bridge's account at a store's node with a one-time code. 用一次性代码登记设备桥。

    URL is the node's address, https://…. A configuration that does not exist yet is written; else its head is shown.
    """
    try:
        told, lines = enrol(url, code, config_path.resolve().parent)
    except DomainError as error:
        _refuse(error)
    except OSError as broken:
        _refuse(DomainError("bridge_state_unusable", path=str(config_path.parent), reason=str(broken)))
    if not config_path.exists():
        config_path.write_text(lines, encoding="utf-8")
        click.echo(f"{told.bridge} of {told.site}: {config_path}")
    elif _is_signed_in_as(config_path, told.user):
        click.echo(f"{told.bridge} of {told.site}: new password, {config_path} stays as it is")
    else:
        click.echo(f"{told.bridge} of {told.site}. Put this at the head of {config_path}:\n\n{lines}")


@bridge.command("rotate")
@click.argument("url")
@click.option("--config", "config_path", type=click.Path(path_type=Path), required=True, help="TOML file.")
def rotate_command(url: str, config_path: Path) -> None:
    """Get a new password at the node with this bridge's key. 更换设备桥的密码。"""
    try:
        rotate(
            url, read_config(config_path).bridge, SystemClock().wall_ms() or 0, config_path.resolve().parent
        )
    except DomainError as error:
        _refuse(error)
    except OSError as broken:
        _refuse(DomainError("bridge_state_unusable", path=str(config_path.parent), reason=str(broken)))
    click.echo("new password")


def _is_signed_in_as(config_path: Path, user: str) -> bool:
    """Whether the configuration that is there uses this account already."""
    try:
        return read_config(config_path).broker.username == user
    except DomainError:
        return False


for command in (probe, templates, fuzz, bench):
    bridge.add_command(command)
