"""The filters of our own: dates, numbers and plurals in the language of the message."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from liquid.filter import with_context

if TYPE_CHECKING:
    from liquid import RenderContext

LANGUAGE = "\0locale"
"""Under this name a template is given its locale: no template can spell it."""
_DIRECTIVE = re.compile(r"%(-?)([dmYyHMSj%])")
_NAMES = ("short", "medium", "long", "full")
_PLURALS = ("zero", "one", "two", "few", "many")
_PARTS_AS_FEW = ("be", "ru", "uk")
"""Languages in which a broken number takes the form of a few: 1,5 урока."""
_LONGEST_PATTERN = 200
_MOST_DECIMALS = 10


@lru_cache(maxsize=200)
def language(name: str) -> Locale:
    """Babel's locale of a name; English when Babel does not know it."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def plural_forms(locale: str) -> tuple[str, ...]:
    """The names of a language's plural forms, in the order in which `plural` takes them (CLDR's)."""
    tags = language(locale).plural_form.tags
    return (*(tag for tag in _PLURALS if tag in tags), "other")


@lru_cache(maxsize=200)
def whole_forms(locale: str) -> tuple[str, ...]:
    """Those of the plural forms that small whole numbers take: the least that `plural` has to be given."""
    used = {_form(number, locale) for number in range(200)}
    return tuple(form for form in plural_forms(locale) if form in used)


@with_context
def plural(value: Any, *forms: Any, context: RenderContext) -> str:
    """The form of a noun for a number, by the language's rules: ``{{ n | plural: "урок", "урока", "уроков" }}``."""
    if not forms:
        raise ValueError("plural needs the forms of a word")
    locale = _locale(context)
    number = _number(value)
    if number is None:
        return str(forms[-1])
    tag, order = _form(number, locale), plural_forms(locale)
    if tag == "other" and len(forms) < len(order) and language(locale).language in _PARTS_AS_FEW:
        tag = "few"
    return str(forms[min(order.index(tag), len(forms) - 1)])


@with_context
def number(value: Any, decimals: Any = None, *, context: RenderContext) -> str:
    """A number as the language writes it: ``12 345,6``. `decimals` fixes how many; other text stays as it is."""
    figure = _number(value)
    if figure is None:
        return "" if value is None else str(value)
    pattern = None
    if decimals is not None:
        places = _number(decimals)
        if not isinstance(places, int) or not 0 <= places <= _MOST_DECIMALS:
            raise ValueError(f"number takes at most {_MOST_DECIMALS} decimals")
        pattern = "#,##0." + "0" * places if places else "#,##0"
    return str(format_decimal(figure, format=pattern, locale=language(_locale(context))))


@with_context
def date(value: Any, pattern: Any = "%Y-%m-%d", *, context: RenderContext) -> str:
    """A date or time by a pattern; other text stays as it is.

    A name (``short medium long full``) gives the date as the language writes it; a pattern with ``%`` is one of %d %m
    %Y %y %H %M %S %j (`%-d` without the leading zero); any other is a pattern of CLDR: ``d MMMM, HH:mm``.
    """
    moment = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(moment, dt.date):
        return "" if value is None else str(value)
    written = str(pattern)
    if len(written) > _LONGEST_PATTERN:
        raise ValueError(f"a pattern of a date has at most {_LONGEST_PATTERN} characters")
    if "%" in written:
        return _DIRECTIVE.sub(lambda match: _directive(moment, match[1], match[2]), written)
    try:
        return _in_words(moment, written, language(_locale(context)))
    except (AttributeError, KeyError):
        raise ValueError("that is not a pattern for this date") from None  # it may be a fact: it is not quoted


def join(value: Any, separator: Any = ", ") -> str:
    """The items of a list in one text."""
    return str(separator).join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


def _in_words(moment: dt.date, pattern: str, locale: Locale) -> str:
    if pattern in _NAMES:
        return str(format_date(moment, pattern, locale=locale))
    if isinstance(moment, dt.datetime):
        return str(format_datetime(moment, pattern, locale=locale))
    return str(format_date(moment, pattern, locale=locale))


def _directive(moment: dt.date, dash: str, letter: str) -> str:
    written = moment.strftime(f"%{letter}")
    return written.lstrip("0") or "0" if dash and written.isdigit() else written


def _locale(context: RenderContext) -> str:
    return str(context.resolve(LANGUAGE, default="en"))


def _number(value: Any) -> int | Decimal | None:
    """A number, whole where it is whole (2.00 counts as 2); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        exact = Decimal(str(value))
    except ArithmeticError:
        return None
    if not exact.is_finite() or abs(exact.adjusted()) > 30:
        return None
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def _form(number: int | Decimal, locale: str) -> str:
    return str(language(locale).plural_form(abs(Decimal(number))))
