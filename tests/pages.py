"""Which pages a site has, what their data say, and what stands on them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser import Visit

from dashboards.catalogue import texts

FOLDERS = ("public", "city", "district", "school", "teacher")
PLAIN = {
    "door": "index.html", "checks": "checks.html", "lineage": "city/lineage.html",
    "inputs": "city/inputs.html", "showcase": "showcase/index.html",
}  # fmt: skip
"""Pages without views, which follow the system's colours, and where they are."""
KINDS = (*PLAIN, *FOLDERS)
SORTS = ("city", "school", "teacher")
"""One folder for each set of scripts: the public's and a district's are the city's with less data."""
PHONE = {"width": 360, "height": 740}
WALL = {"width": 1920, "height": 1080}


def shard(folder: Path, name: str) -> Any:
    """The value of a data shard of a folder."""
    text = (folder / "data" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text[text.index(",") + 1 : text.rindex(")")])


def strings_of(value: Any) -> Iterator[str]:
    """Every string within a JSON value, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner)


def folder_name(listed: dict, i: int) -> str:
    """The folder of the i-th of a columnar list."""
    return (listed.get("folder") or listed["id"])[i] or listed["id"][i]


def busiest(city: Path) -> tuple[str, str]:
    """Folders of the school with the most teachers and of its district."""
    core = shard(city, "core")
    span = core["spans"][0]
    ranked = shard(city, f"rank.school.{span.get('file', span['id'])}.total")
    at = ranked["entity"][max(range(len(ranked["teachers"])), key=lambda i: ranked["teachers"][i] or 0)]
    return folder_name(core["schools"], at), folder_name(core["districts"], core["schools"]["district"][at])


def page_of(site: Path, kind: str) -> Path:
    """The page of a kind: the school with the most teachers, its district, the first of its teachers."""
    if kind in PLAIN:
        return site / PLAIN[kind]
    if kind in ("public", "city"):
        return site / kind / "index.html"
    school, district = busiest(site / "city")
    if kind != "teacher":
        return site / kind / {"district": district, "school": school}[kind] / "index.html"
    folder = site / "school" / school
    span = shard(folder, "core")["spans"][0]
    teachers = shard(folder, f"teachers.{span.get('file', span['id'])}")
    return site / "teacher" / folder_name(teachers, 0) / "index.html"


def data_strings(page: Path) -> str:
    """All strings of a page's data, one to a line."""
    found: list[str] = []
    for path in [
        *page.parent.glob("data/*.js"),
        *page.parent.glob("*.js"),
        *page.parent.parent.glob("*.js"),
    ]:
        text = path.read_text(encoding="utf-8")
        found += strings_of(json.loads("[" + text[text.index("(") + 1 : text.rindex(")")] + "]"))
    return "\n".join(dict.fromkeys(found))


def strange_pages(site: Path) -> Iterator[Path]:
    """Every page of a small site."""
    yield from (p for p in sorted(site.rglob("index.html")) if p.parent.parent.name != "teacher")
    yield from sorted(site.glob("teacher/*/index.html"))[:3]


def untranslated(page: Visit) -> list[str]:
    """Keys and unfilled places that stand on a page in place of words; decisions may be about such things."""
    areas = "|".join(sorted({key.split(".")[0] for key in texts()["zh"] if "." in key}))
    key = re.compile(rf"\b(?:{areas})\.[a-z_]+(?:\.[a-z_]+)*\b|{{\w+}}|\bundefined\b|\bNaN\b|\[object ")
    return [text for tag, text in page.texts() if tag not in ("code", "decision") and key.search(text)]
