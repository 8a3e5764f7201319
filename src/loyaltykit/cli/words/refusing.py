"""The library's errors in Russian, by code. English is what the errors say themselves; a code without a row stays so.

The names in the rows are those of `LoyaltyError.details`; ``got`` and ``size`` say what kind of value was refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_KINDS = {
    "null": "пусто",
    "boolean": "да или нет",
    "number": "число",
    "mapping": "набор полей",
    "list": "список",
    "time": "время",
    "other": "нечто другое",
}

RUSSIAN: dict[str, str] = {
    # what a program, a store or a member does not have
    "member/unknown": "участника {name} никто не видел",
    "rule/unknown": "в программе нет правила {name}",
    "rule/campaign": "{name} — кампания, а не правило: нужен --campaign {name}",
    "rule/no-event": "у участника {member} нет события, о котором правило {rule}: {types}",
    "campaign/unknown": "в программе нет кампании {name}",
    "preview/unknown": "в программе нет сообщения {name}",
    "segment/unknown": "в программе нет сегмента {name}",
    "badge/unknown": "в программе нет значка {name}",
    "tier/unknown": "в программе нет лестницы статусов {name}",
    "quest/unknown": "в программе нет квеста {name}",
    "quest/done": "квест {name} уже пройден",
    "quest/too-soon": "квест {name} пройден, начать его заново ещё рано",
    "quest/dates": "у квеста {name} есть даты, и сегодня не они",
    "quest/requires": "для квеста {name} ещё не всё сделано",
    "badge/step": "у значка нет ступени {name}",
    "badge/held": "значок {name} у участника уже есть",
    "badge/not-held": "значка {name} у участника нет",
    "streak/unknown": "в программе нет серии {name}",
    "streak/no-pauses": "серию {name} нельзя приостановить: напишите в программе `pauses: true`",
    "streak/dates": "пауза заканчивается в свой первый день или не позже чем через 366 дней",
    "surprise/unknown": "в программе нет сюрприза {name}",
    "referral/none": "в программе нет приглашений (referrals)",
    "survey/unknown": "в программе нет опроса {name}",
    "ideas/none": "в программе нет раздела `ideas`",
    "idea/unknown": "нет идеи {name}",
    "idea/text": "идея — текст длиной до {most} знаков",
    "idea/limit": "участник уже предложил столько идей, сколько можно ({about})",
    "idea/own": "идея {name} — его собственная",
    "idea/closed": "за идею {name} сейчас голосовать нельзя",
    "idea/state": "идея {name} сейчас в другом состоянии: {state}",
    "idea/no-state": "нет состояния {name}",
    "survey/no-comment": "опрос {name} не принимает комментариев",
    "survey/no-answer": "ответа, который можно прокомментировать, нет",
    "survey/text": "комментарий — текст длиной до тысячи знаков",
    "link/expired": "ссылка устарела",
    "survey/closed": "опрос {name} сейчас не принимает ответов",
    "survey/few": "проголосовало меньше пяти человек: итогов ещё нет",
    "survey/no-options": "в этом опросе нет вариантов: у него шкала",
    "survey/by": "нет группы {name}",
    "survey/every": "нет периода {name}: нужно day, week, month, quarter, half или year",
    "leaderboard/unknown": "в программе нет таблицы лидеров {name}",
    "reward/unknown": "в программе нет награды {name}",
    "staff/unknown": "в программе нет роли {name}",
    "consent/channel": "нет канала {name}",
    "reward/out-of-stock": "{name}: больше не осталось",
    "reward/no-codes": "у награды {name} нет кодов",
    "reward/code": "код — текст от 1 до 200 знаков",
    "reward/over": "{name}: уже прошло",
    "reward/held": "{name}: у участника это уже есть",
    "reward/not-redeemable": "{name}: на баллы не обменивается, у награды нет цены",
    "reward/not-eligible": "{name}: участник не подходит по условию {about}",
    "reward/limit": "{name}: участник уже получил это столько раз, сколько можно ({about})",
    "points/insufficient": "не хватает баллов {about}",
    "points/unknown": "в программе нет баллов {name}",
    "points/not-spendable": "баллы {name} нельзя тратить",
    "points/amount": "{amount} — не количество баллов {name}",
    "points/why": "нужно сказать, кто это делает и почему: {name}",
    "transfer/self": "для перевода нужны два участника",
    "hold/unknown": "нет резерва {name}",
    "hold/over": "резерва больше нет: он списан, снят, или его время вышло",
    "hold/lasts": "lasts: {reason}",
    "redemption/unknown": "нет обмена {name}",
    "redemption/no-reward": "баллы удерживали без награды, отменять нечего: верните их поправкой (adjust)",
    "redemption/over": "обмен уже отменён, или он был слишком давно",
    "session/no-attendance": "объявите в программе событие session.attended: {{session: text, minutes: number}}",
    "session/attendance": "минуты — число от 0 до 10080, а уход не раньше прихода",
    "message/unknown": "в программе нет сообщения {name}",
    "announce/both": "объявление — тем, у кого есть награда, или сегменту, но не обоим",
    "word/length": "в кодовом слове от 3 до 40 букв и цифр",
    "word/window": "нужно lasts или until, позже открытия",
    "word/open": "это слово уже принимается",
    "word/none": "сейчас кодовое слово не спрашивают",
    "word/early": "пока рано: кодовое слово ещё не принимают",
    "word/late": "уже поздно: кодовое слово больше не принимают",
    "word/wrong": "это не кодовое слово",
    "word/guesses": "слишком много неверных слов: попробуйте через час",
    "happenings/kind": "такого не показывают: {name}",
    "task/unknown": "нет задачи {name}",
    "task/closed": "задача {name} уже закрыта",
    "event/not-recorded": "событие {name} не записано",
    "event/unknown": "у участника {member} нет события {name}",
    "event/conflict": "событие {event} уже записано с другим содержанием",
    "adopt/mode": "нет такого способа перехода: {name}",
    "adopt/other-program": "в хранилище работает программа {name}, а {other} — другая программа",
    "adopt/decimals": "баллы {name} уже считаются с другим числом знаков после запятой: объявите другие баллы",
    "program/not-adopted": "в хранилище работает другая программа",
    # events
    "event/kind": "событие — это набор полей",
    "event/json": "строка — не JSON",
    "event/missing": "не хватает {field}",
    "event/unknown-key": "неизвестный ключ {name}",
    "event/data": "data должно быть набором полей, которые можно сохранить",
    "event/name": "id, type и member — текст от 1 до 200 знаков",
    "event/time": "{field} должно быть временем вида 2026-09-01T10:00:00+03:00",
    "event/naive-time": "времени нужно смещение, например 2026-09-01T10:00:00+03:00",
    "event/unknown-type": "неизвестный тип события {name}",
    "event/missing-field": "{type}: не хватает поля {field}",
    "event/field-type": "{type}: поле {field} должно быть {declared}, а здесь {got}",
    "event/field-size": "{type}: значение поля {field} слишком велико",
    "event/not-finite": "{type}: поле {field} — не конечное число",
    "event/money": "{type}: в поле {field} больше двух знаков после запятой",
    "event/zone": "нет такого часового пояса",
    "event/reserved": "события этого типа библиотека записывает сама",
    "event/past": "это раньше, чем последнее, что известно об участнике",
    "event/future": "время события слишком далеко в будущем",
    "event/not-voidable": "событие {name} нельзя отменить",
    # stores and what they need
    "store/url": "адрес хранилища непонятен: нужно memory: или sqlite:///ПУТЬ",
    "store/not-built": "таких хранилищ пока нет: нужно memory: или sqlite:///ПУТЬ",
    "store/no-program": "хранилище новое: сначала откройте его вместе с программой",
    "store/newer": "хранилище новее этой версии loyaltykit: обновите её",
    "store/busy": "базу слишком долго держит другой процесс",
    "store/corrupt": "это не база SQLite, или она повреждена",
    "store/read-only": "в базу нельзя писать",
    "store/path": "файл не открывается: это файл, и его папка есть?",
    "store/foreign": "в базе чужие таблицы",
    # what could not be delivered, and limits
    "dead/state": "{name}: бывает dead или suppressed",
    "dead/nothing": "назовите сообщения, канал, причину или время",
    "channel/limits": "лимит канала записан неверно; так верно: 30 per second, не длиннее суток",
    # churn models
    "model/unknown": "нет модели {name}",
    "model/duplicate": "моделей {name} две",
    "model/file": "это не файл модели, или он повреждён",
    "model/state": "модель {name} не восстанавливается из файла или не сохраняется",
    # policies
    "policy/unknown": "нет политики {name}",
    "policy/duplicate": "политик {name} две",
    "policy/step": "на шаге {name} нет предложения",
    # plug-ins
    "plugin/import": "дополнение {name} не загружается: {what}",
    "plugin/api": "дополнение {name} написано для другой версии: {version}",
    "plugin/hook": "дополнение {name}: {what}",
    "plugin/shape": "дополнение {name}: {what}",
    "plugin/duplicate": "дополнение {name}: {id} уже есть ({owner})",
    "plugin/slow": "дополнение {name} загружалось {seconds} с",
    "plugin/unknown-setting": "канал {name}: настройки {setting} нет",
    "plugin/missing-setting": "канал {name}: не хватает настройки {setting}",
    "plugin/wrong-setting": "канал {name}: значение настройки {setting} не подходит",
    "plugin/no-channel": "канала {name} нет ни в одном дополнении",
    "plugin/platform": "{name}: отдельный процесс для канала есть только в POSIX; назовите канал в `in_process`",
    "plugin/start": "дополнение {name}: канал {channel} не запускается: {what}",
    "plugin/hung": "дополнение {name} не отвечает, его процесс остановлен: {what}",
    "plugin/ended": "дополнение {name}: его процесс завершился: {what}",
    "plugin/garbage": "дополнение {name}: его процесс ответил не то: {what}",
    "plugin/receipt": "дополнение {name}: канал {channel} подтвердил другое сообщение",
    "plugin/error": "дополнение {name}: канал {channel} нарушает договор: {what}",
    "plugin/setting": "канал {name} не принимает настройки: {what}",
    "extra/missing": "нужно дополнение [{extra}]: pip install 'loyaltykit[{extra}]'",
    # sending
    "deliver/no-channels": "каналы не названы",
    "secret/short": "секрет слишком короткий: нужно не меньше 16 байт",
    "unsubscribe/url": "unsubscribe_url — адрес https, в котором есть {{token}}",
    "press/url": "press_url — адрес https, в котором есть {{token}}",
    "telegram/token": "это не токен бота",
    "telegram/base-url": "base_url — адрес http(s) без параметров",
    "web/address": "адрес не подходит: нужен обычный https://… без логина, с портом 443 или выше 1023",
    "web/http": "http — только для своих сетей: укажите их в allow или возьмите https",
    "web/allow": "в allow перечисляются сети, например 10.0.0.5/32",
    "web/tls": "контекст TLS должен проверять сертификат и имя узла",
    "webhook/secret": "секрет вебхука — whsec_ и от 24 до 64 байт в base64",
    "webhook/name": "имя канала — до 31 знака из a-z 0-9 -, первая — буква",
    "apprise/name": "имя канала — до 31 знака из a-z 0-9 -, первая — буква",
    "apprise/url": "такой адрес Apprise не подходит; {{to}} в нём — один раз, после узла и только вместе с address",
    "email/sender": "sender и reply_to — один адрес вида: Школа <hello@school.example>",
    "email/security": "пароль по открытой сети не отправляется: security — starttls или tls",
    "email/password": "имя и пароль почты — только латиница (ASCII)",
}


def in_russian(code: str, details: Mapping[str, Any]) -> str | None:
    """The words for a code; None when there are none for it, or its details are not what they should be."""
    template = RUSSIAN.get(code)
    if template is None:
        return None
    said = {name: value for name, value in details.items() if value is not None}
    if "got" in said:
        kind = str(said["got"])
        said["got"] = f"текст, знаков: {said.get('size', 0)}" if kind == "text" else _KINDS.get(kind, kind)
    try:
        words = template.format_map(said)
    except KeyError:
        return None
    near = said.get("nearest")
    path = said.get("path")
    return (f"{path}: " if path else "") + words + (f"; может быть, {near}?" if near else "")
