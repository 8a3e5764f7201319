"""What is said of policies that are compared, in English and Russian."""

from __future__ import annotations

POLICY_WORDS: dict[str, tuple[str, str]] = {
    "policies/step": (
        "Offer at step {step}, {by}: {n} choices of {members} members",
        "Предложение на шаге {step}, {by}: выборов {n}, участников {members}",
    ),
    "policies/logged": ("{value} {interval}", "{value} {interval}"),
    "policies/was": ("what was chosen", "как выбирали"),
    "policies/value": (
        "{policy}: {value} {interval}, {gain} against what was chosen: {verdict}",
        "{policy}: {value} {interval}, {gain} к тому, что выбирали: {verdict}",
    ),
    "policies/refused": ("{policy}: cannot be told: {why}", "{policy}: сказать нельзя: {why}"),
    "policies/better": ("better", "лучше"),
    "policies/worse": ("worse", "хуже"),
    "policies/not-shown": ("no difference shown", "разница не доказана"),
    "policies/none": ("no choice's time is up yet", "срок ещё не вышел ни у одного выбора"),
    "policies/not-drawn": (
        "chance did not choose, so the log says nothing of what was not chosen: choose by random or by a bandit",
        "выбирал не случай, и журнал молчит о том, чего не выбрали: пусть выбирает random или bandit",
    ),
    "policies/propensities": (
        "“{option}” was not chosen as often as the logged probabilities say, so they cannot be right",
        "«{option}» выбирали не так часто, как говорят записанные вероятности: они неверны",
    ),
    "policies/weights": (
        "the weights have the mean {mean} and not 1, so the logged probabilities cannot be right",
        "веса в среднем {mean}, а не 1: записанные вероятности неверны",
    ),
    "policies/support": (
        "it would give “{option}” in {share}% of choices to whom it could not be given",
        "в {share}\N{NO-BREAK SPACE}% выборов был бы «{option}» у тех, кому его не могло достаться",
    ),
    "policies/hardly": (
        "it would give “{option}” in {share}% of choices, and it was given {times} times",
        "в {share}\N{NO-BREAK SPACE}% выборов был бы «{option}», а выпадал он раз: {times}",
    ),
    "policies/members": (
        "there are choices of {have} members, at least {need} needed",
        "выборы есть у участников: {have}, а нужно хотя бы {need}",
    ),
    "policies/few": (
        "what was chosen is too unlike it: that tells as much as {have} choices of its own, at least {need} needed",
        "выбирали слишком непохоже на неё: это заменяет {have} её собственных выборов, а нужно хотя бы {need}",
    ),
    "policies/cases-something": (
        "too few choices brought anything: about {have}, at least {need} needed",
        "слишком мало выборов что-то дали: около {have}, а нужно хотя бы {need}",
    ),
    "policies/cases-nothing": (
        "nearly every choice brought something: about {have} brought nothing, at least {need} needed",
        "почти каждый выбор что-то дал: без результата около {have}, а нужно хотя бы {need}",
    ),
    "policies/failed": ("it fails with {error}", "она завершается ошибкой {error}"),
    "policies/left-out": ("older choices that were left out: {number}", "более старые выборы не в счёт: {number}"),
    "policies/by-policy": ("chosen by {policy}", "выбирает {policy}"),
}
