"""Pictures of a backtest as SVG: Vega-Lite drawn by vl-convert. Ink is the page's own colour, light or dark."""

from __future__ import annotations

import importlib
import re
from html import escape
from typing import TYPE_CHECKING, Any

from loyaltykit.churn.report_words import say
from loyaltykit.churn.resampling import HIGHER_IS_BETTER
from loyaltykit.churn.telling import day, metric_name
from loyaltykit.errors import MissingExtra
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.churn.comparison import Backtest
    from loyaltykit.churn.curves import Group
    from loyaltykit.churn.drift import Drift

    Spec = dict[str, Any]
    Rows = list[dict[str, Any]]

COLOURS = ("#3d85c6", "#dd7f2e", "#2f9e73", "#b565b8", "#c9544d", "#8c8f3a", "#5a9fb5", "#8f7a66")
"""One a model, readable on white and on black; then they begin again."""
DASHES = ([1, 0], [7, 3], [2, 2], [8, 3, 2, 3])
"""Also told apart without colour."""
_INK = "#010203"
"""Stands for the page's own colour until the SVG is written."""
_FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
_SMALL, _LARGE = 250, 560
MOST_BARS = 15


def dash_of(place: int) -> Sequence[int]:
    """The dashes of the model at a place."""
    return DASHES[(place // len(COLOURS) + place) % len(DASHES)]


def colour_of(place: int) -> str:
    """The colour of the model at a place."""
    return COLOURS[place % len(COLOURS)]


def draw(spec: Spec, lang: str, label: str) -> str:
    """A picture as SVG to stand inside a page. Raises MissingExtra without vl-convert."""
    try:
        convert = importlib.import_module("vl_convert")
    except ModuleNotFoundError:
        raise MissingExtra("report", "a report page with pictures") from None
    locale = "ru-RU" if lang == "ru" else "en-US"
    svg = str(convert.vegalite_to_svg(spec, vl_version="5.20", format_locale=locale, time_format_locale=locale))
    svg = svg.replace(_INK, "currentColor").replace("rgb(1, 2, 3)", "currentColor")
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{escape(label, quote=True)}" ', svg, count=1)


def measures(found: Backtest, lang: str) -> Iterator[str]:
    """One picture a measure: every model's value and interval."""
    for name in found.how.metrics:
        rows: Rows = [
            {"model": model, "value": one[name].value, "low": one[name].low, "high": one[name].high}
            for model, one in found.metrics.items()
            if one[name].value is not None
        ]
        title = metric_name(name, lang, found.how.share)
        better = say("report/higher" if name in HIGHER_IS_BETTER else "report/lower", lang)
        scale = {"x": _x("value", "", scale={"zero": False, "nice": True, "padding": 6}, axis={"tickCount": 4})}
        y = {"field": "model", "type": "nominal", "sort": list(found.metrics), "axis": _names()}
        layers = [
            _layer("rule", {"x": _x("low"), "x2": {"field": "high"}, **_colour(found)}, strokeWidth=2.5),
            _layer("point", {**scale, **_colour(found)}, filled=True, size=75, opacity=1),
        ]
        spec = _chart(rows, layers, title, subtitle=better, height=24 * max(1, len(found.metrics)), encoding={"y": y})
        yield draw(spec, lang, f"{title}: {better}")


def orders(found: Backtest, lang: str) -> Iterator[str]:
    """Gains, ROC, precision and recall: a line each model."""
    rate = found.base_rate.value or 0.0
    for name, chance in (("gains", ((0, 0), (1, 1))), ("roc", ((0, 0), (1, 1))), ("pr", ((0, rate), (1, rate)))):
        rows = [
            {"model": model, "x": 100 * x, "y": 100 * y}
            for model, curves in found.curves.items()
            for x, y in getattr(curves, name)
        ]
        lot = [{"x": 100 * x, "y": 100 * y} for x, y in chance]
        title = say(f"report/{name}", lang)
        encoding = {
            "x": _x("x", say(f"report/{name}-x", lang), scale={"domain": [0, 100]}),
            "y": _y("y", say(f"report/{name}-y", lang), scale={"domain": [0, 100]}),
        }
        layers = [
            _marked(lot),
            _layer("line", _colour(found, dashes=True), strokeWidth=2, interpolate="linear"),
        ]
        yield draw(_chart(rows, layers, title, encoding=encoding), lang, title)


def calibrations(found: Backtest, lang: str) -> Iterator[str]:
    """One picture a model: forecast against outcome, by bins, each on its own scale."""
    for place, (model, curves) in enumerate(found.curves.items()):
        ends = [max(group.p, group.rate.high or group.rate.value or 0.0) for group in curves.calibration]
        most = min(100.0, 5 * (100 * max(ends) // 5 + 1))
        title = say("report/happened-y", lang)
        encoding = {
            "x": _x("p", say("report/forecast-x", lang), scale={"domain": [0, most], "nice": False}),
            "y": _y("rate", title, scale={"domain": [0, most], "nice": False}),
        }
        even = [{"p": 0, "rate": 0}, {"p": most, "rate": most}]
        colour = colour_of(place)
        bars = {"y": _y("low", title), "y2": {"field": "high"}}
        layers = [
            {
                **_layer("line", {}, color=_INK, opacity=0.45, strokeDash=[4, 4], strokeWidth=1),
                "data": {"values": even},
            },
            _layer("rule", bars, color=colour, strokeWidth=2, opacity=0.75),
            _layer("line", {}, color=colour, strokeWidth=1.5, opacity=0.6),
            _layer("point", {}, color=colour, filled=True, size=50, opacity=1),
        ]
        rows = [_group(group, p=100 * group.p) for group in curves.calibration]
        spec = _chart(rows, layers, model, encoding=encoding, height=_SMALL)
        yield draw(spec, lang, f"{say('report/calibration', lang)} {model}")


def over_time(found: Backtest, lang: str) -> str:
    """The outcome by cut-off with its interval, and each model's mean forecast."""
    first = next(iter(found.curves.values()))
    happened = [_group(group, at=_date(group)) for group in first.over_time]
    rows = [
        {"model": model, "at": _date(group), "p": 100 * group.p}
        for model, curves in found.curves.items()
        for group in curves.over_time
    ]
    axis = {
        "title": say("report/time-x", lang),
        "grid": False,
        "format": "%d.%m.%y" if lang == "ru" else "%d %b %y",
        "values": [row["at"] for row in happened],
        "labelOverlap": "greedy",
        "labelSeparation": 10,
    }
    x = {"field": "at", "type": "temporal", "scale": {"type": "utc", "padding": 12}, "axis": axis}
    title = say("report/time-y", lang)
    outcome = {"data": {"values": happened}}
    layers = [
        _layer("line", {"y": _y("p", title), **_colour(found, dashes=True)}, strokeWidth=2),
        {**_layer("rule", {"y": _y("low", title), "y2": {"field": "high"}}, color=_INK, opacity=0.6), **outcome},
        {**_layer("point", {"y": _y("rate", title)}, color=_INK, filled=True, size=45, opacity=1), **outcome},
    ]
    spec = _chart(rows, layers, "", encoding={"x": x}, width=_LARGE, height=220)
    return draw(spec, lang, say("report/time", lang))


def shifts(drift: Drift, lang: str) -> str:
    """The index of the scores and of the features that moved most, as bars with the customary marks."""
    scores = () if drift.scores is None else ((say("report/scores", lang), drift.scores),)
    found = [*scores, *((shift.name, shift) for shift in drift.features[:MOST_BARS])]
    rows = [{"name": name, "psi": shift.psi} for name, shift in found]
    most = max([0.3, *(row["psi"] * 1.05 for row in rows)])
    names = {**_names(), "labelLimit": 190}
    encoding = {"y": {"field": "name", "type": "nominal", "sort": [name for name, _ in found], "axis": names}}
    marks = {"data": {"values": [{"at": 0.1}, {"at": 0.25}]}}
    layers: list[Spec] = [
        _layer("bar", {"x": _x("psi", say("report/psi-x", lang), scale={"domain": [0, most], "nice": False})},
               color=COLOURS[0], height={"band": 0.62}, cornerRadiusEnd=2),
        {**marks, "mark": {"type": "rule", "color": _INK, "opacity": 0.55, "strokeDash": [4, 4]},
         "encoding": {"x": _x("at", say("report/psi-x", lang)), "y": None}},
    ]  # fmt: skip
    height = 21 * max(1, len(rows))
    return draw(_chart(rows, layers, "", encoding=encoding, width=_LARGE - 130, height=height), lang, "PSI")


def _chart(
    rows: Rows,
    layers: list[Spec],
    title: str,
    *,
    encoding: Spec,
    subtitle: str = "",
    width: int = _SMALL,
    height: int = 220,
) -> Spec:
    for layer in layers:
        own = layer.get("encoding", {})
        layer["encoding"] = {name: one for name, one in {**encoding, **own}.items() if one is not None}
    spec: Spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": rows},
        "layer": layers,
        "width": width,
        "height": height,
        "padding": 4,
        "background": None,
        "config": _config(),
    }
    return {**spec, "title": {"text": title, **({"subtitle": subtitle} if subtitle else {})}} if title else spec


def _config() -> Spec:
    axis = {
        "labelColor": _INK,
        "labelFontSize": 11,
        "labelOpacity": 0.8,
        "titleColor": _INK,
        "titleFontSize": 11.5,
        "titleFontWeight": "normal",
        "titleOpacity": 0.9,
        "titlePadding": 7,
        "domainColor": _INK,
        "domainOpacity": 0.4,
        "tickColor": _INK,
        "tickOpacity": 0.4,
        "gridColor": _INK,
        "gridOpacity": 0.1,
    }
    title = {"anchor": "start", "color": _INK, "fontSize": 13, "fontWeight": 600, "offset": 8}
    small = {"subtitleColor": _INK, "subtitleFontSize": 11, "subtitlePadding": 3}
    return {
        "font": _FONT,
        "view": {"stroke": None},
        "axis": axis,
        "title": {**title, **small},
        "legend": {"disable": True},
    }


def _layer(mark: str, encoding: Spec, **style: Any) -> Spec:
    return {"mark": {"type": mark, **style}, "encoding": encoding}


def _marked(points: Rows) -> Spec:
    """A line that nobody's figures are on: a draw by lot, a forecast that holds."""
    line = _layer("line", {}, color=_INK, opacity=0.45, strokeDash=[4, 4], strokeWidth=1)
    return {**line, "data": {"values": points}}


def _x(field: str, title: str | None = None, **more: Any) -> Spec:
    axis = {
        "title": title or None,
        "tickCount": 5,
        "labelOverlap": "greedy",
        "labelSeparation": 8,
        **more.pop("axis", {}),
    }
    return {"field": field, "type": "quantitative", "axis": axis, **more}


def _y(field: str, title: str | None = None, **more: Any) -> Spec:
    return _x(field, title, **more)


def _names() -> Spec:
    return {"title": None, "grid": False, "ticks": False, "domain": False, "labelFontSize": 11.5, "labelPadding": 8}


def _colour(found: Backtest, *, dashes: bool = False) -> Spec:
    names = list(found.metrics)
    colours = [colour_of(place) for place in range(len(names))]
    shown: Spec = {"color": {"field": "model", "type": "nominal", "scale": {"domain": names, "range": colours}}}
    if dashes:
        styles = [dash_of(place) for place in range(len(names))]
        shown["strokeDash"] = {"field": "model", "type": "nominal", "scale": {"domain": names, "range": styles}}
    return shown


def _group(group: Group, **more: Any) -> dict[str, Any]:
    rate = group.rate
    ends = [100 * (rate.value or 0.0) if end is None else 100 * end for end in (rate.value, rate.low, rate.high)]
    return {"rate": ends[0], "low": ends[1], "high": ends[2], **more}


def _date(group: Group) -> str:
    return day(from_instant(group.cutoff or 0))
