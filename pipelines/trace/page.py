"""A trace as a page: one Chinese HTML file that needs nothing beside it."""

from pathlib import Path

from dashboards.catalogue import named
from pipelines import rendering
from pipelines.explain.fates import FATES
from pipelines.explain.page import LEVELS, SCOPES, decision, footer
from pipelines.explain.render import printable
from pipelines.explain.renderstanding import number
from pipelines.trace.model import Trace

_STATUSES = {
    "accepted": "已接收", "duplicate": "重复", "quarantined": "已隔离",
    "roster": "名册中的一行", "decision": "决定",
}  # fmt: skip


def write_trace(trace: Trace, page: Path) -> None:
    """Write all that `Trace.to_json` holds as a page."""
    content = {
        "trace": trace, "statuses": _STATUSES, "fates": FATES, "levels": LEVELS, "scopes": SCOPES,
        "decision": decision, "named": named, "number": number, "printable": printable,
    }  # fmt: skip
    content |= footer(trace.made_from)
    rendering.write_page(Path(__file__).with_name("page.html.j2"), content, page)
