"""The door for events: typed values inside, an EventError with a code outside."""

import datetime as dt
from decimal import Decimal

import pytest

from loyaltykit.errors import EventError
from loyaltykit.program.admission import Admission, read_event
from loyaltykit.program.load import Program
from loyaltykit.values import Event

AT = dt.datetime(2026, 9, 1, 7, tzinfo=dt.UTC)
DOCUMENT = Program.from_yaml(
    """
program: school
events:
  all:
    t: optional text
    i: optional integer
    n: optional number
    b: optional boolean
    at: optional instant
    d: optional date
    m: optional money
    lt: optional list<text>
    lm: optional list<money>
  quiz.passed: {course: text, score: number}
member: {birthday: date, plan: text}
"""
).document
ADMISSION = Admission(DOCUMENT)


def event(kind="all", /, **data):
    return Event(id="e1", type=kind, member="ann", at=AT, data=data)


GOOD = [
    ("t", "", ""),
    ("t", "курс", "курс"),
    ("i", 5, 5),
    ("i", -(2**63), -(2**63)),
    ("i", 2**63 - 1, 2**63 - 1),
    ("n", 5, 5.0),
    ("n", 0.25, 0.25),
    ("n", -0.0, -0.0),
    ("b", True, True),
    ("at", "1970-01-01T00:00:01Z", 1_000_000),
    ("at", "1970-01-01T03:00:00.5+03:00", 500_000),
    ("at", AT, 1_788_246_000_000_000),
    ("d", "1970-01-02", 1),
    ("d", "1969-12-31", -1),
    ("d", dt.date(2000, 2, 29), 11_016),
    ("m", "0.29", 0.29),
    ("m", 0.29, 0.29),
    ("m", "10.50", 10.5),
    ("m", "10.5000", 10.5),
    ("m", 7, 7.0),
    ("m", "-3", -3.0),
    ("m", Decimal("1.10"), 1.1),
    ("m", 1e3, 1000.0),
    ("m", 9_999_999_999_999.99, 9_999_999_999_999.99),
    ("lt", ["a", "b"], ("a", "b")),
    ("lt", (), ()),
    ("lm", ["0.1", 2], (0.1, 2.0)),
    ("t", None, None),
    ("m", None, None),
]
BAD = [
    ("t", 5, "event/field-type"),
    ("t", True, "event/field-type"),
    ("t", ["a"], "event/field-type"),
    ("i", 5.0, "event/field-type"),
    ("i", True, "event/field-type"),
    ("i", "5", "event/field-type"),
    ("i", 2**63, "event/field-size"),
    ("n", True, "event/field-type"),
    ("n", "0.5", "event/field-type"),
    ("n", float("nan"), "event/not-finite"),
    ("n", float("-inf"), "event/not-finite"),
    ("n", 10**400, "event/field-size"),
    ("b", 1, "event/field-type"),
    ("b", "true", "event/field-type"),
    ("at", "2026-09-01T10:00:00", "event/naive-time"),
    ("at", dt.datetime(2026, 9, 1), "event/naive-time"),  # noqa: DTZ001  # what is refused
    ("at", "yesterday", "event/field-type"),
    ("at", 1_788_249_600, "event/field-type"),
    ("d", "2026-02-30", "event/field-type"),
    ("d", "20260901", "event/field-type"),
    ("d", "2026-09-01T00:00:00Z", "event/field-type"),
    ("d", AT, "event/field-type"),
    ("m", "0.295", "event/money"),
    ("m", 0.295, "event/money"),
    ("m", 0.1 + 0.2, "event/money"),
    ("m", Decimal("0.29000000000000000000000000000000001"), "event/money"),
    ("m", "1e2", "event/field-type"),
    ("m", "1,50", "event/field-type"),
    ("m", " 1", "event/field-type"),
    ("m", "٣", "event/field-type"),
    ("m", True, "event/field-type"),
    ("m", float("nan"), "event/not-finite"),
    ("m", Decimal("sNaN"), "event/not-finite"),
    ("m", Decimal("1e9999"), "event/field-size"),
    ("m", 1e13, "event/field-size"),
    ("lt", "ab", "event/field-type"),
    ("lt", [None], "event/field-type"),
    ("lt", ["a"] * 1_001, "event/field-size"),
    ("lm", [0.001], "event/money"),
]


@pytest.mark.parametrize(("field", "value", "typed"), GOOD)
def test_typed_values(field, value, typed):
    given = event(**{field: value})
    found = ADMISSION.check(given)[field]
    assert found == typed
    assert type(found) is type(typed)
    assert ADMISSION.convert(given, field) == typed


@pytest.mark.parametrize(("field", "value", "code"), BAD)
def test_refused_values(field, value, code):
    given = event(**{field: value})
    for call in (lambda: ADMISSION.check(given), lambda: ADMISSION.convert(given, field)):
        with pytest.raises(EventError) as caught:
            call()
        assert (caught.value.code, caught.value.event, caught.value.field) == (
            code,
            "e1",
            field,
        )
        assert len(str(caught.value)) < 300


def test_required_fields():
    assert ADMISSION.check(event("quiz.passed", course="py", score=1, more=2)) == {"course": "py", "score": 1.0}
    for data in ({"course": "py"}, {"course": "py", "score": None}):
        with pytest.raises(EventError, match="the field score is missing") as caught:
            ADMISSION.check(event("quiz.passed", **data))
        assert (caught.value.code, caught.value.field) == ("event/missing-field", "score")


def test_unknown_types_get_the_nearest_name():
    with pytest.raises(EventError, match=r"did you mean quiz\.passed\?") as caught:
        ADMISSION.check(event("quiz.pased"))
    assert (caught.value.code, caught.value.event, caught.value.field) == ("event/unknown-type", "e1", "type")


@pytest.mark.parametrize("kind", ["kit.stolen", "fact.other", "member.created", "churn.updated"])
def test_reserved_types_that_do_not_exist(kind):
    with pytest.raises(EventError, match="unknown event type"):
        ADMISSION.check(event(kind))


def test_attributes_of_a_member():
    given = event("member.updated", birthday="1970-01-11", shoe=43, timezone="Asia/Omsk", plan=None)
    assert ADMISSION.check(given) == {"birthday": 10, "shoe": 43, "timezone": "Asia/Omsk", "plan": None}
    assert ADMISSION.undeclared(given) == ("shoe",)
    for data, code in (({"birthday": 5}, "event/field-type"), ({"timezone": "Mars/Base"}, "event/zone")):
        with pytest.raises(EventError) as caught:
            ADMISSION.check(event("member.updated", **data))
        assert caught.value.code == code


def test_undeclared_fields():
    assert ADMISSION.undeclared(event("quiz.passed", course="py", zeta=1, alpha=2)) == ("zeta", "alpha")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"n": 1}, {"n": 1.0}, True),
        ({"m": "0.29"}, {"m": 0.29}, True),
        ({"d": "2026-01-01"}, {"d": dt.date(2026, 1, 1)}, True),
        ({"t": None}, {}, True),
        ({"n": 1}, {"n": 2}, False),
        ({"other": 1}, {}, False),
        ({"other": 1}, {"other": 1}, True),
    ],
)
def test_same(first, second, same):
    assert ADMISSION.same(event(**first), event(**second)) is same


def test_the_same_instant_with_another_offset_is_the_same_event():
    moved = AT.astimezone(dt.timezone(dt.timedelta(hours=3)))
    assert ADMISSION.same(event(n=1), Event(id="e1", type="all", member="ann", at=moved, data={"n": 1}))
    assert not ADMISSION.same(event(n=1), Event(id="e1", type="all", member="bob", at=AT, data={"n": 1}))
    assert not ADMISSION.same(event(), Event(id="e1", type="all", member="ann", at=AT + dt.timedelta(seconds=1)))


RAW = {"id": "e1", "type": "quiz.passed", "member": "ann", "at": "2026-09-01T10:00:00+03:00", "data": {"course": "py"}}


def test_reading_an_event():
    found = read_event(RAW)
    assert (found.id, found.type, found.member, found.at, found.data) == (
        "e1",
        "quiz.passed",
        "ann",
        AT,
        {"course": "py"},
    )
    assert read_event({**RAW, "at": AT, "known_at": "2026-09-02T00:00:00Z"}).known_at.day == 2
    assert read_event({key: value for key, value in RAW.items() if key != "data"}).data == {}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"typ": "x"}, "event/unknown-key", "typ"),
        ({"id": None}, "event/name", "id"),
        ({"id": ""}, "event/name", "id"),
        ({"id": 5}, "event/name", "id"),
        ({"member": "x" * 201}, "event/name", "member"),
        ({"at": "2026-09-01T10:00:00"}, "event/naive-time", "at"),
        ({"at": "soon"}, "event/time", "at"),
        ({"at": 5}, "event/time", "at"),
        ({"known_at": "2026"}, "event/time", "known_at"),
        ({"data": []}, "event/data", "data"),
        ({"data": None}, "event/data", "data"),
        ({"data": {1: 2}}, "event/data", "data"),
    ],
)
def test_what_is_not_an_event(change, code, field):
    with pytest.raises(EventError) as caught:
        read_event({**RAW, **change})
    assert (caught.value.code, caught.value.field) == (code, field)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("key", ["id", "type", "member", "at"])
def test_missing_keys(key):
    with pytest.raises(EventError, match=f"the key {key} is missing"):
        read_event({name: value for name, value in RAW.items() if name != key})


@pytest.mark.parametrize("raw", [None, [], "e1", 5])
def test_not_even_a_mapping(raw):
    with pytest.raises(EventError, match="an event is a mapping"):
        read_event(raw)
