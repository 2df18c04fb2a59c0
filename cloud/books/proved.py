"""The proofs that were made of the books, kept so that a page can show the last one without making it again."""

from __future__ import annotations

import msgspec
from sqlalchemy import func, select

from cloud.books.proofs import Finding, Proof, prove
from cloud.store.book_tables import BOOK_PROOF, BOOK_TURN
from cloud.store.tenant import Reading, TenantStore, mine


class Proved(msgspec.Struct, frozen=True):
    """A proof and when it was made; `current`: nothing has been posted since."""

    proof: Proof
    at_ms: int
    current: bool


def prove_and_note(store: TenantStore, now_ms: int) -> Proved:
    """Look at every promise of the books and keep what was found."""
    with store.reading() as reading:
        turn = _turn(reading)
    proof = prove(store)
    with store.writing() as writing:
        writing.put(
            BOOK_PROOF,
            {
                "at_ms": now_ms,
                "turn": turn,
                "unposted": proof.unposted,
                "problems": proof.problems,
                "findings": msgspec.json.encode(proof.findings).decode(),
            },
        )
    return Proved(proof, now_ms, current=True)


def last_proof(reading: Reading) -> Proved | None:
    """The newest proof; None before the first."""
    row = reading.first(
        select(BOOK_PROOF).where(mine(BOOK_PROOF)).order_by(BOOK_PROOF.c.at_ms.desc()).limit(1)
    )
    if row is None:
        return None
    findings = msgspec.json.decode(row.findings, type=tuple[Finding, ...])
    proof = Proof(findings, int(row.unposted), int(row.problems))
    return Proved(proof, int(row.at_ms), current=int(row.turn) == _turn(reading))


def _turn(reading: Reading) -> int:
    return int(reading.scalar(select(func.coalesce(func.max(BOOK_TURN.c.turn), 0)).where(mine(BOOK_TURN))))
