"""Words of given/then cases."""

WORDS: dict[str, tuple[str, str]] = {
    "case/unknown-key": ("unknown key {name}", "неизвестный ключ {name}"),
    "case/unknown-type": ("unknown event type {name}", "неизвестный тип события {name}"),
    "case/unknown-name": ("the program has no {name} here", "в программе здесь нет {name}"),
    "case/no-type": (
        "an event needs a type: {{lesson.completed: {{course: py}}}}, or {{type: lesson.completed}}",
        "у события нет типа: {{lesson.completed: {{course: py}}}} или {{type: lesson.completed}}",
    ),
    "case/two-types": (
        "one item is one event: only its type stands beside id, member, at, data and known_at",
        "один пункт — одно событие: рядом с id, member, at, data и known_at стоит только его тип",
    ),
    "case/data": ("the data of {name} is a mapping of fields", "данные {name} — это набор полей"),
    "case/event": ("{reason}", "{reason}"),
    "case/moment": (
        "{name} is not a time; write 2026-09-01T10:00 or 2026-09-01",
        "{name} — не время; пишите 2026-09-01T10:00 или 2026-09-01",
    ),
    "case/duration": ("{reason}", "{reason}"),
    "case/back": ("time does not go back to {name}", "время не идёт назад, к {name}"),
    "case/mapping": ("a mapping of names must stand here, not {name}", "здесь нужен набор имён, а не {name}"),
    "case/needs": ("{name} is missing", "не хватает {name}"),
    "case/amount": ("{name} is not an amount", "{name} — не количество"),
}
