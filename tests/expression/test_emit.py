"""Golden pairs: what was written, and the source that runs for it."""

import pytest

from loyaltykit.rules.expression import emit
from loyaltykit.rules.expression.emit import depends
from loyaltykit.rules.expression.text import to_text
from tests.expression.sample import Names, node_of, truth_of, value_of

CONDITIONS = {
    # operands that cannot be null: what a person would write
    "event.score >= 0.9 and event.course == 'py'": "event_score >= 0.9 and event_course == c1",
    "event.score >= 0.9 or not event.graded": "event_score >= 0.9 or not event_graded",
    "not (event.score < 0.5 or event.graded)": "event_score >= 0.5 and not event_graded",
    "not (event.score < 0.5 and event.graded)": "event_score >= 0.5 or not event_graded",
    "(event.graded or event.tries > 1) and event.score > 0": "(event_graded or event_tries > 1) and event_score > 0.0",
    "0.5 <= event.score < 1": "0.5 <= event_score < 1.0",
    "event.score >= 0.5 and event.score < 1": "event_score >= 0.5 and event_score < 1.0",
    "not 0.5 <= event.score < 1": "0.5 > event_score or event_score >= 1.0",
    "event.course in ('py', 'js')": "event_course in c1",
    "event.course not in ('py', 'js')": "event_course not in c1",
    "event.course in ('py',)": "event_course == c1",
    "event.course not in ['py']": "event_course != c1",
    "'hard' in event.tags": "c1 in event_tags",
    "event['from'] == event.course and event['at'] > 3": "event_from == event_course and event_field_at > 3",
    "event.time_spent > 60": "event_time_spent > 60",
    "event.graded == True": "event_graded",
    "event.graded != True": "not event_graded",
    "event.graded == False": "not event_graded",
    "True": "True",
    "event.graded and True": "event_graded",
    "event.graded or True": "True",
    "event.score is None": "False",
    "event.score is not None": "True",
    "5 is None": "False",
    "(5 if True else event.bonus) is None": "(t1 := 5.0) is None",
    # steps, dates, instants are numbers by now
    "level >= 'Explorer'": "level >= 1",
    "level == 'Эксперт'": "level == 2",
    "badge.persistent and quest.come_back.done": "badge_persistent and quest_come_back_done",
    "event.local.weekday in ('sat', 'sun')": "event_local_weekday in c1",
    "event.local.weekday >= 5": "event_local_weekday >= 5",
    "event.local.date >= '2026-01-01'": "event_local_date >= 20454",
    "event.at >= '2026-09-01T10:00+03:00'": "event_at >= 1788246000000000",
    "event.taken == '1969-12-31'": "event_taken == -1",
    # nullable operands: a guard where null could count as an answer, none where it could not
    "tier.status >= 'gold'": "tier_status is not None and tier_status >= 2",
    "not tier.status >= 'gold'": "tier_status is not None and tier_status < 2",
    "event.topic == 'loops'": "event_topic == c1",
    "not event.topic == 'loops'": "event_topic is not None and event_topic != c1",
    "event.topic != 'loops'": "event_topic is not None and event_topic != c1",
    "not event.topic != 'loops'": "event_topic == c1",
    "event.topic in ('a', 'b')": "event_topic in c1",
    "event.topic not in ('a', 'b')": "event_topic is not None and event_topic not in c1",
    "event.topic == event.course": "event_topic == event_course",
    "event.course == event.topic": "event_course == event_topic",
    "event.topic == member.name": "member_name is not None and event_topic == member_name",
    "3 in event.marks": "event_marks is not None and 3 in event_marks",
    "event.topic is None or event.topic == 'x'": "event_topic is None or event_topic == c1",
    "event.topic is not None and event.topic != 'x'": "event_topic is not None and event_topic != c1",
    "member.age > 3 and member.age < 9 and member.age != 7": (
        "member_age is not None and member_age > 3 and member_age < 9 and member_age != 7"
    ),
    "member.age > 3 or member.age < 1": (
        "member_age is not None and member_age > 3 or member_age is not None and member_age < 1"
    ),
    "3 < member.age < 9": "member_age is not None and 3 < member_age < 9",
    "0.5 <= highest('quiz.passed', 'score') < 1": "(t1 := highest_31()) is not None and 0.5 <= t1 < 1.0",
    "days_since('quiz.passed') > 3 and days_since('quiz.passed') < 9": (
        "(t1 := days_since_25()) is not None and t1 > 3 and t1 < 9"
    ),
    "member.paused": "member_paused",
    "not member.paused": "member_paused is False",
    "member.paused is None": "member_paused is None",
    "event.open == member.paused": "member_paused is not None and event_open == member_paused",
    "count('quiz.passed', within='30d') >= 2": "count_34() >= 2",
    "silent('14d') and not silent('6 weeks')": "silent_13() and not silent_13_()",
    # arithmetic: guarded only where it could leave the numbers
    "event.tries % 5 == 0": "event_tries % 5 == 0",
    "event.nth + 1 > 3": "event_nth + 1 > 3",
    "event.score * 10 >= 9": "c1 < (t1 := event_score * 10.0) < c2 and t1 >= 9.0",
    "event.score / 10 >= 9": "event_score / 10.0 >= 9.0",
    "event.score / event.tries > 1": "event_tries != 0 and event_score / event_tries > 1.0",
    "event.score / 0 > 1": "False",
    "event.tries + member.age > 3": (
        "member_age is not None and -2**63 <= (t1 := event_tries + member_age) < 2**63 and t1 > 3"
    ),
    "(event.score + event.bonus) * 2 - 1 > 0": (
        "event_bonus is not None and c1 < (t1 := (event_score + event_bonus) * 2.0 - 1.0) < c2 and t1 > 0.0"
    ),
    "event.score / event.bonus is None": (
        "not (event_bonus is not None and event_bonus != 0 and c1 < (t1 := event_score / event_bonus) < c2)"
    ),
    "event.score - (event.nth - 2) > -1": "event_score - (event_nth - 2) > -1.0",
    "event.score > 3 if event.graded else event.score > 1": "event_score > 3.0 if event_graded else event_score > 1.0",
}
VALUES = {
    "10": "10",
    "-2.5": "-2.5",
    "'py'": "c1",
    "None": "None",
    "event.score": "event_score",
    "member.age": "member_age",
    "event.score / 100": "event_score / 100.0",
    "event.nth * 10": "event_nth * 10",
    "5 + 10 * event.score": "t1 if c1 < (t1 := 5.0 + 10.0 * event_score) < c2 else None",
    "points.xp.available + 5": "t1 if -2**63 <= (t1 := points_xp_available + 5) < 2**63 else None",
    "points.xp.available // 100": "points_xp_available // 100",
    "-event.score": "-event_score",
    "-(event.nth + 1)": "-(event_nth + 1)",
    "-event.tries": "t1 if -2**63 <= (t1 := -event_tries) < 2**63 else None",
    "event.score - -1": "event_score - -1.0",
    "3 if tier.status >= 'gold' else 1": "3 if tier_status is not None and tier_status >= 2 else 1",
    "3 if event.graded else 1.5": "3.0 if event_graded else 1.5",
    "event.tries if event.graded else 1.5": "float(event_tries) if event_graded else 1.5",
    "member.age if member.age is not None else 0": "member_age if member_age is not None else 0",
    "min(100, event.score)": "min(100.0, event_score)",
    "max(1, member.age)": "max(1, member_age) if member_age is not None else None",
    "round(event.score / 3, 2)": "round(event_score / 3.0, 2)",
    "round(event.score)": "t1 if -2**63 <= (t1 := round(event_score)) < 2**63 else None",
    "floor(quest.come_back.progress * 10)": "int(quest_come_back_progress * 10.0 // 1)",
    "ceil(quest.come_back.progress * 10)": "-int(-(quest_come_back_progress * 10.0) // 1)",
    "floor(event.tries)": "event_tries",
    "abs(event.score - 1)": "abs(event_score - 1.0)",
    "abs(event.score * 2)": "t1 if c1 < (t1 := abs(event_score * 2.0)) < c2 else None",
    "len(event.tags)": "len(event_tags)",
    "event.score > 1": "event_score > 1.0",
    "event.bonus > 1": "event_bonus > 1 if event_bonus is not None else None",
    "not member.paused": "not member_paused if member_paused is not None else None",
    "event.graded and member.paused": (
        "False if not event_graded or member_paused is False else None if member_paused is None else True"
    ),
    "event.bonus > 1 or member.paused": (
        "True if (t1 := event_bonus > 1 if event_bonus is not None else None) is True or member_paused is True"
        " else None if t1 is None or member_paused is None else False"
    ),
    "days_since('quiz.passed') + 1": "t1 + 1 if (t1 := days_since_25()) is not None else None",
}


@pytest.mark.parametrize(("text", "source"), CONDITIONS.items())
def test_conditions(text, source):
    assert truth_of(text) == source


@pytest.mark.parametrize(("text", "source"), VALUES.items())
def test_values(text, source):
    assert value_of(text) == source


def test_falsity_is_what_not_emits():
    node = node_of("event.topic == 'x' and member.paused", "condition")
    assert emit.falsity(node, Names()) == "event_topic is not None and event_topic != c1 or member_paused is False"


def test_wrapped_source_is_safe_inside_other_source():
    node = node_of("event.graded or event.tries > 1", "condition")
    assert emit.truth(node, Names(), wrap=True) == "(event_graded or event_tries > 1)"
    assert emit.truth(node_of("event.graded", "condition"), Names(), wrap=True) == "event_graded"


def test_sources_of_the_reader_are_put_in_brackets_where_they_must_be():
    class Slots(Names):
        def ref(self, ref):
            return {"score": "s[1] / 100", "tries": "s[2]", "graded": "s[3] >= 0"}[ref.path[-1]]

    assert emit.truth(node_of("event.score > 1", "condition"), Slots()) == "s[1] / 100 > 1.0"
    assert emit.value(node_of("event.tries / 5 - event.score / 2"), Slots()) == "s[2] / 5 - s[1] / 100 / 2.0"
    assert emit.value(node_of("event.score % 7"), Slots()) == "s[1] / 100 % 7.0"
    assert emit.value(node_of("7 % (1 + abs(event.score))"), Slots()) == "7.0 % (1.0 + abs(s[1] / 100))"
    assert emit.value(node_of("2 - event.score"), Slots()) == "2.0 - s[1] / 100"
    assert emit.truth(node_of("not event.graded", "condition"), Slots()) == "not s[3] >= 0"
    graded = "event.graded == (event.tries > 1)"
    assert emit.truth(node_of(graded, "condition"), Slots()) == "(s[3] >= 0) == (s[2] > 1)"


def test_text_of_the_document_never_becomes_source():
    names = Names()
    source = emit.truth(node_of("event.course == '__import__(\"os\")' and event.topic in ('a)b', 'c')"), names)
    assert source == "event_course == c1 and event_topic in c2"
    assert set(names.constants) == {(str, '__import__("os")'), (frozenset, frozenset(["a)b", "c"]))}


def test_depends_lists_every_read_once_in_order():
    text = (
        "event.score > 1 and count('quiz.passed', where=topic == 'x') > 2 and event.score < 5 "
        "and anniversary(member.birthday) and tier.status == 'gold'"
    )
    assert [to_text(read) for read in depends(node_of(text))] == [
        "event.score",
        "count('quiz.passed', where=event.topic == 'x')",
        "anniversary(member.birthday)",
        "member.birthday",
        "tier.status",
    ]
