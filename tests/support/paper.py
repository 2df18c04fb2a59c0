"""What a printer would have put on paper: ZPL graphics, ESC/POS pictures and PDF rectangles drawn as images again,
and a printer on the network that keeps what it is sent. Written from the formats' descriptions, not our writers."""

from __future__ import annotations

import base64
import re
import socket
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import zxingcpp
from PIL import Image


def from_zpl(data: bytes) -> Image.Image:
    """The graphics of a ZPL label at their places; texts set by the printer are left out."""
    text = data.decode("ascii")
    width, height = (int(re.search(rf"\^{name}(\d+)", text)[1]) for name in ("PW", "LL"))  # type: ignore[index]
    paper = Image.new("1", (width, height), 1)
    pattern = re.compile(r"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([0-9A-F]*)\^FS")
    for x, y, size, total, row_bytes, digits in pattern.findall(text):
        dots = bytes(byte ^ 0xFF for byte in bytes.fromhex(digits))
        assert len(dots) == int(size) == int(total)
        rows = len(dots) // int(row_bytes)
        paper.paste(Image.frombytes("1", (int(row_bytes) * 8, rows), dots), (int(x), int(y)))
    return paper


def from_escpos(data: bytes) -> Image.Image:
    """The raster pictures (GS v 0) of an ESC/POS job, one under the other."""
    pieces, at = [], 0
    while (at := data.find(b"\x1dv0", at)) >= 0:
        row_bytes = int.from_bytes(data[at + 4 : at + 6], "little")
        rows = int.from_bytes(data[at + 6 : at + 8], "little")
        end = at + 8 + row_bytes * rows
        dots = bytes(byte ^ 0xFF for byte in data[at + 8 : end])
        pieces.append(Image.frombytes("1", (row_bytes * 8, rows), dots))
        at = end
    paper = Image.new("1", (pieces[0].width, sum(piece.height for piece in pieces)), 1)
    top = 0
    for piece in pieces:
        paper.paste(piece, (0, top))
        top += piece.height
    return paper


def from_pdf(data: bytes, dots_a_point: int = 6) -> Image.Image:
    """The filled rectangles of a PDF's first page, which is what its codes are made of."""
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
    assert box is not None
    width, height = float(box[1]), float(box[2])
    paper = Image.new("1", (round(width * dots_a_point), round(height * dots_a_point)), 1)
    for stream in _streams(data):
        for found in re.finditer(rb"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re f", stream):
            x, y, w, h = (float(part) * dots_a_point for part in found.groups())
            top = paper.height - y - h
            paper.paste(0, (round(x), round(top), round(x + w), round(top + h)))
    return paper


def _streams(data: bytes) -> Iterator[bytes]:
    """The page's drawing commands; streams packed in another way are fonts."""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        raw = found[1].strip()
        try:
            yield zlib.decompress(base64.a85decode(raw.removesuffix(b"~>")) if raw.endswith(b"~>") else raw)
        except (zlib.error, ValueError):
            continue


def scanned(image: Image.Image) -> list[str]:
    """What a scanner with AIM identifiers sends for the codes in an image."""
    found = zxingcpp.read_barcodes(image.convert("L"))
    return [code.symbology_identifier + code.bytes.decode("latin-1") for code in found]


class PaperPrinter:
    """A printer on port 9100 or one of the next: keeps each job; told to, it stops taking data."""

    def __init__(self, *, takes: int | None = None, address: str = "") -> None:
        self.jobs: list[bytes] = []
        self._takes = takes
        self._arrived = threading.Semaphore(0)
        self._line = _listen([int(address.rpartition(":")[2])] if address else range(9100, 9200))
        self.address = f"127.0.0.1:{self._line.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._line.accept()
            except OSError:
                return
            with line:
                self.jobs.append(self._received(line))
            self._arrived.release()

    def _received(self, line: socket.socket) -> bytes:
        parts: list[bytes] = []
        while part := line.recv(65536):
            parts.append(part)
            if self._takes is not None and sum(map(len, parts)) >= self._takes:
                # The cover is opened: the line is cut with data unread.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                break
        return b"".join(parts)

    def wait(self) -> bytes:
        """The next job, once it is whole."""
        assert self._arrived.acquire(timeout=20)
        return self.jobs[-1]

    def close(self) -> None:
        self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        self._thread.join(5)


def _listen(ports: Iterable[int]) -> socket.socket:
    for port in ports:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(("127.0.0.1", port))
        except OSError:
            line.close()
            continue
        line.listen()
        return line
    raise AssertionError("no free printer port")


@contextmanager
def paper_printer(*, takes: int | None = None, address: str = "") -> Iterator[PaperPrinter]:
    printer = PaperPrinter(takes=takes, address=address)
    try:
        yield printer
    finally:
        printer.close()
