"""What the simulated school teaches: courses of eight modules, each of four lessons and a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang

IN_MODULE = 4
_COURSES = (("Python с нуля", "Python from Scratch"), ("Анализ данных", "Data Analysis"))
_MODULES = (
    (
        ("Переменные", "Условия", "Циклы", "Строки", "Списки", "Функции", "Файлы", "Классы"),
        ("Таблицы", "Пропуски", "Графики", "Средние", "Выборки", "Гипотезы", "Отчёты", "Прогнозы"),
    ),
    (
        ("Variables", "Conditions", "Loops", "Strings", "Lists", "Functions", "Files", "Classes"),
        ("Tables", "Gaps", "Charts", "Averages", "Samples", "Hypotheses", "Reports", "Forecasts"),
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

    def quiz(self, module: int) -> str:
        """The title of a module's quiz, from 0."""
        return f"{module + 1}. {self.modules[module]}"


def courses(lang: Lang) -> tuple[Course, ...]:
    """All courses, in a language."""
    number = 0 if lang == "ru" else 1
    return tuple(Course(names[number], modules) for names, modules in zip(_COURSES, _MODULES[number], strict=True))
