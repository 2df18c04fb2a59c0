"""The node's jobs: found by lying there, run once per key, and what was missed is made up for or left out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from edge.app import DAY_BOOK
from edge.intake.service import Intake, for_node
from edge.intake.telemetry import Telemetry
from edge.jobs import backup, expiry, give_back_credit, seal_days, silence
from edge.jobs.job import Context, Daily, Every, Job
from edge.jobs.registry import all_jobs
from edge.jobs.scheduler import Jobs
from edge.ledger import dbapi
from edge.ledger.live import Live
from edge.ledger.reader import Readers, ReadView
from edge.ledger.recording import prepare
from edge.ledger.writer import Writer, node_asker
from shared.access.roles import EVERY_PERMISSION
from shared.accounting.projection import SEALED
from shared.credit.projection import CREDIT_USE, ORDER_USE
from shared.ledger.view import row
from tests.support.bridge_talk import NOW_MS
from tests.support.edge_node import STORE, feed, new_day_book, store_rows, typed_op
from tests.support.publisher import wait_until

HOUR_MS = 3_600_000


class Clock:
    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(tmp_path: Path, clock: Clock) -> Iterator[Writer]:
    """The writer of a store in Shanghai, where NOW is 17:00."""
    new_day_book(tmp_path, rows=store_rows()).stop()
    opened = Writer(tmp_path / DAY_BOOK, now_ms=clock)
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def context(tmp_path: Path, clock: Clock, writer: Writer) -> Iterator[Context]:
    """What a job gets, on a node without a broker."""
    readers, live = Readers(tmp_path / DAY_BOOK), Live()
    intake = for_node(tmp_path, writer, readers, live, None, clock)
    yield Context(tmp_path, readers, live, clock, STORE, intake)
    intake.telemetry.close()


def counting(name: str, due: Every | Daily, missed: str, runs: list[int], context: Context) -> Job:
    def run(_context: Context) -> str:
        runs.append(context.now_ms())
        return "done"

    return Job(name=name, due=due, missed=missed, run=run)  # type: ignore[arg-type]


def test_every_job_in_the_folder_is_found() -> None:
    """A new file with a JOB is a new job."""
    assert {job.name for job in all_jobs()} == {
        "silence",
        "roll_ups",
        "prune_telemetry",
        "expiry",
        "backup",
        "day_book_check",
        "watch_disk",
        "escalation",
        "seal_days",
        "give_back_credit",
        "renew_certificate",
    }


@pytest.mark.parametrize("job", all_jobs(), ids=lambda job: job.name)
def test_every_job_does_its_work_twice_in_a_row_without_harm(job: Job, context: Context) -> None:
    """The contract of a job: it runs on an empty store, answers in words, and again at once."""
    assert job.run(context)
    assert job.run(context)


def test_a_run_key_is_done_once_however_often_the_node_restarts(context: Context, clock: Clock) -> None:
    """Knock, knock, restart, knock: one run; the next hour another."""
    runs: list[int] = []
    job = counting("hourly", Every(3600), "once", runs, context)
    for _ in range(3):
        Jobs(context, [job]).knock(job)
    assert len(runs) == 1
    clock.now_ms += HOUR_MS
    assert Jobs(context, [job]).knock(job) == "done"
    assert len(runs) == 2


def test_one_run_makes_up_for_a_week_of_missed_nights(context: Context, clock: Clock) -> None:
    """The store was closed for a week: one copy when it opens, not seven."""
    runs: list[int] = []
    job = counting("nightly", Daily(3, 30), "once", runs, context)
    Jobs(context, [job]).knock(job)
    clock.now_ms += 7 * 24 * HOUR_MS
    assert [Jobs(context, [job]).knock(job) for _ in range(3)] == ["done", None, None]
    assert len(runs) == 2


def test_a_missed_run_may_be_left_out(context: Context, clock: Clock) -> None:
    """What only makes sense at its time is skipped after it, and that is on record."""
    runs: list[int] = []
    job = counting("punctual", Every(3600), "skip", runs, context)
    clock.now_ms += 30 * 60_000
    assert Jobs(context, [job]).knock(job) == "skipped"
    clock.now_ms += 30 * 60_000
    assert Jobs(context, [job]).knock(job) == "done"


def test_a_failed_run_is_tried_again_at_the_next_knock(context: Context) -> None:
    """A full disk at half past three is no reason to go without a copy for a day."""
    tries: list[int] = []

    def fails_once(_context: Context) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no space left")
        return "done"

    job = Job(name="fragile", due=Daily(3, 30), missed="once", run=fails_once)
    jobs = Jobs(context, [job])
    assert [jobs.knock(job) for _ in range(3)] == [None, "done", None]


def test_a_day_begins_at_the_store_s_own_half_past_three() -> None:
    """19:29 UTC is 03:29 in Shanghai: the run due is still yesterday's."""
    nightly = Daily(3, 30)
    half_past_ms = NOW_MS - NOW_MS % (24 * HOUR_MS) + 19 * HOUR_MS + 30 * 60_000
    assert nightly.latest(half_past_ms - 1, "Asia/Shanghai")[0] == "2026-11-22"
    assert nightly.latest(half_past_ms, "Asia/Shanghai") == ("2026-11-23", half_past_ms)


def test_the_scheduler_knocks_at_start_and_stops_cleanly(context: Context) -> None:
    """What was missed while the node was off is made up for at once, without waiting for the next hour."""
    runs: list[int] = []
    job = counting("hourly", Every(3600), "once", runs, context)
    jobs = Jobs(context, [job])
    jobs.start()
    wait_until(lambda: len(runs) == 1)
    jobs.stop()


def ask(writer: Writer, kind: str, body: dict) -> None:
    asker = msgspec.structs.replace(node_asker("li"), permissions=EVERY_PERMISSION)
    (answer,) = writer.submit([prepare(typed_op(kind, body, at_ms=NOW_MS))], asker).result(10)
    assert answer.accepted, answer.error


def test_a_copy_reads_back_with_everything_in_it(context: Context, writer: Writer) -> None:
    """The night's copy holds the receipt of the evening, and seven nights are kept."""
    ask(writer, "stock.receive", {"lines": [{"sku": "rice", "qty": "5"}]})
    folder = context.folder / backup.FOLDER
    folder.mkdir()
    for day in range(1, 11):
        (folder / f"ledger-2026-11-{day:02}.db").write_bytes(b"")
    assert backup.run(context)
    assert sorted(path.name for path in folder.glob("ledger-*")) == [
        *(f"ledger-2026-11-{day:02}.db" for day in range(5, 11)),
        "ledger-2026-11-22.db",
    ]
    copied = dbapi.open_reader(folder / "ledger-2026-11-22.db")
    assert copied.execute("SELECT count(*) FROM event").fetchone() == (1,)
    copied.close()
    copied = dbapi.open_reader(folder / "telemetry-2026-11-22.db")
    assert copied.execute("SELECT count(*) FROM pending").fetchone() == (0,)
    copied.close()
    assert not list(folder.glob("*.part"))


def test_a_copy_that_cannot_be_made_leaves_no_file_that_looks_like_one(context: Context) -> None:
    """A damaged source: the error goes up, the folder stays clean."""
    source = context.folder / "broken.db"
    source.write_bytes(b"SQLite format 3\0" + b"\xff" * 8192)
    with pytest.raises(dbapi.Error):
        backup.copy(source, context.folder / "copy.db")
    assert not list(context.folder.glob("copy*"))


def test_the_ladder_lists_what_is_near_its_date_first_to_go_first(context: Context, writer: Writer) -> None:
    """Thirty, fifteen, seven, three days; what is past stands on rung 0; sold out and far away stand nowhere."""
    for lot, expiry_day in (
        ("a", "2026-11-25"),
        ("b", "2026-11-22"),
        ("c", "2026-12-20"),
        ("d", "2027-03-01"),
    ):
        line = {"sku": "milk", "qty": "2", "lot": lot, "expiry": expiry_day, "place": "fridge-1"}
        ask(writer, "stock.receive", {"lines": [line]})
    ask(writer, "quality.hold", {"lines": [{"sku": "milk", "lot": "a"}], "reason": "check"})
    ask(writer, "stock.waste", {"lines": [{"sku": "milk", "qty": "2", "lot": "b"}], "reason": "sample"})
    found = expiry.near_expiry(context.readers, date(2026, 11, 22))
    assert [(lot.lot, lot.days_left, lot.step, lot.qty) for lot in found] == [
        ("a", 3, 3, 2_000_000),
        ("c", 28, 30, 2_000_000),
    ]
    assert [lot.step for lot in expiry.near_expiry(context.readers, date(2026, 11, 26))][:1] == [0]
    assert [expiry.step(days) for days in (-1, 0, 3, 4, 7, 8, 15, 16, 30)] == [0, 3, 3, 7, 7, 15, 15, 30, 30]


def test_without_a_broker_every_assigned_sensor_falls_silent(context: Context, clock: Clock) -> None:
    """Nobody listens, so nobody knows: after the first minute the watch says so."""
    row = {
        "sensor": "f", "store": STORE, "place": "fridge-1", "quantity": "temperature", "has_high": 1,
        "high": 8_000_000, "has_low": 0, "low": 0, "hysteresis": 0, "raise_after_s": 60, "clear_after_s": 60,
        "offline_after_s": 120,
    }  # fmt: skip
    intake = _with_rules(context, row)
    watched = msgspec.structs.replace(context, intake=intake)
    silence.run(watched)
    clock.now_ms += 120_000
    silence.run(watched)
    assert [sensor.state for sensor in intake.latest()] == ["silent"]
    assert intake.telemetry.rows("SELECT kind FROM pending") == [("sensing.report_silence",)]


def _with_rules(context: Context, row: dict) -> Intake:
    from edge.intake.rules import assigned

    telemetry: Telemetry = context.intake.telemetry
    return Intake(
        telemetry,
        None,
        STORE,
        ask=lambda *_: pytest.fail("the pump does not run here"),
        read_rules=lambda: [assigned(row)],
        publish=lambda *_: None,
        now_ms=context.now_ms,
    )


def test_a_day_is_sealed_some_hours_after_it_is_over_and_once(
    context: Context, clock: Clock, writer: Writer
) -> None:
    """First sale on the 22nd, nothing before; at two in the night still open, at three sealed; a week off is one."""
    ask(writer, "stock.receive", {"lines": [{"sku": "rice", "qty": "5"}]})
    told = []
    for hours in (0, 9, 1, 1, 7 * 24):
        clock.now_ms += hours * HOUR_MS
        told.append(seal_days.run(context))
        context.intake.pump.drain()
    assert told == [
        "nothing to seal",
        "nothing to seal",
        "sealed through 2026-11-22",
        "sealed already",
        "sealed through 2026-11-29",
    ]
    with context.readers.lend() as connection:
        sealed = row(ReadView(connection), SEALED, "day")
    assert sealed is not None
    assert sealed["through"] == "2026-11-29"


def test_recalled_credit_and_cancelled_orders_are_given_back_once(context: Context, writer: Writer) -> None:
    """500.00 leased, 48.00 owed; of an order of 96.00 half delivered: 452.00 and 48.00 come back, and no more."""
    order = {
        "customer": "C1",
        "store": STORE,
        "due": None,
        "amount": 9_600,
        "reserved": 9_600,
        "state": "open",
    }
    lease = {"leased": 50_000, "recall": None}
    feed(
        writer,
        [
            ("customer", ["C1"], {"name": "Canteen"}),
            ("credit_lease", [STORE, "C1"], lease),
            ("customer_order", ["PO"], order),
        ],
    )
    ask(writer, "stock.receive", {"lines": [{"sku": "rice", "qty": "5"}]})
    owed = {
        "lines": [{"sku": "rice", "qty": "1"}],
        "tenders": [{"kind": "credit", "amount": "48"}],
        "customer": "C1",
    }
    ask(writer, "sales.sell", owed)
    ask(writer, "sales.sell", owed | {"customer_order": "PO"})
    assert give_back_credit.run(context) == "0 given back"
    recalled = [
        ("credit_lease", [STORE, "C1"], lease | {"recall": "R1"}),
        ("customer_order", ["PO"], order | {"state": "cancelled"}),
    ]
    feed(writer, recalled)
    told = []
    for _ in range(2):
        told.append(give_back_credit.run(context))
        context.intake.pump.drain()
    assert told == ["2 given back", "0 given back"]
    with context.readers.lend() as connection:
        view = ReadView(connection)
        use, order_use = row(view, CREDIT_USE, "C1"), row(view, ORDER_USE, "PO")
    assert use == {"used": 50_000, "recall": "R1"}
    assert order_use == {"used": 9_600}
