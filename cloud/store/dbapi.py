"""The SQLite engine of the cloud: the one inside the sqlcipher3 wheel, chosen here and nowhere else.

Debian 12's own SQLite has the WAL-reset bug; the wheel's is past it and can encrypt a file. Its exceptions are
not `sqlite3.Error`, which is why nobody imports sqlite3.
"""

from __future__ import annotations

from sqlcipher3 import dbapi2 as module

__all__ = ["module"]
