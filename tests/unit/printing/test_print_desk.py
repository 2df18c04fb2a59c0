"""The print desk: one request one paper, whatever fails; and where it may send bytes at all."""

import os
import pty
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.ledger import dbapi
from edge.printing import devices
from edge.printing.desk import PrintDesk, Printer, ReceiptStyle
from shared.errors import DomainError
from tests.support.paper import paper_printer

KEY = "0123456789abcdef"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PrintDesk]:
    """A desk with nothing on it."""
    found = PrintDesk(tmp_path / "printing.db", lambda: 1_790_000_000_000)
    yield found
    found.close()


def printer(address: str, **more: str) -> Printer:
    return Printer(id="one", name="Counter", dialect="zpl", address=address)


def test_a_double_tap_prints_once(desk: PrintDesk) -> None:
    """Eight requests with one key at the same moment: one job at the printer, eight times the same answer."""
    with paper_printer() as paper:
        outcomes = []

        def tap() -> None:
            outcomes.append(desk.print(KEY, printer(paper.address), "label", b"asked", lambda: b"LABEL"))

        taps = [threading.Thread(target=tap) for _ in range(8)]
        for one in taps:
            one.start()
        for one in taps:
            one.join()
        assert paper.wait() == b"LABEL"
        assert len(paper.jobs) == 1
    assert {outcome.state for outcome in outcomes} == {"done"}
    assert len(outcomes) == 8


def test_a_request_that_failed_may_be_tried_again_under_its_key(desk: PrintDesk) -> None:
    """The printer is off, then on."""
    with paper_printer() as paper:
        address = paper.address
    first = desk.print(KEY, printer(address), "label", b"asked", lambda: b"LABEL")
    assert (first.state, first.error) == ("failed", "printer_unreachable")
    with paper_printer(address=address) as paper:
        assert desk.print(KEY, printer(address), "label", b"asked", lambda: b"LABEL").state == "done"
        assert paper.wait() == b"LABEL"


def test_a_printer_that_stops_in_the_middle_is_told_apart(desk: PrintDesk) -> None:
    """Something may be on paper, so the text says to look first."""
    with paper_printer(takes=4096) as paper:
        outcome = desk.print(KEY, printer(paper.address), "label", b"asked", lambda: b"x" * 50_000_000)
    assert (outcome.state, outcome.error) == ("failed", "printer_stopped")


def test_a_restart_in_the_middle_is_not_printed_again_by_itself(desk: PrintDesk, tmp_path: Path) -> None:
    """The book says "sending" and nobody is: the answer is that nobody knows, and stays so."""
    with paper_printer() as paper:
        target = printer(paper.address)
        desk.print(KEY, target, "label", b"asked", lambda: b"LABEL")
        paper.wait()
        desk.close()
        book = dbapi.open_writer(tmp_path / "printing.db")
        book.execute("UPDATE job SET state = 'sending'")
        book.close()
        for _ in range(2):
            outcome = desk.print(KEY, target, "label", b"asked", lambda: b"LABEL")
            assert (outcome.state, outcome.error) == ("unsure", "printer_unsure")
        assert len(paper.jobs) == 1


def test_a_key_stands_for_one_request_only(desk: PrintDesk) -> None:
    """The same key for something else is refused instead of being taken for printed."""
    with paper_printer() as paper:
        desk.print(KEY, printer(paper.address), "label", b"asked", lambda: b"LABEL")
        with pytest.raises(DomainError, match="print_key_reused"):
            desk.print(KEY, printer(paper.address), "label", b"something else", lambda: b"LABEL")


def test_what_cannot_be_laid_out_leaves_no_trace(desk: PrintDesk) -> None:
    """The page is made before anything is noted, so the person can correct it and print under the same key."""

    def refuse() -> bytes:
        raise DomainError("label_code_room", content="x")

    with paper_printer() as paper:
        with pytest.raises(DomainError, match="label_code_room"):
            desk.print(KEY, printer(paper.address), "label", b"asked", refuse)
        assert desk.print(KEY, printer(paper.address), "label", b"other", lambda: b"LABEL").state == "done"


def test_a_full_disk_prints_nothing_rather_than_twice(desk: PrintDesk, tmp_path: Path) -> None:
    """What cannot be noted is not sent; the person is told about the disk."""
    desk.printers()
    book = dbapi.open_writer(tmp_path / "printing.db")
    book.execute("CREATE TRIGGER full BEFORE INSERT ON job BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END")
    book.close()
    with paper_printer() as paper:
        with pytest.raises(DomainError, match="print_disk_full"):
            desk.print(KEY, printer(paper.address), "label", b"asked", lambda: b"LABEL")
        assert paper.jobs == []


def test_a_receipt_knows_how_often_it_was_printed(desk: PrintDesk) -> None:
    """Two papers under two keys are two, a repeated key is not a third."""
    with paper_printer() as paper:
        for key in (KEY, "fedcba9876543210", KEY):
            desk.print(key, printer(paper.address), "receipt:1", b"asked", lambda: b"RECEIPT")
    assert desk.printed("receipt:1") == 2
    assert desk.printed("receipt:2") == 0


def test_printers_and_style_outlive_the_process(desk: PrintDesk, tmp_path: Path) -> None:
    """What a manager set is there after a restart."""
    desk.keep_printer(printer("192.168.1.50"))
    desk.keep_style(ReceiptStyle(footing="谢谢", tax_rate=100))
    desk.close()
    again = PrintDesk(tmp_path / "printing.db", lambda: 0)
    assert again.printer("one").address == "192.168.1.50"
    assert again.style() == ReceiptStyle(footing="谢谢", tax_rate=100)
    again.forget_printer("one")
    with pytest.raises(DomainError, match="printer_unknown"):
        again.printer("one")
    again.close()


def test_a_serial_printer_gets_every_byte() -> None:
    """A pseudo-terminal with a speed: what was written is what is read, nothing translated."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    data = bytes(range(256)) * 40
    got = bytearray()

    def read() -> None:
        while len(got) < len(data):
            got.extend(os.read(ours, 4096))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        devices.send(f"{os.ttyname(theirs)}@9600", data)
        reader.join(10)
    finally:
        os.close(ours)
        os.close(theirs)
    assert bytes(got) == data


def test_a_device_that_is_not_there_is_unreachable() -> None:
    """An unplugged USB printer."""
    with pytest.raises(devices.Unreachable):
        devices.send("/dev/usb/lp9", b"x")


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", "example.com", "192.168.1.50:22", "192.168.1.50:1883", "0.0.0.0", "224.0.0.1", ""),
        *(
            "/etc/passwd",
            "/dev/sda",
            "/dev/usb/../sda",
            "/dev/ttyUSB0@1",
            "/dev/null",
            "192.168.1.50:９１００",
        ),
    ],
)
def test_bytes_go_to_printers_only(address: str) -> None:
    """No other port, no other network, no other file."""
    with pytest.raises(DomainError, match="printer_address"):
        devices.require_address(address)


@pytest.mark.parametrize(
    "address",
    ["192.168.1.50", "10.0.0.7:9101", "fd00::5", "/dev/usb/lp0", "/dev/ttyUSB0@19200", "/dev/ttyACM0"],
)
def test_what_a_shop_has_is_an_address(address: str) -> None:
    """Network, USB and serial printers."""
    devices.require_address(address)
