"""How fast, how soon: the window, the backoff, and the search for an unreadable fact, as plain values."""

from __future__ import annotations

from edge.sync.own_logs import OwnLog
from edge.sync.pace import Backoff, Pace, Window
from edge.sync.plan import Narrowing, Push, after, lowest_unfinished, next_push, unsent
from shared.ledger.chain import NO_PARENT, Head


def log(name: str, seq: int, ordinal: int = 1) -> OwnLog:
    return OwnLog(
        head=Head(name.encode() * 16, seq, b"h" * 32), parent=NO_PARENT, genesis=b"", ordinal=ordinal
    )


def test_the_window_grows_by_steps_and_halves_on_failure() -> None:
    """Twice as many while nothing has failed; half after a failure and 50 more each time; always 50 to 1000."""
    window = Window()
    grown = [window.events]
    for _ in range(3):
        window.stored(window.events)
        grown.append(window.events)
    assert grown == [200, 400, 800, 1000]
    window.stored(10)
    assert window.events == 1000
    window.failed()
    assert window.events == 500
    window.stored(500)
    assert window.events == 550
    for _ in range(9):
        window.failed()
    assert window.events == 50
    for _ in range(40):
        window.stored(window.events)
    assert window.events == 1000


def test_head_office_may_ask_for_smaller_frames() -> None:
    """Its limit binds at once, even below our own least."""
    window = Window()
    window.limit(20)
    assert window.events == 20
    window.failed()
    assert window.events == 20


def test_waits_double_to_five_minutes_and_begin_anew_after_success() -> None:
    """With the greatest chance drawn each time: 1 s, 2 s, 4 s … 300 s."""
    backoff = Backoff(Pace(), lambda: 1.0)
    assert [backoff.wait_s() for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    backoff.succeeded()
    assert backoff.wait_s() == 1


def test_a_wait_is_drawn_from_nothing_up() -> None:
    """Full jitter: stores that failed together do not come back together."""
    chances = iter((0.0, 0.5, 0.25))
    backoff = Backoff(Pace(), lambda: next(chances))
    assert [backoff.wait_s() for _ in range(3)] == [0.0, 1.0, 1.0]


def test_what_head_office_asks_for_is_waited_in_full() -> None:
    """Retry-After 7 is at least seven seconds, and never more than our own limit plus the jitter."""
    backoff = Backoff(Pace(), lambda: 0.5)
    assert backoff.wait_s(7) == 7.5
    assert backoff.wait_s(100_000) == 301.0


def test_logs_are_sent_parents_first_from_what_head_office_has() -> None:
    """The cursor is its answer alone; a finished log is passed over, the rest in order."""
    first, second = log("a", 5), log("b", 3, 2)
    have = {first.head.log: Head(first.head.log, 2, b"")}
    assert next_push((first, second), have, set(), 50) == Push(first, 3, 3)
    have[first.head.log] = first.head
    assert next_push((first, second), have, set(), 2) == Push(second, 1, 2)
    have[second.head.log] = second.head
    assert next_push((first, second), have, set(), 2) is None
    assert unsent((first, second), have) == 0


def test_a_log_that_stands_still_does_not_hold_the_others() -> None:
    """An alarm stops its own log only."""
    first, second = log("a", 5), log("b", 3, 2)
    assert next_push((first, second), {}, {first.head.log}, 50) == Push(second, 1, 3)


def test_finished_logs_are_not_read_again() -> None:
    """Reading goes on at the first log with something unsent, or at the last one, which may still grow."""
    logs = [log("a", 5, 10), log("b", 3, 20), log("c", 1, 30)]
    have = {each.head.log: each.head for each in logs}
    assert lowest_unfinished(logs, have) == 30
    del have[logs[1].head.log]
    assert lowest_unfinished(logs, have) == 20


def test_an_unreadable_fact_is_found_by_halves_and_offered_three_times_alone() -> None:
    """8 facts, 4, 2, 1, 1, 1: then the log stops. A success on the way widens again."""
    narrowing, push = Narrowing(), Push(log("a", 8), 1, 8)
    sent = []
    for _ in range(6):
        sent.append(narrowing.count(push))
        stopped = narrowing.refused(push.log.head.log, sent[-1])
    assert (sent, stopped) == ([8, 4, 2, 1, 1, 1], True)
    narrowing.stored(push.log.head.log)
    assert narrowing.count(push) == 2


def test_frames_made_ahead_are_as_large_as_they_will_be_allowed_to_be() -> None:
    """What is foreseen is what the window is when those frames have been stored, and the log's end is the end."""
    window = Window()
    window.failed()
    foreseen = [window.foreseen(frames) for frames in range(4)]
    grown = [window.events]
    for _ in range(3):
        window.stored(window.events)
        grown.append(window.events)
    assert foreseen == grown
    first = Push(log("a", 1000), 1, 400)
    assert after(first, 400, 450) == Push(first.log, 401, 450)
    assert after(first, 900, 450) == Push(first.log, 901, 100)
    assert after(first, 1000, 450) is None
