"""A node's writer and intake as a process of their own, without pages: what a test kills and starts again.

python -m tests.support.intake_process FOLDER BROKER_PORT [before|after]

With the last word it dies by its own SIGKILL right before or right after the COMMIT of the first weights.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import structlog

from edge.app import DAY_BOOK
from edge.intake.mqtt import BrokerAddress
from edge.intake.service import for_node
from edge.intake.telemetry import Telemetry
from edge.ledger.clock import machine_clock
from edge.ledger.live import Live
from edge.ledger.reader import Readers
from edge.ledger.writer import Writer

HOUSE = Path(__file__).resolve().parent.parent.parent


class IntakeProcess:
    """`start`, `kill`, `start` again: the folder stays."""

    def __init__(self, folder: Path, broker_port: int) -> None:
        self._command = [sys.executable, "-m", "tests.support.intake_process", str(folder), str(broker_port)]
        self._log = folder.with_suffix(".log")
        self._process: subprocess.Popen[str] | None = None

    def start(self, dies: str = "") -> None:
        """Returns when the process says that it runs; whether the broker is there is its own affair."""
        command = [*self._command, dies] if dies else self._command
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout
        assert self._process.stdout.readline() == "running\n", self._log.read_text()[-3000:]

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as a service manager would."""
        self._end(signal.SIGTERM)

    def await_death(self) -> None:
        """Until it has died of itself."""
        assert self._process is not None
        assert self._process.wait(60) == -signal.SIGKILL
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            assert self._process.stdout
            self._process.stdout.close()
            self._process = None


def die_at(moment: str) -> None:
    """Everything as it is, but whoever is about to commit the first weights, or just has, is killed on the spot."""
    commit = Telemetry.commit

    def dying(telemetry: Telemetry) -> None:
        (weights,) = telemetry._db.execute("SELECT count(*) FROM weight").fetchone()
        if weights and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(telemetry)
        if weights:
            os.kill(os.getpid(), signal.SIGKILL)

    Telemetry.commit = dying  # type: ignore[method-assign]


def main(folder: Path, port: int) -> None:
    # Standard output carries one line, the word that it runs; what the node logs must not come before it.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    writer = Writer(folder / DAY_BOOK)
    writer.start()
    intake = for_node(
        folder, writer, Readers(folder / DAY_BOOK), Live(), BrokerAddress(port=port), machine_clock()
    )
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    intake.start()
    print("running", flush=True)
    signal.sigwait({signal.SIGTERM})
    intake.stop()
    writer.stop()


if __name__ == "__main__":
    for moment in sys.argv[3:]:
        die_at(moment)
    main(Path(sys.argv[1]), int(sys.argv[2]))
