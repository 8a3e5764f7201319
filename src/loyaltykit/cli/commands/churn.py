"""`loyaltykit churn fit / score / backtest`: who is leaving, and how well that is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loyaltykit.cli.failing import Failure, WrongUsage
from loyaltykit.cli.frame import Group, Option, Session, command, json_option, lang_option
from loyaltykit.cli.options import existing, moment, open_existing
from loyaltykit.cli.output import put, put_json, tame
from loyaltykit.cli.words import count, figure, say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from loyaltykit.app import Loyalty
    from loyaltykit.churn import Backtest, ChurnModel, FitReport, Panel
    from loyaltykit.cli.risk_sources import Source
    from loyaltykit.cli.words import Lang

    Options = dict[str, Any]


def _option(*names: str, help: str, **more: Any) -> Callable[[Any], Any]:
    return click.option(*names, cls=Option, help=help, **more)


_EVENTS = _option("--events", "files", metavar="FILE", multiple=True, help="help/churn-events")
_SOURCE = (
    _option("--store", "url", metavar="URL", help="help/churn-store"),
    _option("--program", metavar="FILE", help="help/churn-program"),
    _option("--map", "maps", metavar="FILE", multiple=True, help="help/map"),
    _option("--left", metavar="TYPE", multiple=True, help="help/churn-left"),
)
_ACTIVE = _option("--active", metavar="TIME", help="help/churn-active")
_LEARNING = (
    _option("--at", metavar="TIME", help="help/churn-until"),
    _option("--horizon", metavar="TIME", help="help/churn-horizon"),
    _option("--label", metavar="TYPE", help="help/churn-label"),
    _option("--cutoffs", metavar="TEXT", default="every 14d", show_default=True, help="help/churn-cutoffs"),
    _ACTIVE,
)
_CARD = _option("--card", metavar="FILE", help="help/churn-card")
_SEED = _option("--seed", type=int, default=0, show_default=True, help="help/churn-seed")


@click.group("churn", cls=Group, help="help/churn")
@lang_option
def churn() -> None:
    """Fit, score, backtest."""


@command(
    "fit",
    _EVENTS,
    *_SOURCE,
    _option("--model", metavar="ID", help="help/churn-model-one"),
    *_LEARNING,
    _option("--out", metavar="FILE", help="help/churn-out"),
    _CARD,
    _SEED,
    json_option,
    help="help/churn-fit",
)
def fit(session: Session, model: str | None, out: str | None, card: str | None, seed: int, **options: Any) -> None:
    """A card needs a backtest, so it is made of one by rolling origin over the same events."""
    from loyaltykit.churn import backtest, save

    source = _source(session, options)
    if source.url is not None:
        _fit_store(session, source, model, options["at"])
        return
    if out is None:
        raise WrongUsage(say(session.lang, "usage/churn-out"))
    made = _made((model,) if model else (), source)[0]
    panel = source.panel(source.files, options["cutoffs"])
    source.tell_rejected()
    report = _fitted(session, made, panel)
    save(made, out)
    written = [out]
    if card is not None:
        written.append(_write_card(session, _judged(session, lambda: backtest([made], panel, seed=seed)), card))
    _tell_fit(session, made, panel, report, written)


@command(
    "score",
    _option("--events", "files", metavar="FILE", multiple=True, help="help/churn-score-events"),
    *_SOURCE,
    _option("--from", "fitted", metavar="FILE", help="help/churn-from"),
    _option("--at", metavar="TIME", help="help/churn-at"),
    _ACTIVE,
    _option("--top", type=click.IntRange(0), default=20, show_default=True, help="help/churn-top"),
    _option("--out", metavar="FILE", help="help/churn-scores"),
    json_option,
    help="help/churn-score",
)
def score(session: Session, fitted: str | None, at: str | None, top: int, out: str | None, **options: Any) -> None:
    """Bands are those of the program."""
    from loyaltykit.churn import load
    from loyaltykit.churn.risk_list import risk_list
    from loyaltykit.cli.views.risks import risk_lines, write_csv

    source = _source(session, options)
    if source.url is not None:
        _score_store(session, source, at)
        return
    if fitted is None:
        raise WrongUsage(say(session.lang, "usage/churn-from"))
    model = load(existing(fitted, session.lang), source.brought())
    panel = source.members(source.files, at)
    source.tell_rejected()
    few = None if out or session.json else top
    with source.counting("churn/scoring", len(panel), "member") as progress:
        made = risk_list(model, panel, bands=source.bands, lang=session.lang, explained=few, progress=progress)
    if out is not None:
        write_csv(made, out)
    if session.json:
        put_json(made.to_dict())
        return
    day = "—" if made.at is None else source.day(made.at)
    for line in risk_lines(made, session.lang, top, day):
        put(line)
    _tell_written(session, [out] if out else [])


@command(
    "backtest",
    _EVENTS,
    _option("--test", metavar="FILE", multiple=True, help="help/churn-test"),
    *_SOURCE,
    _option("--model", "models", metavar="IDS", multiple=True, help="help/churn-model"),
    *_LEARNING,
    _option("--test-cutoffs", metavar="TEXT", help="help/churn-test-cutoffs"),
    _option("--folds", type=click.IntRange(1), default=3, show_default=True, help="help/churn-folds"),
    _option("--share", type=float, default=0.1, show_default=True, help="help/churn-share"),
    _option("--value", type=float, help="help/churn-value"),
    _option("--cost", type=float, help="help/churn-cost"),
    _option("--resamples", type=click.IntRange(0), default=1000, show_default=True, help="help/churn-resamples"),
    _SEED,
    _CARD,
    _option("--report", metavar="FILE", help="help/churn-report"),
    json_option,
    help="help/churn-backtest",
)
def judge(session: Session, *, models: Sequence[str], card: str | None, report: str | None, **options: Any) -> None:
    """The card is that of the model with the highest AUC."""
    from loyaltykit.churn import backtest, report_page

    source, test, test_cutoffs = _source(session, options), options["test"], options["test_cutoffs"]
    if test_cutoffs is not None and not test:
        raise WrongUsage(say(session.lang, "usage/test-cutoffs"))
    made = _made(models, source)
    panel = source.panel(source.files, options["cutoffs"])
    later = source.panel(test, test_cutoffs or options["cutoffs"]) if test else None
    source.tell_rejected()
    _needs_both(session, panel)
    how = {name: options[name] for name in ("folds", "share", "value", "cost", "resamples", "seed")}
    found = _judged(session, lambda: backtest(made, panel, test=later, **how))
    written = [] if card is None else [_write_card(session, found, card)]
    if report is not None:
        Path(report).write_text(report_page(found, session.lang), encoding="utf-8")
        written.append(report)
    _tell_backtest(session, found, written)


for _command in (fit, score, judge):
    churn.add_command(_command)


def _source(session: Session, options: Options) -> Source:
    """Where the events are, checked before anything is read."""
    from loyaltykit.cli.risk_sources import Source

    return Source.of(session.lang, options)


def _made(names: Sequence[str], source: Source) -> list[ChurnModel]:
    """Models by their ids; without any those of the program, or the default."""
    from loyaltykit.churn import find

    ids = [id.strip() for text in names for id in text.split(",") if id.strip()]
    return [find(id, source.brought_for(id))() for id in dict.fromkeys(ids or [source.default_model])]


def _fitted(session: Session, model: ChurnModel, panel: Panel) -> FitReport:
    """The report of a fit. Failure where there is nothing to learn."""
    _needs_both(session, panel)
    return model.fit(panel)


def _needs_both(session: Session, panel: Panel) -> None:
    """Failure unless some have left, and some have not."""
    if not len(panel) or not 0 < panel.labels.sum() < len(panel):
        raise Failure(say(session.lang, "churn/too-little"), code="churn/too-little")


def _judged(session: Session, judge: Callable[[], Backtest]) -> Backtest:
    """What came of a backtest; what cannot be split is the content's fault."""
    try:
        return judge()
    except ValueError as error:
        raise Failure(str(error), code="churn/backtest") from error


def _write_card(session: Session, found: Backtest, path: str) -> str:
    from loyaltykit.churn import card_of

    if found.best is None:
        raise Failure(found.words(session.lang), code="churn/backtest")
    made = card_of(found)
    plain = json.dumps(made.to_dict(), ensure_ascii=False, indent=2) + "\n"
    text = plain if Path(path).suffix == ".json" else made.markdown(session.lang)
    Path(path).write_text(text, encoding="utf-8")
    return path


def _tell_fit(session: Session, model: ChurnModel, panel: Panel, report: FitReport, written: Sequence[str]) -> None:
    from loyaltykit.churn.telling import doubts, percent

    lang, spec = session.lang, model.spec
    members, rate = len(set(panel.member.tolist())), float(panel.labels.mean())
    if session.json:
        said = {"model": spec.id, "version": spec.version, "rows": len(panel), "members": members, "churned": rate}
        put_json({**said, "warnings": [*report.warnings], "converged": report.converged, "written": [*written]})
        return
    numbers = {"rows": count(lang, len(panel), "row"), "members": count(lang, members, "member")}
    put(say(lang, "churn/fitted", model=spec.id, **numbers, moments=len(panel.moments()), rate=percent(rate, lang)))
    for text in doubts([report], lang):
        put(say(lang, "churn/doubt", text=text))
    _tell_written(session, written)


def _tell_backtest(session: Session, found: Backtest, written: Sequence[str]) -> None:
    if session.json:
        put_json({**found.to_dict(), "written": [*written]})
    else:
        put("\n".join("\N{NO-BREAK SPACE}".join(map(tame, line.split("\N{NO-BREAK SPACE}")))
                      for line in found.words(session.lang).splitlines()))  # fmt: skip
        put()
        for name, drift in found.drift.items():
            put(f"{name}: {drift.words(session.lang)}")
        _tell_written(session, written)
    if not found.metrics:
        click.get_current_context().exit(1)


def _tell_written(session: Session, written: Sequence[str]) -> None:
    for path in written:
        put(say(session.lang, "churn/written", path=path))


def _fit_store(session: Session, source: Source, model: str | None, at: str | None) -> None:
    """Fit to the store's history, and keep the model there."""
    from loyaltykit.churn.telling import doubts, percent

    lang = session.lang
    with open_existing(source.url or "", lang) as kit:
        made = kit.fit_churn(_when(kit, at, lang), model=model)
    if session.json:
        put_json(made.to_dict())
    elif made.report is None:
        raise Failure(say(lang, "churn/too-little"), code="churn/too-little")
    else:
        numbers = {"rows": count(lang, made.rows, "row"), "members": count(lang, made.members, "member")}
        put(say(lang, "churn/fitted-kept", model=made.model, **numbers, rate=percent(made.churned, lang)))
        for text in doubts([made.report], lang):
            put(say(lang, "churn/doubt", text=text))


def _score_store(session: Session, source: Source, at: str | None) -> None:
    """Score the store's members, and record the scores there."""
    lang = session.lang
    with open_existing(source.url or "", lang) as kit, source.counting("churn/scoring", None, "member") as progress:
        made = kit.score_churn(_when(kit, at, lang), progress=progress)
    if session.json:
        put_json(made.to_dict())
        return
    put(say(lang, "churn/scored", members=count(lang, made.scored, "member"), model=made.model, at=source.day(made.at)))
    for status, number in made.statuses.items():
        put("  " + say(lang, "churn/status", status=say(lang, f"status/{status}"), number=figure(lang, number)))
    for band, number in made.bands.items():
        put("  " + say(lang, "churn/band", band=tame(band), number=figure(lang, number)))
    put(say(lang, "churn/recorded", recorded=figure(lang, made.recorded), unchanged=figure(lang, made.unchanged)))


def _when(kit: Loyalty, at: str | None, lang: Lang) -> dt.datetime | None:
    """The moment that is asked for, in the zone of the store's program."""
    return None if at is None else moment(at, kit.program.document.timezone, lang)
