"""What a ladder of status must agree on with itself."""

from __future__ import annotations

import pytest

import loyaltykit as lk

HEAD = """program: school
events: {paid: {plan: text, n: number}, over: {plan: text}, order: {amount: money}}
points: {xp: }
rewards: {chat: {}}
"""


def faults(text: str, lang: str = "en") -> list[lk.Problem]:
    try:
        lk.Program.from_yaml(HEAD + text, lang=lang)
    except lk.ProgramError as error:
        return list(error.problems)
    return []


def problems(tier: str, lang: str = "en") -> list[lk.Problem]:
    return faults(f"tiers: {{t: {{{tier}}}}}", lang)


@pytest.mark.parametrize(
    ("tier", "path", "code"),
    [
        ("by: 1, steps: {a: 0}", "tiers.t.period", "document/missing"),
        ("period: lifetime, steps: {a: 0}", "tiers.t.by", "document/missing"),
        ("by: 1, period: lifetime", "tiers.t.steps", "document/missing"),
        ("by: 1, period: lifetime, steps: {}", "tiers.t.steps", "document/too-few"),
        ("by: 1, period: lifetime, steps: [a, b]", "tiers.t.steps", "document/tier-thresholds"),
        ("by: 1, period: rolling 90, steps: {a: 0}", "tiers.t.period", "document/tier-period"),
        ("by: 1, period: calendar day, steps: {a: 0}", "tiers.t.period", "document/tier-period"),
        ("by: 1, period: 5, steps: {a: 0}", "tiers.t.period", "document/tier-period"),
        ("by: 1, period: lifetime, keep: for ever, steps: {a: 0}", "tiers.t.keep", "document/tier-keep"),
        ("by: 1, period: lifetime, keep: 0d from qualifying, steps: {a: 0}", "tiers.t.keep", "document/tier-keep"),
        (
            "by: 1, period: rolling 9d, keep: until end of next period, steps: {a: 0}",
            "tiers.t.keep",
            "document/tier-no-next",
        ),
        ("by: 1, period: rolling 9d, upgrade: next period, steps: {a: 0}", "tiers.t.upgrade", "document/tier-no-next"),
        (
            "by: 1, period: calendar year, upgrade: next period, keep: until end of period, steps: {a: 0}",
            "tiers.t.keep",
            "document/tier-never-held",
        ),
        (
            "by: 1, period: rolling 9d, downgrade: one step, steps: {a: 0}",
            "tiers.t.downgrade",
            "document/tier-one-step",
        ),
        (
            "by: 1, period: lifetime, downgrade: never, grace: 3d, steps: {a: 0}",
            "tiers.t.grace",
            "document/tier-never-lost",
        ),
        ("by: 1, period: lifetime, steps: {a: 0}, benefits: {b: {}}", "tiers.t.benefits.b", "document/unknown-step"),
        ("paid: {start: paid, end: over}, by: 1", "tiers.t.by", "document/tier-paid"),
        ("paid: {start: paid, end: over}, keep: until end of period", "tiers.t.keep", "document/tier-paid"),
        ("paid: {start: paid, end: [over, paid]}", "tiers.t.paid.end", "document/tier-same-event"),
        ("paid: {start: paid, end: ovr}", "tiers.t.paid.end", "document/unknown-event"),
        ("paid: {start: paid, end: over}, steps: [a, b]", "tiers.t.paid", "document/tier-which-step"),
        ("paid: {start: paid, end: over}, steps: [a, a]", "tiers.t.steps", "document/twice"),
        ("paid: {start: paid, end: over, step: event.plan}", "tiers.t.paid.step", "document/tier-no-steps"),
        ("paid: {start: paid, end: over, step: event.n}, steps: [a]", "tiers.t.paid.step", "document/tier-step-text"),
        (
            "paid: {start: paid, end: over, step: event.pln}, steps: [a]",
            "tiers.t.paid.step",
            "expression/unknown-field",
        ),
        ("paid: {start: paid, end: over}, benefits: {a: {}}", "tiers.t.benefits.a", "document/unknown-step"),
        ("paid: {start: paid}", "tiers.t.paid.end", "document/missing"),
    ],
)
def test_what_is_wrong_with_a_ladder(tier, path, code):
    assert [(one.path, one.code) for one in problems(tier)] == [(path, code)]
    assert problems(tier)[0].line == HEAD.count("\n") + 1
    assert problems(tier, "ru")[0].message != problems(tier)[0].message


@pytest.mark.parametrize(
    "tier",
    [
        "by: 1, period: calendar  half, steps: {a: 0}",
        "by: 1, period: rolling 6 weeks, keep: until end of period, steps: {a: 0}",
        "by: 1, period: lifetime, keep: 1 year from qualifying, downgrade: one step, steps: {a: 0}",
        "by: 1, period: membership year, upgrade: next period, keep: 1 year from qualifying, grace: 30d, steps: {a: 0}",
        "paid: {start: paid, end: over}, benefits: {t: {grant: chat}}",
        "paid: {start: [paid], end: [over], step: event.plan}, steps: {a: 1, b: 2}, grace: 3d",
        "paid: {start: paid, end: over, step: event.plan}, benefits: {a: {grant: chat}}",
    ],
)
def test_what_goes_together(tier):
    assert problems(tier) == []
    document = lk.Program.from_yaml(HEAD + f"tiers: {{t: {{{tier}}}}}").document
    again = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert lk.Program.from_dict(again).document == document


def test_the_steps_of_a_paid_ladder_are_names_to_expressions():
    rule = "rules: [{{id: a, on: order, when: tier.t >= '{}', award: {{xp: 1}}}}]\n"
    tier = "tiers: {t: {paid: {start: paid, end: over, step: event.plan}, steps: [low, high]}}"
    assert faults(rule.format("high") + tier) == []
    assert [problem.path for problem in faults(rule.format("hig") + tier)] == ["rules.a.when"]
