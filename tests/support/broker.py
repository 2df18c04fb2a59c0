"""A real mosquitto on a port of its own, set up as a store's broker, that a test may kill and restart."""

import contextlib
import os
import shutil
import subprocess
import threading
from pathlib import Path

from edge.deploy.broker import write_configuration
from tests.support.ports import free_port


class Broker:
    """One mosquitto process; `host` and `port` stay the same over `kill` and `start`."""

    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.lines: list[str] = []
        self._configuration = write_configuration(folder, self.port)
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start and return when the broker says that it runs."""
        program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program, "mosquitto is missing: `.ci/system test` installs it"
        self._process = subprocess.Popen(
            [program, "-c", str(self._configuration)], stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr
        for line in self._process.stderr:
            self.lines.append(line)
            if line.rstrip().endswith(" running"):
                break
        else:
            raise RuntimeError("mosquitto did not start:\n" + "".join(self.lines))
        threading.Thread(target=self.lines.extend, args=(self._process.stderr,), daemon=True).start()

    def stop(self) -> None:
        """End it as a service manager would; it saves its sessions.

        Mosquitto forgets a signal that comes between its word that it runs and its main loop, so it is told again.
        """
        if self._process:
            while self._process.poll() is None:
                self._process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(1)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
