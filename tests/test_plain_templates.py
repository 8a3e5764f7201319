"""Templates that are filled in without Liquid read as Liquid would have written them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loyaltykit.errors import LoyaltyError
from loyaltykit.templates import Template
from loyaltykit.templates.language import MAX_TEXT, plain_parts, rendered
from loyaltykit.templates.plain import filled
from loyaltykit.templates.template import aliased

NAMES = ["member", "points", "level", "name", "stuck-at", "stuck_at", "size", "first"]
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(".".join)
GAPS = st.tuples(st.sampled_from(["{{", "{{-"]), PATHS, st.sampled_from(["}}", "-}}", "| upcase }}"])).map(" ".join)
WORDS = st.text("aя{}% \n\t«»–'\"<&", max_size=6).filter(lambda text: "{{" not in text and "{%" not in text)
TEMPLATES = st.lists(st.one_of(GAPS, WORDS), max_size=6).map("".join)
VALUES = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.booleans(),
    st.none(),
    st.sampled_from([Decimal("1.50"), 0.1, dt.date(2026, 1, 1), [1, "a"], "{{ member }}", "<b>&", "\ud800", "х\u0301"]),
)
FACTS = st.recursive(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
    lambda inner: st.dictionaries(st.sampled_from(NAMES), st.one_of(VALUES, inner), max_size=4),
    max_leaves=12,
)


def by_us(template, facts):
    try:
        return template.render(facts)
    except LoyaltyError as error:
        return error.code


def by_liquid(template, facts):
    try:
        return rendered(template._bound, aliased(facts), "en")
    except ValueError:
        return "message/render"


@given(TEMPLATES, FACTS)
@example("{{ member.name }}", {"member": {"name": "\ud800"}})
@example("{{ member.name }}", {"member": {"name": True}})
@example("{{ member.name }}", {"member": {"name": None}})
@example("{{ member.name }}{{ level }}", {"member": {"name": [1, "a"]}, "level": Decimal("1.50")})
@example("{{ member }}", {"member": {"name": "a"}})
@example("{{ level }}", {"level": 10**5_000})
@example("{{ member.size }}{{ member.first }}", {"member": {"size": 7, "first": "a"}})
@example("{{ member.stuck_at }}", {"member": {"stuck-at": "a"}})
def test_the_same_letters_as_by_liquid(text, facts):
    try:
        template = Template.parse(text)
    except ValueError:
        return
    assert by_us(template, facts) == by_liquid(template, facts)


@pytest.mark.parametrize("text", ["", "Hello", "{{ member.name }}: {{ points.xp }}", "{{- level -}}"])
def test_most_messages_are_plain(text):
    parts = plain_parts(text)
    assert parts is not None
    assert filled(parts, {"member": {"name": "Ann"}, "points": {"xp": 10}, "level": "one"}) is not None


@pytest.mark.parametrize(
    "text", ["{{ a | upcase }}", "{% if a %}x{% endif %}", "{{ a[0] }}", "{{ a[b] }}", "{{ 'x' }}", "{{ a.size }}"]
)
def test_what_asks_for_more_is_liquids(text):
    assert plain_parts(text) is None


def test_html_is_escaped_all_the_same():
    assert Template.parse("{{ name }}", html=True).render({"name": "<b>"}) == "&lt;b&gt;"


def test_the_limit_of_a_message_holds():
    template = Template.parse("{{ name }}")
    assert template.render({"name": "я" * 40_000}) == "я" * 40_000
    with pytest.raises(LoyaltyError, match="limit"):
        template.render({"name": "я" * MAX_TEXT})
