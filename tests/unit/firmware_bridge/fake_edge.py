"""An edge's intake reduced to its promises: real MQTT 5, real SQLite, commit before every acknowledgement."""

import threading
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from firmware_bridge import dbapi
from shared.sensing.reading import (
    Ack,
    Birth,
    Death,
    Reading,
    decode_birth,
    decode_data,
    decode_death,
    encode,
    parse_topic,
    subscribe_up,
    topic_down,
    watermark_after_birth,
    watermark_after_data,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS reading (
  bridge TEXT, epoch TEXT, seq INTEGER, body BLOB, times INTEGER DEFAULT 1, PRIMARY KEY (bridge, epoch, seq)
);
CREATE TABLE IF NOT EXISTS watermark (bridge TEXT, epoch TEXT, upto INTEGER, PRIMARY KEY (bridge, epoch));
"""


class FakeEdge:
    """`connect`, watch `readings`, `disconnect`; the database outlives both."""

    def __init__(self, path: Path, port: int, site: str = "store-1", **credentials: str) -> None:
        self._db = dbapi.connect(str(path), isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(SCHEMA)
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._port = port
        self._site = site
        self._name = path.stem
        self._credentials = credentials
        self.births: list[Birth] = []
        self.deaths: list[Death] = []
        self.acknowledges = True
        self._client: mqtt.Client | None = None

    def connect(self) -> None:
        """Come with a session that outlives us, and take what waits."""
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self._name, protocol=mqtt.MQTTv5, manual_ack=True
        )
        if self._credentials:
            client.username_pw_set(self._credentials["username"], self._credentials["password"])
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 86400
        properties.ReceiveMaximum = 50
        client.on_connect = lambda c, *_: c.subscribe(subscribe_up(self._site), qos=1)
        client.on_message = self._on_message
        client.reconnect_delay_set(1, 1)
        client.connect("127.0.0.1", self._port, clean_start=False, properties=properties)
        client.loop_start()
        self._client = client

    def disconnect(self) -> None:
        """Go; the database stays."""
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def _on_message(self, client: mqtt.Client, _userdata: object, came: mqtt.MQTTMessage) -> None:
        topic = parse_topic(came.topic)
        assert topic is not None
        with self._lock:
            match topic.channel:
                case "up/birth":
                    birth = decode_birth(bytes(came.payload))
                    upto = watermark_after_birth(self._watermark(topic.bridge, birth.epoch), birth)
                    self._db.execute("BEGIN IMMEDIATE")
                    self._commit(topic.bridge, birth.epoch, upto)
                    self.births.append(birth)
                case "up/death":
                    self.deaths.append(decode_death(bytes(came.payload)))
                    upto = None
                case _:
                    data = decode_data(bytes(came.payload))
                    upto = watermark_after_data(self._watermark(topic.bridge, data.epoch), data)
                    self._db.execute("BEGIN IMMEDIATE")
                    for reading in data.readings:
                        self._db.execute(
                            "INSERT INTO reading (bridge, epoch, seq, body) VALUES (?, ?, ?, ?)"
                            " ON CONFLICT DO UPDATE SET times = times + (body <> excluded.body) * 1000",
                            (topic.bridge, data.epoch, reading.seq, encode(reading)),
                        )
                    self._commit(topic.bridge, data.epoch, upto)
            self._changed.notify_all()
        client.ack(came.mid, came.qos)
        if upto is not None and self.acknowledges:
            epoch = birth.epoch if topic.channel == "up/birth" else data.epoch
            answer = topic_down(topic.site, topic.bridge, "ack")
            client.publish(answer, encode(Ack(epoch=epoch, upto=upto)), qos=1)

    def _watermark(self, bridge: str, epoch: str) -> int:
        row = self._db.execute(
            "SELECT upto FROM watermark WHERE bridge = ? AND epoch = ?", (bridge, epoch)
        ).fetchone()
        return int(row[0]) if row else 0

    def _commit(self, bridge: str, epoch: str, upto: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO watermark VALUES (?, ?, ?)", (bridge, epoch, upto))
        self._db.execute("COMMIT")

    def readings(self, kind: str | None = None) -> list[Reading]:
        """Everything stored, in the bridge's order."""
        import msgspec

        with self._lock:
            rows = self._db.execute("SELECT body FROM reading ORDER BY epoch, seq").fetchall()
        found = [msgspec.json.decode(body, type=Reading) for (body,) in rows]
        return [reading for reading in found if kind in (None, reading.kind)]

    def conflicts(self) -> int:
        """Names that came with two contents."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM reading WHERE times > 1").fetchone()[0])

    def wait_until(self, holds: Callable[[], bool], seconds: float = 30) -> None:
        """Wait for messages until this holds; fails with what is there."""
        with self._changed:
            done = self._changed.wait_for(holds, seconds)
        assert done, f"not within {seconds} s; {len(self.readings())} readings are here"
