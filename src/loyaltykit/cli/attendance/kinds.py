"""The columns of the usual exports: one row a kind, so that another name of a column is another word here.

Zoom (both languages) and Teams (English) are as reports that were published, and programs that read them, show. The
Russian names of Teams, and those of Google Meet, GetCourse and MTS Link (Webinar.ru), are from memory of their pages. A
file whose columns are called otherwise is read with a map of one's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS = ("id", "name", "given", "family", "email", "joined", "left", "first", "last", "minutes", "present")
"""What a column may hold. `joined` and `left` are one stay, `first` and `last` of several together, `minutes` how long;
`given` and `family` the parts of a name, `present` whether they came at all."""


_SUMMARY = frozenset(
    ("topic", "meeting id", "webinar id", "participants", "тема", "идентификатор конференции", "участники")
)
"""What a line about the whole meeting has."""


@attrs.frozen
class Kind:
    """How a service calls its columns. `day_first` says how 03/04/2026 is meant where nothing else tells."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    day_first: bool = False

    def found(self, header: Sequence[str]) -> dict[str, int]:
        """Where the fields are in a header; empty when it is none: it needs somebody, and for how long."""
        plain = [bare(cell) for cell in header]
        places = {field: plain.index(name) for field, names in self.columns.items() for name in names if name in plain}
        summary = any(name in _SUMMARY for name in plain) and not places.keys() & {"name", "given", "joined"}
        who = places.keys() & {"id", "name", "email", "given"}
        long = "minutes" in places or {"joined", "left"} <= places.keys() or {"first", "last"} <= places.keys()
        return places if who and long and not summary else {}


def bare(text: str) -> str:
    """A column's name without what people and programs write differently."""
    return re.sub(r"[\s\ufeff\u00a0]+", " ", text.casefold().replace("ё", "е")).strip(" :*")


def _words(**columns: str) -> dict[str, tuple[str, ...]]:
    return {field: tuple(bare(name) for name in names.split("|")) for field, names in columns.items()}


KINDS = (
    Kind(
        "zoom",
        _words(
            name="Name (original name)|User name (original name)|Имя (настоящее имя)|Имя (исходное имя)"
            "|Имя пользователя (исходное имя)",
            given="First name|Имя",
            family="Last name|Фамилия",
            email="User email|Email|Электронная почта|Эл. почта пользователя|Адрес электронной почты"
            "|Электронная почта пользователя",
            joined="Join time|Время входа|Время подключения",
            left="Leave time|Время выхода",
            minutes="Duration (minutes)|Total duration (minutes)|Time in session (minutes)|Продолжительность (минуты)"
            "|Общая продолжительность (минуты)|Длительность (минуты)|Продолжительность (минут)|Время в сеансе (минуты)",
            present="Attended|Присутствовал",
        ),
    ),
    Kind(
        "teams",
        _words(
            name="Full name|Name|Имя|Полное имя|ФИО",
            email="Email|Participant ID (UPN)|Электронная почта|Адрес электронной почты|Адрес эл. почты"
            "|ИД участника (UPN)",
            joined="Join time|Время присоединения|Время подключения",
            left="Leave time|Время выхода|Время отключения",
            first="First join|Первое присоединение|Первое подключение",
            last="Last leave|Последний выход|Последнее отключение",
            minutes="In-meeting duration|Duration|Продолжительность участия в собрании|Длительность|Продолжительность",
        ),
    ),
    Kind(
        "meet",
        _words(
            given="First name|Имя",
            family="Last name|Фамилия",
            name="Name|Participant name|Участник",
            email="Email|Электронная почта|Адрес электронной почты",
            joined="Time joined|Joined|Время присоединения|Присоединение",
            left="Time exited|Exited|Время выхода|Выход",
            minutes="Duration|Time in call|Продолжительность|Длительность",
        ),
    ),
    Kind(
        "getcourse",
        _words(
            id="ID пользователя|User ID",
            name="Имя|ФИО|Имя пользователя",
            family="Фамилия",
            email="Email|E-mail|Эл. почта",
            joined="Вошел|Время входа|Дата входа|Начало просмотра",
            left="Вышел|Время выхода|Дата выхода|Конец просмотра",
            minutes="Минут на вебинаре|Присутствовал, минут|Время на вебинаре|Время присутствия|Минут",
            present="Был на вебинаре|Присутствовал",
        ),
        day_first=True,
    ),
    Kind(
        "mts-link",
        _words(
            given="Имя",
            family="Фамилия",
            name="Участник|Имя в чате|ФИО|Имя и фамилия",
            email="Email|E-mail|Электронная почта|Почта",
            joined="Вход|Время входа|Вход на мероприятие|Подключение",
            left="Выход|Время выхода|Выход с мероприятия|Отключение",
            minutes="Длительность присутствия|Время присутствия|Длительность|Время присутствия (мин)|Присутствие, мин",
        ),
        day_first=True,
    ),
)
NAMES = tuple(kind.name for kind in KINDS)
