"""Accepted events outside of scoring: as the lake holds them, without those that are void."""

from pipelines.ingest.contract import ACTIVITIES
from pipelines.ingest.lake import Lake, Manifest
from pipelines.scope.basis import drops_of
from pipelines.scope.views import relation


def accepted_activities(lake: Lake, manifests: dict[str, Manifest], where: str = "true") -> str:
    """The activities of the drops of `manifests` that are not void, as SQL for a warehouse made of them."""
    files = [str(lake.root / name) for _, name in sorted(drops_of(manifests)[ACTIVITIES.name].items())]
    void = f"select event_id from ops.decisions where is_effective and source = '{ACTIVITIES.name}'"
    sifted = f"where ({where}) and event_id not in ({void})"
    return relation(files, ACTIVITIES.typed_columns, sifted)
