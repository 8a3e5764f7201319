"""What is said back to a member who pressed or wrote something, in English and Russian."""

from __future__ import annotations

from typing import Any

_WORDS: dict[str, tuple[str, str]] = {
    "answered": ("Thank you! Your answer: {label}", "Спасибо! Ваш ответ: {label}"),
    "already": ("You have answered already. Thank you!", "Вы уже ответили, спасибо!"),
    "taken": ("It is yours: {label}", "Это ваше: {label}"),
    "joined": ("You are in: {label}", "Вы участвуете: {label}"),
    "over": ("It is too late for that.", "Увы, это уже закончилось."),
    "none-left": ("There is none left.", "Больше не осталось."),
    "unknown": ("This button is not for you.", "Эта кнопка не для вас."),
    "closed": ("This question is closed. Thank you!", "Опрос уже закрыт. Спасибо!"),
    "bound": ("Done: what the school writes to you comes here now.", "Готово: сообщения школы будут приходить сюда."),
    "bad-code": (
        "This link is too old. Open it once more in your account.",
        "Ссылка устарела. Откройте её ещё раз из личного кабинета.",
    ),
    "why": (
        "You said {label}. If you like, write here why: the school will read it.",
        "Ваш ответ — {label}. Если хотите, напишите здесь почему: школа это прочтёт.",
    ),
    "commented": ("Thank you, noted.", "Спасибо, записали."),
    "word-right": ("That is the word. Glad that you are here!", "Да, это оно. Здорово, что вы с нами!"),
    "word-wrong": ("That is not the word. Listen on!", "Это не кодовое слово. Слушайте дальше!"),
    "word-early": ("The code word is not open yet.", "Кодовое слово пока не принимают, чуть позже."),
    "word-late": ("The code word is closed by now.", "Кодовое слово больше не принимают."),
    "word-guesses": ("Those were many words. Try again in an hour.", "Слов было много. Попробуйте через час."),
    "stranger": (
        "I do not know you yet. Open this chat by the link in your account.",
        "Мы пока не знакомы. Откройте этот чат по ссылке из личного кабинета.",
    ),
    "idea-how": (
        "Write the idea after the command, like this: /idea streams in the evening",
        "Напишите идею после команды, например: /idea эфиры по вечерам",
    ),
    "idea-new": (
        "Thank you! The school will look at your idea and tell you what comes of it.",
        "Спасибо! Школа посмотрит вашу идею, и мы расскажем, что из неё вышло.",
    ),
    "idea-open": (
        "Thank you! Others can vote for your idea now: /ideas",
        "Спасибо! За вашу идею уже можно голосовать: /ideas",
    ),
    "idea-limit": ("That is enough ideas for now: {about}.", "Пока достаточно идей: {about}."),
    "idea-text": ("An idea has at most {most} characters.", "В идее может быть не больше {most} знаков."),
    "idea-none": (
        "There is nothing to vote for yet. Propose something: /idea",
        "Голосовать пока не за что. Предложите своё: /idea",
    ),
    "idea-own": ("This is your own idea.", "Это ваша собственная идея."),
    "idea-closed": ("Nobody can vote for this idea any more.", "За эту идею голосовать уже нельзя."),
    "supported": ("Your vote counts. Thank you!", "Ваш голос учтён. Спасибо!"),
    "withdrawn": ("Your vote is withdrawn.", "Ваш голос отозван."),
    "support": ("👍 Support", "👍 Поддержать"),
    "withdraw": ("Withdraw my vote", "Отозвать голос"),
    "not-here": ("There is nothing like that here.", "Здесь такого нет."),
}


def said(code: str, locale: str, **arguments: Any) -> str:
    """The words of a code in a locale: Russian, else English."""
    return _WORDS[code][1 if locale.lower().startswith("ru") else 0].format(**arguments)
