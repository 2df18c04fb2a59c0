"""Prepared PostgreSQL databases that tests hand on to each other, empty of rows and unchanged in shape.

Making a database and its sixty tables costs more than most tests of head office do; wiping the few rows a test leaves
behind does not. A database whose tables are no longer what they were is not handed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url

from cloud.store.engine import Database
from cloud.store.migrate import prepare
from tests.support.postgres import PostgresCluster

_SHAPE = """
SELECT md5(string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default), '|'
  ORDER BY table_name, column_name)) || (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public')::text
  || (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)::text
FROM information_schema.columns WHERE table_schema = 'public'
"""
_WIPE = """
DO $$ DECLARE name text; BEGIN
  -- Vouchers refuse to be deleted, by a trigger that this session does not hear.
  PERFORM set_config('session_replication_role', 'replica', true);
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('alembic_version', 'projected') LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
END $$
"""


class PreparedDatabases:
    """Databases of one cluster: lent to a test, wiped, lent to the next."""

    def __init__(self, cluster: PostgresCluster) -> None:
        self._cluster = cluster
        self._free: list[str] = []
        self._shape = ""

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a prepared database without rows."""
        url = self._free.pop() if self._free else self._made()
        yield url
        if self._is_as_new(url):
            self._free.append(url)

    def _made(self) -> str:
        url = self._cluster.new_database()
        opened = Database(url)
        prepare(opened)
        opened.close()
        self._shape = self._shape or self._shape_of(url)
        return url

    def _connected(self, url: str) -> psycopg.Connection[tuple[str]]:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)

    def _shape_of(self, url: str) -> str:
        with self._connected(url) as connection:
            found = connection.execute(_SHAPE).fetchone()
        assert found is not None
        return found[0]

    def _is_as_new(self, url: str) -> bool:
        """Wiped; False for one that a test has changed or still holds."""
        try:
            with self._connected(url) as connection:
                connection.execute("SET lock_timeout = '2s'")
                connection.execute(_WIPE)
        except psycopg.Error:
            return False
        return self._shape_of(url) == self._shape
