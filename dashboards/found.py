"""Everything the folders are written from, read once from the warehouse."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from dashboards import active, analysis, core, indicators, people, reconciliation, run, spans
from dashboards.city import City, find_city, with_names
from dashboards.parts import Parts


@dataclass(frozen=True)
class Found:
    """What was read, and the connection for what is read span by span.

    shown: spans.choose_spans. indicators, versions, indices: indicators.find_*. totals: core.find_totals.
    sums, unlisted: reconciliation.find_*. titles: what checks are called. decisions: method.decisions_data.
    """

    con: duckdb.DuckDBPyConnection
    run: dict[str, Any]
    shown: pl.DataFrame
    city: City
    indicators: pl.DataFrame
    versions: pl.DataFrame
    indices: pl.DataFrame
    totals: pl.DataFrame
    sums: pl.DataFrame
    unlisted: list[int]
    titles: Mapping[str, str]
    decisions: list[dict[str, Any]]

    @cached_property
    def rules(self) -> list[str]:
        """The rules in the order of the pages."""
        return indicators.rule_codes(self.indicators)

    @cached_property
    def codes(self) -> list[str]:
        """All indicators in the order of the pages."""
        return self.indicators["indicator"].to_list()

    @cached_property
    def categories(self) -> list[str]:
        """The categories in the order of the pages."""
        return self.indicators.filter(pl.col("kind") == "category")["indicator"].to_list()

    @cached_property
    def spans(self) -> list[dict[str, Any]]:
        """The spans as core has them."""
        return spans.spans_data(self.shown)

    @cached_property
    def files(self) -> dict[str, str]:
        """What each span is called in file names."""
        return {span["id"]: span.get("file", span["id"]) for span in self.spans}

    @cached_property
    def indicators_data(self) -> list[dict[str, Any]]:
        """The indicators as core has them."""
        return indicators.indicators_data(self.indicators, self.versions)

    @cached_property
    def totals_of(self) -> Parts:
        """core.find_totals by level and id."""
        return Parts(self.totals, "level", "entity_id")

    @cached_property
    def sums_of(self) -> Parts:
        """reconciliation.find_sums by level and id."""
        return Parts(self.sums, "level", "entity_id")

    @cached_property
    def spread(self) -> pl.DataFrame:
        """analysis.find_spread."""
        return analysis.find_spread(self.con)

    @cached_property
    def quiet(self) -> pl.DataFrame:
        """active.find_quiet."""
        return active.find_quiet(self.con)

    @cached_property
    def listed(self) -> pl.DataFrame:
        """people.find_listed, with names."""
        return with_names(people.find_listed(self.con), self.city.teachers)

    def teachers(self, level: str, id_: str, place: int) -> int:
        """How many are listed there in the span at `place`."""
        found = self.totals_of[level, id_].filter(pl.col("place") == place)
        return found["teachers"][0] if found.height else 0


def find(con: duckdb.DuckDBPyConnection, titles: Mapping[str, str], decisions: list[dict[str, Any]]) -> Found:
    """Read it all."""
    shown = spans.choose_spans(con)
    return Found(
        con=con,
        run=run.find_run(con),
        shown=shown,
        city=find_city(con),
        indicators=indicators.find_indicators(con),
        versions=indicators.find_versions(con),
        indices=indicators.find_indices(con),
        totals=core.find_totals(con),
        sums=reconciliation.find_sums(con),
        unlisted=reconciliation.find_unlisted(con),
        titles=titles,
        decisions=decisions,
    )
