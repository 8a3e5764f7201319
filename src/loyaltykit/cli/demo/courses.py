"""What the simulated school teaches: courses of eight modules, each of four lessons, a quiz and a homework."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang

IN_MODULE = 4
_COURSES = (
    ("Python с нуля", "Python from Scratch"),
    ("Анализ данных", "Data Analysis"),
    ("Английский для ИТ", "English for IT"),
    ("Дизайн интерфейсов", "Interface Design"),
)
_MODULES = (
    (
        ("Переменные", "Условия", "Циклы", "Строки", "Списки", "Функции", "Файлы", "Проект"),
        ("Таблицы", "Чистка данных", "Графики", "Средние", "Выборки", "Гипотезы", "Отчёты", "Проект"),
        ("Знакомство", "Письма", "Созвоны", "Документация", "Задачи", "Презентации", "Собеседования", "Проект"),
        ("Сетка", "Шрифты", "Цвет", "Кнопки", "Формы", "Прототипы", "Проверка", "Проект"),
    ),
    (
        ("Variables", "Conditions", "Loops", "Strings", "Lists", "Functions", "Files", "Project"),
        ("Tables", "Cleaning", "Charts", "Averages", "Samples", "Hypotheses", "Reports", "Project"),
        ("Introductions", "Letters", "Calls", "Documentation", "Tickets", "Presentations", "Interviews", "Project"),
        ("Grid", "Type", "Colour", "Buttons", "Forms", "Prototypes", "Testing", "Project"),
    ),
)


@attrs.frozen
class Course:
    """One course."""

    name: str
    modules: tuple[str, ...]

    @property
    def lessons(self) -> int:
        """How many lessons it has."""
        return IN_MODULE * len(self.modules)

    def lesson(self, number: int) -> str:
        """The title of a lesson, from 1."""
        module, place = divmod(number - 1, IN_MODULE)
        return f"{module + 1}.{place + 1} {self.modules[module]}"


def courses(lang: Lang) -> tuple[Course, ...]:
    """All courses, in a language."""
    number = 0 if lang == "ru" else 1
    return tuple(Course(names[number], modules) for names, modules in zip(_COURSES, _MODULES[number], strict=True))
