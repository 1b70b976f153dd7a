"""The evidence bundle a campaign stands on: read only, and never otherwise than as it was frozen."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from pipelines.award.campaign import TABLES, Campaign
from pipelines.award.campaign_tables import load_campaign
from pipelines.award.tables import read_content
from pipelines.errors import CockpitError
from pipelines.evidence.bundle import CAMPAIGN, MANIFEST, read_bundle
from pipelines.evidence.signing import read_public_key
from pipelines.evidence.tables import frozen


def open_bundle(root: Path, public_key: Path | None) -> "Frozen":
    """A bundle whose every byte was held against its manifest. Raises CockpitError that names each fault."""
    bundle = read_bundle(root, read_public_key(public_key) if public_key else None)
    if bundle.faults:
        raise CockpitError("; ".join(f"{root}: {fault}" for fault in bundle.faults))
    return Frozen(root, bundle.told, hashlib.sha256((root / MANIFEST).read_bytes()).hexdigest())


def reopen_bundle(root: Path, bundle_id: str) -> "Frozen":
    """The bundle a campaign was opened on. Raises CockpitError where it is another one now."""
    manifest = read_content(root / MANIFEST)
    if hashlib.sha256(manifest).hexdigest() != bundle_id:
        raise CockpitError(f"{root}: is not the bundle this campaign was opened on, {bundle_id[:12]}")
    return Frozen(root, json.loads(manifest), bundle_id)


@dataclass(frozen=True)
class Frozen:
    """A bundle: `bundle_id` is its manifest's sha256, printed on every document by its first 12 digits."""

    root: Path
    told: dict[str, Any]
    bundle_id: str

    @property
    def short_id(self) -> str:
        """What documents print of the id."""
        return self.bundle_id[:12]

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign of the bundle's period, by the tables that were frozen with it."""
        for name in TABLES:
            self._hold(f"{CAMPAIGN}/{name}.csv")
        return load_campaign(self.root / CAMPAIGN, self.told["period"])

    def rows(self, query: str, *tables: str) -> list[tuple[Any, ...]]:
        """The rows of a query over frozen `tables`, which it names by their names."""
        with duckdb.connect() as con:
            for name in tables:
                self._hold(f"tables/{name}.parquet")
                con.execute(f"create view {name} as {frozen(self.root, name)}")
            return con.execute(query).fetchall()

    def _hold(self, member: str) -> None:
        """Raise CockpitError unless a member is as the manifest has it: it may have changed since `open`."""
        wanted = self.told["members"].get(member)
        if wanted is None:
            raise CockpitError(f"{self.root}: holds no {member}; freeze the period anew")
        if hashlib.sha256(read_content(self.root / member)).hexdigest() != wanted["sha256"]:
            raise CockpitError(f"{self.root / member}: is not the file that was frozen, its sha256 differs")
