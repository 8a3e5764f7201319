"""How a language says numbers, times and lists: plurals, dates and marks as the CLDR has them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

import attrs
from babel import Locale
from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_decimal, format_percent

from loyaltykit.calendars import DAY
from loyaltykit.telling.words import WORDS
from loyaltykit.templates.locales import localised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.calendars import Duration, Period, Rate

Lang = Literal["en", "ru"]
_CATEGORIES = {"en": ("one", "other"), "ru": ("one", "few", "many", "other")}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS = (("weeks", 7 * DAY), ("days", DAY), ("hours", DAY // 24), ("minutes", DAY // 1440), ("seconds", DAY // 86_400))


_SHE = ("weeks", "minutes", "seconds")
"""Units that are feminine in Russian."""
_SPACE = " "


@attrs.frozen(slots=True)
class Speech:
    """One language."""

    lang: Lang

    def say(self, code: str, /, **arguments: Any) -> str:
        """The words of a code."""
        return WORDS[code][1 if self.lang == "ru" else 0].format(**arguments)

    def knows(self, code: str) -> bool:
        """Whether there are words for a code."""
        return code in WORDS

    def number(self, value: float) -> str:
        """A number for a reader."""
        return str(format_decimal(value, locale=self.lang, format="#,##0.######"))

    def share(self, value: float) -> str:
        """A share as a percentage."""
        return str(format_percent(value, locale=self.lang, format="#,##0.## %")).replace(" ", "\N{NO-BREAK SPACE}")

    def counted(self, value: float, what: str) -> str:
        """A number and its noun in the right form: `3 балла`, `1 point`."""
        forms = WORDS[f"count/{what}"][1 if self.lang == "ru" else 0].split("|")
        category = Locale.parse(self.lang).plural_form(value)
        return f"{self.number(value)} {forms[_CATEGORIES[self.lang].index(category)]}"

    def duration(self, span: Duration) -> str:
        """A length of time."""
        return self.counted(*_measured(span))

    def latest(self, span: Duration) -> str:
        """The time until now, of a length: `over the last year`, `over the last 90 days`."""
        number, unit = _measured(span)
        time = self.counted(number, unit)
        one = Locale.parse(self.lang).plural_form(number) == "one"
        gender = "many" if not one else "she" if unit in _SHE else "he"
        return self.say(f"latest/{gender}", time=time.partition(_SPACE)[2] if number == 1 else time)

    def micros(self, micros: int) -> str:
        """A length of time in microseconds, in the largest unit that fits; two weeks or less in days."""
        return self.counted(*_in_units(micros))

    def times(self, value: int) -> str:
        """How often: `once`, `3 times`."""
        return "once" if value == 1 and self.lang == "en" else self.counted(value, "times")

    def per(self, period: Period) -> str:
        """How often something may be: `a day`, `in any 7 days`."""
        if period.rolling is not None:
            return self.say("per/rolling", time=self.duration(period.rolling))
        return self.say(f"per/{period.name}")

    def rate(self, rate: Rate) -> str:
        """`3 times a day`."""
        return f"{self.times(rate.times)} {self.per(rate.per)}"

    def date(self, date: dt.date) -> str:
        """A date."""
        return str(format_date(date, format="long", locale=self.lang))

    def moment(self, local: str) -> str:
        """A local time."""
        pattern = "d MMMM y, HH:mm"
        return str(format_datetime(dt.datetime.fromisoformat(local), format=pattern, locale=self.lang))

    def weekday(self, number: int) -> str:
        """A day of the week; Monday is 0."""
        return str(get_day_names("wide", locale=self.lang)[number])

    def weekday_named(self, name: str) -> str:
        """A day of the week by its short English name."""
        return self.weekday(_DAYS.index(name))

    def label(self, label: Any, name: str) -> str:
        """A label in this language, or the name."""
        return localised(label, name, self.lang)

    def joined(self, items: Sequence[str], word: Literal["and", "or"] = "and") -> str:
        """`a, b and c`."""
        if len(items) < 2:
            return "".join(items)
        return self.say(word, before=", ".join(items[:-1]), last=items[-1])

    def parts(self, items: Sequence[str], mark: str = "; ") -> str:
        """What is added to a sentence, each after a mark."""
        return "".join(f"{mark}{item}" for item in items if item)


def capital(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


def _measured(span: Duration) -> tuple[int, str]:
    """A length of time as a number of units."""
    if span.months:
        years, rest = divmod(span.months, 12)
        return (span.months, "months") if rest else (years, "years")
    return _in_units(span.micros)


def _in_units(micros: int) -> tuple[int, str]:
    units = _UNITS if micros > 14 * DAY else _UNITS[1:]
    unit, size = next((one for one in units if micros % one[1] == 0), units[-1])
    return micros // size, unit
