"""How a bridge or a sensor gets its account at the store's broker, and how a bridge is asked something.

A manager makes a one-time code; the bridge comes with it and with a key it made itself, and gets a password that
nobody else sees. With its key it later asks for a new password. Revoking is an op like any other
(`devices.revoke_account`): the day-book has it first, and the desk puts the bridge out at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from edge.deploy.broker import FOLDER, Plan, read_plan
from edge.deploy.certificates import fingerprint
from edge.http.access import needs
from edge.http.body import json_body
from edge.http.enrolling import enrol_message, require_proof, rotate_message
from edge.http.node import Caller, StoreNode
from edge.http.times import rfc3339
from edge.intake.desk import account_rows
from edge.intake.ids import op_id
from edge.ledger.recording import internal_op
from edge.ledger.writer import node_asker
from shared.devices.commands import Account, OpenAccount, Topic
from shared.devices.events import Role
from shared.errors import DomainError

Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2})+$(?!\n)", max_length=256)]
RECORD_S_MAX = 30.0
DEVICE = "broker-desk"


class NewCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    account: Account


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """Shown once. `command` is what is typed at the bridge, with this box's address put in."""

    code: str
    account: str
    expires_at: str
    command: str


class NewSensor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account that may only write, and only these topics (`tele/fridge/#`)."""

    account: Account
    topics: Annotated[tuple[Topic, ...], Meta(min_length=1, max_length=20)]


class SensorAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed into the sensor; the password is shown this once. `port` 0: the broker has no door for it."""

    account: str
    password: str
    port: int


class Enrol(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`proof` signs the code and the key with the key."""

    code: Annotated[str, Meta(min_length=10, max_length=120)]
    public_key: Hex
    proof: Hex


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a bridge needs to sign in. A port of 0 is a door that there is not."""

    site: str
    bridge: str
    user: str
    password: str
    ca: str
    port: int
    tls_port: int
    sensor_port: int


class Rotate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`proof` signs the bridge's name and the moment with the key it enrolled with."""

    bridge: Account
    at_ms: Annotated[int, Meta(ge=0, le=2**53)]
    proof: Hex


class Rotated(msgspec.Struct, frozen=True, kw_only=True):
    password: str


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    do: Literal["ports", "probe"]
    port: Annotated[str, Meta(max_length=200)] = ""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """`ports_found`, `probe_result` or `command_refused`, with the bridge's own words."""

    answer: str
    detail: dict[str, str]


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    ca: str


def _plan(node: StoreNode) -> Plan:
    plan = read_plan(node.folder / FOLDER)
    if plan is None:
        raise DomainError("broker_without_accounts")
    return plan


def _authority(folder: Path) -> bytes:
    return (folder / FOLDER / "tls" / "ca.pem").read_bytes()


def _record(node: StoreNode, account: str, role: Role, key: str, topics: tuple[str, ...], by: str) -> None:
    """Into the day-book first: whoever is in the broker and not there is put out."""
    now_ms = node.now_ms()
    command = OpenAccount(account=account, role=role, key=key, topics=topics, by=by)
    op = internal_op(command, op_id=op_id(now_ms, role, account, key, now_ms), device=DEVICE, at_ms=now_ms)
    (answer,) = node.writer.submit([op], node_asker()).result(RECORD_S_MAX)
    if answer.error is not None:
        raise DomainError(answer.error.key, **answer.error.values)


@post(
    "/bridges/codes",
    opt=needs("devices.configure") | {"body": NewCode},
    dependencies=json_body(NewCode),
    status_code=200,
    sync_to_thread=True,
)
def make_code(
    asked: NamedDependency[NewCode], node: NamedDependency[StoreNode], caller: NamedDependency[Caller]
) -> Code:
    """A code for one bridge, for ten minutes. A known bridge that comes with it gets a new password."""
    _plan(node)
    known = account_rows(node.readers).get(asked.account)
    if known is not None and known["role"] != "bridge":
        raise DomainError("account_has_another_role", account=asked.account)
    said = fingerprint(_authority(node.folder))
    code, until_ms = node.codes.make(asked.account, caller.person.user, node.now_ms(), said)
    return Code(
        code=code,
        account=asked.account,
        expires_at=rfc3339(until_ms),
        command=f"liushui bridge enrol URL {code}",
    )


@get("/bridges/authority", opt=needs("anyone", "none"), sync_to_thread=True)
def authority(node: NamedDependency[StoreNode]) -> Authority:
    """This store's certificate authority; a code says by its fingerprint whether it is the right one."""
    _plan(node)
    return Authority(ca=_authority(node.folder).decode())


@post(
    "/bridges/enrol",
    opt=needs("anyone", "none") | {"body": Enrol},
    dependencies=json_body(Enrol),
    status_code=200,
    sync_to_thread=True,
)
def enrol(asked: NamedDependency[Enrol], node: NamedDependency[StoreNode]) -> Enrolled:
    """A bridge with a code that is good: an account, its password, and the authority it may believe."""
    plan = _plan(node)
    require_proof(asked.public_key, asked.proof, enrol_message(asked.code, asked.public_key))
    ticket = node.codes.take(asked.code, node.now_ms())

    def record() -> None:
        _record(node, ticket.account, "bridge", asked.public_key, (), ticket.by)

    try:
        password = node.desk.open_account(ticket.account, "bridge", (), record)
    except DomainError:
        node.codes.give_back(asked.code, ticket)
        raise
    return Enrolled(
        site=node.store,
        bridge=ticket.account,
        user=ticket.account,
        password=password,
        ca=_authority(node.folder).decode(),
        port=plan.port,
        tls_port=plan.tls_port,
        sensor_port=plan.sensor_port,
    )


@post(
    "/bridges/rotate",
    opt=needs("anyone", "none") | {"body": Rotate},
    dependencies=json_body(Rotate),
    status_code=200,
    sync_to_thread=True,
)
def rotate(asked: NamedDependency[Rotate], node: NamedDependency[StoreNode]) -> Rotated:
    """A bridge that proves its key gets a new password; the old one is good no more."""
    known = account_rows(node.readers).get(asked.bridge)
    if known is None or known["revoked"] or known["role"] != "bridge":
        raise DomainError("enrol_proof_refused")
    require_proof(str(known["key"]), asked.proof, rotate_message(asked.bridge, asked.at_ms))
    node.codes.proven_later(asked.bridge, asked.at_ms, node.now_ms())
    return Rotated(password=node.desk.rotate(asked.bridge))


@post(
    "/bridges/sensors",
    opt=needs("devices.configure") | {"body": NewSensor},
    dependencies=json_body(NewSensor),
    status_code=200,
    sync_to_thread=True,
)
def open_sensor(
    asked: NamedDependency[NewSensor], node: NamedDependency[StoreNode], caller: NamedDependency[Caller]
) -> SensorAccount:
    """An account for a sensor that knows neither TLS nor codes. Asked again, it has a new password."""
    plan = _plan(node)

    def record() -> None:
        _record(node, asked.account, "sensor", "", asked.topics, caller.person.user)

    password = node.desk.open_account(asked.account, "sensor", asked.topics, record)
    return SensorAccount(account=asked.account, password=password, port=plan.sensor_port)


@post(
    "/bridges/{bridge:str}/ask",
    opt=needs("devices.configure") | {"body": Question},
    dependencies=json_body(Question),
    status_code=200,
    sync_to_thread=True,
)
def ask(
    bridge: FromPath[str], asked: NamedDependency[Question], node: NamedDependency[StoreNode]
) -> Answered:
    """Which ports it sees, or what hangs on one of them. Waits up to twenty seconds for its answer."""
    known = {one.bridge for one in node.cold_chain.present().bridges}
    if bridge not in known:
        raise DomainError("bridge_unknown", bridge=bridge[:64])
    question = {"do": asked.do} | ({"port": asked.port} if asked.do == "probe" else {})
    answer = node.desk.ask(bridge, question)
    return Answered(answer=answer.answer, detail=answer.detail)


router = Router("/v1", route_handlers=[make_code, authority, enrol, rotate, open_sensor, ask])
