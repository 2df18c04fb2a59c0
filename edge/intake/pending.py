"""What telemetry owes the ledger: commands written in the same transaction as the samples that caused them.

Telemetry and day-book are two files, so no transaction spans both. A command lies here until the writer has
answered; after a crash it is asked again under the same id, and the writer answers what it answered before.
One after another: the end of an excursion must not overtake its beginning.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

import msgspec
import structlog

from edge.intake.events import LEDGER_REFUSED, note
from edge.intake.telemetry import Telemetry
from edge.ledger import dbapi
from edge.ledger.recording import Answer, internal_op
from edge.ledger.writer import Writer, node_asker
from shared.errors import DomainError
from shared.ledger.command import Command, command_from_json

log = structlog.get_logger("edge.intake")

ANSWER_S_MAX = 30.0
RETRY_S = 1.0
AT_ONCE = 50
TRIES_MAX = 10

_ENCODER = msgspec.json.Encoder()


Ask = Callable[[bytes, Command, int], "Future[list[Answer]]"]
"""The ledger's writer as the intake knows it: (op id, command, when it happened) to its answer after COMMIT.

An answer with an error is a refusal and final; an exception means "not known", and we ask again.
"""


DEVICE = "intake"


def ask_writer(writer: Writer) -> Ask:
    """The real thing: each command an op of the node's own."""

    def ask(op_id: bytes, command: Command, happened_ms: int) -> Future[list[Answer]]:
        return writer.submit(
            [internal_op(command, op_id=op_id, device=DEVICE, at_ms=happened_ms)], node_asker()
        )

    return ask


def owe(db: dbapi.Connection, op_id: bytes, command: Command, happened_ms: int, now_ms: int) -> None:
    """Inside the caller's transaction; owing the same thing twice is owing it once."""
    db.execute(
        "INSERT INTO pending (op_id, kind, body, happened_ms, made_ms) VALUES (?,?,?,?,?) "
        "ON CONFLICT (op_id) DO NOTHING",
        (op_id, command.kind, _ENCODER.encode(command), happened_ms, now_ms),
    )


class Pump:
    """The thread that brings what is pending to the writer, oldest first."""

    def __init__(self, telemetry: Telemetry, ask: Ask, now_ms: Callable[[], int]) -> None:
        self._telemetry = telemetry
        self._ask = ask
        self._now_ms = now_ms
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake-pending", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self.wake()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        self._thread.join(timeout=ANSWER_S_MAX)

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(timeout=RETRY_S)
            self._wake.clear()
            try:
                self.drain()
            except dbapi.Error:
                log.exception("telemetry_unreadable")

    def drain(self) -> bool:
        """Ask for everything that is pending; False when the writer could not answer and we must come again."""
        while rows := self._telemetry.rows(
            "SELECT id, op_id, kind, body, happened_ms, tries FROM pending ORDER BY id LIMIT ?", (AT_ONCE,)
        ):
            for row in rows:
                if self._stopped.is_set() or not self._settle(*row):
                    return False
        return True

    def _settle(
        self, number: int, op_id: bytes, kind: str, body: bytes, happened_ms: int, tries: int
    ) -> bool:
        """One command; True when it has its answer and is no longer owed."""
        try:
            command = command_from_json(kind, body)
        except DomainError as error:
            return self._done(number, op_id, kind, str(error))
        try:
            (answer,) = self._ask(op_id, command, happened_ms).result(ANSWER_S_MAX)
        except Exception as error:  # the process rim: whatever the writer died of, we ask again
            return self._not_yet(number, kind, repr(error))
        if answer.error is None:
            return self._done(number, op_id, kind, None)
        # A mistake of ours may pass, but must not hold up the next excursion for ever.
        if answer.error.key == "op_failed" and tries < TRIES_MAX:
            return self._not_yet(number, kind, answer.error.key)
        return self._done(number, op_id, kind, f"{answer.error.key} {answer.error.values}")

    def _done(self, number: int, op_id: bytes, kind: str, refused: str | None) -> bool:
        with self._telemetry.transaction() as db:
            db.execute("DELETE FROM pending WHERE id = ?", (number,))
            if refused is not None:
                detail = {"kind": kind, "op": op_id.hex(), "why": refused[:200]}
                note(db, self._now_ms(), LEDGER_REFUSED, "", "", detail)
        return True

    def _not_yet(self, number: int, kind: str, why: str) -> bool:
        log.warning("ledger_not_answering", kind=kind, why=why)
        with self._telemetry.transaction() as db:
            db.execute("UPDATE pending SET tries = tries + 1, error = ? WHERE id = ?", (why[:200], number))
        return False
