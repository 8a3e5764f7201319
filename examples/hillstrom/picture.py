"""Qini curves of some rankings, with the band of all halves. Needs the extra [report]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import vl_convert

from loyaltykit.churn.uplift import qini_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from examples.hillstrom.halves import Half

SHOWN = {"T-learner": "#1b6ca8", "high response first": "#d08a1d", "riskiest first": "#b3312c"}
_SHARES = np.linspace(0, 1, 51)
_HEIGHT = alt.Scale(domain=[0, 1.02], nice=False)


def qini_picture(found: Sequence[Half]) -> str:
    """The picture as SVG: medians as lines, from the lowest to the highest half as bands."""
    rows = [row for name in SHOWN for row in _rows(found, name)]
    colour = alt.Color(
        "ranking:N",
        scale=alt.Scale(domain=[*SHOWN], range=[*SHOWN.values()]),
        legend=alt.Legend(title=None, orient="top", symbolOpacity=1, symbolType="stroke", symbolStrokeWidth=3),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("share:Q", title="Customers written to, best-ranked first", axis=alt.Axis(format="%"))
    )
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", title="", scale=_HEIGHT), y2="high:Q", color=colour)
    line = base.mark_line(strokeWidth=2.5).encode(
        y=alt.Y("median:Q", title="Share of the whole effect", axis=alt.Axis(format="%"), scale=_HEIGHT), color=colour
    )
    ends = [{"share": 0.0, "median": 0.0}, {"share": 1.0, "median": 1.0}]
    chance = (
        alt.Chart(alt.Data(values=ends)).mark_line(strokeDash=[5, 4], color="#777").encode(x="share:Q", y="median:Q")
    )
    title = f"Hillstrom, e-mail against none: Qini curves over {len(found)} random halves (dashed: random)"
    chart = (band + chance + line).properties(width=560, height=380, title=title)
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return svg


def _rows(found: Sequence[Half], name: str) -> list[dict[str, Any]]:
    curves = []
    for half in found:
        curve = qini_curve(half.measured.benefit, half.measured.treated, half.scores[name])
        curves.append(np.interp(_SHARES, curve.rows / curve.rows[-1], curve.gain / curve.gain[-1]))
    parts = zip(_SHARES, np.median(curves, axis=0), np.min(curves, axis=0), np.max(curves, axis=0), strict=True)
    return [
        {"ranking": name, "share": float(at), "median": float(middle), "low": float(low), "high": float(high)}
        for at, middle, low, high in parts
    ]
