"""The intake's loop with a broker that speaks TLS: what a record holds beyond the first piece is not left lying."""

from datetime import UTC, datetime
from pathlib import Path

from edge.deploy import certificates
from edge.intake.mqtt import BrokerAddress, MqttIntake
from tests.support.bridge_talk import SITE
from tests.support.broker import Broker
from tests.support.ports import free_port
from tests.support.publisher import Publisher, wait_until
from tests.unit.edge_intake.slow_disk import Disk, reading


class SecretBroker(Broker):
    """The same broker, with a second listener that a certificate of the site stands behind."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.tls = certificates.ensure(folder / "tls", SITE, ("localhost", "127.0.0.1"), datetime.now(UTC))
        self.tls_port = free_port()
        text = self._configuration.read_text()
        secret = (
            f"listener {self.tls_port} 127.0.0.1\ncertfile {self.tls.certificate}\nkeyfile {self.tls.key}\n"
        )
        self._configuration.write_text(text + secret)


def test_a_flood_over_tls_is_stored_to_its_last_message(tmp_path: Path) -> None:
    """Five hundred readings, each stored once and in order, and acknowledged without waiting for a next one."""
    broker, disk = SecretBroker(tmp_path), Disk()
    broker.start()
    address = BrokerAddress(port=broker.tls_port, ca_file=str(broker.tls.authority))
    loop = MqttIntake(address, SITE, write=disk.write, show=disk.shown.append)
    loop.start()
    bridge = Publisher(broker.port, SITE)
    bridge.start()
    bridge.greet()
    try:
        bridge.send(*(reading(seq) for seq in range(1, 501)))
        bridge.await_ack(500)
        assert disk.numbers() == list(range(1, 501))
    finally:
        bridge.stop()
        loop.stop()
        broker.stop()


def test_a_broker_that_somebody_else_vouches_for_is_not_believed(tmp_path: Path) -> None:
    """Another site's authority: the loop keeps trying and never listens."""
    broker, disk = SecretBroker(tmp_path), Disk()
    broker.start()
    other = certificates.ensure(tmp_path / "other", "elsewhere", ("localhost",), datetime.now(UTC))
    loop = MqttIntake(
        BrokerAddress(port=broker.tls_port, ca_file=str(other.authority)),
        SITE,
        write=disk.write,
        show=disk.shown.append,
    )
    loop.start()
    try:
        wait_until(lambda: any("alert" in line for line in broker.lines))
        assert loop.connected_for_s() == 0
    finally:
        loop.stop()
        broker.stop()
