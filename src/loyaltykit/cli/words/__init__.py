"""What the command line says, in English and Russian: one row a code, as in `loyaltykit.wording`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from loyaltykit.cli.words.acting import ACTING_WORDS
from loyaltykit.cli.words.churning import CHURN_WORDS
from loyaltykit.cli.words.framing import FRAME_WORDS
from loyaltykit.cli.words.helping import HELP_WORDS
from loyaltykit.cli.words.judging import JUDGE_WORDS
from loyaltykit.cli.words.making import MAKE_WORDS
from loyaltykit.cli.words.plugging import PLUGGING_WORDS
from loyaltykit.cli.words.refusing import in_russian
from loyaltykit.cli.words.returning import RETURN_WORDS
from loyaltykit.cli.words.running import RUN_WORDS
from loyaltykit.cli.words.streaming import STREAM_WORDS
from loyaltykit.cli.words.viewing import VIEW_WORDS
from loyaltykit.cli.words.voicing import VOICE_WORDS
from loyaltykit.wording import following

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.errors import LoyaltyError

Lang = Literal["en", "ru"]
LANGS: tuple[Lang, ...] = ("en", "ru")

WORDS: dict[str, tuple[str, str]] = {
    **FRAME_WORDS,
    **HELP_WORDS,
    **RUN_WORDS,
    **VIEW_WORDS,
    **following.WORDS,
    **JUDGE_WORDS,
    **CHURN_WORDS,
    **ACTING_WORDS,
    **VOICE_WORDS,
    **PLUGGING_WORDS,
    **STREAM_WORDS,
    **MAKE_WORDS,
    **RETURN_WORDS,
    # things that are counted: English one and many; Russian one, few, many
    "count/error": ("error|errors", "ошибка|ошибки|ошибок"),
    "count/warning": ("warning|warnings", "замечание|замечания|замечаний"),
    "count/advice": ("piece of advice|pieces of advice", "совет|совета|советов"),
    "count/case": ("case|cases", "пример|примера|примеров"),
    "count/event": ("event|events", "событие|события|событий"),
    "count/event type": ("event type|event types", "вид событий|вида событий|видов событий"),
    "count/rule": ("rule|rules", "правило|правила|правил"),
    "count/point": ("point kind|point kinds", "вид баллов|вида баллов|видов баллов"),
    "count/badge": ("badge|badges", "значок|значка|значков"),
    "count/quest": ("quest|quests", "квест|квеста|квестов"),
    "count/streak": ("streak|streaks", "серия|серии|серий"),
    "count/day": ("day|days", "день|дня|дней"),
    "count/entry": ("ledger entry|ledger entries", "проводка|проводки|проводок"),
    "count/effect": ("effect|effects", "эффект|эффекта|эффектов"),
    "count/line": ("line|lines", "строка|строки|строк"),
    "count/time": ("time|times", "время|времени|времён"),
    "count/task": ("open task|open tasks", "открытая задача|открытые задачи|открытых задач"),
    "count/member": ("member|members", "участник|участника|участников"),
    "count/idea": ("idea|ideas", "идея|идеи|идей"),
    "count/vote": ("vote|votes", "голос|голоса|голосов"),
    "count/row": ("row|rows", "строка|строки|строк"),
}


def say(lang: Lang, code: str, **arguments: Any) -> str:
    """The words of a code, with its arguments filled in."""
    template = WORDS[code][1 if lang == "ru" else 0]
    return template.format(**arguments) if arguments else template


def reason(lang: Lang, error: LoyaltyError) -> str:
    """What an error says, in a language; its own English words where there are no others."""
    words = in_russian(error.code, error.details) if lang == "ru" else None
    return str(error) if words is None else words


def count(lang: Lang, number: int, what: str) -> str:
    """A number and its noun in the right form: `3 правила`, `1 rule`."""
    forms = WORDS[f"count/{what}"][1 if lang == "ru" else 0].split("|")
    return f"{figure(lang, number)} {forms[_form(lang, number)]}"


def figure(lang: Lang, number: float) -> str:
    """A number for a reader: thousands apart, decimals by the language's mark."""
    text = f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",") if lang == "ru" else text


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """The language asked for by `--lang`, else by the environment; known before options are parsed."""
    for number, argument in enumerate(arguments):
        if argument == "--lang" and number + 1 < len(arguments):
            return "ru" if arguments[number + 1] == "ru" else "en"
        if argument.startswith("--lang="):
            return "ru" if argument == "--lang=ru" else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "ru" if environment[name].lower().startswith("ru") else "en"
    return "en"


def _form(lang: Lang, number: int) -> int:
    """Which plural form a number takes (CLDR's rules for whole numbers)."""
    if lang == "en":
        return 0 if number == 1 else 1
    ones, tens = number % 10, number % 100
    if ones == 1 and tens != 11:
        return 0
    return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2
