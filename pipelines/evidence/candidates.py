"""Award candidates, explained: every point of each, and the raw lines behind it."""

from dataclasses import replace

from dashboards.names import folder_names
from pipelines.errors import CockpitError
from pipelines.explain.explain import explain_teachers
from pipelines.explain.results import results_in_force
from pipelines.home import Home


def explained(home: Home, period: str, line: int, run_id: str) -> dict[str, bytes]:
    """File name to JSON of whoever stands at the line, a rank in the city, or above it.

    What depends on where it was made is told as the bundle has it: RAW is its folder `raw`, the run is
    `run_id`. Raises CockpitError where an explanation and the ledger do not fit.
    """
    with results_in_force(home) as results:
        rows = results.con.execute(
            "select teacher_id from marts.teacher_index where period_id = ? and city_rank <= ? order by 1",
            [period, line],
        ).fetchall()
    teachers = [id_ for (id_,) in rows]
    found = {}
    for name, told in zip(folder_names(teachers), explain_teachers(home, teachers, period), strict=True):
        if told.doubts:
            raise CockpitError(f"{told.teacher_id}: {told.doubts[0]}")
        # The digests stand in the bundle's manifest.
        as_frozen = replace(told, raw="raw", run_id=run_id, made_from={})
        found[f"{name}.json"] = (as_frozen.to_json() + "\n").encode()
    return found
