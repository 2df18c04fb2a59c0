"""The rim of probing: opens a port, plays the attempts on it, and stops at the first that convinces."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from firmware_bridge.clock import Clock
from firmware_bridge.drivers.frames import DriverKind, Line
from firmware_bridge.probing import Attempt, Heard, Verdict, attempts, conclude, unsure
from firmware_bridge.transports.opening import open_port
from firmware_bridge.transports.port import Port, PortLost

BYTES_MAX = 4096
CLEAR_MS = 100


def probe(
    address: str,
    kinds: Sequence[DriverKind],
    clock: Clock,
    *,
    opens: Callable[[str, Line], Port] = open_port,
    on_attempt: Callable[[Attempt], None] = lambda _attempt: None,
) -> Verdict:
    """What hangs at this address. Raises PortLost when it cannot be opened at all."""
    heard: list[Heard] = []
    port, line = None, None
    try:
        for attempt in attempts(kinds, has_settings=not address.startswith("tcp:")):
            on_attempt(attempt)
            if port is None or line != attempt.line:
                if port is not None:
                    port.close()
                port, line = None, attempt.line
                port = opens(address, attempt.line)
            one = Heard(attempt=attempt, data=_played(port, attempt, clock))
            heard.append(one)
            verdict = conclude(kinds, one)
            if verdict is not None:
                return verdict
    finally:
        if port is not None:
            port.close()
    return unsure(kinds, heard)


def _end_the_line(port: Port, clock: Clock) -> None:
    """Close what other questions have left in the scale's buffer, and pass over its complaint about that."""
    port.write(b"\r\n")
    until_ms = clock.monotonic_ms() + CLEAR_MS
    while clock.monotonic_ms() < until_ms:
        port.read()


def _played(port: Port, attempt: Attempt, clock: Clock) -> bytes:
    """Ask and listen; a port that is lost in between gave what it gave."""
    came = bytearray()
    try:
        if attempt.query.endswith(b"\r\n"):
            _end_the_line(port, clock)
        if attempt.query:
            port.write(attempt.query)
        until_ms = clock.monotonic_ms() + attempt.wait_ms
        while clock.monotonic_ms() < until_ms and len(came) < BYTES_MAX:
            came += port.read()
    except PortLost:
        return bytes(came)
    return bytes(came)
