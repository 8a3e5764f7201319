"""Code for leaderboards: what an event counts, and what an award adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.compile.context import Function
from loyaltykit.rules.compile.writer import Writer
from loyaltykit.rules.runtime.boards import Scores

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.rules.compile.context import Module
    from loyaltykit.rules.plan.boards import Board


def boards(module: Module, run: Callable[[str, str], None]) -> dict[str, Scores]:
    """The run-time objects of all leaderboards, under their names in the generated code, by id."""
    found = {}
    for board in module.plan.boards:
        name = f"score_{board.slot}"
        run(_score(module, board, name), name)
        scores = Scores(board, module.plan.zone, module.names.namespace[name])
        module.names.shared(name_of(board), scores)
        found[board.id] = scores
    return found


def name_of(board: Board) -> str:
    """The name of a leaderboard in generated code."""
    return f"BOARD_{board.slot}"


def _score(module: Module, board: Board, name: str) -> str:
    """Source of the score, of the values of the parts."""
    fn = Function(module)
    for number in range(len(board.parts)):
        fn.captured["part", str(number)] = f"parts[{number}]"
    fn(f"return {fn.value(board.score)}")
    writer = Writer()
    with writer.block(f"def {name}(parts):"):
        writer.include(fn.body)
    return writer.text()


def on_event(fn: Function) -> None:
    """An event begins: whose group it is, and what it counts for."""
    for board in fn.plan.boards:
        has = board.field is not None and board.field in fn.plan.events.get(fn.event or "", {})
        group = fn.field(board.field) if has and board.field is not None else "None"
        counted = [number for number, part in enumerate(board.parts) if part.event == fn.event]
        earns = any(part.function == "earned" for part in board.parts)
        if counted or (earns and board.field is not None):
            fn(f"# {board.source}")
        if earns and board.field is not None:
            fn(f"{name_of(board)}.on(s, at, eid, {group})")
        for number in counted:
            _count(fn, board, number, group)


def _count(fn: Function, board: Board, number: int, group: str) -> None:
    part = board.parts[number]
    value = "None" if part.field is None else fn.field(part.field)
    call = f"{name_of(board)}.counted(s, {number}, at, eid, {group}, {value}, out)"
    if part.where is None:
        fn(call)
        return
    with fn.block(f"if {fn.truth(part.where)}:"):
        fn(call)


def on_award(fn: Function, point: str, amount: str) -> None:
    """An award adds to the boards of its point."""
    kept = (award.point for rule in fn.plan.rules if rule.kept is not None for award in rule.follow.awards)
    more = ", back=True" if point in kept else ""
    for board in fn.plan.boards:
        for number, part in enumerate(board.parts):
            if part.function == "earned" and part.field == point:
                fn(f"{name_of(board)}.earned(s, {number}, at, eid, {amount}, out{more})")
