"""One static page of a backtest: HTML with pictures inside as SVG. No script, and nothing is fetched from anywhere."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from loyaltykit.churn import plots
from loyaltykit.churn.cards import library_version
from loyaltykit.churn.report_words import say
from loyaltykit.churn.telling import digits_of, figure, interval, metric_name, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.churn.comparison import Backtest


def report_page(found: Backtest, lang: str = "en") -> str:
    """The page of a backtest in English (`en`) or Russian (`ru`): measures, curves, calibration, drift.

    Raises MissingExtra without the extra [report] (vl-convert draws the pictures).
    """
    title = escape(say("report/title", lang))
    style = files("loyaltykit.churn").joinpath("report.css").read_text("utf-8")
    body = "\n".join(_body(found, lang))
    return (
        f'<!doctype html>\n<html lang="{"ru" if lang == "ru" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _body(found: Backtest, lang: str) -> Iterator[str]:
    level = percent(found.how.confidence, lang, 0)
    yield f"<h1>{escape(say('report/title', lang))}</h1>"
    yield from _head(found, lang)
    if found.metrics:
        yield _legend(found)
        yield _section(say("report/measures", lang), say("report/measures-say", lang, level=level))
        yield _table(found, lang)
        yield from (f"<p>{_text(line)}</p>" for line in _verdicts(found, lang))
        yield _pictures(plots.measures(found, lang))
        yield _section(say("report/order", lang), say("report/order-say", lang))
        yield _pictures(plots.orders(found, lang))
        yield _section(say("report/calibration", lang), say("report/calibration-say", lang, level=level))
        yield _pictures(plots.calibrations(found, lang))
        yield _section(say("report/time", lang), say("report/time-say", lang, level=level))
        yield f'<div class="picture">{plots.over_time(found, lang)}</div>'
        yield from _drift(found, lang)
    yield from _failed(found, lang)
    made = say("report/made", lang, library=library_version() or "?", seed=found.how.seed)
    yield f"<footer>{_text(made)}</footer>"


def _head(found: Backtest, lang: str) -> Iterator[str]:
    """What was predicted, and on whom; the first lines of the table in words."""
    if found.horizon is not None:
        days = f"{found.horizon.total_seconds() / 86_400:g}"
        code = "report/silence" if found.label == "silence" else "report/event"
        yield f"<p>{_text(say(code, lang, days=days, label=found.label))}</p>"
    for line in found.words(lang).partition("\n\n")[0].splitlines():
        yield f'<p class="faint">{_text(line)}</p>'


def _verdicts(found: Backtest, lang: str) -> Iterator[str]:
    """What stands below the table in words: directions, differences, notes."""
    yield from (line for line in found.words(lang).split("\n\n", 2)[-1].splitlines() if line.strip())


def _legend(found: Backtest) -> str:
    items = []
    for place, name in enumerate(found.metrics):
        dash = " ".join(map(str, plots.dash_of(place)))
        stroke = f'stroke="{plots.colour_of(place)}" stroke-width="3" stroke-dasharray="{dash}"'
        line = f'<line x1="0" y1="5" x2="28" y2="5" {stroke}/>'
        items.append(f'<li><svg width="28" height="10" aria-hidden="true">{line}</svg>{_text(name)}</li>')
    return f'<ul class="legend">{"".join(items)}</ul>'


def _table(found: Backtest, lang: str) -> str:
    names = found.how.metrics
    heads = "".join(f"<th>{_text(metric_name(name, lang, found.how.share))}</th>" for name in names)
    rows = []
    for model, metrics in found.metrics.items():
        cells = "".join(
            f"<td>{figure(metrics[name], name, lang)}"
            f"<small>{interval(metrics[name], lang, min(3, digits_of(name)))}</small></td>"
            for name in names
        )
        best = ' class="best"' if model == found.best else ""
        rows.append(f"<tr{best}><th>{_text(model)}</th>{cells}</tr>")
    return f'<div class="table"><table><tr><th></th>{heads}</tr>{"".join(rows)}</table></div>'


def _drift(found: Backtest, lang: str) -> Iterator[str]:
    best = found.best
    if best is None:
        return
    yield _section(say("report/drift", lang), say("report/drift-say", lang, name=best))
    lines = (f"<li>{_text(f'{name}: {drift.words(lang)}')}</li>" for name, drift in found.drift.items())
    yield f"<ul>{''.join(lines)}</ul>"
    yield f'<div class="picture">{plots.shifts(found.drift[best], lang)}</div>'


def _failed(found: Backtest, lang: str) -> Iterator[str]:
    if found.failed:
        lines = (f"<li>{_text(f'{name}: {reason}')}</li>" for name, reason in found.failed.items())
        yield f"<h2>{_text(say('report/failed', lang))}</h2>\n<ul>{''.join(lines)}</ul>"


def _section(title: str, text: str) -> str:
    return f'<h2>{_text(title)}</h2>\n<p class="faint">{_text(text)}</p>'


def _pictures(found: Iterable[str]) -> str:
    return f'<div class="pictures">{"".join(f"<div>{one}</div>" for one in found)}</div>'


def _text(text: str) -> str:
    return escape(text, quote=False)
