"""Message templates: what they may say, what they may cost, and what they give."""

import contextlib
import datetime as dt
from decimal import Decimal

import pytest

from loyaltykit.errors import LoyaltyError
from loyaltykit.templates import Template, check_template, render

FACTS = {
    "member": {"name": None, "id": None, "tags": None, "birthday": None},
    "program": None,
    "points": {"xp": None, "early-stars": None},
    "level": None,
}
VALUES = {
    "member": {"name": "Анна", "id": "ann", "tags": ["a", "b"], "birthday": "2001-02-03"},
    "program": "school",
    "points": {"xp": 120, "early-stars": Decimal("1.50")},
    "level": None,
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("{{ member.name }}, {{ points.xp }}", "Анна, 120"),
        ("{{ points.early-stars }} {{ points.early_stars }}", "1.50 1.50"),
        ("[{{ level }}]", "[]"),
        ("{{ level | default: 'none' }}", "none"),
        ("{% if points.xp >= 100 %}many{% else %}few{% endif %}", "many"),
        ("{% unless level %}no level{% endunless %}", "no level"),
        ("{% case member.id %}{% when 'ann' %}A{% else %}B{% endcase %}", "A"),
        ("{% for tag in member.tags %}<{{ tag }}>{% endfor %}", "<a><b>"),
        ("{{ member.tags | join }} {{ member.tags | join: '-' }} {{ member.tags.size }}", "a, b a-b 2"),
        ("{% assign half = points.xp | divided_by: 2 %}{{ half }}", "60"),
        ("{{ member.birthday | date: '%d.%m.%Y, %-d %H %%' }}", "03.02.2001, 3 00 %"),
        ("{{ 'now' | date: '%Y' }}", "now"),
        ("{{ member.name | upcase | append: '!' }}", "АННА!"),
        ("{# no comment #}", "{# no comment #}"),
        ("{% comment %} nothing {% endcomment %}", ""),
        ("{% raw %}{{ member.nam }}{% endraw %}", "{{ member.nam }}"),
    ],
)
def test_rendering(template, text):
    assert check_template(template, FACTS) == ()
    assert render(template, VALUES) == text
    assert render(Template.parse(template), VALUES) == text


@pytest.mark.parametrize(
    ("template", "code", "offset", "nearest"),
    [
        ("Hi {{ member.nam }}", "message/unknown-variable", 6, "member.name"),
        ("{{ membr.name }}", "message/unknown-variable", 3, "member"),
        ("{{ points.xpp }}", "message/unknown-variable", 3, "points.xp"),
        ("{{ zzz }}", "message/unknown-variable", 3, None),
        ("{{ member }}", "message/whole", 3, None),
        ("{{ level.name }}", "message/unknown-variable", 3, None),
        ("{{ member[level] }}", "message/dynamic", 3, None),
        ("{% if membr.name %}x{% endif %}", "message/unknown-variable", 6, "member"),
        ("{{ level | upcas }}", "message/filter", 11, "upcase"),
        ("{{ level | replace: 'a', 'b' }}", "message/filter", 11, None),
        ("{{ level", "message/syntax", 0, None),
        ("{% if level %}", "message/syntax", 0, None),
        ("{% endif %}", "message/tag", 0, None),
        ("{% include 'x' %}", "message/tag", 0, None),
        ("{% render 'x' %}", "message/tag", 0, None),
        ("{% capture x %}{% endcapture %}", "message/tag", 0, None),
        ("{{ level | }}", "message/syntax", 0, None),
        ("x" * 20_001, "message/too-long", 0, None),
    ],
)
def test_findings(template, code, offset, nearest):
    (finding,) = check_template(template, FACTS)
    assert finding.code == code
    assert finding.arguments.get("nearest") == nearest
    assert offset in (0, finding.offset)
    assert finding.problem("ru", path="messages.m").message


def test_all_wrong_names_are_found_in_order():
    found = check_template("{{ a }} {{ member.b | c }} {% for x in d %}{{ x }}{% endfor %}", FACTS)
    assert [finding.arguments["name"] for finding in found] == ["c", "a", "member.b", "d"]


def test_html_escapes_facts_and_not_the_template():
    facts = {"member": {"name": "<b>&"}}
    assert render("<i>{{ member.name }}</i>", facts, html=True) == "<i>&lt;b&gt;&amp;</i>"
    assert render("<i>{{ member.name }}</i>", facts) == "<i><b>&</i>"


def test_facts_are_text_not_templates():
    assert (
        render("{{ member.name }}", {"member": {"name": "{{ program }}{% if %}"}, "program": "x"})
        == "{{ program }}{% if %}"
    )


def test_missing_facts_give_nothing():
    assert render("[{{ member.name }}{{ a.b.c }}{{ x | upcase }}{{ x | date: '%Y' }}]", {}) == "[]"


def test_objects_show_nothing_of_python():
    facts = {"member": {"name": "a", "when": dt.date(2026, 1, 2)}}
    assert render("{{ member.name.__class__ }}{{ member.__init__ }}{{ member.name.upper }}", facts) == ""
    assert render("{{ member.when | date: '%d.%m.%y' }}", facts) == "02.01.26"


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% for i in (1..900) %}{% for j in (1..900) %}x{% endfor %}{% endfor %}",
        "{% assign x = 'aaaaaaaaaa' %}{% for i in (1..100) %}{% assign x = x | append: x %}{% endfor %}{{ x }}",
        "{% assign x = 9 %}{% for i in (1..100) %}{% assign x = x | times: x %}{% endfor %}{{ x }}",
        "{% for i in (1..999) %}" + "x" * 1_000 + "{% endfor %}",
        "{{ 1 | divided_by: 0 }}",
    ],
)
def test_what_a_template_may_cost(template):
    with pytest.raises(LoyaltyError) as caught:
        render(template, {})
    assert caught.value.code == "message/render"


@pytest.mark.parametrize(
    "template",
    [
        "{{ (1..1000000000) | join: ',' }}",
        "{{ (1..1000000000) | size }}{{ 2 | round: 1000000000 }}",
        "{{ '2026-01-01' | date: '%999999999d' }}",
        "{% if a %}" * 500 + "{% endif %}" * 500,
        "{{ " + "a." * 5_000 + "b }}",
        "{% if " + "a or " * 3_000 + "a %}{% endif %}",
        "{{ a" + " | upcase" * 2_000 + " }}",
        "{{ a" + "[a" * 3_000 + "]" * 3_000 + " }}",
    ],
)
def test_odd_templates_end(template):
    check_template(template, FACTS)
    with contextlib.suppress(LoyaltyError, ValueError):
        render(template, {"a": {}})


def test_a_template_that_cannot_be_read():
    with pytest.raises(ValueError, match="unexpected tag 'include'"):
        Template.parse("{% include 'x' %}")


@pytest.mark.parametrize(
    ("template", "locale", "text"),
    [
        ("{{ n | plural: 'урок', 'урока', 'уроков' }}", "ru", "урок урока уроков уроков урок урока уроков"),
        ("{{ n | plural: 'lesson', 'lessons' }}", "en", "lesson lessons lessons lessons lessons lessons lessons"),
        ("{{ n | plural: 'lekcja', 'lekcje', 'lekcji' }}", "pl", "lekcja lekcje lekcji lekcji lekcji lekcje lekcji"),
        ("{{ n | plural: 'cours', 'des cours' }}", "fr-CA", "cours" + " des cours" * 6),
    ],
)
def test_plurals_follow_the_language(template, locale, text):
    assert check_template(template, {"n": None}, locale=locale) == ()
    assert " ".join(render(template, {"n": n}, locale=locale) for n in (1, 2, 5, 11, 21, 22, 112)) == text


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (Decimal("1.00"), "урок"),
        (1.5, "урока"),
        (Decimal("2.50"), "урока"),
        ("5", "уроков"),
        (-1, "урок"),
        (0, "уроков"),
        (None, "уроков"),
        ("many", "уроков"),
        (float("nan"), "уроков"),
        (10**40, "уроков"),
    ],
)
def test_plurals_of_odd_numbers(value, form):
    assert render("{{ n | plural: 'урок', 'урока', 'уроков' }}", {"n": value}, locale="ru") == form


@pytest.mark.parametrize(("forms", "locale"), [("'a', 'b'", "ru"), ("'a'", "en"), ("'a', 'b', 'c'", "en"), ("", "ru")])
def test_a_wrong_number_of_forms_is_found(forms, locale):
    colon = ":" if forms else ""
    (finding,) = check_template(f"{{{{ n | plural{colon} {forms} }}}}", {"n": None}, locale=locale)
    assert finding.code == "message/plural"
    assert finding.problem("ru", path="messages.m").message


@pytest.mark.parametrize(
    ("template", "locale", "text"),
    [
        ("{{ d | date: 'd MMMM' }}", "ru", "8 октября"),
        ("{{ d | date: 'd MMMM, HH:mm' }}", "ru-RU", "8 октября, 19:05"),
        ("{{ d | date: 'EEEE' }}", "ru", "четверг"),
        ("{{ d | date: 'long' }}", "ru", "8 октября 2026 г."),
        ("{{ d | date: 'long' }}", "en", "October 8, 2026"),
        ("{{ d | date: 'short' }}", "ru", "08.10.2026"),
        ("{{ d | date: '%d.%m, %H:%M' }}", "ru", "08.10, 19:05"),
        ("{{ d | date: 'd MMMM' }}", "nonsense", "8 October"),
        ("{{ '2026-10-08' | date: 'd MMMM' }}", "ru", "8 октября"),
        ("{{ n | number }}", "ru", "12 345,5"),
        ("{{ n | number }}", "en", "12,345.5"),
        ("{{ n | number: 2 }}", "ru", "12 345,50"),
        ("{{ 'text' | number }}", "ru", "text"),
        ("{{ x | number }}", "ru", ""),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(template, locale, text):
    moment = dt.datetime(2026, 10, 8, 19, 5, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    shown = render(template, {"d": moment, "n": Decimal("12345.50")}, locale=locale)
    assert shown.replace("\xa0", " ").replace("\u202f", " ") == text


@pytest.mark.parametrize("pattern", ["HH:mm", "q" * 90, "d" * 300, "dddddddd"])
def test_a_pattern_that_does_not_fit_is_a_clear_error(pattern):
    with pytest.raises(LoyaltyError) as caught:
        render(f"{{{{ d | date: '{pattern}' }}}}", {"d": dt.date(2026, 1, 2)})
    assert caught.value.code == "message/render"


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("{{ member.name }}{{ points.early_stars }}", []),
        ("{{ points.early-stars }}{{ member.id }}", ["member.name"]),
        ("{{ points.xp }}{{ member.name | upcase }}", ["points.early-stars"]),
        ("{% if member.name %}Hi{% endif %}", ["member.name", "points.early-stars", "member"]),
        ("{% for tag in member.tags %}{{ tag }}{% endfor %}", ["member.name", "points.early-stars"]),
        ("{% assign a = member.name %}{{ a }}{{ points.early-stars }}", []),
        ("nothing", ["member.name", "points.early-stars", "member"]),
    ],
)
def test_what_a_text_must_use(template, missing):
    found = check_template(template, FACTS, must_use=["member.name", "points.early-stars", "member"])
    assert [finding.arguments["name"] for finding in found] == missing
    assert {finding.code for finding in found} <= {"message/must-use"}
