"""Whatever comes in: problems or a program, and a program always survives its own text."""

from hypothesis import HealthCheck, given, settings
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
    "rewards messages cases holdout churn campaigns"
).split()
KEYS = (
    "id on when award grant badge send limit cap key active multiply by steps per count where every milestones "
    "any_of reward label kind lasts stock text xp a b e from to period benefits times distinct"
).split()
NEAR = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(data):
    """The program of some data, None when it is refused; the problems are the same both ways."""
    problems = check(data) if isinstance(data, dict) else None
    program = error = None
    try:
        program = Program.from_dict(data)
    except ProgramError as caught:
        error = caught
    assert (error is None) == (not problems and program is not None)
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
@given(st.sampled_from(SECTIONS[7:18]), NEAR)
def test_a_program_survives_its_text(section, part):
    named = {"a": part} if section not in ("rules", "cases", "levels") else part
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
