"""city/inputs.html and inputs.sha256: every file that was read, with its digest."""

import duckdb

SUMS = "inputs.sha256"
_FILES = """
    select source, dt, path, sha256, records, accepted, duplicates, quarantined, '' as fault from ops.files
    union all
    select source, dt, path, sha256, null, null, null, null, fault from ops.refused_files
    order by source, path
"""


def find_inputs(con: duckdb.DuckDBPyConnection) -> list[dict]:
    """Every file read: [{source, dt, path, sha256, records, accepted, duplicates, quarantined, fault}].

    Of a file refused whole there are no counts, but its fault.
    """
    return con.sql(_FILES).pl().to_dicts()


def sums(files: list[dict]) -> bytes:
    """A listing as `sha256sum --check` takes it, run in RAW."""
    return "".join(_line(file["path"], file["sha256"]) for file in files).encode()


def _line(path: str, sha256: str) -> str:
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = "\\" if escaped != path else ""
    return f"{mark}{sha256}  {escaped}\n"
