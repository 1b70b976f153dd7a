"""The same totals by PostgreSQL: a private server on a socket, COPY from CSV that DuckDB wrote, one script.

The server lives in a temporary folder and ends with the measurement. PostgreSQL refuses to run as root, so
a root process starts it as an account without rights. Where there is no server, `missing` says so.
"""

import csv
import io
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.yardsticks.deck import APART, BULK
from pipelines.yardsticks.inputs import Totals, end_of

_FOLDER = Path(__file__).parent
_SUPERUSER = "postgres"
_UNPRIVILEGED = ("postgres", "nobody")
_SECONDS_TO_START = 30
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "work_mem": "256MB",
    "hash_mem_multiplier": "2",
    "maintenance_work_mem": "256MB",
    "max_parallel_workers_per_gather": "2",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    # Nothing here has to outlive the measurement.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
_EXPORTS = {
    "logins": "select teacher_id, occurred_at from read_parquet($files) where occurred_at < $until",
    **{
        f"bulk_{half}": f"""
            select {half}, event_type, object_id, actor_id, occurred_at
            from read_parquet($files)
            where event_type in {BULK} and hash(object_id) % 2 = {half} and occurred_at < $until"""
        for half in (0, 1)
    },
    "events": f"""
        select
            event_type, event_id, actor_id, object_id, coalesce(student_id, work_id),
            coalesce(started_at + interval 15 minute, occurred_at)
        from read_parquet($files)
        where
            event_type not in {BULK + APART} and occurred_at < $until
            and coalesce(visibility, 'public') = 'public' and coalesce(photo_count, 1) >= 1
            and coalesce(is_original, true) and coalesce(upload_status, 'success') = 'success'
            and (started_at is null or ended_at >= started_at + interval 15 minute)
            and coalesce(started_at + interval 15 minute, occurred_at) < $until""",
    "profiles": """
        select
            actor_id, occurred_at, event_id, profile_avatar, profile_email, profile_phone, profile_wechat,
            profile_school, profile_class, profile_subject
        from read_parquet($files)
        where event_type = 'profile_update' and occurred_at < $until""",
}
"""What is loaded into each table, by table."""


def _program(name: str) -> str | None:
    """Where a program of PostgreSQL lies; Debian keeps the server's out of the PATH."""
    beside = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, beside)]))


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: who runs this, or, for root, the first account there is without rights."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    known = {account.pw_name: account for account in pwd.getpwall()}
    return next((known[name] for name in _UNPRIVILEGED if name in known), None)


def missing() -> str | None:
    """Why PostgreSQL cannot run here, or None."""
    absent = [name for name in ("initdb", "postgres", "psql") if _program(name) is None]
    if absent:
        return f"not installed: {', '.join(absent)}"
    return None if _account() else f"root has no account to run PostgreSQL as: {', '.join(_UNPRIVILEGED)}"


def _psql(folder: Path, *arguments: str) -> subprocess.Popen:
    command = [_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(folder)]
    command += ["-U", _SUPERUSER, "-d", "postgres", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _output(process: subprocess.Popen) -> str:
    """What a psql printed. Raises RuntimeError with its complaint where it failed."""
    out, complaint = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"psql: {complaint.strip()}")
    return out


def _await(server: subprocess.Popen, folder: Path) -> None:
    """Wait until the server answers. Raises RuntimeError with its log where it does not."""
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        probe = _psql(folder, "-c", "select 1")
        probe.communicate()
        if probe.returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL does not answer: {(folder / 'log').read_text(errors='replace')[-2000:]}")


@contextmanager
def _server() -> Iterator[Path]:
    """A server of its own; yields the folder that holds its socket, its data and what it may read."""
    account = _account()
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with tempfile.TemporaryDirectory(prefix="yardstick-") as name:
        folder, data = Path(name), Path(name) / "data"
        os.chown(folder, account.pw_uid, account.pw_gid)
        options = ["--no-sync", "--auth=trust", f"--username={_SUPERUSER}", "--locale=C", "--encoding=UTF8"]
        subprocess.run(
            [_program("initdb"), "-D", data, *options],
            check=True,
            capture_output=True,
            cwd=folder,
            **identity,
        )
        settings = [f"--{setting}={value}" for setting, value in _SETTINGS.items()]
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen(
                [_program("postgres"), "-D", data, "-k", folder, *settings],
                stdout=log,
                stderr=log,
                cwd=folder,
                **identity,
            )
        try:
            _await(server, folder)
            yield folder
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown
            try:
                server.wait(_SECONDS_TO_START)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _write_csv(folder: Path, logins: list[str], activities: list[str], until: datetime) -> dict[str, Path]:
    """A CSV file per table, in which the server can read."""
    written = {table: folder / f"{table}.csv" for table in _EXPORTS}
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute("set preserve_insertion_order = false")
        for table, query in _EXPORTS.items():
            files = logins if table == "logins" else activities
            con.execute(
                f"copy ({query}) to '{written[table]}' (format csv, header false)",
                {"files": files, "until": until},
            )
            written[table].chmod(0o644)  # whatever this process's umask: the server is another account
    return written


def _load(folder: Path, logins: list[str], activities: list[str], until: datetime) -> None:
    _output(_psql(folder, "-f", str(_FOLDER / "postgres_tables.sql")))
    written = _write_csv(folder, logins, activities, until)
    copies = [
        _psql(folder, "-c", f"copy {table} from '{path}' (format csv)", "-c", f"analyze {table}")
        for table, path in written.items()
    ]
    for copy in copies:
        _output(copy)


def timed(
    logins: list[str], activities: list[str], as_of: date | None = None
) -> tuple[Totals, dict[str, float]]:
    """`totals`, and what took how many seconds: loading (Parquet to tables), the query, and both; and the
    start of a new cluster, which is in none of them."""
    until = end_of(as_of, logins + activities)
    began = time.perf_counter()
    with _server() as folder:
        started = time.perf_counter()
        _load(folder, logins, activities, until)
        loaded = time.perf_counter()
        script = str(_FOLDER / "postgres_totals.sql")
        rows = _output(_psql(folder, "--csv", "-t", "-v", f"until={until.isoformat()}", "-f", script))
        found = {teacher: int(points) for teacher, points in csv.reader(io.StringIO(rows))}
        answered = time.perf_counter()
    took = {"seconds": answered - started, "load_seconds": loaded - started}
    return found, took | {"query_seconds": answered - loaded, "start_seconds": started - began}


def totals(logins: list[str], activities: list[str], as_of: date | None = None) -> Totals:
    """Points by teacher_id as of a day, by default the newest drop day; both lists hold at least one file."""
    return timed(logins, activities, as_of)[0]
