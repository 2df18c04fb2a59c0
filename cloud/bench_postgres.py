"""A PostgreSQL of our own for a measurement: a cluster in a temporary folder, with every promise to the disk kept.

Reached over a unix socket only, and never run as root, which PostgreSQL refuses.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DEBIAN = Path("/usr/lib/postgresql")


class NoPostgres(Exception):
    """Its server programs are not installed."""


@contextmanager
def scratch_database(given: str = "") -> Iterator[str]:
    """The URL of an empty database: the one given, or one that ends with the block."""
    if given:
        yield given
        return
    programs = {name: _program(name) for name in ("initdb", "pg_ctl")}
    # A unix socket's path may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="liushui-pg-"))
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = _unprivileged()
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def run(name: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs[name], *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **as_user,
        )
        if done.returncode:
            raise NoPostgres(f"{name} ended with {done.returncode}")

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "liushui", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        run("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", options)
        try:
            yield f"postgresql+psycopg://liushui@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "fast", "-D", data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Debian keeps them off the path, one folder for each major version."""
    newest_first = sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    found = next(map(str, newest_first), None) or shutil.which(name)
    if found is None:
        raise NoPostgres(f"{name} is missing")
    return found


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
