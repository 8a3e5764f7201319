"""The words of help pages."""

from __future__ import annotations

HELP_WORDS: dict[str, tuple[str, str]] = {
    "help/root": (
        "Loyalty programs for online schools: one document with the rules, a command to run it.",
        "Программы лояльности для онлайн-школ: один документ с правилами и команда, которая его исполняет.",
    ),
    "help/help": ("Show this help and exit.", "Показать эту справку и выйти."),
    "help/version": ("Show the version and exit.", "Показать версию и выйти."),
    "help/lang": ("Language: en or ru (else from LC_ALL, LANG).", "Язык: en или ru (иначе из LC_ALL, LANG)."),
    "help/json": ("Print the result as JSON.", "Вывести результат в JSON."),
    "help/store": (
        "The store, such as sqlite:///school.db.",
        "Хранилище, например sqlite:///school.db.",
    ),
    "help/at": ("The moment to look at (default: now).", "На какой момент смотреть (по умолчанию — сейчас)."),
    "help/preview": (
        "Show a message as one member would get it, on each channel.",
        "Показать сообщение таким, каким его получит участник, в каждом канале.",
    ),
    "help/as": ("The member who would get it.", "Участник, который его получит."),
    "help/preview-program": (
        "A program file instead of a store: shows made-up facts.",
        "Файл программы вместо хранилища: факты будут придуманные.",
    ),
    "help/preview-channel": ("Only this channel.", "Только этот канал."),
    "help/preview-locale": (
        "With --program: the member's locale.",
        "Вместе с --program: язык участника.",
    ),
    "help/init": (
        "Write a commented program to start from.",
        "Записать программу с пояснениями, с которой можно начать.",
    ),
    "help/check": (
        "Show what is wrong with a program, and where; and what most schools would do otherwise.",
        "Показать, что в программе не так и где; и что большинство школ сделало бы иначе.",
    ),
    "help/explain-program": (
        "Tell a program in plain sentences, for the page that students read.",
        "Пересказать программу простыми предложениями: страница для учеников.",
    ),
    "help/format": ("Text, Markdown or HTML.", "Текст, Markdown или HTML."),
    "help/strict": ("Exit code 1 also for warnings.", "Код выхода 1 и при замечаниях."),
    "help/sarif": (
        "Print SARIF 2.1.0, for code hosts and editors.",
        "Напечатать SARIF 2.1.0, для редакторов и хостингов кода.",
    ),
    "help/test": ("Run the given/then cases of a program.", "Прогнать примеры given/then из программы."),
    "help/run": (
        """Record events from files in a store, by a program.

EVENTS are JSONL, CSV or Parquet files (also .gz and .xz), or - for standard input. What cannot be taken goes to the
quarantine file with its reason, the rest goes on. It may be stopped and run again.""",
        """Записать события из файлов в хранилище по программе.

EVENTS — файлы JSONL, CSV или Parquet (можно .gz и .xz) или - для стандартного ввода. Что принять нельзя, попадает в
карантин с причиной, остальное идёт дальше. Можно остановить и запустить снова.""",
    ),
    "help/deliver": (
        """Send what waits in the outbox, once.

Consent, quiet hours, caps and staleness are looked at now, for every message.""",
        """Отправить то, что ждёт отправки, один раз.

Согласия, тихие часы, лимиты и срок годности проверяются сейчас, для каждого сообщения.""",
    ),
    "help/worker": (
        """Take events in, let time pass, deliver; until it is stopped.

Files of the folder are recorded in the order of their names and moved to its folder done. It may be stopped and
started any time.""",
        """Принимать события, вести время, отправлять сообщения; пока не остановят.

Файлы папки записываются в порядке имён и переезжают в её папку done. Остановить и запустить снова можно в любой
момент.""",
    ),
    "help/config": (
        "Channels, as TOML; secrets come from the environment.",
        "Каналы, в TOML; секреты берутся из переменных окружения.",
    ),
    "help/limit": ("Look at so many messages at most.", "Рассмотреть не больше стольких сообщений."),
    "help/dry-run": (
        "Print what would go now; send and write nothing.",
        "Показать, что ушло бы сейчас; ничего не отправлять и не записывать.",
    ),
    "help/inbox-dir": (
        "The folder that files of events come into.",
        "Папка, в которую приходят файлы с событиями.",
    ),
    "help/once": ("One turn, then end.", "Сделать один круг и закончить."),
    "help/every": ("How long to wait between turns.", "Сколько ждать между кругами."),
    "help/member": (
        "Show one member: points, tiers, quests, story.",
        "Показать участника: баллы, статусы, квесты, историю.",
    ),
    "help/explain": (
        "Say why something was given, or why not.",
        "Объяснить, почему что-то начислено или почему нет.",
    ),
    "help/explain-badge": ("Why this badge, or why not.", "Почему есть этот значок или почему нет."),
    "help/explain-quest": ("How far this quest is.", "Как продвигается этот квест."),
    "help/explain-tier": ("Why this step of a ladder.", "Почему такая ступень этой лестницы статусов."),
    "help/explain-reward": (
        "Why this reward is held or may be redeemed, or why not.",
        "Почему эта награда есть или доступна, или почему нет.",
    ),
    "help/explain-streak": ("How long this streak is.", "Какой длины эта серия."),
    "help/explain-surprise": ("What this surprise hangs on.", "От чего зависит этот сюрприз."),
    "help/explain-leaderboard": ("Which rank on this leaderboard.", "Какое место в этой таблице лидеров."),
    "help/explain-referral": ("What came of being referred.", "Что вышло из приглашения."),
    "help/explain-level": ("Why this level.", "Почему такой уровень."),
    "help/tasks": (
        "List what staff still owe members.",
        "Показать, что кураторы и наставники ещё должны сделать для участников.",
    ),
    "help/adopt": (
        "Have another version of the program follow the one that a store runs.",
        "Перейти на новую версию программы в работающем хранилище.",
    ),
    "help/what-if": (
        "Say what another version of the program would change, and what it would cost.",
        "Показать, что изменит другая версия программы и чего это будет стоить.",
    ),
    "help/whatif-events": ("Events of files instead of a store.", "События из файлов вместо хранилища."),
    "help/adopt-mode": (
        "What becomes of the past: nothing, all of it counted anew, or only what is more.",
        "Что с прошлым: оставить как есть, пересчитать целиком или пересчитать только в плюс.",
    ),
    "help/adopt-at": ("From when on (default: now).", "С какого момента (по умолчанию — сейчас)."),
    "help/void": (
        "Take an event out: everything is counted without it.",
        "Отменить событие: всё пересчитывается без него.",
    ),
    "help/voided-by": ("Who takes it out.", "Кто отменяет."),
    "help/reason": ("Why.", "Почему."),
    "help/leaderboard": ("Show who is ahead on a leaderboard.", "Показать, кто впереди в таблице лидеров."),
    "help/board-group": ("The board of this group.", "Таблица этой группы."),
    "help/top": ("So many from the top.", "Сколько мест показать сверху."),
    "help/around": ("This member with the neighbours.", "Этот участник и его соседи по таблице."),
    "help/fulfil": ("Say that a task is done.", "Отметить задачу выполненной."),
    "help/staff": ("Only the tasks of this role.", "Только задачи этой роли."),
    "help/by": ("Who did it.", "Кто выполнил."),
    "help/note": ("A note that the member may read.", "Комментарий, который увидит участник."),
    "help/when": ("When it was done (default: now).", "Когда выполнено (по умолчанию — сейчас)."),
    "help/goals": (
        "Say whether the goals are met, against the control groups.",
        "Сказать, достигнуты ли цели, в сравнении с контрольными группами.",
    ),
    "help/offers": (
        "Also what works for whom: what each offered option brought.",
        "Показать и то, что кому помогает: что принёс каждый предложенный вариант.",
    ),
    "help/segments-by": (
        "With --offers: segments by this fact (topic, course, level, ...).",
        "Вместе с --offers: по какому признаку делить на сегменты (topic, course, level, ...).",
    ),
    "help/policies": (
        "Say what other policies of choosing offers would have brought.",
        "Сказать, что принесли бы другие политики выбора предложений.",
    ),
    "help/policies-campaign": ("Only the offers of this campaign.", "Только предложения этой кампании."),
    "help/policies-policy": (
        "This policy; may be given several times (default: all that there are).",
        "Эта политика; можно указать несколько раз (по умолчанию — все, какие есть).",
    ),
    "help/schema": (
        "Print the JSON Schema of programs, for editors.",
        "Вывести JSON Schema программы, для редакторов.",
    ),
    "help/demo": ("Tell the story of a simulated school.", "Рассказать историю симулированной школы."),
    "help/until": (
        "Record events before this moment, then let time pass until it.",
        "Записать события до этого момента и довести время до него.",
    ),
    "help/map": (
        "How to read a table as events (YAML); several: the first that fits a file's columns.",
        "Как читать таблицу как события (YAML); если их несколько — первая, что подходит к столбцам файла.",
    ),
    "help/quarantine": (
        "Where to write what was rejected (default: STORE.quarantine.jsonl beside the store).",
        "Куда записать отвергнутое (по умолчанию ИМЯ.quarantine.jsonl рядом с хранилищем).",
    ),
    "help/batch": ("Events in one transaction.", "Событий в одной транзакции."),
    "help/stream": (
        "Record in the order of the files, without sorting by time.",
        "Записывать в порядке файлов, не сортируя по времени.",
    ),
    "help/event": ("The id of an event.", "Идентификатор события."),
    "help/campaign": ("The id of a campaign.", "Идентификатор кампании."),
    "help/rule": ("The id of a rule.", "Идентификатор правила."),
    "help/out": ("The folder for what the demo leaves behind.", "Папка для того, что оставит демо."),
    "help/seed": ("The seed of the simulation.", "Зерно симуляции."),
    "help/effect": (
        "How much letters do, 0 to 1: with 0 they change nothing.",
        "Насколько действуют письма, от 0 до 1: при 0 они не меняют ничего.",
    ),
    "help/students": ("How many students.", "Сколько студентов."),
    "help/days": ("How many days.", "Сколько дней."),
}
