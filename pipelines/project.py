"""Where the project's own files are, and digests that tell whether they have changed."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DBT_PROJECT = ROOT / "dbt_project"
CAMPAIGN_TABLES = ROOT / "data" / "campaign"
_CODE = {".py", ".sql", ".yml", ".csv", ".html", ".css", ".js", ".j2", ".toml", ".md", ".typ"}
_GENERATED = {"target", "logs", "__pycache__"}


def _digest(folders: list[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.suffix in _CODE and not _GENERATED & set(inner.parts):
                digest.update(f"{folder.name}/{inner.as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def code_sha256() -> str:
    """sha256 over everything that decides what a run makes."""
    return _digest([ROOT / "pipelines", ROOT / "dashboards", DBT_PROJECT, ROOT / "docs"])


@cache
def dbt_sha256() -> str:
    """sha256 over the dbt project."""
    return _digest([DBT_PROJECT])


@cache
def lineage_sha256() -> str:
    """sha256 over what reads lineage from SQL and from the export contract, sqlglot's version included."""
    contract = (ROOT / "pipelines" / "ingest" / "contract.py").read_bytes()
    digest = _digest([ROOT / "pipelines" / "lineage"]) + version("sqlglot")
    return hashlib.sha256(contract + digest.encode()).hexdigest()


@cache
def reader_sha256() -> str:
    """sha256 over what reads drops, DuckDB's version included: what another took in is taken in again."""
    read_by = _digest([ROOT / "pipelines" / "ingest"]) + version("duckdb")
    return hashlib.sha256(read_by.encode()).hexdigest()


@cache
def checker_sha256() -> str:
    """sha256 over what counts and checks at the boundary what was read."""
    digest = _digest([ROOT / "pipelines" / "quality"]) + reader_sha256()
    return hashlib.sha256(digest.encode()).hexdigest()


@cache
def scorer_sha256() -> str:
    """sha256 over what decides a ledger made of accepted events, but for the rules, which are data."""
    digest = hashlib.sha256()
    for file in (DBT_PROJECT / "dbt_project.yml", ROOT / "pipelines" / "warehouse.py"):
        digest.update(file.read_bytes())
    code = [DBT_PROJECT / "macros", DBT_PROJECT / "models", ROOT / "pipelines" / "scope"]
    digest.update((_digest(code) + reader_sha256() + version("dbt-core")).encode())
    return digest.hexdigest()
