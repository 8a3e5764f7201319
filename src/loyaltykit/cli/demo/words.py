"""What the demo says, in English and Russian: one row a code, as in `loyaltykit.cli.words`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import format_date

from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.cli.words import Lang

_WORDS: dict[str, tuple[str, str]] = {
    # header and files
    "head": ("SCHOOL {school}", "ШКОЛА {school}"),
    "program/seal": (
        "# by this line the demo knows that nobody has changed the program: {seal}",
        "# по этой строке демо видит, что программу не меняли: {seal}",
    ),
    "head/simulated": ("simulated, seed {seed}", "симуляция, зерно {seed}"),
    "head/effect": ("effect × {effect}", "эффект × {effect}"),
    "head/until": ("until {date}", "до {date}"),
    "head/done": (
        "{events} and {letters}, {seconds} s",
        "{events} и {letters}, {seconds} с",
    ),
    "head/refused": ("unknown to the program: {events}", "из них программе неизвестны: {events}"),
    "head/changed": (
        "Told by {path} as you have changed it; delete the file to have the original back.",
        "Рассказ идёт по изменённой вами {path}; чтобы вернуть исходную, удалите файл.",
    ),
    "head/missing": (
        "{channel}: paper stands in for a real server, pip install 'loyaltykit[{extra}]' has it.",
        "{channel}: вместо настоящего сервера бумага, он есть в pip install 'loyaltykit[{extra}]'.",
    ),
    "head/nobody": ("Nobody has come to this school yet.", "В эту школу ещё никто не пришёл."),
    "files": ("Left in {folder}:", "Осталось в {folder}:"),
    "files/next": ("Next:", "Дальше:"),
    # 1
    "noticed": ("NOTICED", "ЗАМЕТИЛИ"),
    "noticed/none": (
        "nobody beyond the half of a course is about to leave",
        "на второй половине курса пока никто не уходит",
    ),
    "noticed/count": (
        "{students} beyond the half of a course, after {days} of silence (median);",
        "На второй половине курса: {students}, через {days} тишины (медиана);",
    ),
    "noticed/stock": (
        "the usual rule “14 days for all” would see {early} of them later, or never.",
        "правило «14 дней для всех» увидело бы {early} из них позже или никогда.",
    ),
    "noticed/stock-all": (
        "the usual rule “14 days for all” would see all of them later, or never.",
        "правило «14 дней для всех» увидело бы всех позже или никогда.",
    ),
    "noticed/model": (
        "To the control group the model (taught by {learned}) gave {foretold} for {horizon} more; it was {share}.",
        "Контролю модель (прошлый поток: {learned}) давала {foretold} на ещё {horizon} тишины, вышло {share}.",
    ),
    "noticed/score": ("{score} for another {horizon} of silence", "{score} на ещё {horizon} тишины"),
    "noticed/twin": (
        "{name}, silent just as long, used to {before} days a week: {score}, left alone",
        "{name}: тишина та же, привычный ритм {before} дня в неделю: {score}, не трогаем",
    ),
    "noticed/who": ("{name}, {city} · “{course}”, {percent}", "{name}, {city} · «{course}», {percent}"),
    "noticed/why": ("why: {reasons}", "почему: {reasons}"),
    "noticed/rhythm": (
        "the rhythm was {before} days a week, then {days} of silence",
        "ритм был {before} дня в неделю, потом {days} тишины",
    ),
    "noticed/quiz": ("the quiz “{quiz}” not passed ({times})", "тест «{quiz}» не сдан ({times})"),
    "noticed/spared": (
        "Silent for 14 days, too, but left alone: finished {finished}, on a pause {paused}, left and said so {left}.",
        "Тоже молчат 14 дней, но их не трогали: окончили курс {finished}, на паузе {paused}, сказали об уходе {left}.",
    ),
    # 2
    "offered": ("OFFERED", "ПРЕДЛОЖИЛИ"),
    "offered/none": ("no letter has arrived yet", "пока не дошло ни одного письма"),
    "offered/to": ("{name} ← {channel}, {moment}", "{name} ← {channel}, {moment}"),
    "offered/took": ("took: {option}", "взято: {option}"),
    "offered/picked": ("picked: {option}", "выбрано: {option}"),
    "offered/not-taken": ("not taken", "не взято"),
    # 3
    "returned": ("CAME BACK", "ВЕРНУЛИСЬ"),
    "returned/none": ("nobody has come back for a letter yet", "пока никто не вернулся после письма"),
    "returned/lesson": (
        "{name} studies again: “{lesson}”, {hours} after the letter",
        "{name} снова за учёбой: «{lesson}», через {hours} после письма",
    ),
    "returned/quest": ("quest “{quest}” {bar} {done} of {all}", "квест «{quest}» {bar} {done} из {all}"),
    "returned/badge": ("the badge “{badge}”", "значок «{badge}»"),
    "returned/review": ("{by}, {role}: “{note}”", "{by}, {role}: «{note}»"),
    "returned/queue": (
        "the queue for “{reward}”: {before} → {after} (of {all})",
        "очередь «{reward}»: {before} → {after} (всего {all})",
    ),
    "returned/seat": (
        "a seat has become free: “{reward}”, and it is {name}'s",
        "освободилось место: «{reward}», теперь оно у студента по имени {name}",
    ),
    "returned/seats": (
        "Seats that became free in “{reward}”: {seats}; taken by those with the badge: {first}.",
        "Освободилось мест, «{reward}»: {seats}; из них достались тем, у кого есть значок: {first}.",
    ),
    "returned/session": ("invited: “{session}”, {day}, {time}", "приглашение: «{session}», {day}, {time}"),
    "returned/all": (
        "“{badge}” so far: {badges}; moved up in the queue: {moved}; invited to the session: {session}.",
        "«{badge}» сейчас у {badges}; продвинулись в очереди: {moved}; приглашены на встречу: {session}.",
    ),
    # 4
    "spared": ("NOT BOTHERED", "НЕ БЕСПОКОИЛИ"),
    "spared/quiet-hours": (
        "waited for the end of the quiet hours {number}",
        "ждали конца тихих часов {number}",
    ),
    "spared/cap": ("waited because enough had been written that week {number}", "ждали другой недели {number}"),
    "spared/waited": ("Messages: {reasons}.", "Сообщения: {reasons}."),
    "spared/not-sent": ("not sent at all: {reasons}", "не отправлены вовсе: {reasons}"),
    "spared/no-consent": ("no consent to marketing {number}", "нет согласия на рекламу {number}"),
    "spared/exited": ("the student was back or had left {number}", "студент уже вернулся или ушёл {number}"),
    "spared/answered": ("answered already {number}", "ответ уже есть {number}"),
    "spared/capped": ("too many that week {number}", "слишком много за неделю {number}"),
    "spared/quiet": ("too late after the quiet hours {number}", "после тихих часов было бы поздно {number}"),
    "spared/no-address": ("no mail address and no chat {number}", "ни почты, ни чата {number}"),
    "spared/stale": ("too old {number}", "устарели {number}"),
    "spared/other": ("{code} {number}", "по другой причине ({code}) {number}"),
    "spared/withheld": (
        "{students} got nothing from the campaign: the control group, it alone says whether all this helps.",
        "{students} кампания не трогала: это контроль, без него не узнать, помогает ли она.",
    ),
    "spared/finished": ("{name}: finished the course on {date}", "{name}: курс окончен {date}"),
    "spared/why-not": (
        "{name}: nothing since {date}, and yet no letter, because {why}",
        "{name}: тишина с {date}, но письма нет, потому что {why}",
    ),
    "why/member.paused_until is None": ("a pause until {value} was announced", "объявлена пауза до {value}"),
    "why/condition": ("“{condition}” does not hold", "не выполнено «{condition}»"),
    "why/course": (" (the course “{course}”)", " (курс «{course}»)"),
    # 5
    "verdict": ("DID IT HELP?", "ПОМОГЛО ЛИ?"),
    "verdict/none": ("the program has no goal for this campaign", "в программе нет цели этой кампании"),
    "verdict/honest": (
        "The data are simulated. Check the honesty: loyaltykit demo --effect 0",
        "Данные симулированы. Проверить честность: loyaltykit demo --effect 0",
    ),
    "curator/note": (
        "The idea is right. Look at the third step once more: one line is missing there, and then it works.",
        "Идея верная. Посмотрите ещё раз на третий шаг: там не хватает одной строки, и всё заработает.",
    ),
}
CHANNELS = {"telegram": "Telegram", "email": "e-mail"}
"""What channels are called, in either language."""
# English one and many; Russian one, few, many
_COUNTED: dict[str, tuple[str, str]] = {
    "student": ("student|students", "студент|студента|студентов"),
    "of student": ("student|students", "студента|студентов|студентов"),
    "day": ("day|days", "день|дня|дней"),
    "hour": ("hour|hours", "час|часа|часов"),
    "event": ("event|events", "событие|события|событий"),
    "time": ("time|times", "раз|раза|раз"),
    "letter": ("message|messages", "сообщение|сообщения|сообщений"),
}


def say(lang: Lang, code: str, /, **arguments: Any) -> str:
    """The words of a code, with its arguments filled in."""
    template = _WORDS[code][1 if lang == "ru" else 0]
    return template.format(**arguments) if arguments else template


def known(condition: str) -> bool:
    """Whether there are words for a condition that does not hold."""
    return f"why/{condition}" in _WORDS


def why(lang: Lang, condition: str, value: str) -> str:
    """That a condition does not hold, in words where there are some."""
    return (
        say(lang, f"why/{condition}", value=value)
        if known(condition)
        else say(lang, "why/condition", condition=condition)
    )


def count(lang: Lang, number: int, what: str) -> str:
    """A number and its noun in the right form."""
    forms = _COUNTED[what][1 if lang == "ru" else 0].split("|")
    place = {"one": 0, "few": 1, "many": 2 if lang == "ru" else 1, "other": -1}[_locale(lang).plural_form(number)]
    return f"{figure(lang, number)}\N{NO-BREAK SPACE}{forms[place]}"


def quoted(lang: Lang, text: str) -> str:
    """A title in the language's quotation marks."""
    return f"«{text}»" if lang == "ru" else f"“{text}”"


def percent(lang: Lang, share: float) -> str:
    """A share in whole percent."""
    return f"{round(100 * share)}{chr(0xA0) if lang == 'ru' else ''}%"


def date(lang: Lang, day: dt.date, *, year: bool = False) -> str:
    """A day and its month, perhaps with the year."""
    pattern = ("d MMMM y 'года'" if year else "d MMMM") if lang == "ru" else ("MMMM d, y" if year else "MMMM d")
    return str(format_date(day, pattern, locale=_locale(lang)))


def weekday(lang: Lang, day: dt.date) -> str:
    """A day with its weekday: `четверг, 27 ноября`."""
    pattern = "EEEE, d MMMM" if lang == "ru" else "EEEE, MMMM d"
    return str(format_date(day, pattern, locale=_locale(lang)))


def clock(at: dt.datetime) -> str:
    """A time of the day."""
    return f"{at:%H:%M}"


@cache
def _locale(lang: Lang) -> Locale:
    return Locale.parse(lang)
