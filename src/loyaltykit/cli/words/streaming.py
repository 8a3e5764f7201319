"""The words of live streams: `overlay`, `import-attendance`, `announce`."""

from __future__ import annotations

STREAM_WORDS: dict[str, tuple[str, str]] = {
    "help/overlay": (
        """Serve a page for OBS: badges, quests done and leaders as they happen.

It is transparent and needs nothing from the net. On another address than this machine's own its url has a token.""",
        """Показать в эфире значки, квесты и лидеров: страница для OBS.

Она прозрачная и ничего не загружает из сети. Если адрес не локальный, в ссылке будет токен.""",
    ),
    "help/overlay-board": (
        "The leaderboard to show (default: the program's first).",
        "Какую таблицу лидеров показывать (по умолчанию первую в программе).",
    ),
    "help/overlay-session": (
        "The session that is on: its name, how many are there, and when its code word is asked for.",
        "Какая встреча идёт: название, сколько с нами, принимается ли кодовое слово.",
    ),
    "help/overlay-names": ("How members are called.", "Как называть участников."),
    "help/overlay-host": ("The address to serve on.", "На каком адресе отвечать."),
    "help/overlay-port": ("The port; 0 takes a free one.", "Порт; 0 — любой свободный."),
    "help/overlay-replay": (
        "Show what was last, at speed, again and again.",
        "Показывать последнее ускоренно, по кругу.",
    ),
    "help/overlay-last": ("With --replay: how much of it.", "Вместе с --replay: за какой срок."),
    "help/overlay-seconds": ("With --replay: in so many seconds.", "Вместе с --replay: за сколько секунд."),
    "overlay/at": ("The overlay is at {url}", "Оверлей: {url}"),
    "overlay/obs": (
        "In OBS: a browser source with this address, 1920 by 1080. To look at it here, add ?bg=dark. Ctrl-C ends.",
        "В OBS: источник «Браузер» с этим адресом, 1920 на 1080. Посмотреть здесь: добавьте ?bg=dark. Ctrl-C — конец.",
    ),
    "overlay/replay": ("Again, in {seconds} s: {number} to show.", "Повтор за {seconds} с: {number} на показ."),
    "overlay/ended": ("Ended.", "Остановлено."),
    "overlay/last": (
        "--last {text} is no duration; write 1h, 1d or 2 weeks",
        "--last {text} — не срок; пишите 1h, 1d или 2 weeks",
    ),
    "help/import-attendance": (
        """Record who was at a session from the list that a webinar's service exports.

Zoom, Teams, Google Meet, GetCourse and MTS Link (Webinar.ru) are known; encoding, separator and dates are found out.
Several joins of somebody add up; the same list again changes nothing, a corrected one changes what it corrects.""",
        """Записать, кто был на встрече, по списку из сервиса вебинаров.

Известны Zoom, Teams, Google Meet, GetCourse и МТС Линк (Webinar.ru); кодировка, разделитель и даты определяются сами.
Несколько входов складываются; тот же список ещё раз ничего не меняет, исправленный меняет то, что исправлено.""",
    ),
    "help/attendance-session": ("The session's id.", "Идентификатор встречи."),
    "help/attendance-kind": ("What exported it (default: found out).", "Откуда выгрузка (по умолчанию определяется)."),
    "help/attendance-map": (
        "Names of columns of one's own, under the key columns (YAML).",
        "Свои названия столбцов, в ключе columns (YAML).",
    ),
    "help/attendance-match": (
        "By what people are matched with members.",
        "По чему сопоставлять людей с участниками.",
    ),
    "help/attendance-people": (
        "Who is who: a table with the columns who and member.",
        "Кто есть кто: таблица со столбцами who и member.",
    ),
    "help/attendance-unmatched": (
        "Where to write who is no member (default: FILE.unmatched.csv).",
        "Куда записать тех, кто не найден (по умолчанию ФАЙЛ.unmatched.csv).",
    ),
    "help/attendance-zone": (
        "The zone of its times (default: the program's).",
        "Часовой пояс времени (по умолчанию — программы).",
    ),
    "help/attendance-at": (
        "When it was, for lists without times (default: the end of the program's session).",
        "Когда это было, если в списке нет времени (по умолчанию конец встречи из программы).",
    ),
    "help/attendance-dry": ("Only say what would be recorded.", "Только показать, что было бы записано."),
    "attendance/read": ("{kind}: {rows}, people: {people}.", "{kind}: {rows}, людей: {people}."),
    "attendance/made": (
        "New: {new}, corrected: {corrected}, the same as before: {same}.",
        "Новых: {new}, исправлено: {corrected}, без изменений: {same}.",
    ),
    "attendance/late": (
        "Too late to be rewarded: {number}.",
        "Слишком поздно, чтобы начислить награды: {number}.",
    ),
    "attendance/bad": ("Lines that nothing could be made of: {lines}.", "Непонятные строки: {lines}."),
    "attendance/unmatched": (
        "No member: {number}. Fill in the column member there, and give it as --people:",
        "Не найдены среди участников: {number}. Заполните там столбец member и передайте файл как --people:",
    ),
    "attendance/header": (
        "no line names the columns as {names} does; name them yourself with --map",
        "ни в одной строке нет столбцов, как у {names}; назовите их сами через --map",
    ),
    "attendance/map": (
        "a map has `columns` with some of {fields}",
        "в таблице столбцов нужен ключ columns и в нём что-то из {fields}",
    ),
    "attendance/nobody": (
        "The list names nobody who was there: its columns were found, and no such line below them.",
        "В списке нет ни одного присутствовавшего: столбцы найдены, но под ними никого.",
    ),
    "stream/nearest": (
        "The program has no session {name}, and nobody has been there yet; did you mean {nearest}?",
        "Встречи {name} в программе нет, и на ней ещё никого не было; возможно, имелась в виду {nearest}?",
    ),
    "stream/unknown": (
        "The program has no session {name}, and nobody has been there yet.",
        "Встречи {name} в программе нет, и на ней ещё никого не было.",
    ),
    "attendance/excel": ("this is an Excel file: save it as CSV", "это файл Excel: сохраните его как CSV"),
    "attendance/large": ("the file is larger than 64 MB", "файл больше 64 МБ"),
    "attendance/zone": ("there is no zone {name}", "нет часового пояса {name}"),
    "attendance/no-attribute": (
        "the program's members have no attribute {name}: declare it under `member`, or match by another",
        "у участников программы нет атрибута {name}: объявите его в `member` или сопоставляйте по другому",
    ),
    "attendance/at": (
        "the list has no times: say with --at when it was",
        "в списке нет времени: укажите через --at, когда это было",
    ),
    "help/announce": (
        """Send a message of the program to all who hold a right, or are in a segment; once each.

It waits in the outbox for `deliver` or `worker`: consent, quiet hours and caps hold. Again, it reaches newcomers.""",
        """Отправить сообщение программы всем, у кого есть право, или сегменту; каждому один раз.

Оно ждёт отправки (deliver или worker): согласия, тихие часы и лимиты действуют. Повтор дойдёт до новых.""",
    ),
    "help/announce-to": ("Who holds a right to this reward.", "Те, у кого есть право на эту награду."),
    "help/announce-segment": ("Who is in this segment.", "Те, кто в этом сегменте."),
    "help/announce-key": (
        "Once under this key (for saying the same again).",
        "Один раз под этим ключом (чтобы сказать то же ещё раз).",
    ),
    "help/announce-dry": ("Only count whom it would reach.", "Только посчитать, кому уйдёт."),
    "announce/told": ("Told now: {told}, before: {before}.", "Отправлено сейчас: {told}, раньше: {before}."),
    "announce/whom": ("say --to REWARD or --segment ID", "нужно --to НАГРАДА или --segment ID"),
}
