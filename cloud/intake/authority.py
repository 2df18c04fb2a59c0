"""Who recorded a fact, judged when it first passes head office: a revoked person or device, or rights exceeded.

A store that was offline could not know of a revocation; head office does, and everything that reaches it afterwards is
set aside for a manager. No clock is asked: what had passed before the revocation stays, what comes after it waits.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from cloud.identity import grants
from cloud.identity.sessions import principal_of
from cloud.store.identity_tables import USER
from cloud.store.ledger_tables import DEVICE, HEAD_OFFICE
from cloud.store.tenant import Reading, mine
from shared.access.authority import Objection, objection
from shared.access.roles import Principal
from shared.ledger.envelope import Envelope

_BY_ITSELF = frozenset(("system", "device"))
"""A node's own doing: its rollups, its imports, what follows from a reading."""


class Judge:
    """What head office knows of people and devices in this moment, for one batch of facts."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._people: dict[str, tuple[Principal | None, bool]] = {}
        self._devices: frozenset[str] | None = None
        self._told: dict[tuple[str, str, str, str, str], Objection | None] = {}

    def look_up(self, actors: Iterable[str]) -> None:
        """Read the people of a batch in one go."""
        missing = sorted({actor for actor in actors if actor} - self._people.keys())
        for start in range(0, len(missing), 500):
            part = missing[start : start + 500]
            for row in self._reading.all(select(USER).where(mine(USER), USER.c.user_id.in_(part))):
                user = grants.user_of(row)
                self._people[user.user] = (principal_of(user), user.revoked)
            for actor in part:
                self._people.setdefault(actor, (None, False))

    def objection(self, node: str, envelope: Envelope) -> Objection | None:
        """What speaks against the fact, or None."""
        if node == HEAD_OFFICE:
            return None
        name = (envelope.actor, envelope.on_behalf_of, envelope.device, envelope.kind, node)
        if name not in self._told:
            self._told[name] = self._judged(node, envelope)
        if envelope.auth_level in _BY_ITSELF and self._told[name] == "over_authority":
            return None
        return self._told[name]

    def _judged(self, node: str, envelope: Envelope) -> Objection | None:
        if envelope.device and envelope.device in self._revoked_devices():
            return "revoked_actor"
        asker = self._objection_to(envelope.actor, node, envelope.kind)
        if asker != "over_authority" or not envelope.on_behalf_of:
            return asker
        # A manager stood behind it: their rights count.
        return self._objection_to(envelope.on_behalf_of, node, envelope.kind)

    def _objection_to(self, actor: str, node: str, kind: str) -> Objection | None:
        if actor not in self._people:
            self.look_up((actor,))
        person, revoked = self._people.get(actor, (None, False))
        return objection(person, kind, node, revoked=revoked)

    def _revoked_devices(self) -> frozenset[str]:
        if self._devices is None:
            rows = self._reading.all(
                select(DEVICE.c.device_id).where(mine(DEVICE), DEVICE.c.state == "revoked")
            )
            self._devices = frozenset(row.device_id for row in rows)
        return self._devices
