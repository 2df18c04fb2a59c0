"""After all is well: a machine is copied while it runs, with its memory, and both go on in the same log.

A disk that was copied is harmless, because whoever starts from it begins a log of its own. A copied memory already
writes a log, and nothing in it can know that there are two: the same name comes to stand for two facts. That cannot
be prevented from inside; it must be loud at both ends, lose nothing, and end when somebody takes one of the two
machines away.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.simulator.broken import Broken
from tests.simulator.machine import Machine
from tests.simulator.virtual_time import pass_s

if TYPE_CHECKING:
    from tests.simulator.world import World

SHARE = 0.2
SEEN_WITHIN_S = 90.0
_AT_OFFICE = "SELECT bytes FROM event WHERE log_id = ? AND seq = ?"
_AT_BOX = "SELECT bytes FROM event WHERE log = ? AND seq = ?"


def is_due(seed: int) -> bool:
    """Whether this seed ends with it."""
    return random.Random(f"{seed}/memory").random() < SHARE


async def befall(world: World) -> None:
    """Copy a box with its memory, let both write, demand that it is seen, and take the one that lost away."""
    store = world.phones[0].store
    box = world.boxes[store][0]
    world.note(f"{box.name} is copied with its memory")
    world.in_two_minds = True
    box.take_copy()
    copied = Machine(world, store, f"{store}-copied", box.copies[-1].file)
    copied.start()
    copied.think_on(box)
    log, seq = box.writer.head.log, box.writer.head.seq + 1
    world.may_fork.add(log.hex())
    both = [box, copied]
    for machine, pieces in zip(both, (3, 4), strict=True):
        phone = world.phones[0]
        phone.sell("milk", pieces)
        (entry,) = (entry for entry in phone.outbox.entries.values() if entry.state == "queued")
        results, _ = machine.record([entry.op], phone.person)
        phone.outbox.settle(results)
    world.boxes[store] = [*world.boxes[store], copied]
    told = {machine.name: machine.cells(_AT_BOX, log, seq) for machine in both}
    loser = await _loser(world, both, log, seq)
    if told[loser.name] == world.office.rows(_AT_OFFICE, log, seq):
        raise Broken(16, f"{loser.name} was refused what head office has")
    world.note(f"{loser.name} is taken away")
    loser.stop()
    world.boxes[store].remove(loser)
    world.in_two_minds = False
    await world.arrive()


async def _loser(world: World, both: list[Machine], log: bytes, seq: int) -> Machine:
    end = world.loop.now_s + SEEN_WITHIN_S
    while world.loop.now_s < end:
        await pass_s(2)
        world.office.project()
        alarms = world.office.rows("SELECT alarm FROM log WHERE log_id = ?", log)
        stopped = [machine for machine in both if any("fork" in told for told in machine.alarms())]
        if alarms == [("fork",)] and stopped:
            return stopped[0]
    raise Broken(16, f"{log.hex()[:8]} {seq} stands for two facts, and nobody is told")
