"""The words of `goals` and `policies`."""

from __future__ import annotations

JUDGE_WORDS: dict[str, tuple[str, str]] = {
    "judge/members": ("members", "всего"),
    "judge/reached": ("reached it", "достигли"),
    "judge/churned": ("churned", "ушли"),
    "judge/rate": ("rate", "доля"),
    "judge/waiting": ("not yet", "ждём"),
    "judge/treated": ("treated", "кампания"),
    "judge/control": ("control", "контроль"),
    "judge/difference": ("difference", "разница"),
    "judge/relative": ("relative", "относительно"),
    "judge/target": ("{change}, target {target}", "{change}, цель {target}"),
    "judge/split": ("in control", "в контроле"),
    "judge/planned": ("{actual}, planned {planned} (p {p})", "{actual}, по плану {planned} (p {p})"),
    "judge/as-of": ("as of {at}", "на {at}"),
    "judge/of-program": ("the whole program", "вся программа"),
    "judge/policies": ("Policies beside one another: {campaign}", "Политики рядом: {campaign}"),
    "judge/no-offers": ("no campaign makes offers", "ни одна кампания ничего не предлагает"),
    "judge/works": ("What works for whom: {campaign}", "Что кому помогает: {campaign}"),
}
