"""Message templates in Liquid: what is allowed, which facts they use, and the text they give.

A template sees its facts and nothing else: no files, no other templates, no clock. What it may cost is limited, so that
a slip of the pen cannot stop a server: only tags and filters whose work is bounded are known.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from liquid import Environment, Mode
from liquid.exceptions import LiquidError

from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import Finding, echo, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from liquid import BoundTemplate

MAX_TEMPLATE = 20_000
MAX_TEXT = 100_000
_TAGS = frozenset("content output illegal if unless case for break continue assign comment #".split())
_FILTERS = frozenset(
    "abs append at_least at_most capitalize ceil default divided_by downcase escape first floor last lstrip minus "
    "modulo newline_to_br plus prepend round rstrip size strip strip_html strip_newlines times truncate upcase "
    "url_encode".split()
)
_PARTS = frozenset({"size", "first", "last"})
_UNKNOWN_TAG = re.compile(r"unexpected tag '(.*)'", re.DOTALL)
_DIRECTIVE = re.compile(r"%(-?)([dmYyHMSjB%])")
_BAD_RENDER = (LiquidError, ValueError, TypeError, ArithmeticError, RecursionError)


class _Liquid(Environment):  # type: ignore[misc, unused-ignore]
    """Liquid with bounded tags and filters only."""

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


@attrs.frozen(slots=True)
class Template:
    """A template that can be read; make one with `Template.parse`."""

    text: str
    _bound: BoundTemplate = attrs.field(repr=False, eq=False)

    @classmethod
    def parse(cls, text: str, *, html: bool = False) -> Template:
        """Read a template. With `html` every fact is escaped for HTML. Raises ValueError when it cannot be read."""
        if len(text) > MAX_TEMPLATE:
            raise ValueError(f"a template has at most {MAX_TEMPLATE} characters")
        try:
            return cls(text, _bound(text, html))
        except LiquidError as error:
            raise ValueError(_reason(error)) from error

    def variables(self) -> tuple[Variable, ...]:
        """The facts that the template names, in order."""
        found = self._bound.analyze(include_partials=False).globals
        uses = [Variable(tuple(one.segments), one.span.index) for many in found.values() for one in many]
        return tuple(sorted(uses, key=lambda one: one.offset))

    def filters(self) -> dict[str, int]:
        """The filters that the template uses, and where each is used first."""
        found = self._bound.analyze(include_partials=False).filters
        return {name: min(span.index for span in spans) for name, spans in found.items()}

    def render(self, facts: Mapping[str, Any]) -> str:
        """The text for these facts; what is missing or null gives nothing.

        Raises LoyaltyError (``message/render``) when the limits are reached or a filter cannot do its work.
        """
        try:
            return str(self._bound.render(**_aliased(facts)))
        except _BAD_RENDER as error:
            reason = echo(_reason(error))
            raise LoyaltyError(f"the message cannot be rendered: {reason}", code="message/render") from error


@attrs.frozen(slots=True)
class Variable:
    """A fact as a template names it, and where."""

    segments: tuple[Any, ...]
    """The names on the way; a list among them is a name that is computed only when the template is rendered."""
    offset: int

    def __str__(self) -> str:
        return ".".join("[]" if isinstance(one, list) else str(one) for one in self.segments)


@lru_cache(maxsize=2_000)
def _bound(text: str, html: bool) -> BoundTemplate:  # noqa: FBT001  # a part of the key
    return (_HTML if html else _PLAIN).from_string(text)


def _reason(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


def render(template: Template | str, facts: Mapping[str, Any], *, html: bool = False) -> str:
    """The text of a template for these facts: nested mappings by the names of `check_template`."""
    parsed = Template.parse(template, html=html) if isinstance(template, str) else template
    return parsed.render(facts)


def check_template(text: str, facts: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Everything that is wrong with a template, given the facts that there will be.

    `facts` nests like the facts themselves: a mapping is a group, anything else stands for a value. Ids may be written
    with `-` or `_`.
    """
    if len(text) > MAX_TEMPLATE:
        return (Finding("message/too-long", {"limit": MAX_TEMPLATE}),)
    if "{" not in text:
        return ()
    try:
        template = Template.parse(text)
        return (*_filters(template), *_variables(template, _aliased(facts)))
    except ValueError as error:
        return (_unreadable(error),)
    except RecursionError:
        return (Finding("message/too-complex"),)


def _unreadable(error: ValueError) -> Finding:
    token = getattr(error.__cause__, "token", None)
    offset = max(0, getattr(token, "start_index", 0))
    tag = _UNKNOWN_TAG.fullmatch(str(error))
    if tag is not None:
        return Finding("message/tag", {"name": echo(tag[1])}, offset=offset)
    return Finding("message/syntax", {"reason": echo(str(error))}, offset=offset)


def _filters(template: Template) -> Iterator[Finding]:
    for name, offset in template.filters().items():
        if name not in _PLAIN.filters:
            yield _unknown("message/filter", Variable((name,), offset), name, list(_PLAIN.filters))


def _variables(template: Template, facts: Mapping[str, Any]) -> Iterator[Finding]:
    for variable in template.variables():
        finding = _variable(variable, facts)
        if finding is not None:
            yield finding


def _variable(variable: Variable, facts: Mapping[str, Any]) -> Finding | None:
    """What is wrong with one name, None when nothing is."""
    group: Any = facts
    way: list[str] = []
    for segment in variable.segments:
        if isinstance(segment, list):
            return Finding("message/dynamic", {"name": echo(".".join(way))}, offset=variable.offset)
        if not isinstance(group, dict):
            known: list[str] = sorted(_PARTS)
            if segment in _PARTS or isinstance(segment, int):
                return None
        else:
            known = list(group)
        if not isinstance(group, dict) or segment not in group:
            prefix = "".join(f"{part}." for part in way)
            return _unknown("message/unknown-variable", variable, str(segment), known, prefix=prefix)
        way.append(str(segment))
        group = group[segment]
    if isinstance(group, dict):
        return Finding("message/whole", {"name": echo(str(variable))}, offset=variable.offset)
    return None


def _unknown(code: str, used: Variable, segment: str, known: list[str], *, prefix: str = "") -> Finding:
    near = nearest(segment, known)
    if near is None:
        return Finding(code, {"name": echo(str(used))}, offset=used.offset)
    arguments = {"name": echo(str(used)), "nearest": prefix + near}
    return Finding(code, arguments, "hint/nearest", offset=used.offset)


def _aliased(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with each name also in the way that expressions write it, with `_` for `-`."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        found[name] = _aliased(value) if isinstance(value, dict) else value
        found.setdefault(name.replace("-", "_"), found[name])
    return found
