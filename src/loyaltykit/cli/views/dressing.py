"""How values look in a language: times in a zone, amounts, bars, labels."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from loyaltykit.cli.output import mark, tame
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.document import Document

_BAR = 20


@attrs.frozen
class Dressing:
    """A language, a zone, and the labels of a program."""

    lang: Lang
    zone: dt.tzinfo
    document: Document

    def moment(self, at: dt.datetime | None) -> str:
        """A date and a time of day."""
        if at is None:
            return ""
        return at.astimezone(self.zone).strftime("%d.%m.%Y %H:%M" if self.lang == "ru" else "%Y-%m-%d %H:%M")

    def day(self, at: dt.date | None) -> str:
        """A date."""
        if at is None:
            return ""
        date = at.astimezone(self.zone) if isinstance(at, dt.datetime) else at
        return date.strftime("%d.%m.%Y" if self.lang == "ru" else "%Y-%m-%d")

    def amount(self, value: Any) -> str:
        """A number of points, as it is counted."""
        if isinstance(value, int):
            return figure(self.lang, value)
        text = f"{value:,}" if not isinstance(value, float) else f"{value:,.2f}".rstrip("0").rstrip(".")
        return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",") if self.lang == "ru" else text

    def label(self, section: str, name: str) -> str:
        """What a part of the program is called for people: its label, else its id."""
        part = getattr(self.document, section).get(name)
        label = getattr(part, "label", None)
        if isinstance(label, dict):
            label = label.get(self.lang) or label.get(self.document.locale) or next(iter(label.values()))
        return tame(str(label or name))

    @staticmethod
    def bar(share: float, room: int = _BAR) -> str:
        """A bar that is filled to a share."""
        full = max(0, min(room, int(share * room + 1e-9)))
        return mark("█", "#") * full + mark("░", ".") * (room - full)


def zone_of(name: Any, otherwise: str) -> dt.tzinfo:
    """The zone to show times in: the member's own, else the program's."""
    for candidate in (name, otherwise):
        try:
            return ZoneInfo(str(candidate))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return dt.UTC
