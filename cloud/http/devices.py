"""Lost phones: revoke one, trust it again, and see which are revoked."""

from __future__ import annotations

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency

from cloud.http import gate
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.identity import devices
from cloud.identity.devices import DeviceNamed, DeviceRow
from cloud.store.installation import Installation


class DeviceList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[DeviceRow]


@get(
    "/v1/master/devices",
    permission="access.manage",
    scope=gate.CHAIN,
    answers=DeviceList,
    sync_to_thread=True,
)
def list_devices(asker: NamedDependency[Asker]) -> Answer:
    """Every device somebody has revoked or trusted again."""
    with asker.store.reading() as reading:
        return answer(DeviceList(items=devices.devices(reading)), asker)


@post(
    "/v1/devices/revoke",
    permission="access.manage",
    scope=gate.CHAIN,
    body=DeviceNamed,
    answers=DeviceRow,
    status_code=200,
    sync_to_thread=True,
)
def revoke_device(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    asked: NamedDependency[DeviceNamed],
) -> Answer:
    """From now on no store takes anything from this device, and what it recorded is set aside for a manager."""
    with asker.store.writing() as writing:
        told = devices.change(writing, asked, "revoked", asker.principal.user, installation)
    return answer(told, asker)


@post(
    "/v1/devices/trust",
    permission="access.manage",
    scope=gate.CHAIN,
    body=DeviceNamed,
    answers=DeviceRow,
    status_code=200,
    sync_to_thread=True,
)
def trust_device(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    asked: NamedDependency[DeviceNamed],
) -> Answer:
    """What this device records counts again; what was set aside meanwhile still waits for a decision."""
    with asker.store.writing() as writing:
        told = devices.change(writing, asked, "trusted", asker.principal.user, installation)
    return answer(told, asker)


router = Router("/", route_handlers=[list_devices, revoke_device, trust_device])
