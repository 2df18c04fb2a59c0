"""The order of a store's logs: each after the one it grew from, otherwise as they are given. Pure.

Rows that the last fact says (a lot's dates) depend on the order in which logs are read, so whoever makes rows of
the same logs reads them in one order: head office's. It takes logs as they come, and after it was put back to an
old copy a child may come before its parent.
"""

from __future__ import annotations

from collections.abc import Iterable


def parents_first(logs: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Logs, given with the log each grew from, in an order in which no log stands before its parent."""
    parent_of = dict(logs)
    ordered: dict[bytes, None] = {}
    for log in parent_of:
        line = [log]
        while (parent := parent_of[line[-1]]) in parent_of and parent not in ordered and parent not in line:
            line.append(parent)
        for ancestor in reversed(line):
            ordered.setdefault(ancestor)
    return list(ordered)


def ancestors(log: bytes, parents: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    """The logs a log grew from, as far as they are known."""
    parent_of = dict(parents)
    found: set[bytes] = set()
    while (parent := parent_of.get(log, b"")) and parent not in found:
        found.add(parent)
        log = parent
    return found
