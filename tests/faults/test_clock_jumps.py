"""The box's clock leaps ten years, is set back, follows daylight saving or the network's time: no number changes."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from edge.app import DAY_BOOK
from edge.ledger.clock import SHIFT_VARIABLE
from edge.ledger.recording import Asker, Prepared, prepare
from edge.ledger.verify import verify
from edge.ledger.writer import Writer
from shared.access.roles import EVERY_PERMISSION
from shared.business_day import business_date
from shared.hybrid_clock import AHEAD_MAX_MS
from shared.ledger import envelope
from shared.ledger.envelope import Envelope
from tests.scenarios.test_sync_kills import Node
from tests.support.edge_node import new_day_book, op, store_rows, typed_op
from tests.support.publisher import wait_until
from tests.unit.edge.test_writer import on_hand, rows
from tests.unit.edge_sync.office import HeadOffice

NOW_MS = 1_790_000_000_000
YEAR_MS = 365 * 86_400_000
OWNER = Asker(actor="owner", permissions=EVERY_PERMISSION, auth_level="password")


class Clock:
    """The box's clock, which anything may happen to."""

    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(tmp_path: Path, clock: Clock) -> Iterator[Writer]:
    new_day_book(tmp_path, rows=store_rows()).stop()
    opened = Writer(tmp_path / DAY_BOOK, now_ms=clock)
    opened.start()
    yield opened
    opened.stop()


def change(kind: str, qty: str, at_ms: int, offset_ms: int | None = 0) -> Prepared:
    body = {"lines": [{"sku": "rice", "qty": qty}]}
    return prepare(typed_op(kind, body, at_ms=at_ms, offset_ms=offset_ms))


def ask(writer: Writer, op: Prepared) -> None:
    (answer,) = writer.submit([op], OWNER).result(30)
    assert answer.accepted


def facts(folder: Path) -> list[Envelope]:
    """All facts in the order of the log."""
    found = sorted(rows(folder, "event"), key=lambda row: row[1])
    return [envelope.decode(row[2]) for row in found]


@pytest.mark.parametrize("leap_ms", [10 * YEAR_MS, -10 * YEAR_MS, 3_600_000, -3_600_000, 250, -250])
def test_a_leap_of_the_box_s_clock_changes_no_order_and_no_sum(
    writer: Writer, clock: Clock, tmp_path: Path, leap_ms: int
) -> None:
    """Ten years, an hour of daylight saving, a step of network time, there and back: order and stock stay."""
    for qty, leap in (("5", 0), ("7", leap_ms), ("11", -leap_ms)):
        clock.now_ms += leap
        ask(writer, change("stock.receive", qty, clock.now_ms))
    ask(writer, change("sales.sell", "3", clock.now_ms))
    writer.stop()
    assert [row[1] for row in sorted(rows(tmp_path, "event"))] == [1, 2, 3, 4]
    stamps = [fact.hlc for fact in facts(tmp_path)]
    assert stamps == sorted(set(stamps))
    assert on_hand(tmp_path, "rice") == 20_000_000
    assert verify(tmp_path / DAY_BOOK).faults == []


def test_a_start_under_a_clock_set_back_goes_on_after_its_own_last_stamp(
    writer: Writer, clock: Clock, tmp_path: Path
) -> None:
    """The battery of the clock is empty: the day-book knows better than 1970 what came last."""
    ask(writer, change("stock.receive", "5", clock.now_ms))
    writer.stop()
    clock.now_ms = 0
    again = Writer(tmp_path / DAY_BOOK, now_ms=clock)
    again.start()
    ask(again, change("stock.receive", "5", NOW_MS))
    again.stop()
    by_log = {row[0]: envelope.decode(row[2]).hlc for row in rows(tmp_path, "event")}
    order = [row[0] for row in sorted(rows(tmp_path, "log"), key=lambda row: row[1])]
    assert by_log[order[0]] < by_log[order[1]]
    assert verify(tmp_path / DAY_BOOK).faults == []


@pytest.mark.parametrize(
    ("ahead_ms", "offset_ms", "suspect"),
    [
        (0, 0, False),
        (-6 * 3_600_000, 0, False),
        (0, None, True),
        (AHEAD_MAX_MS + 60_000, 0, True),
        (10 * YEAR_MS, 0, True),
        (10 * YEAR_MS, -10 * YEAR_MS, False),
    ],
    ids=[
        "right",
        "written offline",
        "never measured",
        "minutes ahead",
        "years ahead",
        "years ahead, measured",
    ],
)
def test_a_phone_s_wrong_clock_is_noted_and_poisons_nothing(
    writer: Writer, clock: Clock, tmp_path: Path, ahead_ms: int, offset_ms: int | None, suspect: bool
) -> None:
    """The fact is kept and flagged; its moment is never in the future, and our own stamps stay with our clock."""
    ask(writer, change("stock.receive", "5", clock.now_ms + ahead_ms, offset_ms))
    ask(writer, change("stock.receive", "5", clock.now_ms))
    writer.stop()
    first, second = facts(tmp_path)
    assert (first.clock_suspect, second.clock_suspect) == (suspect, False)
    assert first.happened_ms <= NOW_MS
    assert second.hlc >> 16 == NOW_MS
    assert on_hand(tmp_path, "rice") == 10_000_000


def test_the_hour_that_comes_twice_belongs_to_one_business_day() -> None:
    """When clocks go back at night in Berlin, both two o'clocks and the cut-off at three fall on their own days."""
    # Clocks go back at 03:00 summer time, 01:00 UTC.
    moments = [datetime(2026, 10, 25, *clock, tzinfo=UTC) for clock in ((0, 30), (1, 30), (2, 30))]
    days = [business_date(int(at.timestamp() * 1000), "Europe/Berlin", 180).isoformat() for at in moments]
    assert days == ["2026-10-24", "2026-10-24", "2026-10-25"]


@pytest.mark.parametrize(("years", "notice"), [(10, "box_clock_ahead"), (-10, "box_clock_behind")])
def test_a_box_that_is_years_wrong_is_heard_says_so_and_marks_its_facts(
    tmp_path: Path, office: HeadOffice, name: str, monkeypatch: pytest.MonkeyPatch, years: int, notice: str
) -> None:
    """Head office still lets it in; the page warns; what a phone measured against that clock is not believed."""
    user, password = f"clerk-{name}", "a clerk's long password"
    clerk = {"user": user, "name": "Clerk", "role": "clerk", "stores": [name], "language": "en"}
    code = office.open_store(name)
    office.post("/v1/users", {**clerk, "password": password})
    node = Node(tmp_path / "node", office, code)
    monkeypatch.setenv(SHIFT_VARIABLE, str(years * YEAR_MS // 1000))
    node.start()
    phone = httpx.Client(
        base_url=node.url, headers={"X-Liushui": "1", "Accept-Language": "en"}, trust_env=False
    )
    told = {"user": user, "password": password}
    wait_until(lambda: phone.post("/v1/session", json=told).status_code in (200, 201))
    wait_until(lambda: notice in {said["key"] for said in phone.get("/v1/node").json()["notices"]})
    now_ms = time.time_ns() // 1_000_000
    receipt = op(
        "stock.receive",
        {"lines": [{"sku": "milk", "qty": "3"}]},
        at_ms=now_ms,
        offset_ms=years * YEAR_MS,
    )
    (result,) = phone.post("/v1/ops", json={"ops": [receipt]}).json()["results"]
    assert result["state"] == "accepted"
    wait_until(lambda: office.facts_of(name) == 1)
    node.end()
    (fact,) = facts(node.folder)
    assert fact.clock_suspect
    if years > 0:
        assert fact.happened_ms == now_ms
    assert verify(node.folder / DAY_BOOK).faults == []
