"""A message whose words fail tells nothing of the person it is about: not in the error, nor in what is behind it."""

from __future__ import annotations

import datetime as dt
import logging
import traceback

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import LoyaltyError
from loyaltykit.program.load import Program
from loyaltykit.templates import render
from loyaltykit.templates.language import FILTERS
from tests.app.post import DAY, DOCUMENT, NOON, Post, event

NAME, MAIL = "Canaria-Zwitscher", "canary@nest.example"
FACTS = {
    "member": {
        "name": NAME,
        "email": MAIL,
        "tags": [NAME, MAIL],
        "birthday": dt.date(2026, 1, 1),
        "seen": dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
        "score": 7,
    }
}
VALUES = [f"member.{name}" for name in FACTS["member"]]
BROKEN = [
    "{{ 3 | number: member.name }}",
    "{{ member.name | truncate: member.email }}",
    "{{ member.birthday | date: member.name }}{{ member.birthday | date: 'HH:mm' }}",
    "{% for one in member.tags limit: member.name %}{{ one }}{% endfor %}",
    "{% if member.name > 3 %}x{% endif %}",
    "{{ member.name }}{% for i in (1..99999) %}{{ member.email }}{% endfor %}",
    "{{ member.score | divided_by: member.name }}",
]


def everything(error):
    """An error, and all that is chained to it whether a traceback shows it or not."""
    told, chained = ["".join(traceback.format_exception_only(error))], error
    while chained is not None:
        told.append(f"{chained!r} {chained} {vars(chained)}")
        chained = chained.__cause__ or chained.__context__
    return "\n".join(told)


def failed(template):
    """What a template's failure says; nothing when it does not fail."""
    try:
        render(template, FACTS)
    except LoyaltyError as error:
        return f"{error.code}: {everything(error)}"
    return ""


def canaries(text):
    return [one for one in (NAME, MAIL) if one in text]


def test_no_filter_quotes_a_fact_that_it_cannot_work_with():
    said = {}
    for name in FILTERS:
        for value in VALUES:
            plain = f"{{{{ {value} | {name} }}}}"
            said |= {one: failed(one) for one in (plain, *(f"{plain[:-3]}: {other} }}}}" for other in VALUES))}
    assert sum(bool(text) for text in said.values()) > 30
    assert [template for template, text in said.items() if text and not text.startswith("message/render: ")] == []
    assert [template for template, text in said.items() if canaries(text)] == []


@pytest.mark.parametrize("template", BROKEN)
def test_a_template_that_fails_quotes_no_fact(template):
    text = failed(template)
    assert text
    assert canaries(text) == []


@pytest.mark.parametrize("template", BROKEN)
def test_a_preview_that_fails_quotes_no_fact_nor_does_the_letter(template, caplog):
    caplog.set_level(logging.DEBUG)
    fields = {"name": "text", "email": "text", "tags": "list<text>", "birthday": "date", "score": "integer"}
    words = {**DOCUMENT["messages"], "greeting": {"purpose": "service", "en": {"subject": "Hello", "text": template}}}
    document = {**DOCUMENT, "member": {**DOCUMENT["member"], **fields}, "messages": words}
    with Loyalty(Program.from_dict(document), channels=[Post()]) as kit:
        facts = {name: value for name, value in FACTS["member"].items() if name in fields}
        kit.update_member("m1", {**facts, "birthday": "2026-01-01", "telegram": "77"}, at=NOON - DAY)
        kit.record(event("h1", member="m1"))
        with pytest.raises(LoyaltyError) as caught:
            kit.preview("greeting", "m1")
        assert kit.deliver(NOON).dead == 1
        kept = repr(kit.outbox()) + str([one.reason for one in kit.outbox()])
    assert canaries(everything(caught.value) + caplog.text + kept) == []
