"""Charts as pure functions from a frame to a Plotly figure, each named after the question it answers.

No clock is read and no id is drawn, so equal frames give equal bytes. Colours are of Okabe and Ito's palette,
which colour-blind readers can tell apart; text takes the page's colour, set by assets/site.js.
"""

from collections.abc import Mapping
from typing import Any
from unicodedata import east_asian_width

import plotly.graph_objects as go
import polars as pl

from dashboards.numbers import index_text, whole
from dashboards.texts import ZH

# The one place Plotly is configured. Its mode bar would upload the chart's data to a server of its maker.
CONFIG: Mapping[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "plotlyServerURL": "",
    "responsive": True,
    "showSendToCloud": False,
}

BLUE, ORANGE = "#0072B2", "#E69F00"
_BAR_HEIGHT, _MARGINS, _LABEL_COLUMNS = 26, 70, 24


def plain(text: str) -> str:
    """Text as Plotly shows it literally: it would read <, > and & as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, columns: int = _LABEL_COLUMNS) -> str:
    """Text cut to a width in half-width columns (a Chinese character takes two), with … where cut.

    Cut after its first third: schools of one city begin alike and differ at the end.
    """
    if _width(text) <= columns:
        return text
    head, tail = "", ""
    for char in text:
        if _width(head + char) > columns // 3:
            break
        head += char
    for char in reversed(text):
        if _width(head + "…" + char + tail) > columns:
            break
        tail = char + tail
    return f"{head}…{tail}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def which_districts_lead(ranking: pl.DataFrame) -> go.Figure:
    """Bars of every ranked district's index, best on top; `ranking`: queries.entities of one period."""
    return _ranked_bars(ranking.filter(pl.col("rank").is_not_null()), BLUE)


def which_schools_lead(ranking: pl.DataFrame, top: int) -> go.Figure:
    """Bars of the first `top` ranked schools' index, best on top; `ranking` as above."""
    return _ranked_bars(ranking.filter(pl.col("rank").is_not_null()).head(top), ORANGE)


def _ranked_bars(ranked: pl.DataFrame, colour: str) -> go.Figure:
    rows = ranked.to_dicts()
    texts = [index_text(r["points"], r["teachers"]) for r in rows]
    # Bars stand at places 0, 1, …, not at names: two schools may share a name, or one look like a number.
    places = list(range(len(rows)))
    bars = go.Bar(
        orientation="h",
        x=[r["index_value"] for r in rows],
        y=places,
        text=texts,
        textposition="outside",
        cliponaxis=False,
        marker={"color": colour},
        hoverinfo="text",
        hovertext=[
            ZH["figure_hover"].format(
                name=plain(r["name"]), rank=r["rank"], index=text,
                points=whole(r["points"]), teachers=whole(r["teachers"]),
            )
            for r, text in zip(rows, texts, strict=True)
        ],
    )  # fmt: skip
    highest = max((r["index_value"] for r in rows), default=0.0)
    longest = max((len(text) for text in texts), default=0)
    figure = go.Figure(bars if rows else None, layout=_layout(len(rows)))
    figure.update_xaxes(range=[0, (highest or 1.0) * (1.06 + 0.035 * longest)])
    labels = [f"{r['rank']}  {plain(shortened(r['name']))}" for r in rows]
    figure.update_yaxes(tickmode="array", tickvals=places, ticktext=labels, range=[len(rows) - 0.4, -0.6])
    if not rows:
        figure.add_annotation(
            text=ZH["figure_empty"], showarrow=False, xref="paper", yref="paper", x=0.5, y=0.5
        )
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
    return figure


def _layout(bars: int) -> dict[str, Any]:
    return {
        "template": go.layout.Template(),
        "height": max(bars, 3) * _BAR_HEIGHT + _MARGINS,
        "bargap": 0.3,
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {
            "title": {"text": ZH["figure_axis"], "font": {"size": 13}},
            "fixedrange": True,
            "zeroline": False,
            "nticks": 6,
        },
        "yaxis": {"fixedrange": True, "automargin": True, "ticklabelstandoff": 6, "showgrid": False},
    }
