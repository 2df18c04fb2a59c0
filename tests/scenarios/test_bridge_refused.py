"""A broker whose rules refuse the bridge: an alarm instead of a silent loss, and everything once it is allowed."""

from pathlib import Path

from firmware_bridge.outbox import Outbox
from shared.sensing.reading import Reading
from tests.support.broker import Broker
from tests.unit.firmware_bridge.fake_edge import FakeEdge
from tests.unit.firmware_bridge.running import Bridge, wait_for

CONFIGURATION = """
site = "store-1"
bridge = "bridge-1"

[broker]
port = {port}
"""
EVERYBODY = "topic readwrite #\n"
ANOTHER_BRIDGE = "topic read #\ntopic write liushui/v1/store-1/bridge-2/up/#\n"


def restart_with_rules(broker: Broker, rules: str) -> None:
    """The administrator changes who may write what."""
    broker.stop()
    (broker.folder / "acl").write_text(rules)
    configuration = broker.folder / "mosquitto.conf"
    text = configuration.read_text()
    if "acl_file" not in text:
        configuration.write_text(text + f"acl_file {broker.folder / 'acl'}\n")
    broker.start()


def test_a_refused_publish_is_an_alarm_and_the_readings_wait(tmp_path: Path, mosquitto: Broker) -> None:
    """MQTT 5 says Not authorized where 3.1.1 says Success; nothing is deleted, and nothing is missing later."""
    restart_with_rules(mosquitto, ANOTHER_BRIDGE)
    bridge = Bridge(tmp_path / "bridge", CONFIGURATION.format(port=mosquitto.port))
    outbox = Outbox(tmp_path / "bridge" / "state" / "outbox.db", lambda: "e1")
    outbox.append([Reading(seq=0, kind="scan", device="s", quantity="scan", value=str(n)) for n in range(60)])
    outbox.close()
    edge = FakeEdge(tmp_path / "edge.db", mosquitto.port)
    try:
        bridge.start()
        wait_for(lambda: "Not authorized" in str(bridge.status().get("alarm")), "alarm")
        assert len(bridge.held()) == 60
        restart_with_rules(mosquitto, EVERYBODY)
        edge.connect()
        edge.wait_until(lambda: len(edge.readings("scan")) == 60)
        wait_for(lambda: bridge.status().get("alarm") is None, "alarm over")
        wait_for(lambda: bridge.held() == [], "outbox empty")
    finally:
        bridge.kill()
        edge.disconnect()


def test_a_broker_that_is_not_there_is_an_alarm_too(tmp_path: Path, free_port: int) -> None:
    """The bridge starts without it and says what it waits for; the log says it once, not every second."""
    bridge = Bridge(tmp_path / "bridge", CONFIGURATION.format(port=free_port))
    try:
        bridge.start()
        wait_for(lambda: "refused" in str(bridge.status().get("alarm")), "alarm")
        assert bridge.stop() == 0
        assert bridge.log().count("uplink_alarm ") == 1
    finally:
        bridge.kill()
