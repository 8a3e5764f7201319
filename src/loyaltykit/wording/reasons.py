"""Words of why a rule acted, and why not."""

WORDS: dict[str, tuple[str, str]] = {
    "reason/awarded": ("{rule} gave {given}", "{rule}: начислено {given}"),
    "reason/capped": (
        "{rule} gave {given}; without its cap {wanted}",
        "{rule}: начислено {given}; без потолка было бы {wanted}",
    ),
    "reason/acted": ("{rule} acted", "{rule}: сработало"),
    "reason/holds": ("{rule}: its condition holds ({had})", "{rule}: условие выполнено ({had})"),
    "reason/condition": ("{rule}: {condition} did not hold ({had})", "{rule}: не выполнено {condition} ({had})"),
    "reason/inactive": ("{rule} is not in force on this date", "{rule}: в эту дату не действует"),
    "reason/key": (
        "{rule} gives once for each value, and had given ({had})",
        "{rule}: за каждое значение начисляется один раз, и уже было ({had})",
    ),
    "reason/limit": ("{rule} had reached its limit", "{rule}: лимит исчерпан"),
    "reason/cap": (
        "{rule} had reached its cap; it would have given {wanted}",
        "{rule}: потолок достигнут; было бы {wanted}",
    ),
    "reason/voided": ("{rule}: the event was taken out", "{rule}: событие отменено"),
    "reason/nothing": (
        "{rule} came to nothing that can be given: zero, less, or out of range",
        "{rule}: получилось то, что нельзя начислить: ноль, меньше или слишком много",
    ),
    "reason/other-event": ("{rule} is about another event", "{rule}: о другом событии"),
    "reason/on-its-way": ("{rule}: a run is on its way ({had})", "{rule}: прохождение идёт ({had})"),
    "reason/withheld": (
        "{rule}: in the control group, so nothing is offered ({had})",
        "{rule}: в контрольной группе, поэтому ничего не предложено ({had})",
    ),
    "reason/once": (
        "{rule}: it has begun before, and begins once ({had})",
        "{rule}: уже было, а бывает один раз ({had})",
    ),
    "reason/too-soon": ("{rule}: it began not long ago ({had})", "{rule}: было недавно ({had})"),
    "reason/not-anew": (
        "{rule}: its condition has held since it began; it must turn true anew ({had})",
        "{rule}: условие держится с прошлого раза; оно должно наступить заново ({had})",
    ),
    "reason/no-event": ("{rule}: waits for an event ({had})", "{rule}: ждёт события ({had})"),
    "reason/no-value": ("{rule}: no event had a value of {had}", "{rule}: ни в одном событии не было значения {had}"),
    "reason/no-score": ("nobody has scored the risk of leaving yet", "риск ухода ещё не оценивали"),
    "reason/score": (
        "the risk of leaving is {score} (band {band}), as of {day}",
        "риск ухода {score} (группа {band}), по данным на {day}",
    ),
    "reason/score-cold-start": (
        "too little is known of this member to tell the risk of leaving, as of {day}",
        "об участнике известно слишком мало, чтобы оценить риск ухода, по данным на {day}",
    ),
    "reason/score-away": (
        "no score since {day}: finished, or said goodbye",
        "оценки нет с {day}: окончил курс или попрощался",
    ),
    "reason/score-out-of-range": (
        "the risk of leaving is {score} (band {band}), as of {day}; the model has seen nobody like this member",
        "риск ухода {score} (группа {band}), по данным на {day}; похожих участников модель не видела",
    ),
    "reason/had-since": ("since {value}", "с {value}"),
    "reason/had-again": ("again from {value}", "снова с {value}"),
    "reason/had-step": ("step {value}", "шаг {value}"),
    "reason/had-event": ("{value}", "{value}"),
    "reason/too-late": ("{rule}: the event came too late to be rewarded", "{rule}: событие пришло слишком поздно"),
}
