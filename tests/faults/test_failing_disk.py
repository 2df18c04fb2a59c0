"""A disk that fails under a real node: nobody is told that something is safe which is not, and one op is one sale."""

import errno
from pathlib import Path
from typing import Any

import pytest

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.health import Caretaker
from edge.ledger.verify import verify
from shared.errors import DomainError
from tests.support.edge_node import Phone, new_day_book, op, store_rows
from tests.support.meddled_node import MeddledNode
from tests.unit.edge.test_writer import OWNER, ask, on_hand, receive, reopen


def sale() -> dict[str, Any]:
    return op("sales.sell", {"lines": [{"sku": "rice", "qty": "1"}]})


def send(phone: Phone, one: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and body; the op's own result where there is one."""
    answer = phone.post("/v1/ops", json={"ops": [one]})
    body = answer.json()
    return answer.status_code, body["results"][0] if answer.status_code == 200 else body


def day_book(phone: Phone) -> dict[str, Any]:
    told: dict[str, Any] = phone.get("/v1/node").json()
    return told


def test_after_a_failed_sync_each_op_is_answered_by_whether_it_is_there(tmp_path: Path) -> None:
    """The sync of a COMMIT fails: the file is read again, a new log begins, and the retry is the same one sale."""
    node = MeddledNode(tmp_path / "node")
    node.start()
    phone = node.sign_in("store_manager")
    before = phone.sell("rice", "1")
    node.fail("fsync", errno.EIO, times=1)
    one = sale()
    status, told = send(phone, one)
    assert (status, told.get("state")) == (200, "accepted") or (status, told.get("key")) == (
        503,
        "storage_failed",
    )
    status, again = send(phone, one)
    assert (status, again["state"]) == (200, "accepted")
    assert phone.sell("rice", "1")["log"] != before["log"]
    state = day_book(phone)
    assert (state["storage_failures"], state["day_book"]["state"]) == (1, "ok")
    node.stop()
    assert "fsync" in node.log_file.read_text()
    assert on_hand(node.folder, "rice") == -3_000_000
    assert verify(node.folder / DAY_BOOK).faults == []


def test_a_disk_that_fails_twice_is_only_read_from_and_people_are_told(tmp_path: Path) -> None:
    """After the second failure nothing is written, pages still answer, phones keep their ops; a new start goes on."""
    node = MeddledNode(tmp_path / "node")
    node.start()
    phone = node.sign_in("store_manager")
    phone.receive("rice", "9")
    node.fail("fsync", errno.EIO)
    sales = [sale() for _ in range(3)]
    first = [send(phone, one) for one in sales]
    node.heal()
    assert send(phone, sales[-1])[0] == 503
    state = day_book(phone)
    assert state["day_book"]["state"] == "read_only"
    assert "day_book_read_only" in {notice["key"] for notice in state["notices"]}
    assert phone.get("/v1/stock", params={"sku": "rice"}).status_code == 200
    node.stop()
    promised = {told["op_id"]: told["seq"] for status, told in first if status == 200}
    node.start()
    later = [send(phone, one)[1] for one in sales]
    assert [told["state"] for told in later] == ["accepted"] * 3
    assert {told["op_id"]: told["seq"] for told in later if told["op_id"] in promised} == promised
    assert day_book(phone)["day_book"]["state"] == "ok"
    node.stop()
    assert on_hand(node.folder, "rice") == 6_000_000
    assert verify(node.folder / DAY_BOOK).faults == []


class Elapsed:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def failing(folder: Path, elapsed: Elapsed) -> tuple[Caretaker, list[Exception]]:
    """A caretaker whose files fail as often as the list has errors, each at the next COMMIT."""
    errors: list[Exception] = []

    def open_file(path: Path, *, troubled: Any) -> dbapi.Connection:
        return _Failing(dbapi.open_writer(path), errors, troubled)  # type: ignore[return-value]

    return Caretaker(folder, lambda: 1_790_000_000_000, open_file=open_file, elapsed=elapsed), errors


class _Failing:
    def __init__(self, connection: dbapi.Connection, errors: list[Exception], troubled: Any) -> None:
        self._connection, self._errors, self._troubled = connection, errors, troubled

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, cells: dbapi.Cells = ()) -> dbapi.Cursor:
        if sql == "COMMIT" and self._errors:
            error = self._errors.pop()
            self._troubled(error)
            raise error
        return self._connection.execute(sql, cells)


@pytest.mark.parametrize(("apart_s", "state"), [(60.0, "read_only"), (3601.0, "ok")])
def test_only_failures_close_together_stop_the_writing(tmp_path: Path, apart_s: float, state: str) -> None:
    """A cable that was loose once is no dying disk."""
    new_day_book(tmp_path, rows=store_rows()).stop()
    elapsed = Elapsed()
    caretaker, errors = failing(tmp_path, elapsed)
    writer = reopen(tmp_path, connect=caretaker.connect)
    for _ in range(2):
        errors.append(dbapi.Error("disk I/O error"))
        with pytest.raises(DomainError):
            ask(writer, receive("milk", "1"))
        elapsed.s += apart_s
    assert caretaker.standing.state == state
    refused = writer.submit([receive("milk", "1")], OWNER).exception(30)
    assert (refused is None) == (state == "ok")
    writer.stop()


def test_a_disk_that_is_gone_is_one_that_failed(tmp_path: Path) -> None:
    """It does not even tell how full it is: whoever wrote hears of the first error, and the second one counts too."""
    new_day_book(tmp_path / "node", rows=store_rows()).stop()
    caretaker, errors = failing(tmp_path / "node", Elapsed())
    caretaker.folder = tmp_path / "unplugged"
    writer = reopen(tmp_path / "node", connect=caretaker.connect)
    for _ in range(2):
        errors.append(dbapi.Error("disk I/O error"))
        with pytest.raises(DomainError) as refused:
            ask(writer, receive("milk", "1"))
        assert refused.value.key == "storage_failed"
    writer.stop()
    assert caretaker.standing.state == "read_only"


def test_a_corrupt_page_met_while_writing_stops_the_writing_at_once(tmp_path: Path) -> None:
    """The engine says that the file is malformed: it is written down, and nothing more is written to the file."""
    new_day_book(tmp_path, rows=store_rows()).stop()
    caretaker, errors = failing(tmp_path, Elapsed())
    heard: list[str] = []
    caretaker.on_damage = lambda: heard.append(caretaker.standing.why)
    writer = reopen(tmp_path, connect=caretaker.connect)
    errors.append(dbapi.Error("database disk image is malformed"))
    for _ in range(2):
        with pytest.raises(DomainError) as refused:
            ask(writer, receive("milk", "1"))
        assert refused.value.key == "storage_failed"
    writer.stop()
    assert heard == ["database disk image is malformed"]
    assert Caretaker(tmp_path, lambda: 0).standing.state == "damaged"
