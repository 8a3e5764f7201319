"""What the overlay's page says, in English and Russian. No verbs: names have any gender, people come in any number."""

from __future__ import annotations

PAGE_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Overlay", "Оверлей"),
    "badge": ("New badge", "Новый значок"),
    "quest": ("Quest completed", "Квест пройден"),
    "level": ("New level", "Новый уровень"),
    "tier": ("new status", "новый статус"),
    "won": ("Place {rank}", "Место {rank}"),
    "step": ("{label}: {step}", "{label}: {step}"),
    "somebody": ("Somebody of ours", "Кто-то из наших"),
    "others": ("{names} and {others} more", "{names} и ещё {others}"),
    "nobody": ("Nobody yet: the first place is free", "Пока никого: первое место свободно"),
    "word": ("The code word is on: say it!", "Кодовое слово принимается: пишите!"),
}

PLURALS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "students": (
        {"one": "{number} student", "other": "{number} students"},
        {"one": "{number} студент", "few": "{number} студента", "many": "{number} студентов", "other": "{number}"},
    ),
    "there": (
        {"one": "{number} is here", "other": "{number} are here"},
        {"one": "с нами {number} человек", "few": "с нами {number} человека", "many": "с нами {number} человек",
         "other": "с нами {number}"},
    ),
}  # fmt: skip
"""By the plural categories of CLDR, as `Intl.PluralRules` names them."""
