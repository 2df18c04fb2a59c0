"""What the node's page says of devices that could not be heard or kept."""

from pathlib import Path

from edge.app import broker_troubles
from edge.intake.desk import BrokerStanding
from shared.i18n import tell


def test_dropped_messages_are_a_notice_with_their_number(tmp_path: Path) -> None:
    """None dropped, nothing said; twenty dropped, and both languages say twenty."""
    ready = BrokerStanding(state="ready")
    assert broker_troubles(tmp_path, ready, 0) == []
    ((key, values),) = broker_troubles(tmp_path, ready, 20)
    assert "20 messages of devices" in tell(key, "en", values)
    assert "20 条" in tell(key, "zh-CN", values)


def test_a_broker_that_refuses_the_node_is_a_notice_with_its_reason(tmp_path: Path) -> None:
    """No device is heard then, which is worth a line of its own."""
    refused = BrokerStanding(state="refused", why="Not authorized")
    ((key, values),) = broker_troubles(tmp_path, refused, 0)
    assert "Not authorized" in tell(key, "en", values)
