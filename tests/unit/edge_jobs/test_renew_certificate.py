"""The broker's certificate is renewed by the node itself, on a real mosquitto, and nobody's connection ends by it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509

from edge.app import Settings, own_certificate
from edge.deploy import certificates
from edge.deploy.accounts import CONTROL, open_bridge
from edge.deploy.broker import PID_FILE
from edge.deploy.renewing import NOT_SHOWN, renew
from tests.support.store_broker import Caller, StoreBroker

SITE = "S1"
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=200)
"""More than half of a certificate's time, less than all of it."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[StoreBroker]:
    """A running broker with a certificate that is due."""
    made = StoreBroker(tmp_path, SITE)
    (made.folder / "tls" / "server.pem").unlink()
    certificates.ensure(made.folder / "tls", SITE, (), LONG_AGO)
    made.start()
    yield made
    made.stop()


def shown(broker: StoreBroker) -> x509.Certificate:
    """What a bridge would be shown now."""
    return x509.load_pem_x509_certificate(
        ssl.get_server_certificate(("127.0.0.1", broker.plan.tls_port)).encode()
    )


def test_a_certificate_that_is_due_is_renewed_and_shown_while_bridges_go_on_speaking(
    broker: StoreBroker, tmp_path: Path
) -> None:
    """The bridge that was there stays, the next one believes the new certificate, and a second run changes nothing."""
    desk = broker.as_desk()
    desk.say(CONTROL, msgspec.json.encode({"commands": open_bridge(SITE, "b1", "one")}))
    bridge = Caller(broker.plan.tls_port, "b1", "one", ca=broker.authority)
    old = shown(broker)
    done = renew(tmp_path, NOW)
    assert done is not None
    assert (done.renewed, done.shown) == (True, True)
    assert done.told() == f"renewed until {NOW + timedelta(days=365):%Y-%m-%d}"
    new = shown(broker)
    assert new.not_valid_after_utc - old.not_valid_after_utc > timedelta(days=199)
    assert bridge.say(f"liushui/v1/{SITE}/b1/up/data") != "Not authorized"
    assert (bridge.ended, desk.ended) == ([], [])
    next_one = Caller(broker.plan.tls_port, "b1", "one", ca=broker.authority, client_id="next")
    assert next_one.signed_in == ["Success"]
    again = renew(tmp_path, NOW)
    assert again is not None
    assert (again.renewed, again.shown, shown(broker)) == (False, True, new)
    for one in (bridge, next_one, desk):
        one.stop()


@pytest.mark.parametrize("pid", [None, "ours", "nonsense"])
def test_a_broker_that_cannot_be_told_is_pointed_out_until_it_was_restarted(
    broker: StoreBroker, tmp_path: Path, pid: str | None
) -> None:
    """Another user's broker, a number that belongs to another program by now (a HUP would end these tests), rubbish."""
    file = broker.folder / PID_FILE
    file.unlink()
    if pid is not None:
        file.write_text(str(os.getpid()) if pid == "ours" else pid)
    mark = broker.folder / "tls" / NOT_SHOWN
    done = renew(tmp_path, NOW)
    assert done is not None
    assert (done.renewed, done.shown, mark.exists()) == (True, False, True)
    broker.stop()
    asleep = renew(tmp_path, NOW)
    assert asleep is not None
    assert (asleep.shown, mark.exists()) == (None, True)
    broker.start()
    done = renew(tmp_path, NOW)
    assert done is not None
    assert (done.renewed, done.shown, mark.exists()) == (False, True, False)


def test_a_node_without_a_broker_of_its_own_makes_no_certificate(tmp_path: Path) -> None:
    """Nothing appears in its folder."""
    assert renew(tmp_path, NOW) is None
    assert list(tmp_path.iterdir()) == []


def test_the_certificate_of_the_node_s_own_pages_is_announced_before_it_ends(tmp_path: Path) -> None:
    """It was read at the start: only a restart takes the new file."""
    ends_in_20 = certificates.ensure(tmp_path / "a", SITE, (), NOW - timedelta(days=345))
    fresh = certificates.ensure(tmp_path / "b", SITE, (), NOW)
    told = own_certificate(Settings(folder=tmp_path, tls_cert=ends_in_20.certificate))
    assert [key for key, _ in told()] == ["node_certificate_ends"]
    assert own_certificate(Settings(folder=tmp_path, tls_cert=fresh.certificate))() == []
    assert own_certificate(Settings(folder=tmp_path))() == []
