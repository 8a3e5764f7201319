"""Where a member stands on a ladder, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.views import TierView

_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RU = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_NONE = ("no step yet", "ступени пока нет")
_HELD = ("{step}", "«{step}»")
_NEXT = ("{amount} to {step}", "{amount} до «{step}»")
_KEEPS = ("keeps {step} until {day}", "«{step}» сохраняется до {day}")
_LONGER = ("{amount} more to keep it longer", "чтобы продлить, нужно ещё {amount}")
_GRACE = (
    "{step} ended on {day}, its benefits go on until {grace}",
    "срок «{step}» кончился {day}, привилегии действуют до {grace}",
)
_SAVE = ("{amount} more to keep it", "чтобы сохранить, нужно ещё {amount}")


def standing_words(view: TierView, lang: str) -> str:
    """What is missing to the next step, and until when this one is kept; of neither, the step itself."""
    number = 1 if lang == "ru" else 0
    found = []
    if view.next is not None and view.missing:
        more = _amount(view.missing, view.unit, number)
        found.append(_NEXT[number].format(amount=f"ещё {more}" if number else more, step=view.next))
    if view.name is not None and view.last_day is not None:
        found += _kept(view, number)
    if not found:
        return _NONE[number] if view.name is None else _HELD[number].format(step=view.name)
    return "; ".join(found)


def _kept(view: TierView, number: int) -> list[str]:
    day, grace = _day(view.last_day, view.today, number), _day(view.last_grace_day, view.today, number)
    words, save = (_GRACE, _SAVE) if view.in_grace else (_KEEPS, _LONGER)
    found = [words[number].format(step=view.name, day=day, grace=grace)]
    if view.keep_missing:
        found.append(save[number].format(amount=_amount(view.keep_missing, view.unit, number)))
    return found


def _amount(amount: Any, unit: str | None, number: int) -> str:
    """A number for a reader, with what it counts: in Russian in brackets, as nobody can decline a label."""
    text = f"{amount:,}" if isinstance(amount, int) else f"{amount:,.2f}".rstrip("0").rstrip(".")
    if number:
        text = text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    if unit is None:
        return text
    plain = unit if unit[1:2].isupper() else unit[:1].lower() + unit[1:]
    return f"{text} ({plain})" if number else f"{text} {plain}"


def _day(day: dt.date | None, today: dt.date | None, number: int) -> str:
    if day is None:
        return ""
    words = f"{day.day} {(_RU if number else _EN)[day.month - 1]}"
    return words if today is not None and today.year == day.year else f"{words} {day.year}"
