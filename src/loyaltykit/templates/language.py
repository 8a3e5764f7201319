"""The part of Liquid that messages may use. Imported when the first template is read: Liquid is slow to import."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from liquid import Environment, Mode, RenderContext
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Literal, Path
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.exceptions import LiquidError

from loyaltykit.templates.filters import LANGUAGE, date, join, number, plural
from loyaltykit.templates.plain import SPECIAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from liquid import BoundTemplate
    from liquid.ast import Node
    from liquid.builtin.expressions import Filter
    from liquid.expression import Expression

    from loyaltykit.templates.plain import Parts

MAX_TEXT = 100_000
_SHOWING = (OutputNode, ForNode, AssignNode)
_TAGS = frozenset("content output illegal if unless case for break continue assign comment #".split())
_FILTERS = frozenset(
    "abs append at_least at_most capitalize ceil default divided_by downcase escape first floor last lstrip minus "
    "modulo newline_to_br plus prepend round rstrip size strip strip_html strip_newlines times truncate upcase "
    "url_encode".split()
)
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
        self.filters.update(date=date, join=join, number=number, plural=plural)


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


def rendered(template: BoundTemplate, facts: Mapping[str, Any], locale: str) -> str:
    """The text for some facts in a language. ValueError when a limit is reached or a filter cannot do its work."""
    try:
        return str(template.render(**facts, **{LANGUAGE: locale}))
    except _FAILURES as error:
        raise ValueError(_reason(error)) from error


@lru_cache(maxsize=2_000)
def plain_parts(text: str) -> Parts | None:
    """A template as text and names of facts in turns; None when there is more in it than that."""
    found: list[str | tuple[str, ...]] = []
    for node in parsed(text, False).nodes:
        if isinstance(node, ContentNode):
            found.append(node.text)
            continue
        one = node.expression if isinstance(node, OutputNode) else None
        path = one.left if type(one) is FilteredExpression and not one.filters else None
        if type(path) is not Path or not all(type(name) is str and name not in SPECIAL for name in path.path):
            return None
        found.append(tuple(map(str, path.path)))
    return tuple(found)


def _reason(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


def shown(template: BoundTemplate) -> Iterator[int]:
    """Where each name stands in the text that is put out, looped over or assigned; names of conditions are left out."""
    for node in _nodes(template.nodes, RenderContext(template)):
        if isinstance(node, _SHOWING):
            for expression in node.expressions():
                yield from (one.token.start_index for one in _parts(expression) if isinstance(one, Path))


def uses_of(template: BoundTemplate) -> Iterator[Filter]:
    """Every use of a filter, in order."""
    for node in _nodes(template.nodes, RenderContext(template)):
        for expression in node.expressions():
            for one in _parts(expression):
                yield from getattr(one, "filters", None) or ()


def pieces_of(template: BoundTemplate) -> Iterator[tuple[str | None, tuple[str, ...], tuple[str, ...], Any, bool]]:
    """For each stretch its text, or the names, filters and literals of its placeholder, and whether it is a tag."""
    for node in template.nodes:
        if isinstance(node, ContentNode):
            yield node.text, (), (), (), False
            continue
        parts = [part for one in node.expressions() for part in _parts(one)]
        filters = [use.name for part in parts for use in getattr(part, "filters", None) or ()]
        names = [str(part) for part in parts if isinstance(part, Path)]
        written = [str(part.value) for part in parts if isinstance(part, Literal)]
        yield None, tuple(names), tuple(filters), tuple(written), not isinstance(node, OutputNode)


def _nodes(nodes: Iterable[Node], context: RenderContext) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _nodes(node.children(context, include_partials=False), context)


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in expression.children():
        yield from _parts(child)
