"""A real PostgreSQL cluster in a temporary folder, reached over a unix socket, never as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import psycopg


class PostgresCluster:
    """One running cluster; every call of `new_database` gives the URL of an empty database."""

    def __init__(self) -> None:
        # A unix socket's path may have 107 bytes at most, pytest's temporary folders are too deep for that.
        self.folder = Path(tempfile.mkdtemp(prefix="liushui-pg-"))
        self._as_user: dict[str, object] = {}
        if os.geteuid() == 0:
            owner = _unprivileged_user()
            shutil.chown(self.folder, owner.pw_name, owner.pw_gid)
            self._as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self._names = count(1)

    def start(self) -> None:
        """Create the cluster and return when it takes connections."""
        data = self.folder / "data"
        self._run(
            "initdb", "-D", data, "-U", "liushui", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        # Durability across a power cut is not what these tests ask of PostgreSQL itself.
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-D", data, "-l", self.folder / "log", "-o", options)

    def stop(self) -> None:
        """End the cluster and remove everything it wrote."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.folder / "data")
        shutil.rmtree(self.folder)

    def new_database(self) -> str:
        """Create an empty database and give its SQLAlchemy URL."""
        name = f"test_{next(self._names)}"
        with psycopg.connect(
            host=str(self.folder), user="liushui", dbname="postgres", autocommit=True
        ) as admin:
            admin.execute(f"CREATE DATABASE {name}")  # named by a counter
        return f"postgresql+psycopg://liushui@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [_server_program(program), *map(str, arguments)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **self._as_user,  # type: ignore[call-overload]
        )
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(
                f"{program} ended with {done.returncode}\n{log.read_text() if log.exists() else ''}"
            )


def _unprivileged_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root; Debian's package brings a user, else `nobody` will do."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _server_program(name: str) -> str:
    """Debian keeps the server's programs off PATH, one folder for each major version."""
    newest_first = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    program = next(map(str, newest_first), None) or shutil.which(name)
    assert program, f"{name} is missing: `.ci/system test` installs it"
    return program
