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
}
