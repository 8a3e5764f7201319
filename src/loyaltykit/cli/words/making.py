"""What `new-channel` says, and what it writes into the package."""

from __future__ import annotations

MAKE_WORDS: dict[str, tuple[str, str]] = {
    "help/new-channel": (
        "Write a package for a channel of your own, with a test that says what to do.",
        "Создать пакет для своего канала с тестом, который говорит, что делать.",
    ),
    "help/new-channel-out": (
        "The folder in which the package gets its own.",
        "Папка, внутри которой появится папка пакета.",
    ),
    "new-channel/name": (
        (
            "{name} cannot be a channel's name: a-z, 0-9 and single -, beginning with a letter, at most 31; "
            "{nearest} would do"
        ),
        "{name} не может быть именем канала: a–z, 0–9 и одиночные -, начиная с буквы, не больше 31; подойдёт {nearest}",
    ),
    "new-channel/taken": (
        "{name} is a name of the library's own; {nearest} is free",
        "имя {name} занято самой библиотекой; свободно {nearest}",
    ),
    "new-channel/address": ("what an address looks like there", "как там выглядит адрес"),
    "new-channel/longest": ("of a text, in UTF-16 units", "длина текста в единицах UTF-16"),
    "new-channel/attribute": ("the member attribute with the address", "атрибут участника, где лежит адрес"),
    "new-channel/steps": (
        "Refused: never (no such address). Gone: blocked. Deferred: later. Else a Receipt for this message.",
        "Refused: никогда (нет такого адреса). Gone: заблокировал. Deferred: позже. Иначе Receipt на это сообщение.",
    ),
    "new-channel/todo": (
        "write send() in src/{module}/channel.py; README.md has the lines to begin with",
        "напишите send() в src/{module}/channel.py; строки для начала есть в README.md",
    ),
    "new-channel/far-end": ("The service, as its documentation says.", "Сервис — такой, как в его документации."),
}
