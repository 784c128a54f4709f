"""A PostgreSQL server for the tests: Debian's binaries, a folder of its own, started and stopped here.

initdb refuses root, so root runs it as the user `postgres` that Debian's package brings.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    assert found, "PostgreSQL is missing: sh tests/install-postgresql.sh"
    return found[-1]


class Server:
    """Listens on a Unix socket in its own folder only; `postgres` may do everything there."""

    def __init__(self) -> None:
        self.bin = _binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="signpost-pg-", dir="/tmp"))
        self.data = self.folder / "data"
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self._run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
        settings = f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\nmax_connections = 100\n"
        with (self.data / "postgresql.auto.conf").open("a") as conf:
            conf.write(settings)
        self.start()

    def _run(self, program: str, *args: object) -> None:
        done = subprocess.run(
            [self.bin / program, *map(str, args)],
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout.decode()

    def start(self) -> None:
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.folder / "log")

    def stop(self, mode: str = "immediate") -> None:
        """`immediate` is the hard way: no checkpoint, no farewell, recovery at the next start."""
        self._run("pg_ctl", "stop", "-w", "-D", self.data, "-m", mode)

    def make_database(self, name: str) -> str:
        """A new empty database; says its address."""
        self._run("createdb", "-h", self.folder, "-U", "postgres", name)
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def drop_database(self, name: str) -> None:
        self._run("dropdb", "-h", self.folder, "-U", "postgres", "--force", "--if-exists", name)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
