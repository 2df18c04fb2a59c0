"""One run: stores with boxes and phones, head office, a line between them, and a storm followed by a calm.

In the storm everything happens that the seed's weather holds. In the calm all faults are off, and within a bounded
time everything must have arrived and every promise must be found kept. The reference is kept beside, op by op, and
knows nothing of logs.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import random
import shutil
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import structlog

from edge.sync.head_office import NotNow
from shared.ledger.ops import Op
from tests.simulator import books, checks, late_counts, programs, two_minds, weather
from tests.simulator.books import DAY_BOOK, NOON_MS, STORES, memory_folder, op_of, opening
from tests.simulator.broken import NO_STUMBLING, Broken
from tests.simulator.line import Line
from tests.simulator.machine import Machine
from tests.simulator.office import Office, Proved
from tests.simulator.phone import Entry, Ledger, Outbox
from tests.simulator.power import PowerCut
from tests.simulator.rights import Rights
from tests.simulator.virtual_time import VirtualLoop, pass_s

CALM_S = 180.0
"""So long everything may take to arrive once the faults are off."""
LOOK_EVERY_S = 4.0
STILL_SENDS_S = 2.0
"""A revoked box goes on sending for a while."""
CLOCKS_SHARE = 0.5
"""Of the seeds in which it can be asked: so many are lived through twice."""
DAY_MS = 86_400_000
TEN_YEARS_MS = 10 * 365 * DAY_MS
APART_MS = {"office": 400 * DAY_MS, "s1": -90 * DAY_MS, "s2": 1100 * DAY_MS}
"""Whole days, so that nothing moves across midnight which did not before."""
PHONES_APART_MS = -3 * 3_600_000
"""From the box of their store. Not another day: a lot's date of receipt is a matter of the store, and sells first."""
JUMPS_MS = (-TEN_YEARS_MS, TEN_YEARS_MS, -3_600_000, 3_600_000, 0)


class Effect(msgspec.Struct, frozen=True):
    """What an op does, whatever becomes of logs: pieces of an SKU on hand at a store, and a sale."""

    store: str
    sku: str
    pieces: int
    sold_fen: int = 0
    exact: bool = True
    """False where the effect depends on what lay there when it was decided: a count."""


class Phone:
    """A phone in a store: somebody makes ops on it, it delivers them to whichever box answers."""

    def __init__(self, world: World, store: str, name: str) -> None:
        self.world = world
        self.store = store
        self.name = name
        self.outbox = Outbox(self._forgotten)
        self.dev_seq = 0
        self.skew_ms = 0
        self.person = ""
        """Who is signed in; empty where head office knows nobody of ours."""

    def _forgotten(self, entry: Entry) -> None:
        """Invariant 5: only what is in a proved copy may be forgotten."""
        op_id = bytes.fromhex(entry.op.op_id)
        if op_id not in self.world.office.proved_ops:
            raise Broken(5, f"{self.name} forgot {entry.op.op_id}, which no backup holds")

    def apart_ms(self) -> int:
        """As its store's, and three hours behind."""
        return self.world.apart_ms(self.store) + (PHONES_APART_MS if self.world.apart else 0)

    def ask(self, kind: str, body: dict[str, Any], effect: Effect, *, ago_ms: int = 0) -> None:
        """A person does something, or did some time ago; it is safe on the phone before anything else."""
        self.dev_seq += 1
        op_id = self.world.die.randbytes(16)
        at_ms = self.world.now_ms() + self.apart_ms() + self.skew_ms - ago_ms
        op = op_of(op_id, kind, body, at_ms, device=self.name, dev_seq=self.dev_seq)
        self.world.effects[op_id] = effect
        self.outbox.put(op)

    def sell(self, sku: str, pieces: int) -> None:
        """One sale, at four yuan fifty."""
        fen = pieces * 450
        line = {"sku": sku, "qty": str(pieces), "amount": f"{fen // 100}.{fen % 100:02d}"}
        self.ask("sales.sell", {"lines": [line]}, Effect(self.store, sku, -pieces, sold_fen=fen))

    async def live(self) -> None:
        """Deliver and ask, every few seconds, for as long as the run lasts."""
        world = self.world
        while True:
            await pass_s(world.die.uniform(1.0, 5.0))
            box = self._box()
            if box is not None:
                await self._talk(box)

    def _box(self) -> Machine | None:
        there = [machine for machine in self.world.boxes[self.store] if machine.is_up]
        return self.world.die.choice(there) if there else None

    async def _talk(self, box: Machine) -> None:
        try:
            batch = self.outbox.batch()
            if batch:
                results, _ = await self._over_the_air(lambda: box.record(batch, self.person))
                self.outbox.settle(results)
            waiting = tuple(entry.op.op_id for entry in self.outbox.delivered())
            if waiting:
                states, ledger = await self._over_the_air(lambda: box.states(waiting, self.name))
                told = Ledger(ledger.log, ledger.parent, ledger.parent_seq)
                if not self.outbox.meet_ledger(told):
                    self.outbox.advance({found.op_id: found.state for found in states})
            self.outbox.forget()
        except NotNow:
            return

    async def _over_the_air(self, call: Callable[[], Any]) -> Any:
        """Wireless in a store: requests and answers get lost, and some requests arrive twice."""
        world = self.world
        await pass_s(world.die.uniform(0.01, 0.3))
        if world.die.random() < world.weather.phone_drop:
            raise NotNow("out of reach")
        answer = call()
        if world.die.random() < world.weather.duplicate:
            answer = call()
        await pass_s(world.die.uniform(0.01, 0.3))
        if world.die.random() < world.weather.phone_drop:
            raise NotNow("the answer was lost")
        return answer


class World:
    """Everything of one run; `run` lives through it."""

    def __init__(
        self, seed: int, *, told: Callable[[str], None] = lambda line: None, apart: bool = False
    ) -> None:
        self.seed = seed
        self.apart = apart
        """Whether everybody's wall clock is another year's, from the first moment to the last."""
        self.die = random.Random(seed)
        self.rights = Rights(self)
        self.weather = msgspec.structs.replace(
            weather.draw(self.die), rights_per_minute=weather.draw_rights(self.rights.die)
        )
        self.climate = self.weather
        """As the seed drew it; `weather` clears up in the calm."""
        self.loop = VirtualLoop()
        self.step = 0
        self.digest = hashlib.sha256()
        self.broken: Broken | None = None
        self.effects: dict[bytes, Effect] = {}
        self.names: dict[tuple[bytes, int], bytes] = {}
        self.writers: dict[bytes, tuple[str, int]] = {}
        """The one process that ever wrote a log: the box's name and which of its lives."""
        self.began: dict[bytes, tuple[bytes, int]] = {}
        """The fact each log grew from, as its writer's disk said when it began."""
        self.transfers: list[tuple[str, str, str, int]] = []
        self.is_calm = False
        self.blind = set(self.weather.old_office)
        self.parks = bool(self.blind)
        self._told = told
        self._stop: asyncio.Event
        self._news: asyncio.Event
        self.folder = memory_folder() / "run"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.in_two_minds = False
        """A machine was copied with its memory: one name stands for two facts until somebody has looked."""
        self.may_fork: set[str] = set()
        self.office = Office(
            lambda: self.now_ms() + self.apart_ms("office"),
            self.die,
            tokens="revoke" in self.weather.per_minute,
        )
        self.line = Line(self)
        self.boxes: dict[str, list[Machine]] = {}
        self.phones: list[Phone] = []
        for store in STORES[: self.weather.stores]:
            self.boxes[store] = [Machine(self, store, store, opening().boxes[store] / DAY_BOOK)]
            self.phones += [
                Phone(self, store, f"{store}-phone{number}") for number in range(self.weather.phones)
            ]
        self.office.watches_rights = bool(self.weather.rights_per_minute)
        self.rights.begin()

    # -- time, chance, notes

    def now_ms(self) -> int:
        return NOON_MS + int(self.loop.now_s * 1000)

    def apart_ms(self, whose: str) -> int:
        """How far this wall clock is from the others', where a run asks whether that matters."""
        return APART_MS[whose] if self.apart else 0

    def note(self, what: str) -> None:
        """A step of the run: what a person reads when it failed, and what two runs of a seed are compared by."""
        self.step += 1
        line = f"{self.step:4d} {self.loop.now_s:8.2f} {what}"
        self.digest.update(line.encode())
        self._told(line)

    def soon(self, call: Callable[[], None]) -> None:
        self.loop.call_soon(self._safely, call)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.loop.call_later(seconds, self._safely, call)

    def _safely(self, call: Callable[[], None]) -> None:
        try:
            call()
        except PowerCut:
            # A box has said so itself.
            if self.office.fuse.dead:
                self.office_died()
        except Broken as broken:
            self.fail(broken)
        except Exception as error:
            self.fail(Broken(NO_STUMBLING, f"{type(error).__name__}: {error}"))

    def fail(self, broken: Broken) -> None:
        """The first violation ends the run."""
        if self.broken is None:
            self.broken = broken
            self.note(f"BROKEN {broken}")
            self._stop.set()

    def machines(self) -> list[Machine]:
        return [machine for boxes in self.boxes.values() for machine in boxes]

    # -- the run

    def run(self) -> None:
        """Live through the seed. Raises Broken at the first violation."""
        before = structlog.get_config()
        gc.disable()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        try:
            with programs.office_knows_only(self.blind):
                self.loop.set_exception_handler(lambda loop, context: None)
                self.loop.run_until_complete(self._live())
        finally:
            self._clear_up()
            structlog.configure(**before)
            gc.enable()
        if self.broken is not None:
            raise self.broken

    async def _live(self) -> None:
        self._stop, self._news = asyncio.Event(), asyncio.Event()
        for machine in self.machines():
            machine.start()
        lives: list[Coroutine[Any, Any, None]] = [self._project_on(), self._change_master(), self._look_on()]
        lives += [phone.live() for phone in self.phones]
        lives += [self._people(phone) for phone in self.phones]
        if self.weather.rights_per_minute:
            lives.append(self._lose_rights())
            if late_counts.are_due(self.seed):
                lives.append(late_counts.befall(self))
        lives.append(self._whole())
        tasks = [self.loop.create_task(self._watched(life)) for life in lives]
        await self._stop.wait()
        for machine in self.machines():
            machine.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watched(self, life: Coroutine[Any, Any, None]) -> None:
        try:
            await life
        except PowerCut:
            return
        except Broken as broken:
            self.fail(broken)
        except Exception as error:
            self.fail(Broken(NO_STUMBLING, f"{type(error).__name__}: {error}"))

    def _clear_up(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(pass_s(0))
        self.loop.close()

    async def _whole(self) -> None:
        await self._storm()
        await self._calm()
        checks.everything(self)
        if two_minds.is_due(self.seed):
            await two_minds.befall(self)
            checks.everything(self)
        self.note("all well")
        self._stop.set()

    # -- the storm

    async def _storm(self) -> None:
        end = self.weather.minutes * 60
        rates = self.weather.per_minute
        total = sum(rates.values()) / 60
        while total and self.loop.now_s < end:
            wait = self.die.expovariate(total)
            await pass_s(min(wait, end - self.loop.now_s))
            if self.loop.now_s < end:
                (name,) = self.die.choices(list(rates), list(rates.values()))
                self._safely(getattr(self, f"_{name}"))
        await pass_s(max(0.0, end - self.loop.now_s))

    async def _lose_rights(self) -> None:
        """The same for phones and people, by their own die."""
        die, rates = self.rights.die, self.weather.rights_per_minute
        while not self.is_calm:
            await pass_s(die.expovariate(sum(rates.values()) / 60))
            if not self.is_calm:
                (name,) = die.choices(list(rates), list(rates.values()))
                self._safely(getattr(self.rights, name))

    def _some_box(self) -> Machine:
        return self.die.choice(self.machines())

    def _crash(self) -> None:
        """Die at the n-th statement from now, whatever is being done then."""
        box = self._some_box()
        if box.is_up:
            self.note(f"{box.name} will lose power")
            box.fuse.set(self.die.randint(1, 30), after_commit=self.die.random() < 0.5)

    def _kill(self) -> None:
        self._some_box().power_lost()

    def _restart(self) -> None:
        box = self._some_box()
        if box.is_up:
            box.restart()

    def _copy(self) -> None:
        box = self._some_box()
        if box.is_up:
            self.note(f"{box.name} is copied")
            box.take_copy()

    def _restore(self) -> None:
        box = self._some_box()
        if box.copies:
            copied = self.die.choice(box.copies)
            self.note(f"{box.name} is put back to {copied.file.name}")
            box.skew_ms = self._clock_of_a_repaired_box(box.skew_ms)
            box.put_back(copied)

    def _twin(self) -> None:
        """The box's folder is copied to a second machine, and both go on."""
        box = self._some_box()
        boxes = self.boxes[box.store]
        if len(boxes) > 1 or not box.is_up:
            return
        self.note(f"{box.name} is cloned")
        box.take_copy()
        twin = Machine(self, box.store, f"{box.store}-twin", box.copies[-1].file)
        twin.skew_ms = self._clock_of_a_repaired_box(box.skew_ms)
        twin.old_program = box.old_program
        boxes.append(twin)
        twin.start()

    def _replace(self) -> None:
        """New hardware; the old box is gone for good."""
        box = self._some_box()
        if self.office.is_up:
            self.note(f"{box.name} is replaced")
            books.enrol_again(self.office.installation, box.store, books.public_key_of(box.store))
            box.become_new_hardware()

    def _clock(self) -> None:
        """A clock jumps: ten years off, an hour, or back to the truth."""
        jump = self.die.choice(JUMPS_MS)
        everybody: list[Machine | Phone] = [*self.machines(), *self.phones]
        someone = self.die.choice(everybody)
        self.note(f"the clock of {someone.name} is {jump / 1000:.0f} s off")
        someone.skew_ms = jump

    def _clock_of_a_repaired_box(self, skew_ms: int) -> int:
        """Whoever works at a box's disk may leave it with a clock nobody has set."""
        return self.die.choice(JUMPS_MS) if "clock" in self.weather.per_minute else skew_ms

    def _commit_fails(self) -> None:
        box = self._some_box()
        if box.is_up:
            when = self.die.choice(("before", "after"))
            self.note(f"the next commit of {box.name} fails, {when} it is done")
            box.commit_fails(when)

    def _line_down(self) -> None:
        box = self._some_box()
        box.line_down_until = self.loop.now_s + self.die.uniform(5, 60)
        self.note(f"the line of {box.name} is cut")

    def _swizzle(self) -> None:
        """All boxes stop one after another and come back in another order."""
        boxes = self.machines()
        self.die.shuffle(boxes)
        self.note("all boxes go off one by one")
        for box in boxes:
            self.later(self.die.uniform(0, 10), box.stop)
            self.later(self.die.uniform(10, 30), box.wake)

    def _revoke(self) -> None:
        """A box is reported stolen, and found again later."""
        if not self.office.is_up:
            return
        box = self._some_box()
        self.note(f"{box.name} is revoked")
        self.office.revoke(box.store)
        self.later(STILL_SENDS_S, lambda: self.line.say_again(box))
        self.later(self.die.uniform(5, 40), lambda: self._admit(box.store))

    def _admit(self, store: str) -> None:
        self.later(5, lambda: self._admit_unless_known(store))
        if self.office.is_up:
            self.note(f"the box of {store} is let in again")
            books.enrol_again(self.office.installation, store, books.public_key_of(store))

    def _admit_unless_known(self, store: str) -> None:
        if self.office.is_revoked(store):
            self._admit(store)

    def _program(self) -> None:
        """A box runs an older program for a while."""
        box = self._some_box()
        if box.is_up:
            self.note(f"{box.name} gets {'the newest' if box.old_program else 'an older'} program")
            box.change_program(old=not box.old_program)

    # -- at head office

    def office_has_news(self) -> None:
        self._news.set()

    def office_died(self) -> None:
        """Its process is gone; a service manager brings it back."""
        self.note("head office dies")
        self.office.died()
        self.office.is_up = False
        self.later(self.die.uniform(0.5, 10), self._office_is_back)

    def _office_is_back(self) -> None:
        self.office.is_up = True
        self._news.set()

    def _office_crash(self) -> None:
        if self.office.is_up:
            self.note("head office will die")
            self.office.fuse.set(self.die.randint(1, 60), after_commit=False)

    def _office_down(self) -> None:
        self.note("head office is down")
        self.office.is_up = False
        self.later(self.die.uniform(2, 40), self._office_is_back)

    def _office_backup(self) -> None:
        if self.office.is_up:
            self._at_office(self.office.back_up, "head office makes a backup")

    def _office_restore(self) -> None:
        known = self.office.backups
        if known and self.office.is_up:
            which: Proved = self.die.choice(known) if self.weather.any_backup else known[-1]
            self._at_office(
                lambda: self.office.restore(which), f"head office is put back to {which.file.name}"
            )
            self._news.set()

    def _projector_pauses(self) -> None:
        self.office.paused_until = self.loop.now_s + self.die.uniform(2, 30)
        self.note("the projector pauses")

    def _stray_row(self) -> None:
        if self.office.is_up:
            self._at_office(self.office.stray_row, "head office sends a row nobody knows")

    def _at_office(self, work: Callable[[], None], what: str) -> None:
        self.note(what)
        self._safely(work)

    async def _project_on(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await pass_s(self.die.choice((0.05, 0.5, 3.0)))
            while self.loop.now_s < self.office.paused_until and not self.is_calm:
                await pass_s(1)
            if self.office.is_up:
                self._safely(self.office.project)

    async def _change_master(self) -> None:
        """Prices and categories change; transactions of several workers overlap, and commit in any order."""
        rate = self.weather.master_per_minute / 60
        while rate and not self.is_calm:
            await pass_s(self.die.expovariate(rate))
            if self.office.is_up and not self.is_calm:
                self.loop.create_task(self._watched(self._one_change()))

    async def _one_change(self) -> None:
        kind, body = self.die.choice(
            (
                (
                    "catalogue.set_price",
                    {
                        "sku": self.die.choice(books.SKUS),
                        "price": f"{self.die.randint(1, 99)}.00",
                        "store": self.die.choice(("", *STORES)),
                    },
                ),
                (
                    "catalogue.define_category",
                    {"category": f"c{self.die.randrange(5)}", "zh": "类", "en": "C"},
                ),
            )
        )
        begun = self.office.begin_command()
        await pass_s(self.die.choice((0.0, 2.0, 20.0)) * self.die.random())
        if self.office.is_up:
            self._at_office(lambda: self.office.command(begun, kind, body), f"head office: {kind}")

    # -- people in the stores

    async def _people(self, phone: Phone) -> None:
        rate = self.weather.ops_per_minute / 60 / self.weather.phones
        while not self.is_calm:
            await pass_s(self.die.expovariate(rate))
            if not self.is_calm:
                self._do_something(phone)

    def _do_something(self, phone: Phone) -> None:
        store, die = phone.store, self.die
        sku = die.choice(books.SKUS)
        pieces = die.randint(1, 9)
        ways = ["sell"] * 8 + ["receive"] * 3 + ["waste"]
        ways += ["count"] if self.weather.counts else []
        ways += ["send", "take_in"] if self.weather.stores > 1 else []
        ways += ["photo"] if self.weather.photos else []
        match die.choice(ways):
            case "sell":
                amount = die.randint(100, 9999)
                line = {"sku": sku, "qty": str(pieces), "amount": f"{amount // 100}.{amount % 100:02d}"}
                phone.ask("sales.sell", {"lines": [line]}, Effect(store, sku, -pieces, sold_fen=amount))
            case "receive":
                note = die.choice(("", "", programs.UNREADABLE, programs.UNSTORABLE))
                line = {"sku": sku, "qty": str(pieces * 5), "lot": f"L{die.randrange(6)}"}
                phone.ask("stock.receive", {"lines": [line], "note": note}, Effect(store, sku, pieces * 5))
            case "waste":
                body = {"lines": [{"sku": sku, "qty": str(pieces)}], "reason": "damaged"}
                phone.ask("stock.waste", body, Effect(store, sku, -pieces))
            case "count":
                body = {"lines": [{"sku": "rice", "counted": str(pieces * 10)}]}
                phone.ask("stock.count", body, Effect(store, "rice", 0, exact=False))
            case "send":
                self._send(phone, pieces)
            case "take_in":
                self._take_in(phone)
            case "photo":
                box = die.choice(self.boxes[store])
                if box.is_up:
                    box.keep_photo(die.randbytes(300))

    def _send(self, phone: Phone, pieces: int) -> None:
        to = next(store for store in STORES if store != phone.store)
        transfer = self.die.randbytes(8).hex()
        body = {
            "transfer": transfer,
            "to_store": to,
            "lines": [{"sku": "tea", "qty": str(pieces), "lot": "T"}],
        }
        phone.ask("stock.transfer_out", body, Effect(phone.store, "tea", -pieces))
        self.transfers.append((transfer, phone.store, to, pieces))

    def _take_in(self, phone: Phone) -> None:
        """The goods may be here before word of them is."""
        mine = [entry for entry in self.transfers if entry[2] == phone.store]
        if not mine:
            return
        transfer, from_store, _, pieces = entry = mine[0]
        self.transfers.remove(entry)
        body = {
            "transfer": transfer,
            "from_store": from_store,
            "lines": [{"sku": "tea", "qty": str(pieces), "lot": "T"}],
        }
        phone.ask("stock.transfer_in", body, Effect(phone.store, "tea", pieces))

    # -- looking on

    async def _look_on(self) -> None:
        while True:
            await pass_s(LOOK_EVERY_S)
            checks.on_the_way(self)

    # -- the calm

    async def _calm(self) -> None:
        """Every fault off, everything on, every program new; then a bounded time to arrive."""
        self.note("calm")
        self.is_calm = True
        still = msgspec.structs.replace(
            self.weather, drop=0.0, duplicate=0.0, damage=0.0, phone_drop=0.0, slow_s=0.05
        )
        self.weather = still
        self.office.fuse.left = 0
        self.blind.clear()
        for machine in self.machines():
            machine.fuse.left, machine.fuse.fails_commit = 0, ""
            machine.line_down_until = 0.0
            machine.skew_ms = 0
            machine.wake()
            if machine.old_program:
                machine.change_program(old=False)
        for phone in self.phones:
            phone.skew_ms = 0
        self.office.paused_until = 0.0
        self._office_is_back()
        if self.office.with_tokens:
            for store in self.boxes:
                books.enrol_again(self.office.installation, store, books.public_key_of(store))
        await self.arrive()

    async def arrive(self) -> None:
        """Nothing fails any more; within a bounded time there is nothing left to do."""
        end = self.loop.now_s + CALM_S
        rounds = 0
        while self.loop.now_s < end:
            await pass_s(5)
            rounds += 1
            self.office.project()
            self.office.release()
            if self.weather.rights_per_minute:
                self.rights.work_off()
            if rounds % 4 == 1:
                self.office.back_up()
            if not checks.unsettled(self):
                return
        raise Broken(15, "; ".join(checks.unsettled(self)))


def clocks_may_be_compared(world: World) -> bool:
    """Whether a second run with other clocks must come to the same, fact by fact.

    A token and a count are about time by their meaning, and a line that damages hits other bits of other numbers.
    """
    counts = world.climate.counts or (world.climate.rights_per_minute and late_counts.are_due(world.seed))
    about_time = world.climate.damage or counts or world.office.with_tokens
    return not about_time and random.Random(f"{world.seed}/clocks").random() < CLOCKS_SHARE


def simulate(seed: int, told: Callable[[str], None] = lambda line: None) -> str:
    """Run one seed; returns its digest. Raises Broken."""
    world = World(seed, told=told)
    world.run()
    return world.digest.hexdigest()


__all__ = ["Effect", "Op", "Phone", "World", "simulate"]
