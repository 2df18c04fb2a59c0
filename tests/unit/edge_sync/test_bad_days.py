"""What happens on the way: lost answers, cut lines, wrong clocks, forged prices, a revoked node, a full backlog."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import httpx
import msgspec
import pytest

from edge.sync.enrolment import enrol
from edge.sync.head_office import MSGPACK
from shared.errors import DomainError
from shared.sync.messages import Refused
from shared.sync.signing import SHA256_HEADER, SIGNATURE_HEADER
from tests.unit.edge_sync.bad_line import BadLine, LosesAnswers
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store


@pytest.fixture
def line() -> BadLine:
    return BadLine()


@pytest.fixture
def far_store(store: Store, line: BadLine) -> Store:
    """A store behind the bad line."""
    store.transport = line
    return store


def test_a_lost_answer_costs_a_repeat_and_nothing_else(
    far_store: Store, office: HeadOffice, name: str, line: BadLine
) -> None:
    """Head office stored the frame, the store did not hear so: hello shows it, no fact comes twice."""
    line.after = LosesAnswers("/push", 3)
    with far_store:
        far_store.receive()
        for _ in range(5):
            far_store.sell()
        far_store.wait_until_said()
        assert office.facts_of(name) == 6
        assert far_store.sync.status().alarms == ()


def test_a_long_time_alone_is_caught_up_in_growing_frames(
    far_store: Store, office: HeadOffice, name: str, line: BadLine
) -> None:
    """4,001 facts wait while the line is cut; then they go in frames that grow, and the store sold all along."""
    line.before = line.cut
    with far_store:
        far_store.receive(100_000)
        far_store.sell_many(4000)
        far_store.wait_until(lambda: far_store.sync.status().state == "unreachable")
        assert far_store.sync.status().unsent == 4001
        line.asked.clear()
        line.mend()
        far_store.wait_until_said()
        assert office.facts_of(name) == 4001
        # From 50 facts a frame upwards by 50: 12 frames carry 3,900. Fixed frames of 50 would be 81.
        assert line.pushes() <= 20
        assert line.sent_bytes / 4001 < 120


def test_a_busy_head_office_is_given_time(far_store: Store, line: BadLine) -> None:
    """503 with Retry-After is no alarm; the facts go when it has passed."""
    busy = [httpx.Response(503, headers={"Retry-After": "0"}), httpx.Response(429), httpx.Response(500)]

    def after(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        return busy.pop() if busy and request.url.path.endswith("/hello") else answer

    line.after = after
    with far_store:
        far_store.receive()
        far_store.wait_until_said()
        assert busy == []


def test_a_damaged_frame_is_refused_whole_and_sent_again(
    far_store: Store, office: HeadOffice, name: str, line: BadLine
) -> None:
    """A bit flips on the way: head office refuses the frame, half of it goes next, all arrives."""
    flips = 2

    def before(request: httpx.Request) -> None:
        nonlocal flips
        if flips and request.url.path.endswith("/push"):
            flips -= 1
            damaged = bytearray(request.content)
            damaged[len(damaged) // 2] ^= 4
            request.stream = httpx.ByteStream(bytes(damaged))

    line.before = before
    far_store.open(online=False)
    far_store.receive()
    for _ in range(9):
        far_store.sell()
    far_store.sync.start()
    far_store.wait_until_said()
    assert (office.facts_of(name), flips) == (10, 0)
    far_store.close()


def test_a_fact_head_office_cannot_read_stops_its_log_and_raises_the_alarm(
    far_store: Store, office: HeadOffice, name: str, line: BadLine
) -> None:
    """A chain has no way around a link: after three tries alone the log stands still, loudly, and the till sells on."""
    refused = msgspec.msgpack.encode(Refused(code="BAD_FRAME", why="nobody knows"))

    def after(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path.endswith("/push"):
            return httpx.Response(422, content=refused, headers={"Content-Type": MSGPACK})
        return answer

    far_store.open(online=False)
    first_log = far_store.writer.head.log
    far_store.receive()
    far_store.sell()
    line.after = after
    far_store.sync.start()
    far_store.wait_until(lambda: far_store.sync.status().state == "alarm")
    (alarm,) = far_store.sync.status().alarms
    assert (alarm.log, alarm.seq) == (first_log, 1)
    far_store.wait_until(lambda: far_store.cells("SELECT log, seq FROM push_quarantine") == [(first_log, 1)])
    assert far_store.sell().accepted
    far_store.close()
    # A new start is a new log, and it is heard although the older one stands still.
    line.after = lambda request, answer: answer
    with far_store:
        far_store.sell()
        far_store.wait_until_said()
        assert far_store.cells("SELECT count(*) FROM push_quarantine") == [(0,)]
    assert office.facts_of(name) == 4


def test_a_log_that_a_damaging_line_has_stopped_goes_on_when_the_line_is_good(
    far_store: Store, office: HeadOffice, name: str, line: BadLine
) -> None:
    """Three damaged frames of one fact in a row look like a fact nobody can read; a later hello tells them apart."""
    damaging = True

    def before(request: httpx.Request) -> None:
        if damaging and request.url.path.endswith("/push"):
            damaged = bytearray(request.content)
            damaged[len(damaged) // 2] ^= 4
            request.stream = httpx.ByteStream(bytes(damaged))

    line.before = before
    far_store.open(online=False)
    far_store.receive()
    far_store.sync.start()
    far_store.wait_until(lambda: far_store.sync.status().state == "alarm")
    assert office.facts_of(name) == 0
    damaging = False
    far_store.wait_until_said()
    assert (office.facts_of(name), far_store.sync.status().alarms) == (1, ())
    far_store.close()


def test_master_data_without_head_offices_signature_is_refused(
    far_store: Store, office: HeadOffice, line: BadLine
) -> None:
    """A changed page, also one with a fitting checksum, changes no price; the store says why."""

    def after(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/feed"):
            return answer
        forged = answer.content + b"\xc0"
        told = {SHA256_HEADER: hashlib.sha256(forged).hexdigest()}
        told[SIGNATURE_HEADER] = answer.headers.get(SIGNATURE_HEADER, "")
        return httpx.Response(answer.status_code, content=forged, headers=told)

    line.after = after
    with far_store:
        before = far_store.price()
        office.set_price("1.00")
        far_store.wait_until(lambda: "not signed" in far_store.sync.status().feed_problem)
        assert far_store.price() == before
        line.mend()
        far_store.wait_until(lambda: far_store.price() == 1_000_000)
        office.set_price("12.50")


def test_a_revoked_node_is_told_so_and_keeps_its_facts(store: Store, office: HeadOffice, name: str) -> None:
    """403: nothing more is taken, nothing is lost; a new code for the same store brings everything up."""
    with store:
        store.receive()
        store.wait_until_said()
        office.post("/v1/nodes/revoke", {"store": name})
        store.sell()
        store.wait_until(lambda: store.sync.status().state == "refused")
        status = store.sync.status()
        assert (status.unsent, status.why) == (1, "403 node_revoked")
    assert office.facts_of(name) == 1
    enrol(store.folder, office.url, office.new_code(name))
    with store:
        store.wait_until_said()
    assert office.facts_of(name) == 2


def test_a_code_works_once(office: HeadOffice, name: str, tmp_path: Path) -> None:
    """A second box with the same code is sent away in words people understand."""
    code = office.open_store(name)
    enrol(tmp_path / "one", office.url, code)
    with pytest.raises(DomainError) as refused:
        enrol(tmp_path / "two", office.url, code)
    assert refused.value.key == "code_refused"


def test_a_box_with_another_nodes_book_is_not_adopted(
    store: Store, office: HeadOffice, tmp_path: Path
) -> None:
    """Facts are bound to the id they were written under: another store's code does not turn them into its own."""
    with store:
        store.receive()
        store.wait_until_said()
    other = office.open_store(f"{tmp_path.name[-20:]}-x")
    enrol(tmp_path / "the-other", office.url, other)
    again = office.new_code(f"{tmp_path.name[-20:]}-x")
    with pytest.raises(DomainError) as refused:
        enrol(store.folder, office.url, again)
    assert refused.value.key == "node_belongs_elsewhere"


def test_an_unreachable_head_office_is_said_plainly(tmp_path: Path, free_port: int) -> None:
    """No address, no traceback: the key says what to check."""
    with pytest.raises(DomainError) as refused:
        enrol(tmp_path / "node", f"http://127.0.0.1:{free_port}", "AAAAA")
    assert refused.value.key == "head_office_unreachable"


def test_a_store_whose_clock_is_hours_wrong_is_still_heard(
    store: Store, office: HeadOffice, name: str
) -> None:
    """The token is refused once, then made by head office's clock."""
    store.open(online=False)
    right = store.writer.now_ms
    store.writer.now_ms = lambda: right() - 5 * 3_600_000
    store.receive()
    store.sync.start()
    store.wait_until_said()
    assert office.facts_of(name) == 1
    store.close()


def test_a_cut_line_does_not_hold_up_the_end(far_store: Store, line: BadLine) -> None:
    """A node that is told to stop while head office does not answer stops."""
    asked = threading.Event()

    def before(request: httpx.Request) -> None:
        asked.set()
        line.cut()

    line.before = before
    others = set(threading.enumerate())
    far_store.open()
    assert asked.wait(30)
    far_store.close()
    assert "sync" not in {thread.name for thread in set(threading.enumerate()) - others}
