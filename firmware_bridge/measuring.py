"""`liushui bridge bench`: how fast each decoder reads, and what a bridge at work weighs.

Decoders are fed their own examples in the portions in which a serial port delivers them. The bridge that is
weighed is a process of its own with eight simulated devices on pseudo-terminals, as a small shop has them, and no
broker, so that its outbox is in use.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import rich_click as click

from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import DriverKind
from firmware_bridge.simulator import Simulator
from firmware_bridge.simulator.scripted import PortKind

PORTION_BYTES = 64
ONLINE_S_MAX = 30.0
AT_WORK_S = 3.0
_RUN = "from firmware_bridge.cli import bridge; bridge()"
_SCALES: dict[str, PortKind] = {"scale-1": "mt_sics", "scale-2": "toledo_8217", "scale-3": "mt_sics"}
_SCANNERS: dict[str, PortKind] = {f"scanner-{number}": "scanner" for number in range(1, 6)}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option("--seconds", default=0.5, show_default=True, help="For each decoder.")
def bench(as_json: bool, seconds: float) -> None:
    """Frames a second of each decoder, and the memory of a bridge with eight devices. 测量解码速度与内存。"""
    rates = {name: rate(kind, seconds) for name, kind in sorted(drivers().items())}
    measured = {
        "decode_frames_per_s": rates,
        "slowest_frames_per_s": min(rates.values()),
        "rss_mib": weight_mib(),
    }
    if as_json:
        click.echo(json.dumps(measured))
        return
    for name, frames in rates.items():
        click.echo(f"{name:18} {frames:>10,} frames/s")
    click.echo(f"{'slowest':18} {min(rates.values()):>10,} frames/s")
    click.echo(f"{'bridge at work':18} {measured['rss_mib']:>10} MiB resident")


def rate(kind: DriverKind, seconds: float) -> int:
    """Frames a second of one decoder."""
    stream = b"".join(example.stream for example in kind.examples) * 20
    portions = [stream[at : at + PORTION_BYTES] for at in range(0, len(stream), PORTION_BYTES)]
    decoder, frames = kind.make({}), 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for portion in portions:
            frames += len(decoder.feed(portion))
    return round(frames / (time.perf_counter() - began))


def weight_mib() -> float:
    """Resident memory of a bridge that reads five scanners and three scales."""
    with tempfile.TemporaryDirectory() as folder:
        ports = Path(folder, "ports")
        simulator = Simulator(ports, {**_SCALES, **_SCANNERS}, {}, ("127.0.0.1", 9), repeat_s=60)
        config = Path(folder, "bridge.toml")
        config.write_text(_configuration(Path(folder), simulator.paths), encoding="utf-8")
        simulator.start()
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN, "run", "--config", str(config)], stderr=subprocess.DEVNULL
        )
        try:
            _wait_until_online(Path(folder, "state", "status.json"))
            time.sleep(AT_WORK_S)
            return _resident_mib(process.pid)
        finally:
            process.terminate()
            process.wait()
            simulator.stop()


def _configuration(folder: Path, paths: dict[str, str]) -> str:
    """Eight devices, and a broker nobody listens at."""
    told = f'site = "bench"\nbridge = "b1"\nstate_dir = "{folder / "state"}"\n[broker]\nport = 9\n'
    for name, kind in {**_SCALES, **_SCANNERS}.items():
        told += f'[[device]]\nid = "{name}"\nprotocol = "{kind}"\nport = "{paths[name]}"\n'
    return told


def _wait_until_online(status: Path) -> None:
    """Until the bridge itself says that every device is there."""
    until = time.monotonic() + ONLINE_S_MAX
    while time.monotonic() < until:
        devices = json.loads(status.read_bytes())["devices"] if status.exists() else {}
        if devices and all(device["status"] == "online" for device in devices.values()):
            return
        time.sleep(0.1)
    raise click.ClickException("the bridge's devices did not come online")


def _resident_mib(pid: int) -> float:
    """VmRSS of a process."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise click.ClickException("the kernel tells no VmRSS")
