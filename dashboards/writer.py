"""What every folder has: its shell, links to the assets, the run, the decisions, and its core."""

from pathlib import Path
from typing import Any

from dashboards import core
from dashboards.city import Members
from dashboards.core import Scope
from dashboards.found import Found
from dashboards.placing import Site
from dashboards.reconciliation import reconciliation_data
from dashboards.shards import shard


class Writer:
    """Writes folders of a site."""

    def __init__(self, site: Site, found: Found, assets: dict[str, bytes], pages: dict[str, bytes]):
        self.site = site
        self.found = found
        self._assets = assets
        self._pages = pages
        self._shared = {"run": shard("run", found.run), "decisions": shard("decisions", found.decisions)}

    def assets(self, path: str = "") -> None:
        """Place assets/ in a folder, or at the site's top."""
        for name, content in self._assets.items():
            self.site.share(f"{path}/assets/{name}".lstrip("/"), content)

    def door(self) -> Path:
        """Place the site's first page. Returns it."""
        self.site.put("index.html", self._pages["door"])
        return Path(self.site.out) / "index.html"

    def shell(self, path: str, kind: str) -> None:
        """Place a folder's index.html."""
        self.site.share(f"{path}/index.html", self._pages[kind])

    def run(self, path: str) -> None:
        """Place a run.js."""
        self.site.share(path, self._shared["run"])

    def folder(self, path: str, scope: Scope, members: Members) -> None:
        """Place all that every folder has."""
        found, key = self.found, (scope.level, scope.id)
        self.shell(path, scope.kind)
        self.assets(path)
        for name, content in self._shared.items():
            self.site.share(f"{path}/data/{name}.js", content)
        data = core.core_data(
            scope,
            found.spans,
            found.indicators_data,
            members.data(),
            core.totals_data(found.totals_of[key], len(found.spans)),
            reconciliation_data(scope.level, found.sums_of[key], found.unlisted),
        )
        self.shard(path, "core", data)

    def shard(self, path: str, name: str, data: Any) -> None:
        """Place one of a folder's shards."""
        self.site.put(f"{path}/data/{name}.js", shard(name, data))
