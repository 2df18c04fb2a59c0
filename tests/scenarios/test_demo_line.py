"""The whole line as a stranger runs it: one command, real processes, and kill -9 at any of them while it works.

Whatever is killed, head office's figures equal the source file to the cent, nothing twice and nothing missing.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cloud.demo.ops import TIMEZONE
from cloud.demo.totals import figures_of_source, in_all

DEMO = [sys.executable, "-c", "from shared.command_line import liushui; liushui()", "demo", "--port", "0"]
RESTARTED_S_MAX = 60.0


class Running:
    """A demo in its own process; its progress is read line by line."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.process = subprocess.Popen(
            [*DEMO, "--folder", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._spoken = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._spoken:
                self.told.append(line.rstrip())
                self._spoken.notify_all()

    def wait_for(self, words: str, times: int = 1, within_s: float = 240) -> None:
        """Until it has said this so often."""
        with self._spoken:
            heard = self._spoken.wait_for(
                lambda: sum(words in line for line in self.told) >= times or self.process.poll() is not None,
                within_s,
            )
        assert heard, f"never said {words!r}:\n" + "\n".join(self.told)
        assert self.process.poll() is None, "ended early:\n" + "\n".join(self.told)

    def pids(self) -> dict[str, int]:
        """The children that are kept running, by name."""
        found = {file.stem: int(file.read_text()) for file in self.folder.glob("*/*.pid")}
        return {name: pid for name, pid in found.items() if not name.startswith("enrol-")}

    def kill(self, name: str) -> None:
        """As a power cut would, and until the demo has noticed."""
        before = sum(f"{name} died" in line for line in self.told)
        os.kill(self.pids()[name], signal.SIGKILL)
        self.wait_for(f"{name} died", before + 1, RESTARTED_S_MAX)

    def end(self) -> dict[str, Any]:
        """What it printed at its end, which it must have reached."""
        out, _ = self.process.communicate(timeout=300)
        assert self.process.returncode == 0, "\n".join([*self.told, out[-3000:]])
        report: dict[str, Any] = json.loads(out)
        return report


def test_figures_are_right_to_the_cent_whatever_is_killed_on_the_way(tmp_path: Path) -> None:
    """Broker, head office, a node, its bridge and its devices each die at least once during the replay."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    demo = Running(tmp_path / "demo", "--exit-after-replay", "--json", "--days", "10")
    try:
        demo.wait_for("head office: 20 %")
        demo.kill("cloud")
        demo.wait_for("replaying")
        victims = list(demo.pids())
        dice.shuffle(victims)
        # Those who carry the sales first, so that they die while sales are on their way.
        victims.sort(key=lambda name: not name.startswith(("edge-", "cloud")))
        for name in victims:
            demo.kill(name)
        report = demo.end()
    finally:
        demo.process.kill()
    assert report["ok"], report["problems"]
    assert report["differences"] == []
    assert sum(report["restarts"].values()) >= len(victims)
    today = datetime.now(ZoneInfo(TIMEZONE)).date()
    source = figures_of_source(today, days=10)
    found = {(day["store"], day["date"]): (day["amount"], day["qty"], day["count"]) for day in report["days"]}
    assert found == {key: (day["amount"], day["qty"], day["count"]) for key, day in source.items()}
    assert report["totals"]["amount"] == in_all(source)["amount"]
    for node in report["nodes"]:
        assert node["unsent"] == node["quarantined"] == 0
        assert node["cloud_head"] == node["cloud_applied"]
    assert all(sent["refused"] == 0 for sent in report["ops"].values())
    assert all(heard["scans"] and heard["weights"] for heard in report["devices"].values())


def test_a_killed_demo_leaves_no_process_behind(tmp_path: Path) -> None:
    """SIGKILL in the middle of its work: broker, head office, node, bridge and devices end without it."""
    demo = Running(tmp_path / "demo", "--days", "2", "--stores", "1")
    try:
        demo.wait_for("replaying")
        held = {name: os.pidfd_open(pid) for name, pid in demo.pids().items()}
    finally:
        demo.process.kill()
    assert len(held) >= 5
    for name, child in held.items():
        watch = select.poll()
        watch.register(child, select.POLLIN)
        assert watch.poll(60_000), f"{name} still runs"


def test_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    """It sells live until Ctrl-C, then every child is gone and the exit is clean."""
    demo = Running(tmp_path / "demo", "--days", "2", "--stores", "1")
    try:
        demo.wait_for("live sale")
        pids = demo.pids()
        demo.process.send_signal(signal.SIGINT)
        out, _ = demo.process.communicate(timeout=60)
    finally:
        demo.process.kill()
    assert demo.process.returncode == 0, "\n".join(demo.told)
    assert "Equal to the cent" in out
    assert "Password for all of them" in out
    assert len(pids) >= 5
    for pid in pids.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
