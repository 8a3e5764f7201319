"""The peers of the stateless benchmark, each in every use that is said or found to be fast.

A peer takes the rules and returns a function from facts to the ids of the rules that hold, event by event. Facts are
plain dicts, with the event's type among the fields as `kind`; they are made before the clock starts and checked by
nobody. "dispatched" means that an expert wrote the dispatch by event type around the peer by hand.
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import compress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.learning import Rule

    Facts = dict[str, Any]
    Fired = list[tuple[str, ...]]
    Run = Callable[[Sequence[Facts]], Fired]
    Peer = Callable[[list[Rule]], Run]


def _sets(rules: list[Rule]) -> dict[str, list[Rule]]:
    sets: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        sets[rule.type].append(rule)
    return sets


def _ids(rules: list[Rule]) -> list[str]:
    return [rule.id for rule in rules]


# evalidate: Python's own byte code, after a whitelist. Its documentation recommends eval() on the compiled code.


def evalidate_each(rules: list[Rule]) -> Run:
    from evalidate import Expr

    codes = [(rule.id, Expr(rule.text(typed=True)).code) for rule in rules]

    def run(events: Sequence[Facts]) -> Fired:
        return [tuple([id for id, code in codes if eval(code, {}, facts)]) for facts in events]  # noqa: S307

    return run


def _evalidate_list(rules: list[Rule], *, typed: bool) -> Any:
    from evalidate import Expr, base_eval_model

    model = base_eval_model.clone()
    model.nodes.append("List")
    return Expr(f"[{', '.join(rule.text(typed=typed) for rule in rules)}]", model=model).code


def evalidate_fused(rules: list[Rule]) -> Run:
    ids, code = _ids(rules), _evalidate_list(rules, typed=True)

    def run(events: Sequence[Facts]) -> Fired:
        return [tuple(compress(ids, eval(code, {}, facts))) for facts in events]  # noqa: S307

    return run


def evalidate_dispatched(rules: list[Rule]) -> Run:
    sets = {kind: (_ids(found), _evalidate_list(found, typed=False)) for kind, found in _sets(rules).items()}

    def run(events: Sequence[Facts]) -> Fired:
        fired = []
        for facts in events:
            ids, code = sets[facts["kind"]]
            fired.append(tuple(compress(ids, eval(code, {}, facts))))  # noqa: S307
        return fired

    return run


# zen-engine: a Rust core. Decision tables are its way; its expression language is faster.


def _zen_list(rules: list[Rule], *, typed: bool) -> Callable[[Facts], list[bool]]:
    import zen

    conditions = ", ".join(f"({rule.text(typed=typed)})" for rule in rules)
    evaluate: Callable[[Facts], list[bool]] = zen.compile_expression(f"[{conditions}]").evaluate
    return evaluate


def zen_fused(rules: list[Rule]) -> Run:
    ids, evaluate = _ids(rules), _zen_list(rules, typed=True)

    def run(events: Sequence[Facts]) -> Fired:
        return [tuple(compress(ids, evaluate(facts))) for facts in events]

    return run


def zen_dispatched(rules: list[Rule]) -> Run:
    sets = {kind: (_ids(found), _zen_list(found, typed=False)) for kind, found in _sets(rules).items()}

    def run(events: Sequence[Facts]) -> Fired:
        fired = []
        for facts in events:
            ids, evaluate = sets[facts["kind"]]
            fired.append(tuple(compress(ids, evaluate(facts))))
        return fired

    return run


def zen_table(rules: list[Rule]) -> Run:
    evaluate = _zen_tables({"all": rules})

    def run(events: Sequence[Facts]) -> Fired:
        return [tuple([row["rule"] for row in evaluate("all", facts)["result"]]) for facts in events]

    return run


def zen_table_dispatched(rules: list[Rule]) -> Run:
    evaluate = _zen_tables(_sets(rules))

    def run(events: Sequence[Facts]) -> Fired:
        return [tuple([row["rule"] for row in evaluate(facts["kind"], facts)["result"]]) for facts in events]

    return run


def _zen_tables(sets: dict[str, list[Rule]]) -> Callable[[str, Facts], dict[str, Any]]:
    """Through the static loader: a decision of create_decision() is compiled again at every call."""
    import zen

    content = {name: _zen_graph(found) for name, found in sets.items()}
    evaluate: Callable[[str, Facts], dict[str, Any]]
    evaluate = zen.ZenEngine({"loader": {"type": "static", "content": content}}).evaluate
    return evaluate


def _zen_graph(rules: list[Rule]) -> dict[str, Any]:
    """One collecting decision table between an input and an output."""
    fields = ("kind", "course", "score", "amount", "hour")
    rows = []
    for rule in rules:
        row = {"_id": rule.id, "rule": json.dumps(rule.id), **dict.fromkeys(fields, ""), "kind": json.dumps(rule.type)}
        for field, operator, value in rule.comparisons:
            row[field] = json.dumps(value) if operator == "==" else f"{operator} {value}"
        rows.append(row)
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": field, "name": field, "field": field} for field in fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b} for a, b in (("in", "table"), ("table", "out"))]
    return {"nodes": nodes, "edges": edges}


# The Common Expression Language, by Google's C++ implementation.


def _cel_list(rules: list[Rule], *, typed: bool) -> Any:
    from cel_expr_python import cel

    kinds = {"kind": "STRING", "course": "STRING", "score": "DOUBLE", "amount": "DOUBLE", "hour": "INT"}
    environment = cel.NewEnv(variables={name: getattr(cel.Type, kind) for name, kind in kinds.items()})
    return environment.compile(f"[{', '.join(rule.text(both='&&', typed=typed) for rule in rules)}]")


def cel_fused(rules: list[Rule]) -> Run:
    ids, expression = _ids(rules), _cel_list(rules, typed=True)

    def run(events: Sequence[Facts]) -> Fired:
        return [tuple(compress(ids, expression.eval(data=facts).plain_value())) for facts in events]

    return run


def cel_dispatched(rules: list[Rule]) -> Run:
    sets = {kind: (_ids(found), _cel_list(found, typed=False)) for kind, found in _sets(rules).items()}

    def run(events: Sequence[Facts]) -> Fired:
        fired = []
        for facts in events:
            ids, expression = sets[facts["kind"]]
            fired.append(tuple(compress(ids, expression.eval(data=facts).plain_value())))
        return fired

    return run


# Two that interpret their rules in Python, and one that is a Rete network in C behind Python calls.


def rule_engine_each(rules: list[Rule]) -> Run:
    import rule_engine

    matches = [(rule.id, rule_engine.Rule(rule.text(typed=True)).matches) for rule in rules]

    def run(events: Sequence[Facts]) -> Fired:
        return [tuple([id for id, holds in matches if holds(facts)]) for facts in events]

    return run


_BUSINESS = {"==": "equal_to", ">=": "greater_than_or_equal_to", "<": "less_than"}


def business_rules_all(rules: list[Rule]) -> Run:
    from business_rules import run_all
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_TEXT
    from business_rules.variables import BaseVariables, numeric_rule_variable, string_rule_variable

    class Variables(BaseVariables):  # type: ignore[misc]
        def __init__(self, facts: Facts) -> None:
            self.facts = facts

        kind = string_rule_variable()(lambda self: self.facts["kind"])
        course = string_rule_variable()(lambda self: self.facts["course"])
        score = numeric_rule_variable()(lambda self: self.facts["score"])
        amount = numeric_rule_variable()(lambda self: self.facts["amount"])
        hour = numeric_rule_variable()(lambda self: self.facts["hour"])

    class Actions(BaseActions):  # type: ignore[misc]
        def __init__(self) -> None:
            self.fired: list[str] = []

        @rule_action(params={"rule": FIELD_TEXT})
        def fire(self, rule: str) -> None:
            self.fired.append(rule)

    written = [_business(rule) for rule in rules]

    def run(events: Sequence[Facts]) -> Fired:
        fired = []
        for facts in events:
            actions = Actions()
            run_all(rule_list=written, defined_variables=Variables(facts), defined_actions=actions)
            fired.append(tuple(actions.fired))
        return fired

    return run


def _business(rule: Rule) -> dict[str, Any]:
    conditions = [
        {"name": field, "operator": _BUSINESS[operator], "value": value}
        for field, operator, value in (("kind", "==", rule.type), *rule.comparisons)
    ]
    return {"conditions": {"all": conditions}, "actions": [{"name": "fire", "params": {"rule": rule.id}}]}


_DURABLE = {">=": "$gte", "<": "$lt"}
_rulesets = 0


def durable_facts(rules: list[Rule]) -> Run:
    """Each event is asserted as a fact, which every rule may match, and retracted: a posted event is used up by one."""
    global _rulesets  # noqa: PLW0603  # rule sets live in a process-wide host, under names of their own
    from durable import engine

    fired: list[str] = []
    _rulesets += 1
    name = f"rules{_rulesets}"
    definition = {rule.id: _durable(rule, fired) for rule in rules}
    host = engine.Host()
    host.set_rulesets({name: definition})

    def run(events: Sequence[Facts]) -> Fired:
        found = []
        for index, facts in enumerate(events):
            fired.clear()
            fact = {"id": index, **facts}
            try:
                host.assert_fact(name, fact)
                host.retract_fact(name, fact)
            except engine.MessageNotHandledException:  # no rule wanted it, so there is nothing to retract
                pass
            found.append(tuple(fired))
        return found

    return run


def _durable(rule: Rule, fired: list[str]) -> dict[str, Any]:
    tests: list[dict[str, Any]] = [{"kind": rule.type}]
    for field, operator, value in rule.comparisons:
        tests.append({field: value} if operator == "==" else {_DURABLE[operator]: {field: value}})
    return {"all": [{"m": {"$and": tests}}], "run": lambda _: fired.append(rule.id)}


PEERS: dict[tuple[str, str], Peer] = {
    ("evalidate", "a rule at a time"): evalidate_each,
    ("evalidate", "one list of all rules"): evalidate_fused,
    ("evalidate", "one list a type, dispatched"): evalidate_dispatched,
    ("zen-engine", "decision table"): zen_table,
    ("zen-engine", "one table a type, dispatched"): zen_table_dispatched,
    ("zen-engine", "one list of all rules"): zen_fused,
    ("zen-engine", "one list a type, dispatched"): zen_dispatched,
    ("cel-expr-python", "one list of all rules"): cel_fused,
    ("cel-expr-python", "one list a type, dispatched"): cel_dispatched,
    ("rule-engine", "a rule at a time"): rule_engine_each,
    ("business-rules", "run_all"): business_rules_all,
    ("durable_rules", "assert, then retract"): durable_facts,
}
