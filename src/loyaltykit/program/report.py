"""Faults -> problems: paths by ids, places in the text, words in a language, in document order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.problems import Finding, Problem, echo
from loyaltykit.program.places import Fault, Keys, Place, Source, locate

if TYPE_CHECKING:
    from collections.abc import Iterable

    import attrs

from loyaltykit.problems import Lang

MAX_PROBLEMS = 200
_LONGEST_PATH = 140
_MOST_ECHO = 200
_NUMBERED = frozenset({"steps", "rules", "cases", "given", "then", "else", "choose", "order"})
_NAMED = {"rules": "id", "cases": "name"}


def problems(source: Source, faults: Iterable[Fault], lang: Lang) -> tuple[Problem, ...]:
    """All problems in document order; of very many the first ones, and one that says so."""
    placed = [(_place(source, fault), fault) for fault in faults]
    order: Any = (lambda pair: (pair[0].line, pair[0].column)) if source.spot is not None else _Order(source.data)
    placed.sort(key=order)
    found: dict[tuple[Any, ...], Problem] = {}
    for place, fault in placed:
        problem = _problem(source, fault, place, lang)
        found.setdefault((problem.path, problem.code, problem.line, problem.column, problem.message), problem)
        if len(found) == MAX_PROBLEMS:
            break
    if len(placed) > len(found) == MAX_PROBLEMS:
        more = Finding("document/more-problems", {"limit": MAX_PROBLEMS})
        return (*found.values(), more.problem(lang, path="", file=source.file))
    return tuple(found.values())


def _place(source: Source, fault: Fault) -> Place:
    if fault.line:
        return Place(fault.line, fault.column)
    return locate(source, fault.keys, at_key=fault.at_key, offset=fault.finding.offset)


def _problem(source: Source, fault: Fault, place: Place, lang: Lang) -> Problem:
    path = _short(fault.path or path_of((*fault.keys, *fault.tail), source.data))
    finding = fault.finding
    echoed = len(path) + sum(len(str(item)) for key, item in finding.arguments.items() if key in ("name", "nearest"))
    if echoed > _MOST_ECHO:
        finding = attrs.evolve(finding, hint="")
    return finding.problem(lang, path=path, line=place.line, column=place.column, file=source.file)


def path_of(keys: Keys, data: Any) -> str:
    """The path of a part by ids: ``rules.good-quiz.when``, ``quests.comeback.steps.2.where``."""
    words: list[str] = []
    before: str | int = ""
    for key in keys:
        data = _into(data, key)
        if not isinstance(key, int):
            words.append(echo(key))
        elif before in _NUMBERED:
            words.append(_name(data, _NAMED.get(str(before), "")) or str(key + 1))
        before = key
    return ".".join(words)


def _into(data: Any, key: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(key)
    if isinstance(data, list | tuple) and isinstance(key, int) and key < len(data):
        return data[key]
    return None


def _name(item: Any, key: str) -> str:
    name = item.get(key) if key and isinstance(item, dict) else None
    return echo(name) if isinstance(name, str) else ""


def _short(path: str) -> str:
    if len(path) <= _LONGEST_PATH:
        return path
    half = _LONGEST_PATH // 2 - 1
    return f"{path[:half]}…{path[-half:]}"


class _Order:
    """The sort key of a fault in a document without text: where its keys stand in the data."""

    def __init__(self, data: Any) -> None:
        self._data = data
        self._numbers: dict[int, dict[Any, int]] = {}

    def __call__(self, placed: tuple[Place, Fault]) -> tuple[int, ...]:
        found: list[int] = []
        data = self._data
        for key in placed[1].keys:
            found.append(key if isinstance(key, int) else self._number(data, key))
            data = _into(data, key)
        return tuple(found)

    def _number(self, data: Any, key: str) -> int:
        if not isinstance(data, dict):
            return 0
        numbers = self._numbers.setdefault(id(data), {})
        if not numbers:
            numbers.update({name: number for number, name in enumerate(data)})
        return numbers.get(key, len(numbers))
