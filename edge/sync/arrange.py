"""The logs of this store in head office's order, so that both make the same rows of the same facts.

A log written here stands behind all others. What comes back from head office, and what head office got anew after it
was put back itself, may belong elsewhere; then places change, never a fact, and the rows are made anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from edge.ledger import dbapi
from edge.ledger.rebuild import outdate
from edge.ledger.writer import ORDINAL_STEP
from edge.sync.own_logs import OwnLog
from shared.ledger.lineage import parents_first

_PLACES = "SELECT log, parent_log, ordinal FROM log ORDER BY ordinal"
_MOVE = "UPDATE log SET ordinal = ? WHERE log = ?"


def wanted(order: Sequence[bytes], logs: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Our logs (given with their parents) as head office has them, then the rest; no child before its parent."""
    ours = dict(logs)
    known = [log for log in order if log in ours]
    unknown = ours.keys() - set(known)
    return parents_first([(log, ours[log]) for log in [*known, *(log for log in ours if log in unknown)]])


def is_arranged(order: Sequence[bytes], logs: Sequence[OwnLog]) -> bool:
    """Whether our logs stand as head office has them."""
    return wanted(order, [(log.head.log, log.parent.log) for log in logs]) == [log.head.log for log in logs]


def arrange(connection: dbapi.Connection, order: Sequence[bytes]) -> bool:
    """Give logs their places; the rows are due to be made anew when one has moved.

    From the first that moves on they get places that none ever had: nobody who has noted a place takes another log
    for the one that stood there.
    """
    places = connection.execute(_PLACES).fetchall()
    now = [log for log, _, _ in places]
    then = wanted(order, [(log, parent) for log, parent, _ in places])
    if now == then:
        return False
    first = next(at for at, log in enumerate(then) if now[at] != log)
    last = places[-1][2]
    moved = enumerate(then[first:], 1)
    connection.executemany(_MOVE, [(last + number * ORDINAL_STEP, log) for number, log in moved])
    outdate(connection)
    return True
