"""Words of mappings of tables to events."""

WORDS: dict[str, tuple[str, str]] = {
    "map/invalid": ("{name} may not stand here", "{name} здесь недопустимо"),
    "map/separator": ("{name} is not one character, and not tab", "{name} — не один знак и не tab"),
    "map/zone": (
        "unknown time zone {name}; write an IANA name such as Europe/Moscow",
        "неизвестный часовой пояс {name}; нужно имя IANA, например Europe/Moscow",
    ),
    "map/time-format": (
        "{name} is not a form of times; write DD.MM.YYYY hh:mm, or iso",
        "{name} — не вид времени; пишите DD.MM.YYYY hh:mm или iso",
    ),
    "map/source": (
        "a value comes from exactly one of column, columns and value",
        "значение берётся ровно из одного: column, columns или value",
    ),
    "map/type-values": (
        "a type read from a column needs values: which text is which event type",
        "типу из столбца нужны values: какой текст — какой тип события",
    ),
    "map/unknown-type": ("the program has no event type {name}", "в программе нет типа событий {name}"),
    "map/unknown-field": ("the program declares no field {name} here", "в программе здесь нет поля {name}"),
    "map/missing-field": ("{type} needs the field {name}", "для {type} нужно поле {name}"),
}
