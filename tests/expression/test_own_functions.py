"""Functions of a school's own: checked like ours, null where they break their word, and part of what a program is."""

from __future__ import annotations

import datetime as dt
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.plugins import discover, hookimpl
from loyaltykit.rules.cases import run_cases

START = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
DISCOUNT = lk.Function(
    name="discount",
    arguments=("number", "text"),
    result="number",
    call=lambda amount, plan: amount * {"pro": 0.5}.get(plan, 0.1),
)
HOLIDAY = lk.Function(name="is_holiday", arguments=("date",), result="boolean", call=lambda day: day % 7 == 0)
TAG = lk.Function(name="tag", arguments=("text",), result="text", call=str.upper)
FUNCTIONS = (DISCOUNT, HOLIDAY, TAG)
DOCUMENT = {
    "program": "school",
    "events": {"order.paid": {"amount": "money", "plan": "optional text", "number": "optional integer"}},
    "points": {"stars": {}},
}


def program(award="1", functions=FUNCTIONS, **rule):
    rules = [{"id": "paid", "on": "order.paid", "award": {"stars": award}, **rule}]
    return lk.Program.from_dict({**DOCUMENT, "rules": rules}, functions=functions)


def stars(made, **data):
    engine = lk.Engine(made)
    state, decision = engine.fold(engine.start("ann"), lk.Event("o1", "order.paid", "ann", START, data))
    bulk = engine.fold_many([lk.Event("o1", "order.paid", "ann", START, data)])["ann"]
    found = sum(entry.amount for entry in decision.entries)
    assert engine.view(bulk).points["stars"].available == engine.view(state).points["stars"].available == found
    return found


def test_a_number_a_text_and_a_condition():
    assert stars(program("discount(event.amount, event.plan)"), amount=100, plan="pro") == 50
    assert stars(program("discount(event.number, 'basic') + 1"), amount=1, number=100) == 11
    assert stars(program(when="tag(event.plan) == 'PRO'"), amount=1, plan="pro") == 1
    assert stars(program(when="is_holiday(event.local.date) and event.amount > 0"), amount=1) in (0, 1)
    day = (START.date() - dt.date(1970, 1, 1)).days
    for shift in range(7):
        function = lk.Function(
            name="is_holiday", arguments=("date",), result="boolean", call=lambda one, n=shift: one == day + n
        )
        assert stars(program(when="is_holiday(event.local.date)", functions=[function]), amount=1) == (shift == 0)
        assert stars(program(when="not is_holiday(event.local.date)", functions=[function]), amount=1) == (shift != 0)


def test_null_in_null_out_and_no_call():
    assert stars(program("discount(event.amount, event.plan)"), amount=100) == 0
    assert stars(program(when="tag(event.plan) is None"), amount=1) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda _: 1 / 0,
        lambda _: sys.exit(3),
        lambda _: "a text",
        lambda _: None,
        lambda _: float("nan"),
        lambda _: float("inf"),
        lambda _: 10**400,
        lambda _: True,
        lambda _: [1],
    ],
)
def test_what_breaks_its_word_is_null_and_said_once(call, caplog):
    wrong = lk.Function(name="wrong", arguments=("number",), result="number", call=call)
    with caplog.at_level(logging.WARNING, "loyaltykit.functions"):
        made = program("wrong(event.amount) + 1", functions=[wrong])
        assert stars(made, amount=1) == 0
        assert stars(program(when="wrong(event.amount) is None", functions=[wrong]), amount=1) == 1
    assert all("wrong" in record.getMessage() for record in caplog.records)


@given(st.floats(-(10.0**12), 10.0**12), st.sampled_from(["pro", "basic", "ё"]))
def test_the_explaining_interpreter_sees_what_the_generated_code_sees(amount, plan):
    made = program(when="discount(event.amount, event.plan) >= 50")
    amount = round(amount, 2)
    engine = lk.Engine(made)
    event = lk.Event("o1", "order.paid", "ann", START, {"amount": amount, "plan": plan})
    (reason,) = engine.explain(engine.start("ann"), event)
    assert (reason.code == "reason/awarded") == (stars(made, amount=amount, plan=plan) == 1)


def test_a_wrong_call_is_a_problem_with_the_nearest_right_one():
    for award, text in (
        ("discont(event.amount, 'x')", "discount"),
        ("discount(event.amount)", r"discount\(number, text\)"),
        ("discount('x', 'y')", r"discount\(number, text\)"),
        ("discount(event.amount, b='y')", "discount|keyword"),
    ):
        with pytest.raises(lk.ProgramError, match=text):
            program(award)
    with pytest.raises(lk.ProgramError, match="unknown function discount"):
        program("discount(event.amount, 'x')", functions=())


def test_names_types_and_doubles_are_checked():
    for wrong in (
        {"name": "a b"},
        {"name": "_a"},
        {"name": "скидка"},
        {"arguments": ()},
        {"arguments": ("money",)},
        {"result": "list"},
    ):
        with pytest.raises(lk.LoyaltyError):
            lk.Function(**{"name": "f", "arguments": ("text",), "result": "text", "call": str, **wrong})
    for given_ in (
        [DISCOUNT, DISCOUNT],
        [lk.Function(name="abs", arguments=("text",), result="text", call=str)],
        [len],
    ):
        with pytest.raises(lk.LoyaltyError):
            program(functions=given_)


def test_a_function_that_is_called_is_part_of_the_plan_and_one_that_is_not_is_not():
    newer = lk.Function(name="discount", arguments=("number", "text"), result="number", call=max, version="2")
    calling = "discount(event.amount, event.plan)"
    hashes = {lk.Engine(program(calling, functions=[one])).plan.hash for one in (DISCOUNT, newer)}
    assert len(hashes) == 2
    assert lk.Engine(program("1")).plan.hash == lk.Engine(program("1", functions=())).plan.hash


def test_a_store_wants_the_functions_that_its_program_calls(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db"
    made = program("discount(event.amount, event.plan)")
    with lk.Loyalty(made, store=url) as kit:
        kit.record(lk.Event("o1", "order.paid", "ann", START, {"amount": 100, "plan": "pro"}))
    with pytest.raises(lk.ProgramError, match="unknown function discount"):
        lk.Loyalty.open(url)
    with lk.Loyalty.open(url, functions=FUNCTIONS) as kit:
        kit.record(lk.Event("o0", "order.paid", "ann", START - dt.timedelta(hours=1), {"amount": 10, "plan": "pro"}))
        assert kit.member("ann").points["stars"].available == 55
        assert "rules.paid" in str(kit.explain("ann", event="o1"))


def test_a_call_that_gives_them_is_made_once_and_only_for_one_that_is_not_ours(tmp_path):
    asked = []

    def give():
        asked.append(1)
        return FUNCTIONS

    url = f"sqlite:///{tmp_path}/school.db"
    plain = program(when="count('order.paid') >= 1 and max(event.amount, 2) > 1", functions=give)
    with lk.Loyalty(plain, store=url) as kit:
        kit.record(lk.Event("o1", "order.paid", "ann", START, {"amount": 100, "plan": "pro"}))
        kit.record(lk.Event("o0", "order.paid", "ann", START - dt.timedelta(hours=1), {"amount": 10, "plan": "pro"}))
        assert kit.explain("ann", event="o1")
    with lk.Loyalty.open(url, functions=give) as kit:
        assert kit.member("ann").points["stars"].available == 2
    assert asked == []
    with lk.Loyalty.open(url, functions=give) as kit:
        kit.adopt(program("discount(event.amount, event.plan)", functions=give), at=START + dt.timedelta(days=1))
    with pytest.raises(lk.ProgramError, match="did you mean discount"):
        program("discont(event.amount, 'x')", functions=give)
    assert asked == [1, 1], "once for each program that calls one"


def test_a_version_before_this_one_may_call_what_this_one_does_not(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db"
    with lk.Loyalty(program("discount(event.amount, event.plan)"), store=url) as kit:
        kit.record(lk.Event("o1", "order.paid", "ann", START, {"amount": 100, "plan": "pro"}))
        kit.adopt(program("1"), at=START + dt.timedelta(days=1))
    with lk.Loyalty.open(url, functions=lambda: FUNCTIONS) as kit:
        late = lk.Event("o0", "order.paid", "ann", START - dt.timedelta(hours=1), {"amount": 10, "plan": "pro"})
        kit.record(late)
        assert kit.member("ann").points["stars"].available == 55


def test_a_plug_in_brings_them():
    class OurFunctions:
        @hookimpl
        def loyaltykit_functions(self):
            return [DISCOUNT, "no function", lk.Function(name="abs", arguments=("text",), result="text", call=str)]

    found = discover({"ours": OurFunctions()})
    assert found.functions == (DISCOUNT,)
    assert sorted(error.code for error in found.errors) == ["plugin/duplicate", "plugin/shape"]


def test_cases_sentences_and_advice_know_them():
    rules = [{"id": "paid", "on": "order.paid", "when": "is_holiday(event.local.date)", "award": {"stars": 1}}]
    cases = [{"name": "holiday", "given": [{"order.paid": {"amount": 1}, "at": "1970-01-08T12:00:00Z"}],
              "then": {"points": {"stars": 1}}}]  # fmt: skip
    document = {**DOCUMENT, "rules": rules, "cases": cases}
    made = lk.Program.from_dict(document, functions=FUNCTIONS)
    assert [case.ok for case in run_cases(made)] == [True]
    assert any("is_holiday" in sentence.text for sentence in lk.sentences(made))
    assert [one.code for one in lk.check(document, functions=FUNCTIONS) if one.severity == "error"] == []
