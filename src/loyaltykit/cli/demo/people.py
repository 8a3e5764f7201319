"""Who studies at the simulated school: names, cities with their zones, and English spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from random import Random

    from loyaltykit.cli.words import Lang

_WOMEN = (
    "Анна Мария Елена Ольга Наталья Ирина Татьяна Екатерина Светлана Юлия Дарья Ксения Алина Полина Вера Надежда "
    "Софья Алиса Варвара Марина Галина Людмила Евгения Валерия Кристина Маргарита Диана Камила Зарина Айгуль "
    "Лариса"
).split()
_MEN = (
    "Александр Дмитрий Максим Иван Михаил Андрей Сергей Артём Никита Илья Егор Павел Роман Кирилл Олег Глеб Борис "
    "Тимур Руслан Денис Антон Виктор Юрий Григорий Степан Фёдор Марат Алексей Константин Владимир Игорь Лев"
).split()
_FAMILIES = (
    "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев "
    "Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв "
    "Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв "
    "Ильин Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов "
    "Комаров Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов "
    "Власов Мельников Денисов Гаврилов"
).split()
CITIES = (  # name, English name, zone, hours ahead of UTC, weight: zones by people, roughly
    ("Калининград", "Kaliningrad", "Europe/Kaliningrad", 2, 3),
    ("Москва", "Moscow", "Europe/Moscow", 3, 26),
    ("Санкт-Петербург", "St Petersburg", "Europe/Moscow", 3, 14),
    ("Казань", "Kazan", "Europe/Moscow", 3, 7),
    ("Самара", "Samara", "Europe/Samara", 4, 6),
    ("Екатеринбург", "Yekaterinburg", "Asia/Yekaterinburg", 5, 9),
    ("Омск", "Omsk", "Asia/Omsk", 6, 5),
    ("Новосибирск", "Novosibirsk", "Asia/Novosibirsk", 7, 8),
    ("Красноярск", "Krasnoyarsk", "Asia/Krasnoyarsk", 7, 4),
    ("Иркутск", "Irkutsk", "Asia/Irkutsk", 8, 4),
    ("Якутск", "Yakutsk", "Asia/Yakutsk", 9, 2),
    ("Владивосток", "Vladivostok", "Asia/Vladivostok", 10, 5),
)
_TELEGRAM, _EMAIL = 0.55, 0.37  # shares of those who are reached there: ours
_FIRST_CHAT = 700_000_000
_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "),
        strict=True,
    )
)


@attrs.frozen(kw_only=True)
class Person:
    """A student as the school's platform knows them."""

    id: str
    name: str
    first_name: str
    city: str
    zone: str
    hours: int
    """Hours ahead of UTC."""
    woman: bool
    email: str | None
    telegram: str | None
    """Where the school reaches them; who has neither sees the inbox of the platform only."""


def person(number: int, rng: Random, lang: Lang) -> Person:
    """A student's name and city; the id is readable and has the number, so that namesakes stay apart."""
    woman = rng.random() < 0.55
    first = rng.choice(_WOMEN if woman else _MEN)
    family = rng.choice(_FAMILIES) + ("а" if woman else "")
    city, english, zone, hours, _ = rng.choices(CITIES, [row[4] for row in CITIES])[0]
    id = f"{in_latin(first)}-{in_latin(family)}-{number}".lower()
    if lang == "en":
        first, family, city = in_latin(first), in_latin(family), english
    reached = rng.random()
    return Person(
        id=id,
        name=f"{first} {family}",
        first_name=first,
        city=city,
        zone=zone,
        hours=hours,
        woman=woman,
        email=f"{id}@students.example" if reached >= _TELEGRAM and reached < _TELEGRAM + _EMAIL else None,
        telegram=str(_FIRST_CHAT + number) if reached < _TELEGRAM else None,
    )


def in_latin(name: str) -> str:
    """A Russian name in Latin letters, in the way that reads best in English."""
    lower = name.lower().replace("ий", "y").replace("ия", "ia").replace("ье", "ie").replace("ьё", "yo")
    return "".join(_LETTERS.get(letter, letter) for letter in lower).capitalize()
