"""The desk at the broker: accounts are what the day-book says, bridges get their devices, and questions answers.

The day-book says who may speak; the broker is made to agree whenever something changed, whenever the connection is
new, and twice a minute. So a revoked bridge is put out at once, also when the broker was away while somebody revoked
it, and an account that nobody opened here is closed. Passwords are the broker's alone, hashed; nobody can read them
out of a day-book.

Registered devices with a bridge and a port are handed to that bridge as the retained list it expects on `down/cfg`;
a question (`ports`, `probe`) goes out on `down/cmd`, and its answer is an event among the bridge's readings.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from typing import Any, Literal

import msgspec
import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from edge.deploy import accounts
from edge.intake.mqtt import BrokerAddress
from edge.ledger import dbapi
from edge.ledger.reader import Readers
from edge.ledger.tables import rows_by_key, select_all
from shared.devices.projection import BROKER_ACCOUNT, SHOP_DEVICE
from shared.errors import DomainError
from shared.ledger.projection import Row
from shared.sensing.reading import decode_data, subscribe_up, topic_down

log = structlog.get_logger("edge.intake.desk")

CONTROL_S_MAX = 10.0
ANSWER_S_MAX = 20.0
PROBE_S_MAX = 90.0
"""A silent scale is asked at six speeds in every protocol."""
AGREE_EVERY_S = 30.0
OURS = frozenset(("liushui-node", "liushui-desk"))

Standing = Literal["off", "ready", "unreachable", "refused"]


class BrokerStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How we stand with the broker. `accounts`: it has accounts, and we may change them."""

    state: Standing
    accounts: bool = False
    why: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a bridge said: the event's name and its words."""

    answer: str
    detail: dict[str, str]


def account_rows(readers: Readers) -> dict[str, Row]:
    """Every account of this store's broker, as the day-book has it."""
    with readers.lend() as connection:
        found = rows_by_key(BROKER_ACCOUNT, connection.execute(select_all(BROKER_ACCOUNT)))
    return {str(key[0]): row for key, row in found.items()}


def device_rows(readers: Readers) -> dict[str, Row]:
    """Every registered device, also retired ones."""
    with readers.lend() as connection:
        found = rows_by_key(SHOP_DEVICE, connection.execute(select_all(SHOP_DEVICE)))
    return {str(key[0]): row for key, row in found.items()}


def lists_for_bridges(devices: Mapping[str, Row]) -> dict[str, bytes]:
    """Of each bridge that has or had devices the whole list, in the shapes of its own file."""
    told: dict[str, list[dict[str, str]]] = {}
    newest: dict[str, int] = {}
    for device, row in sorted(devices.items()):
        bridge = str(row["bridge"] or "")
        if not bridge:
            continue
        mine = told.setdefault(bridge, [])
        newest[bridge] = max(newest.get(bridge, 0), int(row["changed_ms"] or 0))
        if row["retired"] or not row["port"]:
            continue
        about = {
            name: str(row[name] or "") for name in ("template", "protocol", "port", "make", "model", "serial")
        }
        about["cal_id"] = str(row["certificate"] or "")
        mine.append({"id": device} | {name: text for name, text in about.items() if text})
    return {
        bridge: msgspec.json.encode({"rev": newest[bridge], "device": mine}) for bridge, mine in told.items()
    }


class Desk:
    """`accounts`: the broker has dynamic security and the address is its desk's. Without a broker all is refused."""

    def __init__(
        self, address: BrokerAddress | None, site: str, readers: Readers, *, has_accounts: bool
    ) -> None:
        self._address = address
        self._site = site
        self._readers = readers
        self._has_accounts = has_accounts
        self._standing = BrokerStanding(state="off" if address is None else "unreachable")
        self._waiting: dict[str, Future[dict[str, Any]]] = {}
        self._asked: dict[str, Future[Answer]] = {}
        self._published: dict[str, bytes] = {}
        self._inside: dict[str, bool] = {}
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._changed = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="broker-desk", daemon=True)
        self._client: paho.Client | None = None

    # ---- from other threads

    def start(self) -> None:
        if self._address is None:
            return
        client = self._client = self._new_client(self._address)
        client.connect_async(self._address.host, self._address.port, 30)
        client.loop_start()
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._changed.set()
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._thread.join(CONTROL_S_MAX)

    def wake(self) -> None:
        """Devices or accounts have changed."""
        self._changed.set()

    def standing(self) -> BrokerStanding:
        return self._standing

    def inside(self, account: str) -> bool | None:
        """Whether the broker lets this account in, as we last saw it; None when it does not know it."""
        return self._inside.get(account)

    def open_account(
        self, account: str, role: str, topics: tuple[str, ...], record: Callable[[], None]
    ) -> str:
        """Make an account, or give a known one a new password; `record` puts it into the day-book in between.

        Answers the password. Raises `broker_without_accounts`, `broker_not_reached`.
        """
        password = secrets.token_urlsafe(24)
        with self._opening:
            known = {client["username"] for client in self._clients()}
            record()
            if role == "sensor":
                commands = accounts.open_sensor(account, topics, password)
                if account in known:
                    commands = [*accounts.close_account(account, accounts.SENSOR), *commands]
            elif account in known:
                commands = [accounts.new_password(account, password), accounts.let_in(account)]
            else:
                commands = accounts.open_bridge(self._site, account, password)
            self._control(commands)
            self._inside[account] = True
        return password

    def rotate(self, account: str) -> str:
        """A new password for a known account; whoever holds the old one is put out."""
        password = secrets.token_urlsafe(24)
        with self._opening:
            self._control([accounts.new_password(account, password)])
        return password

    def ask(self, bridge: str, question: Mapping[str, str]) -> Answer:
        """Ask a bridge something and wait for its answer. Raises `bridge_not_answering`, `broker_not_reached`."""
        client = self._ready_client()
        name = secrets.token_hex(8)
        future: Future[Answer] = Future()
        with self._lock:
            self._asked[name] = future
        try:
            client.subscribe(subscribe_up(self._site), qos=0)
            payload = msgspec.json.encode({"id": name, **question})
            client.publish(topic_down(self._site, bridge, "cmd"), payload, qos=1)
            return future.result(PROBE_S_MAX if question.get("do") == "probe" else ANSWER_S_MAX)
        except NoAnswer:
            raise DomainError("bridge_not_answering", bridge=bridge) from None
        finally:
            with self._lock:
                del self._asked[name]
                if not self._asked:
                    client.unsubscribe(subscribe_up(self._site))

    # ---- the desk's own thread

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._changed.wait(AGREE_EVERY_S)
            self._changed.clear()
            if self._stopped.is_set() or self._standing.state != "ready":
                continue
            try:
                self._agree()
            except (DomainError, dbapi.Error, ValueError) as error:
                log.warning("broker_not_in_step", why=str(error))

    def _agree(self) -> None:
        """Accounts as the day-book has them, and every bridge its devices."""
        if self._has_accounts:
            with self._opening:
                self._agree_on_accounts()
        client = self._ready_client()
        for bridge, told in lists_for_bridges(device_rows(self._readers)).items():
            if self._published.get(bridge) != told:
                client.publish(topic_down(self._site, bridge, "cfg"), told, qos=1, retain=True)
                self._published[bridge] = told

    def _agree_on_accounts(self) -> None:
        wanted = {name for name, row in account_rows(self._readers).items() if not row["revoked"]}
        inside = {one["username"]: not one.get("disabled", False) for one in self._clients()}
        commands = [accounts.put_out(name) for name, is_in in inside.items() if is_in and name not in wanted]
        commands += [accounts.let_in(name) for name, is_in in inside.items() if not is_in and name in wanted]
        if commands:
            self._control(commands)
            log.info("broker_accounts", told=[f"{one['command']} {one['username']}" for one in commands])
        self._inside = {name: name in wanted for name in inside}

    def _clients(self) -> list[dict[str, Any]]:
        """The broker's accounts besides our own two."""
        (told,) = self._control([{"command": "listClients", "verbose": True, "count": -1, "offset": 0}])
        return [one for one in told["data"]["clients"] if one["username"] not in OURS]

    def _control(self, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Say it and wait for the answers. Raises `broker_not_reached` also where one of them is a refusal."""
        if not self._has_accounts:
            raise DomainError("broker_without_accounts")
        client = self._ready_client()
        futures: list[Future[dict[str, Any]]] = []
        told = []
        for command in commands:
            name, future = secrets.token_hex(8), Future[dict[str, Any]]()
            futures.append(future)
            told.append({**command, "correlationData": name})
            with self._lock:
                self._waiting[name] = future
        try:
            client.publish(accounts.CONTROL, msgspec.json.encode({"commands": told}), qos=1)
            answers = [future.result(CONTROL_S_MAX) for future in futures]
        except NoAnswer:
            raise DomainError("broker_not_reached", why="no answer") from None
        finally:
            with self._lock:
                for one in told:
                    self._waiting.pop(one["correlationData"], None)
        for command, answer in zip(commands, answers, strict=True):
            if "error" in answer and not command["command"].startswith("delete"):
                # What is there already from a try that was broken off is as good as made now.
                if command["command"] == "createRole" and "already exists" in answer["error"]:
                    continue
                raise DomainError("broker_not_reached", why=f"{command['command']}: {answer['error']}")
        return answers

    def _ready_client(self) -> paho.Client:
        standing = self._standing
        if self._client is None or standing.state != "ready":
            raise DomainError("broker_not_reached", why=standing.why or standing.state)
        return self._client

    # ---- paho's callbacks, in paho's thread

    def _new_client(self, address: BrokerAddress) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=f"liushui-desk-{self._site}", protocol=paho.MQTTv5
        )
        client.reconnect_delay_set(1, 30)
        if address.user:
            client.username_pw_set(address.user, address.password)
        if address.ca_file:
            client.tls_set(address.ca_file)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: paho.Client, _userdata: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        if reason.is_failure:
            self._standing = BrokerStanding(state="refused", why=str(reason))
            log.error("broker_refused_desk", why=str(reason))
            return
        if self._has_accounts:
            client.subscribe(accounts.RESPONSE, qos=1)
        if self._asked:
            client.subscribe(subscribe_up(self._site), qos=0)
        # A broker put in the place of another may have forgotten what was retained.
        self._published = {}
        self._standing = BrokerStanding(state="ready", accounts=self._has_accounts)
        self._changed.set()

    def _on_disconnect(
        self, _client: paho.Client, _userdata: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        if self._standing.state != "refused":
            self._standing = BrokerStanding(state="unreachable", why=str(reason))

    def _on_message(self, _client: paho.Client, _userdata: object, message: paho.MQTTMessage) -> None:
        try:
            if message.topic == accounts.RESPONSE:
                self._hear_broker(bytes(message.payload))
            elif message.topic.endswith("/up/data"):
                self._hear_bridge(bytes(message.payload))
        except (ValueError, KeyError, TypeError) as error:
            log.warning("desk_message_unreadable", topic=message.topic, why=str(error))

    def _hear_broker(self, payload: bytes) -> None:
        for answer in msgspec.json.decode(payload)["responses"]:
            with self._lock:
                future = self._waiting.pop(str(answer.get("correlationData", "")), None)
            if future is not None:
                future.set_result(answer)

    def _hear_bridge(self, payload: bytes) -> None:
        for reading in decode_data(payload).readings:
            if reading.kind != "event":
                continue
            with self._lock:
                future = self._asked.get(reading.detail.get("id", ""))
                if future is not None and not future.done():
                    future.set_result(Answer(answer=reading.quantity, detail=dict(reading.detail)))


def signs_in(address: BrokerAddress) -> bool:
    """Whether a broker at this address knows this account."""
    heard: Future[bool] = Future()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5, reconnect_on_failure=False)
    client.username_pw_set(address.user, address.password)

    def on_connect(
        _client: object, _userdata: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        if not heard.done():
            heard.set_result(not reason.is_failure)

    client.on_connect = on_connect
    try:
        client.connect(address.host, address.port, 10)
    except OSError:
        return False
    client.loop_start()
    try:
        return heard.result(CONTROL_S_MAX)
    except NoAnswer:
        return False
    finally:
        client.disconnect()
        client.loop_stop()
