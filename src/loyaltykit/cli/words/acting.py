"""The words of `redeem`, `cancel`, `adjust`, `transfer`, `pause` and `badge`."""

from __future__ import annotations

ACTING_WORDS: dict[str, tuple[str, str]] = {
    "help/redeem": (
        "Give a reward of the catalogue for a member's points.",
        "Выдать награду за баллы участника.",
    ),
    "help/cancel": (
        "Undo a redemption: its points come back, and its right ends.",
        "Отменить выдачу за баллы: баллы возвращаются, право прекращается.",
    ),
    "help/adjust": (
        """Give or take points by hand, such as stars=15 or stars=-5.

Who did it, and why, stays in the log.""",
        """Начислить или списать баллы вручную, например stars=15 или stars=-5.

Кто это сделал и почему, остаётся в журнале.""",
    ),
    "help/transfer": (
        "Move points from one member to another, such as stars=5.",
        "Перевести баллы от одного участника другому, например stars=5.",
    ),
    "help/pause": (
        """Have a member miss nothing in their streaks from one day to another.

Days that have passed may be named: freezes taken for them are given back.""",
        """Поставить серии участника на паузу: с одного дня по другой ничего не пропущено.

Можно назвать и прошедшие дни: истраченные на них заморозки вернутся.""",
    ),
    "help/badge": ("Award a badge by hand, or take it away.", "Выдать значок вручную или забрать его."),
    "help/badge-award": ("Award a badge, or a step of it.", "Выдать значок или его ступень."),
    "help/badge-revoke": (
        "Take a badge away; only a person gives it again.",
        "Забрать значок; вернуть его может только человек.",
    ),
    "help/key": (
        "A key that makes it safe to repeat: it happens once.",
        "Ключ, с которым команду можно повторять: выполнится она один раз.",
    ),
    "help/acts-at": ("When (default: now).", "Когда (по умолчанию — сейчас)."),
    "help/acts-by": ("Who does it.", "Кто это делает."),
    "help/pause-from": ("The first day, such as 2026-09-05.", "Первый день, например 2026-09-05."),
    "help/pause-to": ("The last day.", "Последний день."),
    "help/pause-streak": (
        "Only this streak (default: all that can be paused).",
        "Только эта серия (по умолчанию — все, у которых бывают паузы).",
    ),
    "help/badge-step": ("A step of the badge (default: the first).", "Ступень значка (по умолчанию — первая)."),
    "usage/amount": ("{name}: write POINT=AMOUNT, such as stars=5", "{name}: нужно БАЛЛЫ=ЧИСЛО, например stars=5"),
    "usage/day": ("{name} is not a day such as 2026-09-05", "{name} — не день вида 2026-09-05"),
    "acting/redeemed": ("{member} has {reward} for {cost}", "{member}: {reward}, списано {cost}"),
    "acting/redemption": ("redemption {id}", "номер выдачи {id}"),
    "acting/code": ("code {text}", "код {text}"),
    "acting/worth": ("worth {value}", "стоимость {value}"),
    "acting/cancelled": ("Undone: {redemption}", "Отменено: {redemption}"),
    "acting/has": ("{member} has {points} now", "{member}: теперь {points}"),
    "acting/paused": ("{member}: nothing is missed from {start} to {end}", "{member}: пауза с {start} по {end}"),
    "acting/awarded": ("{member} has the badge {badge}", "{member}: значок «{badge}» выдан"),
    "acting/revoked": ("{member} has the badge {badge} no more", "{member}: значка «{badge}» больше нет"),
}
