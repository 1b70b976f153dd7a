"""The lineage of a HOME's runs, held against the OpenLineage specification as JSON schemas.

`python tests/lineage_schema.py SPEC HOME` reads the schemas from SPEC, the folder `spec` of a checkout of
OpenLineage, holds every event of HOME against that of events and each of its facets against the one that the
facet names, and prints what does not fit.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

EVENTS = "OpenLineage.json"


def schemas(spec: Path) -> tuple[str, Registry]:
    """(the id of the schema of events, all schemas by id)."""
    held = [
        json.loads(p.read_text("utf-8")) for p in (spec / EVENTS, *sorted((spec / "facets").glob("*.json")))
    ]
    return held[0]["$id"], Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in held)


def facets(told: Any) -> Iterator[dict[str, Any]]:
    """All that names a schema of its own, at any depth of an event; the event's own name is `schemaURL`."""
    if isinstance(told, dict):
        if "_schemaURL" in told:
            yield told
        told = list(told.values())
    if isinstance(told, list):
        for part in told:
            yield from facets(part)


def misfits(event: dict[str, Any], events_schema: str, known: Registry) -> list[str]:
    """What of an event does not fit its schema, a line each; a schema that SPEC does not hold is named."""
    found = []
    for part, url in [(event, events_schema), *((f, f["_schemaURL"]) for f in facets(event))]:
        checker = Draft202012Validator({"$ref": url}, registry=known)
        try:
            found += [f"{url}: {'/'.join(map(str, e.path))}: {e.message}" for e in checker.iter_errors(part)]
        except Unresolvable:
            found.append(f"{url}: no such schema")
    return found


def main() -> int:
    """Hold a HOME's events against the specification."""
    events_schema, known = schemas(Path(sys.argv[1]))
    count, found = 0, []
    for file in sorted((Path(sys.argv[2]) / "lineage").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            count += 1
            found += [f"{file.name}: {misfit}" for misfit in misfits(json.loads(line), events_schema, known)]
    for misfit in found[:10]:
        print(misfit)
    print(f"{count} events, {len(found)} misfits")
    return 1 if found or not count else 0


if __name__ == "__main__":
    sys.exit(main())
