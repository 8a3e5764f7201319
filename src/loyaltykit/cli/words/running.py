"""The words of `run` and of mappings."""

from __future__ import annotations

RUN_WORDS: dict[str, tuple[str, str]] = {
    # on the way
    "run/glancing": ("looking whether the file is in order", "смотрю, упорядочен ли файл"),
    "run/sorting": ("reading and sorting", "чтение и сортировка"),
    "run/recording": ("recording", "запись"),
    "run/advancing": ("letting time pass", "время идёт"),
    "run/days": ("the days pass", "идут дни"),
    "run/left": ("{time} left", "осталось {time}"),
    "run/interrupted": (
        "Stopped after a finished batch. Run the same command again to go on; nothing is recorded twice.",
        "Остановлено после законченной партии. Запустите ту же команду, чтобы продолжить: дважды ничего не запишется.",
    ),
    # at the end
    "run/recorded": ("recorded {events} in {seconds} s ({rate}/s)", "записано: {events} за {seconds} с ({rate}/с)"),
    "run/brought": ("posted {entries}, {effects}", "получилось: {entries}, {effects}"),
    "run/duplicates": ("recorded before: {events}", "уже записаны раньше: {events}"),
    "run/late": ("too late to be rewarded: {events}", "слишком поздно для наград: {events}"),
    "run/later": ("left for later, at or after --until: {events}", "оставлено на потом, не раньше --until: {events}"),
    "run/silent": ("made no event: {number}", "не дали событий: {number}"),
    "run/cp1251": ("not UTF-8, read as cp1251: {number}", "не UTF-8, прочитано как cp1251: {number}"),
    "run/twice": (
        "the clock showed it twice that day, the first was taken: {number}",
        "часы показали такое дважды за день, взято первое: {number}",
    ),
    "run/missing": (
        "the clock never showed it that day, the next moment was taken: {number}",
        "часы такого в тот день не показывали, взят следующий момент: {number}",
    ),
    "run/ignored": ("fields that the program does not declare: {fields}", "поля, которых нет в программе: {fields}"),
    "run/rejected": ("rejected {number}, see {path}", "отвергнуто: {number}, смотрите {path}"),
    # what became of messages
    "deliver/sent": ("sent: {number}", "отправлено: {number}"),
    "deliver/deferred": ("put off: {number}", "отложено: {number}"),
    "deliver/dead": ("could not be delivered: {number}", "не удалось доставить: {number}"),
    "deliver/suppressed": ("not sent: {number}", "не стали отправлять: {number}"),
    "deliver/degraded": ("does not work just now: {names}", "сейчас не работает: {names}"),
    "deliver/limited": (
        "at its limit, the rest follows: {names}",
        "достигнут лимит, остальное уйдёт позже: {names}",
    ),
    # the worker
    "worker/turn": ("recorded {events}: {entries}, {effects}", "записано {events}: {entries}, {effects}"),
    "worker/odd": (
        "rejected events: {rejected}, files that could not be read: {failed}",
        "отвергнуто событий: {rejected}, не прочитано файлов: {failed}",
    ),
    "worker/scored": (
        "scored {members}{bands}; {recorded} changed",
        "риск оценён: {members}{bands}; изменилось {recorded}",
    ),
    "worker/cold": ("too little known: {number}", "мало данных: {number}"),
    "worker/fitted": ("the model {model} was fitted anew to {rows}", "модель {model} обучена заново: {rows}"),
    "worker/unscored": ("the risk could not be scored: {reason}", "оценить риск не удалось: {reason}"),
    "worker/model": ("the model stopped with {kind}", "модель остановилась с ошибкой {kind}"),
    "worker/failed": (
        "{name} was not taken, see {path}: {reason}",
        "{name} не принят, смотрите {path}: {reason}",
    ),
    "worker/table": (
        "It takes tables, with commas or semicolons, with the columns id, type, member, at; for others: `run --map`.",
        "Годятся таблицы с запятыми или точками с запятой и столбцами id, type, member, at; для других: `run --map`.",
    ),
    "worker/no-unsubscribe": (
        "Marketing e-mails go out without a link to unsubscribe: name unsubscribe_url and secret_env (--config).",
        "Рекламные письма уходят без ссылки для отписки: укажите unsubscribe_url и secret_env (--config).",
    ),
    "worker/no-channels": (
        "No channels are named (--config): messages outside the inbox stay where they are.",
        "Каналы не названы (--config): сообщения вне личного кабинета подождут.",
    ),
    "worker/stopped": ("Stopped. Start it again to go on.", "Остановлено. Запустите снова, чтобы продолжить."),
    # what is wrong with a file or a row
    "feed/archive": (
        "{name} is an archive or a spreadsheet; save it as CSV first",
        "{name} — архив или таблица Excel; сначала сохраните её как CSV",
    ),
    "event/future": (
        "the event is too far ahead of this clock",
        "событие слишком далеко впереди здешних часов",
    ),
    "feed/unreadable": ("it cannot be read ({kind})", "не читается ({kind})"),
    "feed/nothing": ("there is no event in it", "в нём нет ни одного события"),
    "feed/binary": ("{name} is not a text file", "{name} — не текстовый файл"),
    "feed/damaged": ("the file is damaged from here on: {reason}", "файл повреждён отсюда: {reason}"),
    "feed/encoding": ("the text is not in the expected encoding", "текст не в ожидаемой кодировке"),
    "feed/json": ("not JSON: {reason}", "не JSON: {reason}"),
    "feed/too-long": ("longer than {limit} bytes", "длиннее {limit} байт"),
    "feed/row": ("not a row of a table: {reason}", "не строка таблицы: {reason}"),
    "feed/cells": ("the row has {found} cells, the header {wanted}", "в строке ячеек: {found}, в заголовке: {wanted}"),
    "feed/columns": (
        "{name}: a table without --map needs the columns id, type, member, at; missing: {missing}; found: {found}",
        "{name}: таблице без --map нужны столбцы id, type, member, at; нет: {missing}; есть: {found}",
    ),
    "feed/misfit": ("{name}: the mapping {map} does not fit", "{name}: карта {map} не подходит"),
    "feed/no-column": ("there is no column {column}", "нет столбца {column}"),
    "feed/has": ("the table has: {found}", "в таблице есть: {found}"),
    # cells
    "cell/number": ("not a number", "не число"),
    "cell/whole": ("not a whole number", "не целое число"),
    "cell/boolean": ("neither yes nor no", "ни да, ни нет"),
    "cell/time": ("not a time of the form {wanted}", "не время вида {wanted}"),
    "cell/date": ("not a date", "не дата"),
    "cell/no-zone": ("no offset, and no zone is known", "нет смещения, а пояс не известен"),
    "cell/empty": ("the cell is empty, and {wanted} is needed", "ячейка пуста, а {wanted} нужно"),
    "cell/value": ("not among the known values: {wanted}", "нет среди известных значений: {wanted}"),
}
