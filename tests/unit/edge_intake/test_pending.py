"""What telemetry owes the ledger is asked until it is answered, in order, and refusals do not block the rest."""

from concurrent.futures import Future

from edge.intake.pending import TRIES_MAX, Pump, owe
from edge.intake.telemetry import Telemetry
from edge.ledger.recording import Answer
from shared.errors import DomainError
from shared.ledger.command import Command
from shared.ledger.ops import Told
from shared.sensing.commands import ReportHeard
from tests.support.bridge_talk import NOW_MS


class Ledger:
    """Answers as told, one answer a question, and remembers what it was asked."""

    def __init__(self, *answers: Told | Exception | None) -> None:
        self.asked: list[bytes] = []
        self._answers = list(answers)

    def __call__(self, op_id: bytes, _command: Command, _happened_ms: int) -> "Future[list[Answer]]":
        self.asked.append(op_id)
        future: Future[list[Answer]] = Future()
        answer = self._answers.pop(0) if self._answers else None
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result([Answer(op_id=op_id, error=answer)])
        return future


ONE, TWO, THREE = (bytes([number]) * 16 for number in (1, 2, 3))


def owe_all(telemetry: Telemetry, *ids: bytes) -> None:
    with telemetry.transaction() as db:
        for op_id in ids:
            owe(db, op_id, ReportHeard(sensor="f", place="p", heard_ms=NOW_MS), NOW_MS, NOW_MS)


def pump(telemetry: Telemetry, ledger: Ledger) -> Pump:
    return Pump(telemetry, ledger, lambda: NOW_MS)


def test_everything_is_asked_once_in_its_order(telemetry: Telemetry) -> None:
    """First owed, first asked; owing the same twice is owing it once."""
    owe_all(telemetry, TWO, ONE, TWO, THREE)
    ledger = Ledger()
    assert pump(telemetry, ledger).drain()
    assert ledger.asked == [TWO, ONE, THREE]
    assert telemetry.counts()["pending"] == 0


def test_a_writer_that_cannot_answer_is_asked_again_and_nothing_overtakes(telemetry: Telemetry) -> None:
    """A full disk: the end of an excursion must not be told before its beginning."""
    owe_all(telemetry, ONE, TWO)
    ledger = Ledger(DomainError("disk_full"), TimeoutError())
    asking = pump(telemetry, ledger)
    assert not asking.drain()
    assert not asking.drain()
    assert asking.drain()
    assert ledger.asked == [ONE, ONE, ONE, TWO]


def test_a_refusal_is_final_and_leaves_a_note(telemetry: Telemetry) -> None:
    """The ledger knows better: the next command is not kept waiting."""
    owe_all(telemetry, ONE, TWO)
    ledger = Ledger(Told(key="excursion_known"))
    assert pump(telemetry, ledger).drain()
    assert ledger.asked == [ONE, TWO]
    ((what, detail),) = telemetry.rows("SELECT what, detail FROM event")
    assert what == "ledger_refused"
    assert "excursion_known" in detail


def test_a_mistake_of_ours_does_not_hold_up_the_next_excursion_for_ever(telemetry: Telemetry) -> None:
    """`op_failed` is tried some times and then given up with a note."""
    owe_all(telemetry, ONE, TWO)
    ledger = Ledger(*[Told(key="op_failed")] * (TRIES_MAX + 1))
    asking = pump(telemetry, ledger)
    assert [asking.drain() for _ in range(TRIES_MAX + 1)] == [False] * TRIES_MAX + [True]
    assert ledger.asked[-1] == TWO
    assert telemetry.counts()["event"] == 1


def test_a_command_this_program_no_longer_knows_is_noted_and_passed_over(telemetry: Telemetry) -> None:
    """After an upgrade something old may lie here."""
    with telemetry.transaction() as db:
        db.execute(
            "INSERT INTO pending (op_id, kind, body, happened_ms, made_ms) VALUES (?, 'sensing.gone', x'7b7d', 1, 1)",
            (ONE,),
        )
    owe_all(telemetry, TWO)
    ledger = Ledger()
    assert pump(telemetry, ledger).drain()
    assert ledger.asked == [TWO]
