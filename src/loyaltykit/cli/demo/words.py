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
    "head/folded": (
        "{events} folded in {seconds} s, {rate} a second",
        "{events}, свёрнуто за {seconds} с: {rate} в секунду",
    ),
    "head/made": ("they made {entries} and {effects}", "из них вышло: {entries} и {effects}"),
    "head/rejected": ("the program refused {events}, see {path}", "программа не приняла {events}, смотрите {path}"),
    "head/until": ("until {date}", "до {date}"),
    "head/changed": (
        "Told by {path} as you have changed it; delete the file to have the original back.",
        "Рассказ идёт по изменённой вами {path}; чтобы вернуть исходную, удалите файл.",
    ),
    "head/nobody": ("Nobody has come to this school yet.", "В эту школу ещё никто не пришёл."),
    "files": (
        "The students are simulated; everything said of them was read from the store. Left in {folder}:",
        "Студенты симулированы; всё сказанное о них прочитано из хранилища. Осталось в {folder}:",
    ),
    "files/next": (
        "Next: the program's own examples, a student's page, the same events by a program that you have changed:",
        "Дальше: примеры из программы, страница студента, те же события по программе, которую вы изменили:",
    ),
    # 1
    "growth": ("WHO IS MOVING UP", "КТО РАСТЁТ"),
    "growth/none": ("{point}: nobody earned any in {days}", "{point}: за {days} никто ничего не заработал"),
    "growth/no-levels": ("the program has no levels", "в программе нет уровней"),
    "growth/climbers": ("{point}, most in {days}:", "{point}, больше всех за {days}:"),
    "growth/first": ("Quickest to “{level}”:", "Быстрее всех до уровня «{level}»:"),
    # 2
    "rhythm": ("RHYTHM", "РИТМ"),
    "rhythm/record": ("record {days}, {name}", "рекорд {days}, {name}"),
    "rhythm/reached": ("{length} or more: {students}", "{length} и больше: {students}"),
    "rhythm/now": ("on a run now: {students}", "в серии сейчас: {students}"),
    "rhythm/none": ("nobody has studied two days in a row yet", "пока никто не занимался два дня подряд"),
    "rhythm/no-step": ("none {number}", "без статуса {number}"),
    "rhythm/benefit": ("“{step}”: {what}", "«{step}»: {what}"),
    "rhythm/multiplies": ("{point} × {factor}", "{point} × {factor}"),
    "rhythm/earned": ("earned {number}", "начислено {number}"),
    "rhythm/available": ("to spend now {number}", "можно тратить {number}"),
    "rhythm/pending": ("pending {number}", "дозревает {number}"),
    "rhythm/expired": ("expired {number}", "сгорело {number}"),
    # 3
    "quests": ("QUESTS AND BADGES", "КВЕСТЫ И ЗНАЧКИ"),
    "quests/begun": ("began", "начали"),
    "quests/done": ("done", "прошли"),
    "quests/none": ("nobody has begun a quest yet", "пока никто не начал ни одного квеста"),
    "quests/badges": ("badges", "значки"),
    "quests/no-badges": ("no badges yet", "пока ни одного значка"),
    "quests/nobody": ("Nobody has the badge “{badge}” yet.", "Значка «{badge}» пока нет ни у кого."),
    "quests/holders": (
        "“{badge}”: {students}. One of them is {name}, {city}:",
        "«{badge}»: {students}. Один пример — {name}, {city}:",
    ),
    "quests/last": ("{what}, then silence", "{what}, потом тишина"),
    "quests/message": ("{days} of silence, a letter: “{subject}”", "{days} тишины, письмо «{subject}»"),
    "quests/return": (
        "back after {days}: {what}; the quest “{quest}” begins",
        "спустя {days}: {what}; начат квест «{quest}»",
    ),
    "quests/finish": ("quest done: {what}", "квест пройден: {what}"),
    "quests/badge": ("the badge “{label}”", "значок «{label}»"),
    "quests/right": ("the reward “{label}”", "награда «{label}»"),
    "quests/seats": (
        "{reward}: {taken} of {stock} taken, {left} left",
        "{reward}: занято {taken} из {stock}, осталось {left}",
    ),
    "quests/refused": ("{students} came too late for one", "не хватило: {students}"),
    # 4
    "silence": ("WHO FELL SILENT", "КТО ЗАМОЛЧАЛ"),
    "silence/none": ("nobody is silent for a week or longer", "никто не молчит неделю и дольше"),
    "silence/now": ("silent now, days", "молчат сейчас, дней"),
    "silence/first": ("first half of a course", "первая половина курса"),
    "silence/second": ("second half", "вторая половина"),
    "silence/total": ("all", "всего"),
    "silence/back": ("Second half, after so many days of silence", "Вторая половина курса, дней тишины"),
    "silence/returned": ("came back unaided within {days}", "вернулись сами за {days}"),
    "silence/cases": ("of so many silences", "из скольких случаев"),
    "silence/published": ("real students (OULAD)", "у настоящих студентов (OULAD)"),
    "silence/unknown": (
        "Too early to say who comes back: no silence in the second half is followed for {days}.",
        "Кто возвращается, говорить рано: ни одна тишина на второй половине не прослежена {days}.",
    ),
    "silence/unaided": (
        "Simulated students do not read letters. {days} of silence: {cases}, {back} came back unaided.",
        "Симулированные студенты писем не читают. {days} тишины: {cases}, сами вернулись в {back}.",
    ),
    "silence/where": (
        "{name}, {city}: {days} of silence after “{lesson}” ({course}, {percent})",
        "{name}, {city}: {days} тишины после «{lesson}» ({course}, {percent})",
    ),
    "silence/nowhere": (
        "{name}, {city}: {days} of silence, not one lesson yet",
        "{name}, {city}: {days} тишины, ещё ни одного урока",
    ),
    "silence/sent": ("letters: {subjects}", "письма: {subjects}"),
    "silence/rights": ("open: {rights}", "открыто: {rights}"),
    "silence/not-sent": ("no letter yet", "писем пока не было"),
    # 5
    "fates": ("TWO STUDENTS, TWO FATES", "ДВА СТУДЕНТА, ДВЕ СУДЬБЫ"),
    "fates/one": ("A STUDENT", "ОДИН СТУДЕНТ"),
    "fates/until": ("{what} until {date}", "{what} до {date}"),
    "fates/streak": ("record {days}, now {now}", "рекорд {days}, сейчас {now}"),
    "fates/badges": ("badges", "значки"),
    "fates/quests": ("quests done", "пройдены"),
    "fates/rights": ("open now", "открыто"),
    "fates/expiring": ("{number} to expire on {date}", "{date} сгорит {number}"),
    "fates/next": ("{level}, {missing} to “{next}”", "{level}, до «{next}» {missing}"),
    "fates/nothing": ("none", "нет"),
    "fates/no-letters": ("no letters", "писем нет"),
    # activity, as the story names it; other event types go by their own names
    "event/course.started": ("start of the course", "начало курса"),
    "event/lesson.completed": ("lesson", "урок"),
    "event/quiz.passed": ("quiz", "тест"),
    "event/quiz.failed": ("quiz", "тест"),
    "event/homework.submitted": ("homework", "домашняя работа"),
    "event/session.attended": ("live class", "живое занятие"),
    "event/course.completed": ("end of the course", "конец курса"),
}
# English one and many; Russian one, few, many
_COUNTED: dict[str, tuple[str, str]] = {
    "student": ("student|students", "студент|студента|студентов"),
    "case": ("case|cases", "случай|случая|случаев"),
    "day": ("day|days", "день|дня|дней"),
    "event": ("event|events", "событие|события|событий"),
    "entry": ("ledger entry|ledger entries", "проводка|проводки|проводок"),
    "effect": ("effect|effects", "эффект|эффекта|эффектов"),
}


def say(lang: Lang, code: str, **arguments: Any) -> str:
    """The words of a code, with its arguments filled in."""
    template = _WORDS[code][1 if lang == "ru" else 0]
    return template.format(**arguments) if arguments else template


def activity(lang: Lang, type: str) -> str:
    """What a student did, by the type of the event."""
    return say(lang, f"event/{type}") if f"event/{type}" in _WORDS else type


def count(lang: Lang, number: int, what: str) -> str:
    """A number and its noun in the right form."""
    forms = _COUNTED[what][1 if lang == "ru" else 0].split("|")
    place = {"one": 0, "few": 1, "many": 2 if lang == "ru" else 1, "other": -1}[_locale(lang).plural_form(number)]
    return f"{figure(lang, number)} {forms[place]}"


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


@cache
def _locale(lang: Lang) -> Locale:
    return Locale.parse(lang)
