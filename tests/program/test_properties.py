"""Whatever comes in: problems or a program, and a program always survives its own text."""

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from loyaltykit.errors import ProgramError
from loyaltykit.program.load import Program, check
from loyaltykit.program.yaml_text import read_yaml

SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["xp", "e", "e.f", "7d", "3 per week", "day", "event.f > 1", "count('e')", "a", "text", "segment.a"]
    )
)
DATA = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SECTIONS = (
    "program version timezone locale late events member segments points rules levels tiers streaks badges quests "
    "rewards messages cases holdout churn campaigns materials stuck staff surveys contact goals"
).split()
KEYS = (
    "id on when award grant badge send limit cap key active multiply by steps per count where every milestones "
    "any_of reward label kind lasts stock text xp a b e from to period benefits times distinct start exit offer "
    "choose wait until at_most if then else stop enrol survey message channels default again order bands event "
    "within target of"
).split()
NEAR = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)
HELD = st.sampled_from(["True", "count('e') > 1", "silent('9d')", "churn.score > 0.5", "quest.q.done"])
TIME = st.sampled_from(["2d", "12h", "6 weeks", "1 month", "90s"])
TURN = HELD | st.fixed_dictionaries({"on": st.just("e")}, optional={"when": HELD})
OPTION = st.sampled_from(["r", ["s"], ["r", "s"], "materials", {"give": ["s", "r"], "when": "True", "label": "A"}])
OFFER = st.fixed_dictionaries(
    {"choose": st.lists(OPTION, min_size=1, max_size=3, unique_by=str)},
    optional={
        "by": st.sampled_from(["rule", "random", "bandit", "member"]),
        "keep": TIME,
        "take": st.sampled_from(["by member", "at once"]),
        "success": TURN,
    },
)
STEP = st.one_of(
    st.builds(lambda one: {"send": one}, st.sampled_from(["m", {"message": "m", "channels": ["email", "inbox"]}])),
    st.builds(lambda one: {"wait": one}, TIME | st.fixed_dictionaries({"until": HELD}, optional={"at_most": TIME})),
    st.builds(lambda one: {"offer": one}, OFFER),
    st.sampled_from([{"enrol": "q"}, {"survey": "v"}, {"grant": "r"}, {"award": {"xp": 5}, "badge": "b"}]),
    st.just({"offer": {"choose": ["r", ["r", "s"]], "by": "member", "default": ["r", "s"]}}),
    st.builds(lambda held: {"if": held, "then": [{"send": "m"}, {"stop": True}]}, HELD),
)
STEPS = st.recursive(
    st.lists(STEP, min_size=1, max_size=4),
    lambda inner: st.builds(lambda held, then, more: [{"if": held, "then": then}, *more], HELD, inner, inner),
    max_leaves=4,
)
CAMPAIGN = st.fixed_dictionaries(
    {"start": TURN | st.just({"at": "2026-10-08T19:00"}), "steps": STEPS},
    optional={
        "per": st.just("event.c"),
        "audience": HELD,
        "holdout": st.sampled_from(["10%", "2.5 %", 0.125, 0, "33.3333%"]) | st.floats(0, 1),
        "again": TIME.map("after {}".format),
        "exit": TURN,
        "label": st.sampled_from(["A", {"ru": "А", "en": "A"}]),
    },
)
GOAL = st.builds(
    lambda sign, number, of: {"event": "e", "within": "9d", "target": f"{sign}{number}%", "of": of},
    st.sampled_from("+-−"),
    st.integers(0, 9_999) | st.integers(0, 99_999).map(lambda number: f"{number / 100:.2f}"),
    st.sampled_from(["program", "campaigns.a"]),
)
CONTACT = st.fixed_dictionaries(
    {},
    optional={
        "quiet_hours": st.sampled_from(["21:00-09:00", "00:00-23:59", "13:05-13:06"]),
        "at_most": st.sampled_from(["3 per week", {"times": 1, "per": "7 days"}]),
        "consent": st.just({"marketing": "not required"}),
        "stale": TIME,
        "channels": st.just(["telegram", "inbox"]),
    },
)
AROUND = {
    "program": "a",
    "events": {"e": {"f": "number", "c": "text"}},
    "points": {"xp": {}},
    "rewards": {"r": {}, "s": {}},
    "materials": {"t": {"topic": "x"}},
    "badges": {"b": {"when": "False"}},
    "quests": {"q": {"start": "campaign", "steps": [{"on": "e"}]}},
    "surveys": {"v": {"question": "?", "scale": "0-10"}},
    "messages": {"m": {"en": "Hi"}},
}
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(data):
    """The program of some data, None when it is refused; the problems are the same both ways."""
    problems = check(data) if isinstance(data, dict) else None
    program = error = None
    try:
        program = Program.from_dict(data)
    except ProgramError as caught:
        error = caught
    refused = any(problem.severity == "error" for problem in problems or ())
    assert (error is None) == (not refused and program is not None)
    if error is not None:
        assert len(str(error)) < 2_000
        assert problems is None or list(error.problems) == problems
        assert all(problem.line == problem.column == 0 for problem in error.problems)
        assert all(problem.message.isprintable() for problem in error.problems)
    return program


@RELAXED
@given(DATA)
def test_any_data_is_a_program_or_problems(data):
    told(data)


@RELAXED
@given(st.dictionaries(st.sampled_from(SECTIONS), DATA | NEAR, max_size=6))
def test_any_sections_are_a_program_or_problems(data):
    told({"program": "a", "events": {"e": {"f": "number"}}, "points": {"xp": {}}, **data})


@RELAXED
@given(st.sampled_from(SECTIONS[7:]), NEAR)
def test_a_program_survives_its_text(section, part):
    whole = ("rules", "cases", "levels", "holdout", "churn", "stuck", "contact")
    named = {"a": part} if section not in whole else part
    program = told({"program": "a", "events": {"e": {"f": "number"}}, "points": {"xp": {}}, section: named})
    if program is not None:
        again = Program.from_json(program.text)
        assert again == program
        assert again.text == program.text


@RELAXED
@given(st.text(alphabet=st.sampled_from("ab:-[]{},&*!|>'\"%@#? \n\t<~.01"), max_size=60))
def test_any_text_reads_the_same_with_both_parsers(text):
    fast, pure = read_yaml(text), read_yaml(text, pure=True)
    if not fast.faults and not pure.faults:
        assert fast.data == pure.data


@RELAXED
@given(st.text(max_size=80), st.sampled_from([Program.from_yaml, Program.from_json, Program.from_toml]))
def test_any_text_is_a_program_or_problems(text, load):
    problems = ()
    try:
        load(text)
    except ProgramError as error:
        problems = error.problems
    assert all(problem.line >= 1 for problem in problems)


@RELAXED
@given(CAMPAIGN, GOAL, CONTACT)
def test_a_campaign_is_a_program_that_survives_its_text_or_problems(campaign, goal, contact):
    program = told({**AROUND, "campaigns": {"a": campaign}, "goals": {"g": goal}, "contact": contact})
    event(f"loads: {program is not None}")
    if program is None:
        return
    again = Program.from_json(program.text)
    assert again == program
    assert again.document == program.document
    assert list(again.expressions) == list(program.expressions)
    one = again.document.campaigns["a"]
    assert all(path.startswith("campaigns.a.") for path in again.expressions if path.startswith("campaigns"))
    assert ("campaigns.a.audience" in again.expressions) == (one.audience is not None)
    assert ("campaigns.a.start" in again.expressions) == (one.start.when is not None)
