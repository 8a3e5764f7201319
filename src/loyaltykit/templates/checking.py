"""What is wrong with a template, before anybody gets it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.templates.template import MAX_TEMPLATE, Template, Variable, aliased

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PARTS = ("first", "last", "size")
_UNKNOWN_TAG = re.compile(r"unexpected tag '(.*)'", re.DOTALL)


def check_template(
    text: str,
    facts: Mapping[str, Any],
    *,
    locale: str | None = None,
    must_use: Sequence[str] = (),
    absent: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Everything that is wrong with a template, given the facts that there will be.

    `facts` nests like the facts themselves: a mapping is a group, anything else stands for a value. Ids may be written
    with `-` or `_`. With a `locale`, plurals must have the forms of its language. `must_use` names facts or groups that
    the text must put out, not only ask about. `absent` names groups that will not be there always, each with the place
    that lacks it.
    """
    if len(text) > MAX_TEMPLATE:
        return (Finding("message/too-long", {"limit": MAX_TEMPLATE}),)
    if "{" not in text:
        return tuple(_unused((), must_use))
    try:
        template = Template.parse(text)
        return (
            *_filters(template),
            *_variables(template, aliased(facts), absent or {}),
            *_plurals(template, locale),
            *_unused(template.shown(), must_use),
        )
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
    from loyaltykit.templates.language import FILTERS

    for name, offset in template.filters().items():
        if name not in FILTERS:
            yield _unknown("message/filter", Variable((name,), offset), name, FILTERS)


def _plurals(template: Template, locale: str | None) -> Iterator[Finding]:
    if locale is None:
        return
    for given, offset in template.plurals():
        from loyaltykit.templates.filters import plural_forms, whole_forms

        forms = whole_forms(locale)
        if not len(forms) <= given <= len(plural_forms(locale)):
            arguments = {"locale": locale, "given": given, "forms": ", ".join(forms)}
            yield Finding("message/plural", arguments, offset=offset)


def _unused(shown: Sequence[Variable], must_use: Sequence[str]) -> Iterator[Finding]:
    """The names that have to be put out and are not."""
    ways = [tuple(_spelled(segment) for segment in one.segments) for one in shown]
    for name in must_use:
        wanted = tuple(_spelled(part) for part in name.split("."))
        if not any(way[: len(wanted)] == wanted for way in ways):
            yield Finding("message/must-use", {"name": echo(name)})


def _spelled(segment: Any) -> str:
    return str(segment).replace("-", "_")


def _variables(template: Template, facts: Mapping[str, Any], absent: Mapping[str, str]) -> Iterator[Finding]:
    for variable in template.variables():
        finding = _variable(variable, facts)
        place = absent.get(str(variable.segments[0]))
        if finding is not None:
            yield finding
        elif place is not None:
            arguments = {"name": echo(str(variable)), "place": place}
            yield Finding("message/absent", arguments, offset=variable.offset)


def _variable(variable: Variable, facts: Mapping[str, Any]) -> Finding | None:
    """What is wrong with one name, None when nothing is."""
    group: Any = facts
    way = ""
    for segment in variable.segments:
        if isinstance(segment, list):
            return Finding("message/dynamic", {"name": echo(way.rstrip("."))}, offset=variable.offset)
        if not isinstance(group, dict):
            known_part = segment in _PARTS or isinstance(segment, int)
            return None if known_part else _unknown("message/unknown-variable", variable, segment, _PARTS, way)
        if segment not in group:
            return _unknown("message/unknown-variable", variable, str(segment), tuple(group), way)
        way += f"{segment}."
        group = group[segment]
    if isinstance(group, dict):
        return Finding("message/whole", {"name": echo(str(variable))}, offset=variable.offset)
    return None


def _unknown(code: str, used: Variable, segment: str, known: Sequence[str], way: str = "") -> Finding:
    near = nearest(segment, known)
    if near is None:
        return Finding(code, {"name": echo(str(used))}, offset=used.offset)
    return Finding(code, {"name": echo(str(used)), "nearest": way + near}, "hint/nearest", offset=used.offset)
