"""The line between boxes and head office: it loses, repeats, delays, overtakes, cuts and flips, and head office may
die over a request. What it damages is what is protected: frames by their checksum, feed and snapshot by signature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cloud.intake.compression import decompress
from edge.sync.head_office import NotNow, Reply
from shared.errors import DomainError
from shared.sync import frame
from shared.sync.messages import Pushed
from tests.simulator.office import Asked
from tests.simulator.power import PowerCut
from tests.simulator.virtual_time import pass_s

if TYPE_CHECKING:
    from tests.simulator.machine import Machine
    from tests.simulator.world import World

TIMEOUT_S = 8.0


class Line:
    """One for the whole run; each request takes its own way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._die = world.die
        self._last_push: dict[str, Asked] = {}

    async def carry(self, asked: Asked, machine: Machine) -> Reply:
        """There and back. Raises NotNow where no answer came."""
        weather = self._world.weather
        if asked.path.endswith("/push"):
            self._last_push[machine.name] = asked
        await self._travel()
        if self._is_cut(machine) or self._die.random() < weather.drop:
            await pass_s(TIMEOUT_S)
            raise NotNow("lost on the way")
        if self._die.random() < weather.duplicate:
            self._world.loop.create_task(self._ghost(asked, machine.store))
        reply = self._ask(self._damaged(asked), machine.store)
        await self._travel()
        if self._is_cut(machine) or self._die.random() < weather.drop:
            await pass_s(TIMEOUT_S)
            raise NotNow("the answer was lost")
        return self._damaged_reply(asked, reply)

    def say_again(self, machine: Machine) -> None:
        """The box sends its last frame once more, whatever it was told; a box that was stolen does not ask first."""
        if machine.name in self._last_push:
            try:
                self._ask(self._last_push[machine.name], machine.store)
            except NotNow:
                return

    def _is_cut(self, machine: Machine) -> bool:
        return self._world.loop.now_s < machine.line_down_until

    async def _travel(self) -> None:
        await pass_s(self._die.uniform(0.01, self._world.weather.slow_s))

    async def _ghost(self, asked: Asked, store: str) -> None:
        """The same request once more, perhaps much later, when much has changed; nobody hears the answer."""
        await pass_s(self._die.choice((0.1, 2.0, 30.0)) * self._die.random())
        try:
            self._ask(asked, store)
        except NotNow:
            return

    def _ask(self, asked: Asked, store: str) -> Reply:
        office = self._world.office
        if not office.is_up:
            raise NotNow("head office is down")
        try:
            reply = office.answer(asked, store)
        except PowerCut:
            self._world.office_died()
            raise NotNow("head office died") from None
        except DomainError as error:
            raise AssertionError(f"a reason that is no answer: {error}") from error
        self._note_promise(asked, reply)
        return reply

    def _note_promise(self, asked: Asked, reply: Reply) -> None:
        """What head office has acknowledged, it must keep."""
        if not asked.path.endswith("/push") or reply.status != 200:
            return
        told = msgspec.msgpack.decode(reply.body, type=Pushed)
        log = frame.unpack(asked.content or b"", decompress).header.log_id
        promised = self._world.office.promised
        promised[log] = max(promised.get(log, 0), told.seq)
        self._world.office_has_news()

    def _damaged(self, asked: Asked) -> Asked:
        if not asked.path.endswith("/push") or self._die.random() >= self._world.weather.damage:
            return asked
        return msgspec.structs.replace(asked, content=self._bent(asked.content or b""))

    def _damaged_reply(self, asked: Asked, reply: Reply) -> Reply:
        signed = asked.path.endswith(("/feed", "/snapshot")) and reply.status == 200
        if not signed or self._die.random() >= self._world.weather.damage:
            return reply
        return msgspec.structs.replace(reply, body=self._bent(reply.body))

    def _bent(self, data: bytes) -> bytes:
        where = self._die.randrange(len(data))
        if self._die.random() < 0.5:
            return data[:where]
        return data[:where] + bytes([data[where] ^ (1 << self._die.randrange(8))]) + data[where + 1 :]
