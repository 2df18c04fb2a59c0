"""The cables: TCP with a real peer, a serial line on a pseudo-terminal, reports from a device node."""

import builtins
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_bridge.clock import SystemClock
from firmware_bridge.config import Device
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Line, Weight
from firmware_bridge.outbox import Outbox
from firmware_bridge.simulator.terminal import Terminal
from firmware_bridge.transports.hid import HidrawPort, hidraw_path
from firmware_bridge.transports.opening import check_address, is_there, open_port
from firmware_bridge.transports.port import Port, PortLost
from firmware_bridge.watch import Watch
from shared.sensing.reading import Status
from tests.unit.firmware_bridge.running import wait_for


class DeviceServer:
    """What ser2net is to a scale: listens, sends what the scale says, takes what it is asked."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.came = b""

    @property
    def address(self) -> str:
        """Where a bridge finds it."""
        return f"tcp:127.0.0.1:{self.listening.getsockname()[1]}"

    def accept(self) -> socket.socket:
        """The next connection."""
        self.listening.settimeout(10)
        return self.listening.accept()[0]


@pytest.fixture
def server() -> Iterator[DeviceServer]:
    """A device server on a free port."""
    server = DeviceServer()
    yield server
    server.listening.close()


def read_some(port: Port, bytes_min: int) -> bytes:
    """Read until so much has come."""
    came = b""

    def has_come() -> bool:
        nonlocal came
        came += port.read()
        return len(came) >= bytes_min

    wait_for(has_come, f"{bytes_min} bytes")
    return came


def test_a_tcp_port_reads_writes_and_notices_the_other_end_hanging_up(server: DeviceServer) -> None:
    """Bytes go both ways; silence is silence; the end is a loss."""
    port = open_port(server.address, Line())
    peer = server.accept()
    peer.sendall(b"ST,GS,+00123.0kg\r\n")
    assert read_some(port, 18) == b"ST,GS,+00123.0kg\r\n"
    assert port.read() == b""
    port.write(b"RW\r\n")
    assert peer.recv(16) == b"RW\r\n"
    peer.close()
    with pytest.raises(PortLost):
        read_some(port, 1)
    port.close()
    with pytest.raises(PortLost):
        port.read()


def test_a_tcp_port_nobody_listens_on_is_lost(free_port: int) -> None:
    """Said as for any unplugged cable."""
    with pytest.raises(PortLost):
        open_port(f"tcp:127.0.0.1:{free_port}", Line())


@pytest.mark.parametrize(
    "address", ["tcp:", "tcp:host", "tcp:host:0", "tcp:host:seven", "hidraw:", "evdev:", " "]
)
def test_an_address_that_names_no_device_is_refused_at_start(address: str) -> None:
    """Not at the first attempt to open it."""
    with pytest.raises(ValueError, match=r"is not like|names no device"):
        check_address(address)


def test_a_scale_behind_tcp_is_weighed_and_comes_back_after_the_box_restarted(
    tmp_path: Path, server: DeviceServer
) -> None:
    """The whole task of one device over a real socket: polled, captured, lost, found again."""
    outbox, stopping = Outbox(tmp_path / "outbox.db", lambda: "e"), threading.Event()
    statuses: list[Status] = []
    watch = Watch(
        Device(id="d1", protocol="nci_scp01", port=server.address, poll_ms=20),
        drivers()["nci_scp01"],
        outbox,
        SystemClock(),
        open_port=open_port,
        is_there=is_there,
        on_live=lambda _live: None,
        on_status=lambda _device, status, _reason: statuses.append(status),
        bridge="b1",
        stopping=stopping,
    )
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        for shown in (b"\n0012.34KG\r\n00\r\x03", b"\n0000.00KG\r\n20\r\x03"):
            peer = server.accept()
            assert peer.recv(2) == b"W\r"
            peer.sendall(shown * 3)
            assert peer.recv(1) == b"W"
            peer.close()
        wait_for(lambda: (batch := outbox.batch(0)) is not None and len(batch.readings) == 1, "weight kept")
    finally:
        stopping.set()
        thread.join()
    batch = outbox.batch(0)
    assert batch is not None
    assert [(reading.value, reading.unit) for reading in batch.readings] == [("12.34", "kg")]
    assert "offline" in statuses or "error" in statuses


def test_a_scale_that_streams_on_a_serial_line_is_read(tmp_path: Path) -> None:
    """YaoHua's indicator repeats itself on a pseudo-terminal."""
    terminal = Terminal(tmp_path / "scale", lambda _came: b"\x02+00200021B\x03")
    terminal.plug()
    try:
        port = open_port(str(tmp_path / "scale"), Line())
        driver = drivers()["xk3190_cont0"].make({"unit": "kg"})
        frames = driver.feed(read_some(port, 60))
        assert {(f.weight, f.unit) for f in frames if isinstance(f, Weight)} == {("20.00", "kg")}
        port.close()
        assert is_there(str(tmp_path / "scale"))
    finally:
        terminal.unplug()
    assert not is_there(str(tmp_path / "scale"))


def test_reports_of_a_usb_scale_are_read_from_its_node(tmp_path: Path) -> None:
    """A named pipe stands in for the node: each read gives what was written to it."""
    node = tmp_path / "hidraw0"
    os.mkfifo(node)
    port = open_port(f"hidraw:{node}", Line())
    writer = os.open(node, os.O_WRONLY | os.O_NONBLOCK)
    assert port.read() == b""
    os.write(writer, bytes.fromhex("030402001400"))
    assert drivers()["hid_pos_scale"].make({}).feed(read_some(port, 6)) != []
    os.close(writer)
    port.close()
    with pytest.raises(PortLost):
        port.read()


def test_a_usb_scale_is_found_by_vendor_and_product(tmp_path: Path) -> None:
    """As the kernel lists it, whatever number its node has got today."""
    for number, usb in (("0", "0003:0000046D:0000C31C"), ("3", "0003:00000922:00008003")):
        folder = tmp_path / f"hidraw{number}" / "device"
        folder.mkdir(parents=True)
        (folder / "uevent").write_text(f"DRIVER=hid-generic\nHID_ID={usb}\nHID_NAME=Scale\n")
    assert hidraw_path("0922:8003", tmp_path) == "/dev/hidraw3"
    assert hidraw_path("/dev/hidraw9", tmp_path) == "/dev/hidraw9"
    with pytest.raises(PortLost, match="no USB device"):
        HidrawPort("0922:8004", tmp_path)
    assert not is_there("hidraw:ffff:fffe")


def test_a_keyboard_scanner_that_is_not_there_or_cannot_be_taken_is_lost(tmp_path: Path) -> None:
    """Neither a missing node nor a file that is no keyboard brings the bridge down."""
    for path in (tmp_path / "event0", Path("/dev/null")):
        with pytest.raises(PortLost):
            open_port(f"evdev:{path}", Line())


def test_without_the_library_a_keyboard_scanner_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the cure, in the device's status."""
    real = builtins.__import__

    def without_evdev(name: str, *rest: object) -> object:
        if name == "evdev":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_evdev)
    with pytest.raises(PortLost, match="pip install evdev-binary"):
        open_port("evdev:/dev/input/event0", Line())
