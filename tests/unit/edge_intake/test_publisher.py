"""The bridge of these tests waits for what can come, and says at once when it cannot."""

from collections.abc import Iterator

import pytest

from edge.intake.mqtt import BrokerAddress, MqttIntake
from tests.support.bridge_talk import SITE
from tests.support.broker import Broker
from tests.support.publisher import Publisher
from tests.unit.edge_intake.slow_disk import Disk, reading


@pytest.fixture
def bridge(mosquitto: Broker) -> Iterator[Publisher]:
    """A bridge that a running loop has met."""
    disk = Disk()
    loop = MqttIntake(BrokerAddress(port=mosquitto.port), SITE, write=disk.write, show=disk.shown.append)
    loop.start()
    publisher = Publisher(mosquitto.port, SITE)
    publisher.start()
    publisher.greet()
    yield publisher
    publisher.stop()
    loop.stop()


def test_nobody_waits_for_a_reading_that_was_never_sent(bridge: Publisher) -> None:
    """A quick node has confirmed 200 of 250 while they were sent; "146 more" would be the 346th, for ever."""
    bridge.send(*(reading(seq) for seq in range(1, 201)))
    bridge.await_ack(200)
    bridge.send(*(reading(seq) for seq in range(201, 251)))
    with pytest.raises(AssertionError, match="nobody confirms reading 346: the last one sent is 250"):
        bridge.await_ack(200 + 146)
    bridge.await_ack(250)
