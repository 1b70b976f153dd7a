"""The showcase's first page, and how a site comes to have the folder.

HOME/showcase/       what the last `award showcase` made; every release's site takes it over
SITE/showcase/       index.html, check.html, assets/, files/ with the documents; copied alone it works
Before any campaign has winners it tells calendar, awards and criteria of the project's own tables.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboards.assets import asset_files
from dashboards.catalogue import named
from pipelines.award.campaign import Campaign
from pipelines.award.campaign_tables import latest_period, load_campaign
from pipelines.files import fsync_path
from pipelines.home import Home
from pipelines.ingest.contract import ROSTER_VALUES
from pipelines.project import CAMPAIGN_TABLES
from pipelines.rendering import write_page

FOLDER = "showcase"


def take_over(home: Home, site: Path) -> None:
    """Put HOME's showcase into a site, or one without winners where no campaign was shown yet."""
    part = site / f".{FOLDER}.part"
    shutil.rmtree(part, ignore_errors=True)
    if (home.root / FOLDER).is_dir():
        shutil.copytree(home.root / FOLDER, part)
    else:
        part.mkdir(parents=True)
        write_index(load_campaign(CAMPAIGN_TABLES, latest_period(CAMPAIGN_TABLES)), part, {})
    swap(part, site / FOLDER)


def swap(part: Path, final: Path) -> None:
    """Put a finished folder where another may stand; a reader finds old or new, for a moment none."""
    for path in part.rglob("*"):
        fsync_path(path)
    old = final.with_name(f".{final.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        os.rename(final, old)
    os.rename(part, final)
    fsync_path(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def write_index(campaign: Campaign, out: Path, told: Mapping[str, Any]) -> None:
    """Write index.html and its look into `out`; `told` is what a campaign has beside its tables."""
    (out / "assets").mkdir()
    (out / "assets" / "site.css").write_bytes(asset_files({})["site.css"])
    nothing = {
        "is_issued": False, "issuer": "", "bundle_id": "", "run_id": "", "lists": (),
        "spaces": (), "files": (), "has_bulletin": False,
    }  # fmt: skip
    content = {"campaign": campaign, "stages": _stage_words()} | nothing | dict(told)
    write_page(Path(__file__).with_name("showcase.html.j2"), content, out / "index.html")


def _stage_words() -> dict[str, str]:
    """The stages of schools in the words of all pages."""
    return {stage: named("stage", stage) for stage in ROSTER_VALUES["schools.csv", "stage"]}
