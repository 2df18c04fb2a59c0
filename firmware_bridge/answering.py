"""The rim of the node's questions: looks at the ports and probes one, in a thread beside the devices at work.

A port that a device is read from is not probed: two readers would tear its weights apart. Take the device out of
the configuration first, or look at what it shows.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from firmware_bridge.asked import (
    EVENT_PORTS,
    EVENT_PROBED,
    EVENT_REFUSED,
    Question,
    ports_detail,
    probe_detail,
    read_question,
)
from firmware_bridge.clock import Clock
from firmware_bridge.drivers import drivers
from firmware_bridge.serial_templates import templates_speaking
from firmware_bridge.templates import Library
from firmware_bridge.transports.opening import check_address
from firmware_bridge.transports.plugged import plugged
from firmware_bridge.transports.port import PortLost
from firmware_bridge.transports.prober import probe
from shared.errors import DomainError

log = logging.getLogger(__name__)

NOT_A_LINE = ("hidraw:", "evdev:")


class Answering:
    """`ask` returns at once; the answer goes to `tell` as an event's name and words."""

    def __init__(
        self,
        clock: Clock,
        *,
        ports_in_use: Callable[[], Iterable[str]],
        port_dirs: Callable[[], Iterable[str]],
        known: Callable[[], Library],
        tell: Callable[[str, dict[str, str]], None],
    ) -> None:
        self._clock = clock
        self._ports_in_use = ports_in_use
        self._port_dirs = port_dirs
        self._known = known
        self._tell = tell
        self._busy = threading.Lock()

    def ask(self, payload: bytes) -> None:
        """Take a question; one that cannot be answered is refused with a reason."""
        try:
            question = read_question(payload)
        except DomainError as wrong:
            self._tell(EVENT_REFUSED, {"id": "", "reason": str(wrong.values.get("reason", wrong.key))[:200]})
            return
        if question.do == "ports":
            self._tell(EVENT_PORTS, ports_detail(question, plugged(self._port_dirs())))
            return
        reason = self._refusal(question)
        if reason:
            self._refuse(question, reason)
        elif self._busy.acquire(blocking=False):
            threading.Thread(target=self._probe, args=(question,), name="probe", daemon=True).start()
        else:
            self._refuse(question, "busy")

    def _refusal(self, question: Question) -> str:
        """Why this port is not probed; empty when it may be."""
        if question.port.startswith(NOT_A_LINE):
            return "not_a_line"
        try:
            check_address(question.port)
        except ValueError as wrong:
            return str(wrong)
        in_use = {_resolved(port) for port in self._ports_in_use()}
        return "port_in_use" if _resolved(question.port) in in_use else ""

    def _probe(self, question: Question) -> None:
        """Probe, and let the next one in."""
        try:
            verdict = probe(question.port, list(drivers().values()), self._clock)
            fits = templates_speaking(verdict.protocol, self._known())
            self._tell(EVENT_PROBED, probe_detail(question, verdict, fits))
        except PortLost as lost:
            self._refuse(question, str(lost))
        except Exception:
            # The bridge's devices go on whatever a stranger's bytes did to us here; the journal has the place.
            log.exception("probe_died %s", question.port)
            self._refuse(question, "failed")
        finally:
            self._busy.release()

    def _refuse(self, question: Question, reason: str) -> None:
        """No answer but the reason."""
        self._tell(EVENT_REFUSED, {"id": question.id, "reason": reason[:200]})


def _resolved(port: str) -> str:
    """A path behind its links, so that two names of one port are one."""
    return str(Path(port).resolve()) if port.startswith("/") else port
