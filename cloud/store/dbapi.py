"""The SQLite engine of the cloud: the one inside the sqlcipher3 wheel, chosen here and nowhere else.

Debian 12's own SQLite has the WAL-reset bug; the wheel's is past it and can encrypt a file. Its exceptions are
not `sqlite3.Error`, which is why nobody imports sqlite3.
"""

from __future__ import annotations

from sqlcipher3 import dbapi2 as module

__all__ = ["module"]

# The driver takes text and integers as they are; bytes and nothing it first asks how they want to be written, by
# attributes they do not have, at 1 µs a cell: a tenth of what posting a fact took. With an adapter it asks nobody.
module.adapters.update(
    {
        (bytes, module.PrepareProtocol): bytes,
        (type(None), module.PrepareProtocol): lambda nothing: nothing,
    }
)
