"""The part of Liquid that messages may use. Imported when the first template is read: Liquid is slow to import."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from liquid import Environment, Mode
from liquid.exceptions import LiquidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liquid import BoundTemplate

MAX_TEXT = 100_000
_TAGS = frozenset("content output illegal if unless case for break continue assign comment #".split())
_FILTERS = frozenset(
    "abs append at_least at_most capitalize ceil default divided_by downcase escape first floor last lstrip minus "
    "modulo newline_to_br plus prepend round rstrip size strip strip_html strip_newlines times truncate upcase "
    "url_encode".split()
)
_DIRECTIVE = re.compile(r"%(-?)([dmYyHMSj%])")
_FAILURES = (LiquidError, ValueError, TypeError, ArithmeticError, RecursionError)


class _Liquid(Environment):
    """Liquid with the tags and filters whose work is bounded, and with limits."""

    context_depth_limit: ClassVar[int] = 20
    loop_iteration_limit: ClassVar[int | None] = 1_000
    local_namespace_limit: ClassVar[int | None] = MAX_TEXT
    output_stream_limit: ClassVar[int | None] = MAX_TEXT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Keep what is bounded of the standard tags and filters, and add our own."""
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: tag for name, tag in self.tags.items() if name in _TAGS}
        self.filters = {name: call for name, call in self.filters.items() if name in _FILTERS}
        self.filters.update(date=_date, join=_join)


def _date(value: Any, pattern: Any = "%Y-%m-%d") -> str:
    """A date or time by a pattern of %d %m %Y %y %H %M %S %j (`%-d` without the leading zero); other text as it is."""
    moment = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(moment, dt.date):
        return "" if value is None else str(value)
    return _DIRECTIVE.sub(lambda match: _directive(moment, match[1], match[2]), str(pattern))


def _directive(moment: dt.date, dash: str, letter: str) -> str:
    written = moment.strftime(f"%{letter}")
    return written.lstrip("0") or "0" if dash and written.isdigit() else written


def _join(value: Any, separator: Any = ", ") -> str:
    """The items of a list in one text."""
    return str(separator).join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


_PLAIN = _Liquid(tolerance=Mode.STRICT)
_HTML = _Liquid(tolerance=Mode.STRICT, autoescape=True)
FILTERS = tuple(_PLAIN.filters)


@lru_cache(maxsize=2_000)
def parsed(text: str, html: bool) -> BoundTemplate:  # noqa: FBT001  # a part of the key
    """The template of a text. Raises ValueError from Liquid's own error when it cannot be read."""
    try:
        return (_HTML if html else _PLAIN).from_string(text)
    except LiquidError as error:
        raise ValueError(_reason(error)) from error


def rendered(template: BoundTemplate, facts: Mapping[str, Any]) -> str:
    """The text for some facts. Raises ValueError when a limit is reached or a filter cannot do its work."""
    try:
        return str(template.render(**facts))
    except _FAILURES as error:
        raise ValueError(_reason(error)) from error


def _reason(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__
