"""Where `churn` has its events from, and what they mean there: options made into panels."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import attrs

from loyaltykit.cli.cutoffs import cutoffs_of, days_of
from loyaltykit.cli.failing import Failure, WrongUsage
from loyaltykit.cli.feed.progress import Progress
from loyaltykit.cli.options import existing, load_program, moment, open_existing
from loyaltykit.cli.output import put, tame
from loyaltykit.cli.words import figure, say
from loyaltykit.problems import nearest
from loyaltykit.values import to_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from loyaltykit.churn import History, Panel
    from loyaltykit.churn.registry import Given
    from loyaltykit.cli.histories import Gathered
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.load import Program

_MICROSECOND = dt.timedelta(microseconds=1)
_HORIZON = "28d"


@attrs.define
class Source:
    """Files of events, or a store; with a program's words for what they mean."""

    lang: Lang
    options: Mapping[str, Any]
    program: Program | None
    progress: Progress
    _gathered: list[Gathered] = attrs.field(factory=list)

    @classmethod
    def of(cls, lang: Lang, options: Mapping[str, Any]) -> Source:
        """What the options ask for. WrongUsage unless there are files or a store, and one of them only."""
        files, url, named = options["files"], options["url"], options["program"]
        if bool(files) == bool(url):
            raise WrongUsage(say(lang, "usage/events-or-store"))
        if options["maps"] and named is None:
            raise WrongUsage(say(lang, "usage/needs-program"))
        for name in ("program", "maps", "left", "test"):
            if url and options.get(name):
                raise WrongUsage(say(lang, "usage/only-files", name=f"--{name.removesuffix('s')}"))
        for name in (*files, *options.get("test", ())):
            existing(name, lang)
        if url:
            with open_existing(url, lang) as kit:
                return cls(lang, options, kit.program, Progress(lang))
        return cls(lang, options, None if named is None else load_program(named, lang), Progress(lang))

    @property
    def files(self) -> Sequence[str]:
        """The files to learn from, or to score."""
        return tuple(self.options["files"])

    @property
    def url(self) -> str | None:
        """The store, where there is one instead of files."""
        url: str | None = self.options["url"]
        return url

    @property
    def bands(self) -> dict[str, float]:
        """The program's bands by name, the least score of each."""
        return {} if self.program is None else dict(self.program.document.churn.bands)

    def day(self, moment: dt.datetime) -> str:
        """The moment's date in the program's zone."""
        from loyaltykit.churn.telling import day

        zone = "UTC" if self.program is None else self.program.document.timezone
        return day(moment.astimezone(ZoneInfo(zone)))

    @property
    def default_model(self) -> str:
        """The program's model, or the library's."""
        from loyaltykit.churn.registry import DEFAULT

        return (self.program.document.churn.model if self.program else None) or DEFAULT

    def brought(self) -> tuple[Given, ...]:
        """The models of plug-ins."""
        from loyaltykit.plugins import discover_safely

        return tuple(discover_safely(("loyaltykit_churn_models",)).churn_models)

    def brought_for(self, id: str) -> tuple[Given, ...]:
        """The same, where the library does not ship the model: what plug-ins have is imported only then."""
        from loyaltykit.churn.registry import SHIPPED

        return () if id in SHIPPED else self.brought()

    def panel(self, files: Sequence[str], cutoffs: str) -> Panel:
        """The labelled panel of files, at the cut-offs that a text means."""
        history = self._history(files, until=self.options["at"])
        horizon, label = self._horizon(), self._label(history)
        moments = cutoffs_of(cutoffs, history, horizon // _MICROSECOND, self.lang)
        if not moments:
            raise Failure(say(self.lang, "churn/too-little"), code="churn/too-little")
        panel: Panel = self._builder(history).at(moments, horizon=horizon, label=label, active=self._active())
        return panel

    def members(self, files: Sequence[str], at: str | None) -> Panel:
        """The panel of everybody at one moment, or just after the last event."""
        history = self._history(files)
        when = history.until if at is None else to_instant(moment(at, history.zone, self.lang))
        panel: Panel = self._builder(history).at([when], active=self._active())
        return panel

    @contextmanager
    def counting(self, label: str, total: int | None, what: str) -> Iterator[Callable[[int, int], object]]:
        """A progress bar for something that is counted; it is gone afterwards."""
        self.progress.phase(label, total, what)
        try:
            yield lambda done, of: self.progress.show(done, done, of)
        finally:
            self.progress.close()

    def tell_rejected(self) -> None:
        """Say on standard error what was not taken, where it stood, and why."""
        for one in self._gathered:
            if one.rejected:
                number = figure(self.lang, one.rejected)
                put(say(self.lang, "churn/rejected", number=number, first=one.first), err=True)

    def _history(self, files: Sequence[str], *, until: str | None = None) -> History:
        if self.url is not None:
            return self._of_store(self.url)
        from loyaltykit.cli.histories import Gathering, bare_document
        from loyaltykit.cli.maps.load import load_map
        from loyaltykit.program.churn_sense import meaning

        document = bare_document() if self.program is None else self.program.document
        maps = [load_map(existing(path, self.lang), document, lang=self.lang) for path in self.options["maps"]]
        known = None if self.program is None else meaning(document)
        try:
            end = None if until is None else to_instant(moment(until, document.timezone, self.lang))
            made = Gathering(document, maps, self.lang, self.progress, known).read(files, until=end)
        finally:
            self.progress.close()
        self._gathered.append(made)
        return made.history

    def _of_store(self, url: str) -> History:
        at = self.options["at"]
        with open_existing(url, self.lang) as kit:
            zone = kit.program.document.timezone
            return kit.churn_history(None if at is None else moment(at, zone, self.lang))

    def _builder(self, history: History) -> Any:
        from loyaltykit.churn import PanelBuilder
        from loyaltykit.cli.histories import roles_in
        from loyaltykit.program.churn_sense import meaning

        known = None if self.program is None else meaning(self.program.document)
        return PanelBuilder(history, roles_in(known, self.options["left"]))

    def _horizon(self) -> dt.timedelta:
        text = self.options["horizon"]
        if text is None and self.program is not None:
            return dt.timedelta(microseconds=self.program.document.churn.horizon.micros)
        return dt.timedelta(microseconds=days_of(text or _HORIZON, self.lang))

    def _active(self) -> dt.timedelta | None:
        text = self.options["active"]
        return None if text is None else dt.timedelta(microseconds=days_of(text, self.lang))

    def _label(self, history: History) -> str:
        """What leaving means. Failure for an event that never happened, for then nobody has left."""
        said: str | None = self.options["label"]
        label = said or (self.program.document.churn.label if self.program else "silence")
        if label not in ("silence", *history.types):
            near = nearest(label, history.types)
            types = ", ".join(tame(type) for type in history.types if ":" not in type)
            hint = say(self.lang, "churn/near", name=tame(near)) if near else ""
            hint = hint or say(self.lang, "churn/there-are", names=types)
            raise Failure(say(self.lang, "churn/no-label", name=tame(label), hint=hint), code="churn/no-label")
        return label
