"""A bridge as a process of its own, as a store runs it, with simulated devices around it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from firmware_bridge import dbapi
from shared.sensing.reading import Reading, decode_reading

_PAUSE = threading.Event()
"""Never set: the breath between two looks at another process, which sends us no event."""

RUN = "from firmware_bridge.cli import bridge; bridge()"


class Bridge:
    """`start`, `kill` (as a power cut would), `stop` (as a service manager would)."""

    def __init__(self, folder: Path, configuration: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.config = folder / "bridge.toml"
        self.config.write_text(f'state_dir = "{folder / "state"}"\n' + configuration, encoding="utf-8")
        self.environment: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; `wait_for` tells when it is ready."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN, "run", "--config", str(self.config)],
                stderr=log,
                stdout=log,
                env=os.environ | self.environment,
            )

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.terminate()
        code = self.process.wait(20)
        self.process = None
        return code

    def status(self) -> dict:
        """The status file."""
        path = self.folder / "state" / "status.json"
        return msgspec.json.decode(path.read_bytes()) if path.exists() else {}

    def is_online(self, device: str) -> bool:
        """Whether the bridge itself says that this device is there."""
        return bool(self.status().get("devices", {}).get(device, {}).get("status") == "online")

    def log(self) -> str:
        """Everything it said."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def held(self) -> list[str | None]:
        """The values that lie in its outbox, read from the file."""
        return [reading.value for reading in self.held_readings()]

    def held_readings(self) -> list[Reading]:
        """Everything that lies in its outbox."""
        path = self.folder / "state" / "outbox.db"
        if not path.exists():
            return []
        db = dbapi.connect(str(path), timeout=10)
        try:
            return [decode_reading(body) for (body,) in db.execute("SELECT payload FROM outbox")]
        finally:
            db.close()

    def rss_mib(self) -> float:
        """Memory of the process."""
        assert self.process is not None
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no such process")


def wait_for(holds: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Look until it holds: for things that happen in another process and send no event."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"{what}: not within {seconds} s"
        _PAUSE.wait(0.02)
