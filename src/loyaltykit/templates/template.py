"""One template: read, looked into, rendered."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import echo
from loyaltykit.templates.plain import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liquid import BoundTemplate

    from loyaltykit.templates.plain import Parts

MAX_TEMPLATE = 20_000


@attrs.frozen(slots=True)
class Variable:
    """A fact as a template names it, and where."""

    segments: tuple[Any, ...]
    """The names on the way; a list among them is a name that is computed only when the template is rendered."""
    offset: int

    def __str__(self) -> str:
        return ".".join("[]" if isinstance(one, list) else str(one) for one in self.segments)


@attrs.frozen(slots=True)
class Piece:
    """A stretch of a template: text that stands there, or a placeholder."""

    text: str | None
    """None for a placeholder."""
    names: tuple[str, ...] = ()
    """The facts that a placeholder names."""
    filters: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    """What a placeholder may put out besides: texts and numbers written in it."""
    tag: bool = False
    """Whether it is a tag (if, for, assign and so on) with all that it holds."""


@attrs.frozen(slots=True)
class Template:
    """A template that can be read; make one with `Template.parse`."""

    text: str
    _bound: BoundTemplate = attrs.field(repr=False, eq=False)
    _plain: Parts | None = attrs.field(default=None, repr=False, eq=False)
    """What it is when it only puts facts into a text."""

    @classmethod
    def parse(cls, text: str, *, html: bool = False) -> Template:
        """Read a template. With `html` every fact is escaped for HTML. Raises ValueError when it cannot be read."""
        from loyaltykit.templates.language import parsed, plain_parts

        if len(text) > MAX_TEMPLATE:
            raise ValueError(f"a template has at most {MAX_TEMPLATE} characters")
        return cls(text, parsed(text, html), None if html else plain_parts(text))

    def variables(self) -> tuple[Variable, ...]:
        """The facts that the template names, in order."""
        found = self._bound.analyze(include_partials=False).globals
        uses = [Variable(tuple(one.segments), one.span.index) for many in found.values() for one in many]
        return tuple(sorted(uses, key=lambda one: one.offset))

    def filters(self) -> dict[str, int]:
        """The filters that the template uses, and where each is used first."""
        found = self._bound.analyze(include_partials=False).filters
        return {name: min(span.index for span in spans) for name, spans in found.items()}

    def shown(self) -> tuple[Variable, ...]:
        """The facts that the template puts out, loops over or assigns: those that it only asks about are left out."""
        from loyaltykit.templates.language import shown

        places = frozenset(shown(self._bound))
        return tuple(one for one in self.variables() if one.offset in places)

    def pieces(self) -> tuple[Piece, ...]:
        """The template in stretches, in order."""
        from loyaltykit.templates.language import pieces_of

        return tuple(Piece(*one) for one in pieces_of(self._bound))

    def plurals(self) -> tuple[tuple[int, int], ...]:
        """For each use of `plural`, how many forms it is given, and where it stands."""
        from loyaltykit.templates.language import uses_of

        return tuple((len(use.args), use.token.start_index) for use in uses_of(self._bound) if use.name == "plural")

    def render(self, facts: Mapping[str, Any], *, locale: str = "en") -> str:
        """The text for these facts, with dates, numbers and plurals of a locale; what is missing or null gives nothing.

        Raises LoyaltyError (``message/render``) when the limits are reached or a filter cannot do its work.
        """
        from loyaltykit.templates.language import rendered

        try:
            if self._plain is not None and (text := filled(self._plain, facts)) is not None:
                return text
            return rendered(self._bound, aliased(facts), locale)
        except ValueError as error:
            reason = echo(str(error))
        # raised out here: what stands behind it quotes the facts
        raise LoyaltyError(f"the message cannot be rendered: {reason}", code="message/render")


def render(template: Template | str, facts: Mapping[str, Any], *, html: bool = False, locale: str = "en") -> str:
    """The text of a template for these facts: nested mappings by the names of `check_template`."""
    if not isinstance(template, str):
        return template.render(facts, locale=locale)
    return Template.parse(template, html=html).render(facts, locale=locale) if "{" in template else template


@lru_cache(maxsize=2_000)
def groups_of(text: str) -> frozenset[str]:
    """The first parts of all names that a template uses, so that nobody has to look up what it does not."""
    if "{" not in text:
        return frozenset()
    return frozenset(str(one.segments[0]) for one in Template.parse(text).variables())


def aliased(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with each name also in the way that expressions write it, with `_` for `-`."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        found[name] = aliased(value) if isinstance(value, dict) else value
        found.setdefault(name.replace("-", "_"), found[name])
    return found
