"""The words around every command: usage, errors, and what `check`, `test` and `init` say."""

from __future__ import annotations

FRAME_WORDS: dict[str, tuple[str, str]] = {
    # the frame of every command
    "usage": ("Usage: ", "Запуск: "),
    "heading/Options": ("Options", "Параметры"),
    "heading/Commands": ("Commands", "Команды"),
    "error": ("error: {text}", "ошибка: {text}"),
    "try-help": ("Help: {command} --help", "Справка: {command} --help"),
    "did-you-mean": ("{text}; did you mean {nearest}?", "{text}; может быть, {nearest}?"),
    "usage/no-option": ("there is no option {name}", "нет параметра {name}"),
    "usage/no-command": ("there is no command {name}", "нет команды {name}"),
    "usage/missing": ("{name} is missing", "не хватает {name}"),
    "usage/extra": ("unexpected argument {name}", "лишний аргумент {name}"),
    "usage/choice": ("{name} is one of: {known}", "{name} — одно из: {known}"),
    "usage/no-file": ("there is no file {name}", "нет файла {name}"),
    "usage/folder": ("{name} is a folder", "{name} — это папка"),
    "usage/no-store": (
        "there is no store at {name}; `loyaltykit run` makes one",
        "хранилища {name} нет; его создаёт `loyaltykit run`",
    ),
    "usage/one-of-two": ("give either {first} or {second}", "нужен либо {first}, либо {second}"),
    "usage/needs": ("{name} needs {other}", "к {name} нужен {other}"),
    "usage/moment": (
        "{name} is not a moment; write 2026-09-01 or 2026-09-01T10:00",
        "{name} — не момент времени; пишите 2026-09-01 или 2026-09-01T10:00",
    ),
    "usage/every": (
        "{name} is not a length of time; write 30s, 5m or 1h",
        "{name} — не длительность; пишите 30s, 5m или 1h",
    ),
    "usage/no-folder": ("there is no folder {name}", "папки {name} нет"),
    "config/toml": ("{name} is not TOML: {reason}", "{name} — не TOML: {reason}"),
    "config/wrong": ("{name}: {key}: {reason}", "{name}: {key}: {reason}"),
    "config/wrong-value": ("{name}: {key}: wrong value", "{name}: {key}: значение не подходит"),
    "config/unknown-key": ("{name}: there is no key {key}", "{name}: ключа {key} нет"),
    "config/missing-key": ("{name}: {key} is missing", "{name}: не хватает {key}"),
    "config/no-variable": (
        "the environment variable {name} is not set",
        "переменная окружения {name} не задана",
    ),
    "config/no-channels": (
        "no channels are named; give a file of them (--config), or look at what would go (--dry-run)",
        "каналы не названы; укажите файл с ними (--config) или посмотрите, что ушло бы (--dry-run)",
    ),
    "usage/batch": ("--batch is at least 1", "--batch — не меньше 1"),
    "system": ("{name}: {reason}", "{name}: {reason}"),
    "interrupted": ("interrupted", "прервано"),
    "severity/error": ("error", "ошибка"),
    "severity/warning": ("warning", "замечание"),
    "severity/advice": ("advice", "совет"),
    "check/runs": ("{file}: the program can run ({contents})", "{file}: программа может работать ({contents})"),
    "check/fine": ("{file}: no problems ({contents})", "{file}: всё в порядке ({contents})"),
    "test/none": (
        "{file}: the program has no cases; add some under `cases:`",
        "{file}: в программе нет примеров; добавьте их в `cases:`",
    ),
    "test/expected": ("{key}: expected {expected}, got {got}", "{key}: ожидалось {expected}, получилось {got}"),
    "test/not": ("{key}: should not be {got}", "{key}: не должно быть {got}"),
    "test/total": ("{cases}: {passed} passed, {failed} failed", "{cases}: прошло {passed}, не прошло {failed}"),
    "init/written": ("Wrote {file}. Next:", "Записано: {file}. Дальше:"),
    "init/exists": ("{name} exists already; nothing was written", "{name} уже есть; ничего не записано"),
    "value/nothing": ("nothing", "ничего"),
    "value/yes": ("there", "есть"),
    "value/no": ("not there", "нет"),
}
