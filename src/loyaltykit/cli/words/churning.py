"""The words of `churn`."""

from __future__ import annotations

CHURN_WORDS: dict[str, tuple[str, str]] = {
    "help/churn": (
        "Who is leaving: fit a model, score members, judge models.",
        "Кто уходит: обучить модель, оценить участников, проверить модели.",
    ),
    "help/churn-fit": (
        """Fit a churn model to events, and keep it in a file.

Or, with --store, to a store's own history, and keep it there.""",
        """Обучить модель ухода на событиях и сохранить её в файл.

Или, с --store, на истории хранилища — тогда модель останется в нём.""",
    ),
    "help/churn-score": (
        """Score members with a model that was fitted: the riskiest first, with reasons.

With --store every member of a store is scored, and the scores are recorded in it.""",
        """Оценить участников обученной моделью: сначала самые рискованные, с причинами.

С --store оценивается каждый участник хранилища, и оценки записываются в него.""",
    ),
    "help/churn-backtest": (
        """Judge churn models on what they could not have seen.

By rolling origin over one history, or learning from --events and judged on --test: later events, or other members.""",
        """Проверить модели ухода на том, чего они видеть не могли.

По скользящему началу на одной истории; или обучение на --events, а проверка на --test: позже или другие участники.""",
    ),
    "help/churn-events": (
        "Events to learn from: JSONL, CSV or Parquet; may be repeated.",
        "События для обучения: JSONL, CSV или Parquet; можно повторять.",
    ),
    "help/churn-score-events": (
        "The members' events: JSONL, CSV or Parquet; may be repeated.",
        "События участников: JSONL, CSV или Parquet; можно повторять.",
    ),
    "help/churn-test": ("Events to be judged on; may be repeated.", "События для проверки; можно повторять."),
    "help/churn-program": (
        "The program that says what events mean (its section churn).",
        "Программа, где сказано, что значат события (раздел churn).",
    ),
    "help/churn-store": ("A store instead of files, such as sqlite:///school.db.", "Хранилище вместо файлов."),
    "help/churn-model": (
        "A model by id; several by commas, or repeated.",
        "Модель по имени; несколько — через запятую или повторив.",
    ),
    "help/churn-model-one": ("The model by its id.", "Имя модели."),
    "help/churn-horizon": ("How far to look ahead (default: 28d).", "На сколько смотреть вперёд (по умолчанию 28d)."),
    "help/churn-label": (
        "What leaving means: silence, or an event's type.",
        "Что значит уйти: silence (тишина) или вид события.",
    ),
    "help/churn-cutoffs": (
        "When members are looked at: “every 14d”, “every 7d from 2026-01-15”, or moments by commas.",
        "Когда смотреть на участников: «every 14d», «every 7d from 2026-01-15» или моменты через запятую.",
    ),
    "help/churn-test-cutoffs": ("The same for --test.", "То же для --test."),
    "help/churn-active": (
        "Only members with activity in so much time before a cut-off.",
        "Только участники, активные за столько времени до среза.",
    ),
    "help/churn-left": (
        "An event's type after which a member is gone for good; may be repeated.",
        "Вид события, после которого участника больше нет; можно повторять.",
    ),
    "help/churn-out": ("Where to write the fitted model.", "Куда записать обученную модель."),
    "help/churn-scores": ("Write every member's score as CSV.", "Записать оценки всех участников в CSV."),
    "help/churn-from": ("A model that `churn fit` wrote.", "Модель, которую записал `churn fit`."),
    "help/churn-at": (
        "The moment to look at (default: just after the last event; with --store now).",
        "На какой момент смотреть (по умолчанию — сразу после последнего события; с --store — сейчас).",
    ),
    "help/churn-until": (
        "Only what was known by this moment (default: all there is; with --store now).",
        "Только то, что было известно к этому моменту (по умолчанию — всё; с --store — сейчас).",
    ),
    "help/churn-top": ("How many members to print.", "Скольких участников показать."),
    "help/churn-card": (
        "Write the model's card, as Markdown or (.json) JSON.",
        "Записать карточку модели: Markdown или (.json) JSON.",
    ),
    "help/churn-report": ("Write a page with pictures (HTML).", "Записать страницу с графиками (HTML)."),
    "help/churn-folds": ("How many folds of rolling origin.", "На сколько частей делить проверку."),
    "help/churn-share": ("The share that lift looks at.", "Для какой доли считать лифт."),
    "help/churn-value": (
        "With --cost: what a leaver who is kept is worth.",
        "Вместе с --cost: сколько стоит удержанный участник.",
    ),
    "help/churn-cost": ("With --value: what acting on one member costs.", "Вместе с --value: цена одного действия."),
    "help/churn-resamples": ("Draws of members for the intervals.", "Сколько раз выбирать участников для интервалов."),
    "help/churn-seed": ("The seed of the draws.", "Зерно выборок."),
    # on the way
    "churn/reading": ("reading events", "чтение событий"),
    "churn/scoring": ("scoring", "оценка"),
    # at the end
    "churn/rejected": (
        "Not taken: {number}, the first one at {first}",
        "Не принято: {number}, первое — {first}",
    ),
    "churn/fitted": (
        "{model} learned from {rows} of {members} at {moments} cut-offs; {rate} churned.",
        "{model}: обучение на {rows}, {members}, срезов: {moments}; ушло {rate}.",
    ),
    "churn/fitted-kept": (
        "{model} learned from {rows} of {members}, and is kept in the store; {rate} churned.",
        "{model}: обучение на {rows}, {members}; модель сохранена в хранилище; ушло {rate}.",
    ),
    "churn/written": ("Written: {path}", "Записано: {path}"),
    "churn/doubt": ("Mind: {text}", "Учтите: {text}"),
    "churn/too-little": (
        "There is too little to learn from: no cut-off whose horizon is over with members of both kinds.",
        "Учиться пока не на чем: нет срезов, чей срок истёк, с ушедшими и оставшимися участниками.",
    ),
    "churn/no-label": (
        "no event has the type {name}, so nobody left by it; {hint}",
        "событий {name} нет, по такому признаку никто не ушёл; {hint}",
    ),
    "churn/near": ("did you mean {name}?", "может быть, {name}?"),
    "churn/there-are": ("there are {names}", "есть {names}"),
    "churn/scored": ("{members} scored by {model} as of {at}.", "Оценено: {members}, модель {model}, на {at}."),
    "churn/status": ("{status}: {number}", "{status}: {number}"),
    "churn/more": ("… and {number} more (--top, --out)", "… и ещё {number} (--top, --out)"),
    "churn/recorded": (
        "Recorded as new: {recorded}; as before: {unchanged}.",
        "Записано новых: {recorded}; без перемен: {unchanged}.",
    ),
    "churn/band": ("band {band}: {number}", "группа {band}: {number}"),
    "status/ok": ("ok", "модель"),
    "status/away": ("away", "попрощались"),
    "status/cold-start": ("cold start", "холодный старт"),
    "status/out-of-range": ("out of range", "вне диапазона"),
    "count/member": ("member|members", "участник|участника|участников"),
    # wrong usage
    "usage/days": ("{name}: days or weeks are needed, such as 28d", "{name}: нужны дни или недели, например 28d"),
    "usage/what-if": (
        "either NEW --store URL, or OLD NEW --events FILE",
        "нужно либо НОВАЯ --store URL, либо СТАРАЯ НОВАЯ --events ФАЙЛ",
    ),
    "usage/events-or-store": (
        "say where the events are: --events FILE or --store URL, one of them",
        "укажите, где события: --events ФАЙЛ или --store АДРЕС, одно из двух",
    ),
    "usage/needs-program": (
        "--map is held against a program: add --program FILE",
        "--map сверяется с программой: добавьте --program ФАЙЛ",
    ),
    "usage/churn-out": ("say where to write the model: --out FILE", "укажите, куда записать модель: --out ФАЙЛ"),
    "usage/churn-from": ("say which model: --from FILE", "укажите модель: --from ФАЙЛ"),
    "usage/test-cutoffs": ("--test-cutoffs goes with --test", "--test-cutoffs нужен --test"),
    "usage/only-files": ("{name} goes with --events", "{name} нужен --events"),
}
