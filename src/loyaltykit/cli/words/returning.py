"""The words of `dead` and `bounce`."""

from __future__ import annotations

RETURN_WORDS: dict[str, tuple[str, str]] = {
    "help/dead": (
        "Messages that could not be delivered: look at them, put them back.",
        "Недоставленные сообщения: посмотреть, вернуть в очередь.",
    ),
    "help/dead-list": ("Those that were given up, the last one first.", "Список: последние — сначала."),
    "help/dead-show": ("One in full, by its id.", "Одно сообщение целиком, по его id."),
    "help/dead-requeue": (
        """Put messages back, so that they are tried again: by their ids, or all that the options choose.

A message that is stale by now, or whose reason is gone, stays where it is.""",
        """Вернуть сообщения в очередь: по id или все, что выбраны параметрами.

Что уже устарело или потеряло смысл, остаётся на месте.""",
    ),
    "help/dead-channel": ("Only those that this channel was tried for.", "Только те, что пробовал этот канал."),
    "help/dead-reason": (
        "Only those with this reason, such as telegram/403.",
        "Только с этой причиной, например telegram/403.",
    ),
    "help/dead-since": ("Only those given up since then.", "Только те, от которых отказались с этого момента."),
    "help/dead-suppressed": (
        "Those that were not sent on purpose instead.",
        "Вместо них — те, что решено было не отправлять.",
    ),
    "help/dead-limit": ("Show so many at most.", "Показать не больше стольких."),
    "help/dead-by": ("Who wants it.", "Кто так решил."),
    "help/even-stale": ("Also those that are stale by now.", "Даже те, что уже устарели."),
    "dead/none": ("Nothing: no such messages.", "Пусто: таких сообщений нет."),
    "dead/ids-or-filter": (
        "name ids, or choose by --channel, --reason, --since: one of the two",
        "назовите id или выберите через --channel, --reason, --since: что-то одно",
    ),
    "dead/unknown-id": ("no such message, or several: {id}", "нет такого сообщения, или их несколько: {id}"),
    "dead/requeued": ("put back: {number}", "возвращено в очередь: {number}"),
    "dead/refused": ("{id} stays: {why}", "{id} остаётся: {why}"),
    "dead/why/unknown": ("no such message is given up", "такого недоставленного сообщения нет"),
    "dead/why/stale": ("it is stale (--even-stale)", "устарело (--even-stale)"),
    "dead/why/exited": ("its campaign's run was left", "участник вышел из кампании"),
    "dead/why/adopted": ("its campaign has changed", "кампания изменилась"),
    "dead/why/answered": ("it was answered elsewhere", "на него уже ответили"),
    "dead/why/undone": ("its reason was taken back", "повод отменён"),
    "dead/why/offer-over": ("its offer is over", "предложение закончилось"),
    "dead/member": ("member", "участник"),
    "dead/message": ("message", "сообщение"),
    "dead/state": ("state", "состояние"),
    "dead/state/dead": ("given up: {reason}", "не доставлено: {reason}"),
    "dead/state/suppressed": ("not sent: {reason}", "не отправлено: {reason}"),
    "dead/at": ("decided", "решено отправить"),
    "dead/done": ("given up", "отказались"),
    "dead/run": ("run", "проход"),
    "dead/tried": ("tried", "пробовали"),
    "dead/left": ("never tried", "не пробовали"),
    "dead/attempts": ("{channel}: {reason}, attempts: {number}", "{channel}: {reason}, попыток: {number}"),
    # what mail servers send back
    "help/bounce": (
        """Take in what mail servers send back: letters that did not arrive, complaints.

Each file is one letter as it came. A dead address switches the channel off for the member, a complaint withdraws
consent.""",
        """Принять то, что возвращают почтовые серверы: недоставленные письма и жалобы.

В каждом файле одно письмо, как оно пришло. Мёртвый адрес отключает канал для участника, жалоба отзывает согласие.""",
    ),
    "help/bounces": (
        "The folder that returned letters come into.",
        "Папка, в которую приходят возвращённые письма.",
    ),
    "bounce/permanent": ("dead addresses: {number}", "мёртвых адресов: {number}"),
    "bounce/transient": ("not for now: {number}", "пока не доставлено: {number}"),
    "bounce/complaint": ("complaints: {number}", "жалоб: {number}"),
    "bounce/known": ("known before: {number}", "уже известно: {number}"),
    "bounce/old-address": ("about an old address: {number}", "про старый адрес: {number}"),
    "bounce/foreign": ("about no letter of ours: {number}", "не о наших письмах: {number}"),
    "bounce/other": ("no reports: {number}", "не отчёты: {number}"),
    "bounce/no-secret": (
        "Without secret_env (--config) a report is believed by its Message-ID alone.",
        "Без secret_env (--config) отчёту верят только по Message-ID.",
    ),
}
