"""Lost phones, people who lose their rights, and the manager who decides about what was set aside because of them.

It has a die of its own, so that a seed without such troubles is what it was. Nothing of this is a fault of the line
or a disk: in the calm every phone is trusted, everybody may again what they might, and all that was set aside is
decided, for or against.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Literal

from cloud.identity import devices, grants
from cloud.identity.devices import DeviceNamed
from cloud.identity.grants import User
from cloud.intake import commands
from cloud.store import feed
from cloud.store.ledger_tables import OBJECTIONS
from shared.access.roles import Role
from shared.ledger import envelope as envelopes
from shared.ledger.ops import Ops
from tests.simulator.books import OWNER, op_of
from tests.simulator.broken import A_DECISION_STANDS, SET_ASIDE, Broken

if TYPE_CHECKING:
    from tests.simulator.office import Office
    from tests.simulator.world import Phone, World

FULL: Role = "store_manager"
LITTLE: Role = "inspector"
BEYOND_LITTLE = frozenset(
    (
        "stock.goods_received",
        "stock.goods_wasted",
        "stock.transfer_sent",
        "stock.transfer_received",
        "stock.counted",
        "sales.sale_recorded",
    )
)
"""What our phones make and an inspector may not."""
DECIDED_AT_ONCE = 5
_HELD = "SELECT log_id, seq, node_id, state, reason FROM quarantine WHERE state IN ('held', 'voided') ORDER BY 1, 2"
_BYTES = "SELECT bytes FROM event WHERE log_id = ? AND seq = ?"
Name = tuple[bytes, int]
Decision = Literal["release", "void"]


class Rights:
    """Beside the storm: who is let in and who is not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.die = random.Random(f"{world.seed}/revocation")
        self._kept: list[str] = []

    def begin(self) -> None:
        """Where people can lose rights head office knows them; elsewhere nobody can be judged by it."""
        if "lose_rights" not in self.world.weather.rights_per_minute:
            return
        for phone in self.world.phones:
            phone.person = f"{phone.name}-person"
            self._grant(phone, FULL)

    # -- troubles

    def lose_phone(self) -> None:
        """A phone is lost, and found again some time later."""
        phone: Phone = self.die.choice(self.world.phones)
        if self._says(phone, "revoked"):
            self.world.later(self.die.uniform(3, 60), lambda: self.find_phone(phone))

    def find_phone(self, phone: Phone) -> None:
        """Trusted again; if head office is out of order just now, the calm does it."""
        self._says(phone, "trusted")

    def lose_rights(self) -> None:
        """Somebody leaves, or does other work for a while."""
        phone: Phone = self.die.choice(self.world.phones)
        leaves = self.die.random() < 0.5
        if self.world.office.is_up:
            self.world.note(f"{phone.person} {'leaves' if leaves else 'may do little'}")
            self._grant(phone, FULL if leaves else LITTLE, revoked=leaves)
            self.world.later(self.die.uniform(3, 40), lambda: self._regain(phone))

    def _regain(self, phone: Phone) -> None:
        if self.world.office.is_up:
            self.world.note(f"{phone.person} is back")
            self._grant(phone, FULL)

    def decide(self) -> None:
        """A manager works off some of what is set aside, and changes their mind about what was voided."""
        ops = list(self._by_op(self.world.office.rows(_HELD)).values())
        if self.world.office.is_up and ops:
            self._decide(self.die.sample(ops, min(len(ops), self.die.randint(1, DECIDED_AT_ONCE))))

    def work_off(self) -> None:
        """The calm: everybody is let in, and nothing that waits for a person is left undecided."""
        for phone in self.world.phones:
            if phone.name in self.world.office.outcasts():
                self._says(phone, "trusted")
            if phone.person and phone.person in self.world.office.restricted():
                self._regain(phone)
        held = [row for row in self.world.office.rows(_HELD) if row[3] == "held" and row[4] in OBJECTIONS]
        self._decide(list(self._by_op(held).values()))

    def _by_op(self, rows: list[Any]) -> dict[bytes, list[Any]]:
        """An op's facts are decided alike: half a sale is nothing a person would let count."""
        found: dict[bytes, list[Any]] = {}
        for row in rows:
            ((data,),) = self.world.office.rows(_BYTES, *row[:2])
            found.setdefault(row[0] + envelopes.decode(data).op_id, []).append(row)
        return found

    # -- what head office is told

    def _says(self, phone: Phone, state: devices.State) -> bool:
        office = self.world.office
        if not office.is_up or (state == "trusted") != (phone.name in office.outcasts()):
            return False
        self.world.note(f"{phone.name} is {state}")
        with office.store.writing() as writing:
            devices.change(writing, DeviceNamed(device=phone.name), state, "boss", office.installation)
        feed.sequence(office.store, office.clock())
        return True

    def _grant(self, phone: Phone, role: Role, *, revoked: bool = False) -> None:
        office = self.world.office
        kept = User(
            user=phone.person,
            name=phone.person,
            role=role,
            stores=(phone.store,),
            language="en",
            password_hash="",
            revoked=revoked,
        )
        with office.store.writing() as writing:
            before = grants.user(writing, phone.person)
            grants.save(writing, kept, before, self.die.randbytes(16), office.clock())
        feed.sequence(office.store, office.clock())

    def _decide(self, ops: list[list[Any]]) -> None:
        chosen: dict[tuple[str, Decision], list[Any]] = {}
        for rows in ops:
            # Who set a fact aside by voiding it may let it in after all; there is nothing else to say about it.
            was_voided = any(row[3] == "voided" for row in rows)
            how: Decision = "release" if was_voided else self.die.choice(("release", "void"))
            chosen.setdefault((rows[0][2], how), []).extend(rows)
        for (store, how), of_store in sorted(chosen.items(), key=lambda item: item[0]):
            for start in range(0, len(of_store), 200):
                self._settle(store, how, of_store[start : start + 200])

    def _settle(self, store: str, how: Decision, rows: list[Any]) -> None:
        """What has been freed since they looked, by the decision before this one, is no longer theirs to decide."""
        office = self.world.office
        still = {row[:2] for row in office.rows(_HELD)}
        rows = [row for row in rows if row[:2] in still]
        if not rows:
            return
        self.world.note(f"{len(rows)} facts of {store}: {how}")
        for log, seq, *_ in rows:
            office.decided.pop((log, seq), None)
        body = {"store": store, "facts": [{"log": log.hex(), "seq": seq} for log, seq, *_ in rows]}
        op = op_of(self.die.randbytes(16), f"quarantine.{how}", body, office.clock())
        (result,) = commands.submit(office.installation, office.store, OWNER, Ops(ops=(op,)), "en").results
        assert result.state == "accepted", result
        office.decided |= {(log, seq): how for log, seq, *_ in rows}


# -- checks


def judged(office: Office) -> dict[bytes, int]:
    """How far head office has looked at who recorded what, log by log."""
    return dict(office.rows("SELECT log_id, judged_seq FROM proj_cursor WHERE node_id != ''"))


_EVENTS = "SELECT seq, bytes FROM event WHERE log_id = ? AND seq <= ? ORDER BY seq"
_OBJECTED = (
    "SELECT seq FROM quarantine WHERE log_id = ? AND reason IN ('over_authority', 'revoked_actor') "
    "AND state IN ('held', 'voided')"
)


def assert_set_aside(office: Office, before: dict[bytes, int]) -> None:
    """What was looked at since: set aside exactly where phone or person may not, by what head office knows now.

    An op is looked at as a whole, with its first fact: the rest of it is where that one is.
    """
    outcasts, restricted = office.outcasts(), office.restricted()
    for log, upto in judged(office).items():
        since = before.get(log, 0)
        if upto <= since:
            continue
        objected = {seq for (seq,) in office.rows(_OBJECTED, log)}
        first_of: dict[bytes, int] = {}
        for seq, data in office.rows(_EVENTS, log, upto):
            told = envelopes.decode(data)
            first = first_of.setdefault(told.op_id, seq)
            if seq <= since:
                continue
            role = restricted.get(told.actor, FULL)
            beyond = role == "" or (role == LITTLE and told.kind in BEYOND_LITTLE)
            wanted = first in objected if first < seq else told.device in outcasts or beyond
            if wanted != (seq in objected):
                said = "set aside" if seq in objected else "let in"
                raise Broken(SET_ASIDE, f"{log.hex()[:8]} {seq} of {told.device} by {told.actor} was {said}")


_LEFT = "SELECT state FROM quarantine WHERE log_id = ? AND seq = ?"
_PASSED_OVER = "SELECT 1 FROM superseded WHERE log_id = ? AND seq = ?"


def assert_decisions_stand(office: Office) -> None:
    """What a manager decided is so: a voided fact has no effect, a released one counts or gave way to a copy."""
    for (log, seq), how in office.decided.items():
        states = [state for (state,) in office.rows(_LEFT, log, seq)]
        if how == "void" and states != ["voided"]:
            raise Broken(A_DECISION_STANDS, f"{log.hex()[:8]} {seq} was voided and is {states}")
        if how == "release" and states != ["released"] and not office.rows(_PASSED_OVER, log, seq):
            raise Broken(A_DECISION_STANDS, f"{log.hex()[:8]} {seq} was released and is {states}")


__all__ = ["Rights", "assert_decisions_stand", "assert_set_aside", "judged"]
