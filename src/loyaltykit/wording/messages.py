"""Words of what is wrong with the template of a message."""

WORDS: dict[str, tuple[str, str]] = {
    "message/syntax": ("the template cannot be read: {reason}", "шаблон не читается: {reason}"),
    "message/unknown-variable": ("unknown variable {name}", "неизвестная переменная {name}"),
    "message/absent": (
        "{name} is not known everywhere that this message is sent: not at {place}",
        "{name} известно не везде, откуда уходит это сообщение: неизвестно в {place}",
    ),
    "message/whole": (
        "{name} is a group, not a value; choose a part of it",
        "{name} — группа, а не значение; выберите её часть",
    ),
    "message/dynamic": ("name the parts of {name} directly, without []", "называйте части {name} прямо, без []"),
    "message/filter": ("unknown filter {name}", "неизвестный фильтр {name}"),
    "message/tag": ("the tag {name} is not allowed in messages", "тег {name} в сообщениях недопустим"),
    "message/too-long": ("the template is longer than {limit} characters", "шаблон длиннее {limit} символов"),
    "message/too-complex": ("the template is nested too deep", "шаблон слишком глубоко вложен"),
    "message/plural": (
        "`plural` was given {given} forms; the language {locale} has: {forms}",
        "`plural` получил форм: {given}; в языке {locale} есть: {forms}",
    ),
    "message/must-use": ("the text must use {name}", "в тексте должно быть {name}"),
    "message/channel": (
        "{name} is neither a part of a text nor a channel that messages go to",
        "{name} — не часть текста и не канал, в который уходят сообщения",
    ),
}
