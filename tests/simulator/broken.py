"""How a run fails: by the name of the promise that was broken."""

from __future__ import annotations

PROMISES = {
    1: "a name stands for one fact",
    2: "logs are dense and chained",
    3: "a log has one writer",
    4: "an acknowledgement is durable",
    5: "nothing is forgotten before it is stable",
    6: "an op has one effect",
    7: "every fact is accounted for",
    8: "head office holds what the store wrote",
    9: "stock at the store is stock at head office",
    10: "moves sum to zero",
    11: "rebuilt equals live",
    12: "the feed is followed whole",
    13: "what cannot be read is kept and blocks nobody",
    14: "no clock decides",
    15: "after the storm everything arrives",
    16: "a copied store does no harm",
}
"""The invariants, by number."""

PARENT_FIRST = "a log applies after the one it grew from"
NO_STUMBLING = "no part of the product stumbles"
SET_ASIDE = "what somebody may not is set aside"
A_DECISION_STANDS = "a manager's decision stands"
CORRECTIONS_BELONG = "a correction counts as long as its count does"
EVIDENCE_ONLY = "what a revoked node sends is evidence and nothing else"


class Broken(Exception):
    """A promise was broken; `where` says at what."""

    def __init__(self, promise: int | str, where: str) -> None:
        self.promise = f"{promise}: {PROMISES[promise]}" if isinstance(promise, int) else promise
        self.where = where
        super().__init__(f"{self.promise}: {where}")
