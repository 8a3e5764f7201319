"""Words for what follows from an event: kinds of ledger lines and of effects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

WORDS: dict[str, tuple[str, str]] = {
    "why/voided": ("was taken out: nothing follows from it any more", "отменено: из него больше ничего не следует"),
    "why/late": ("came too late to be rewarded", "пришло слишком поздно для наград"),
    "why/nothing": ("nothing followed", "ничего не последовало"),
    "why/capped": ("{amount} without its cap", "без ограничения было бы {amount}"),
    "why/lot": ("points of {source} ({occurrence})", "баллы от {source} ({occurrence})"),
    "entry/accrual": ("accrual", "начисление"),
    "entry/confirmation": ("confirmation", "подтверждение"),
    "entry/redemption": ("redemption", "списание"),
    "entry/back": ("given back", "возврат"),
    "entry/expiry": ("expiry", "сгорание"),
    "entry/reversal": ("reversal", "возврат"),
    "entry/adjustment": ("adjustment", "поправка"),
    "entry/waits": ("pending again", "снова в ожидании"),
    "kind/badge": ("badge", "значок"),
    "kind/grant": ("granted", "выдано"),
    "kind/expired": ("ended", "закончилось"),
    "kind/refused": ("not given", "не выдано"),
    "kind/used": ("used", "использовано"),
    "kind/revoked": ("taken away", "отозвано"),
    "kind/freed": ("free again", "освободилось"),
    "kind/task": ("task", "задача"),
    "kind/session": ("session", "встреча"),
    "kind/waiting": ("waiting list", "лист ожидания"),
    "kind/quest": ("quest", "квест"),
    "kind/streak": ("streak", "серия"),
    "kind/badge_revoked": ("badge taken away", "значок отозван"),
    "kind/frozen": ("freeze taken", "заморозка"),
    "kind/paused": ("paused", "пауза"),
    "kind/level": ("level", "уровень"),
    "kind/tier": ("tier", "статус"),
    "kind/message": ("message", "сообщение"),
    "kind/exposure": ("group", "группа"),
    "kind/run": ("campaign", "кампания"),
    "kind/offer": ("offer", "предложение"),
    "kind/outcome": ("outcome", "итог"),
    "kind/survey": ("question", "вопрос"),
    "kind/referral": ("referral", "приглашение"),
    "kind/redeemed": ("redeemed", "обменено на"),
    "kind/hold": ("on hold", "удержано"),
    "kind/won": ("won", "победа"),
    "kind/answer": ("answer", "ответ"),
    "kind/hidden": ("not shown on", "скрыто в таблице"),
    "name/referrer": ("a friend was brought", "пришёл приглашённый друг"),
    "name/friend": ("invited by a friend", "по приглашению друга"),
}


def entry_code(kind: str, amount: int | Decimal) -> str:
    """The code of a ledger line: what a redemption took, or what came back of it; what a correction has wait again."""
    if kind == "adjustment" and not amount:
        return "entry/waits"
    return "entry/back" if kind == "redemption" and amount > 0 else f"entry/{kind}"


def follows(code: str, lang: str, **arguments: Any) -> str:
    """The words of a code in a language; of an unknown one what stands behind its bar."""
    if code not in WORDS:
        return code.partition("/")[2]
    english, russian = WORDS[code]
    return (russian if lang == "ru" else english).format(**arguments)
