"""Keeps the certificate at the store's broker fresh, without anybody thinking of it.

Made anew when half its time is over, so a box that is off for months still has the other half. Mosquitto reads it
again on a HUP, and nobody's connection ends by that. Whether it really shows the new one is looked up at its door;
while it does not, a mark lies beside the certificate, and the node's notices say so.
"""

from __future__ import annotations

import os
import signal
import socket
import ssl
import time
from datetime import datetime
from pathlib import Path

import msgspec
import structlog
from cryptography import x509

from edge.deploy import certificates
from edge.deploy.broker import FOLDER, PID_FILE, Plan, read_plan

log = structlog.get_logger("edge.deploy.renewing")

NOT_SHOWN = "not-shown"
TAKES_S_MAX = 10.0
_ANSWER_S_MAX = 5.0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`shown`: the broker's door has it; None where nobody answers there, or there is no such door."""

    renewed: bool
    shown: bool | None
    good_until: datetime

    def told(self) -> str:
        made = "renewed" if self.renewed else "good"
        shown = {True: "", False: ", not shown by the broker", None: ", broker not asked"}[self.shown]
        return f"{made} until {self.good_until:%Y-%m-%d}{shown}"


def renew(folder: Path, now: datetime) -> Outcome | None:
    """Make the certificate anew when it is due, and have the broker take it; None where the node has no broker."""
    place = folder / FOLDER
    plan = read_plan(place)
    if plan is None:
        return None
    tls = certificates.ensure(place / "tls", plan.site, plan.names, now)
    if tls.renewed:
        log.info("broker_certificate_renewed", certificate=str(tls.certificate))
    wanted = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    shown = _shown(plan, wanted)
    if shown is False and _tell(place):
        shown = _taken(plan, wanted)
    mark = tls.certificate.with_name(NOT_SHOWN)
    if shown is False:
        mark.touch()
        log.warning("broker_certificate_not_shown", certificate=str(tls.certificate))
    elif shown:
        mark.unlink(missing_ok=True)
    return Outcome(renewed=tls.renewed, shown=shown, good_until=wanted.not_valid_after_utc)


def _shown(plan: Plan, wanted: x509.Certificate) -> bool | None:
    if not plan.tls_port:
        return None
    # Nothing is said to whoever answers; the question is only which certificate it is.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(("127.0.0.1", plan.tls_port), timeout=_ANSWER_S_MAX) as line,
            context.wrap_socket(line) as door,
        ):
            there = door.getpeercert(binary_form=True)
    except OSError:
        return None
    return there is not None and x509.load_der_x509_certificate(there) == wanted


def _tell(place: Path) -> bool:
    """HUP to the broker that runs with this folder's configuration, if it is ours to tell."""
    try:
        process = int((place / PID_FILE).read_text())
        called = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        # The number may belong to another program by now.
        if str(place.resolve() / "mosquitto.conf").encode() not in called:
            return False
        os.kill(process, signal.SIGHUP)
    except (OSError, ValueError):
        return False
    return True


def _taken(plan: Plan, wanted: x509.Certificate) -> bool | None:
    """Mosquitto reads its files again at its next turn, within a second."""
    until_s = time.monotonic() + TAKES_S_MAX
    while (shown := _shown(plan, wanted)) is False and time.monotonic() < until_s:
        time.sleep(0.1)
    return shown
