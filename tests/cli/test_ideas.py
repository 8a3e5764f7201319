"""ideas and idea: what students propose, and what the school decides."""

import datetime as dt
import json

import pytest

import loyaltykit as lk
from tests.cli.helpers import invoke, store

PROGRAM = """\
program: school
timezone: Europe/Moscow
events: {lesson: {}}
ideas: {accepted: {grant: [co-author]}}
rewards: {co-author: {kind: role}}
"""
AT = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def school(tmp_path):
    with lk.Loyalty(lk.Program.from_yaml(PROGRAM), store=store(tmp_path)) as kit:
        first = kit.propose("ann", idea="Streams\nin the \x1b[31mevening", at=AT)
        second = kit.propose("bob", idea="A book club", at=AT)
        kit.idea(first, state="open", by="Eva", at=AT)
        for number in range(6):
            kit.support(f"m{number}", idea=first, at=AT)
        kit.idea(second, state="declined", by="Eva", note="We have one.", at=AT)
    return tmp_path


def out(school, *arguments, lang="en", code=0):
    result = invoke(*arguments, "--store", store(school), lang=lang)
    assert result.exit_code == code, result.output
    return result.output


def test_ideas_are_listed_those_with_votes_first(school):
    lines = out(school, "ideas").splitlines()
    assert lines[0] == "2 ideas"
    assert "open for votes · 6 votes · ann · 2026-09-01" in lines[1]
    assert lines[2] == "  Streams in the [31mevening"  # the escape is gone
    assert lines[-1].strip() == "Eva: We have one."
    assert "отклонена · 0 голосов" in out(school, "ideas", "--state", "declined", lang="ru")
    data = json.loads(out(school, "ideas", "--top", "1", "--json"))
    assert [(one["member"], one["votes"]) for one in data] == [("ann", 6)]


def test_the_school_decides_and_what_cannot_be_is_refused(school):
    id = json.loads(out(school, "ideas", "--json"))[0]["id"]
    assert out(school, "idea", id, "--state", "accepted", "--by", "Eva").strip() == f"{id}: accepted"
    with lk.Loyalty.open(store(school)) as kit:
        assert kit.entitled("ann", "co-author")
        assert [one.subject for one in kit.member("m3").inbox] == ["An idea that you support is accepted"]
    assert "сейчас в другом состоянии" in out(school, "idea", id, "--state", "open", "--by", "E", lang="ru", code=1)
    assert "нет идеи" in out(school, "idea", "i999", "--state", "open", "--by", "E", lang="ru", code=1)
