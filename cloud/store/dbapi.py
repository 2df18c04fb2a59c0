"""The SQLite engine of the cloud: the one inside the sqlcipher3 wheel, chosen here and nowhere else.

Debian 12's own SQLite has the WAL-reset bug; the wheel's is past it and can encrypt a file. Its exceptions are
not `sqlite3.Error`, which is why nobody imports sqlite3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlcipher3 import dbapi2 as module

__all__ = ["driver_as_it_comes", "module"]

_AS_THEY_ARE: dict[Any, Callable[[Any], Any]] = {
    (bytes, module.PrepareProtocol): bytes,
    (type(None), module.PrepareProtocol): lambda nothing: nothing,
}
"""The driver takes text and integers as they are; bytes and nothing it first asks how they want to be written, by
attributes they do not have, at 1 µs a cell: a tenth of what posting a fact took. With an adapter it asks nobody."""
for _kind, _adapter in _AS_THEY_ARE.items():
    # Where a store's node runs in the same process it has said so already.
    module.adapters.setdefault(_kind, _adapter)


@contextmanager
def driver_as_it_comes() -> Iterator[None]:
    """The driver without our adapters, as any program finds it: what a measurement compares with."""
    stood = {kind: module.adapters.pop(kind) for kind in _AS_THEY_ARE}
    try:
        yield
    finally:
        module.adapters.update(stood)
