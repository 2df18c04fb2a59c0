"""The bridge's SQLite engine: the sqlcipher3 wheel, since the system's own may carry the WAL-reset bug.

Its exceptions are not `sqlite3.Error`, so everybody who opens or catches goes through here.
"""

from __future__ import annotations

from sqlcipher3 import dbapi2

connect = dbapi2.connect
Connection = dbapi2.Connection
Error = dbapi2.Error
DatabaseError = dbapi2.DatabaseError
OperationalError = dbapi2.OperationalError
