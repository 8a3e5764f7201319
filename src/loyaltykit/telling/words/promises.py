"""Words of rewards, campaigns, surveys and messages: what a school promises."""

WORDS: dict[str, tuple[str, str]] = {
    # rewards
    "reward": ("“{name}”{parts}.", "«{name}»{parts}."),
    "reward/plain": ("“{name}” is something that you can get.", "«{name}» — это то, что можно получить."),
    "reward/cost": ("you can get it for {price}", "его можно получить за {price}"),
    "reward/for": ("only for those for whom this holds: {condition}", "только тем, о ком верно: {condition}"),
    "reward/most": ("each of you at most {times_of}", "каждому не больше {times_of}"),
    "reward/most-per": ("each of you at most {times_of} {per}", "каждому не больше {times_of} {per}"),
    "reward/value": ("it is worth {value}", "его ценность: {value}"),
    "reward/lasts": ("it lasts {time}", "действует {time}"),
    "reward/stock": ("there are {number}", "всего {number}"),
    "reward/waitlist": ("who comes later waits in line", "кому не хватило, ждёт в очереди"),
    "reward/waitlist-order": (
        "who comes later waits in line, and these go first: {order}",
        "кому не хватило, ждёт в очереди, и сначала идут те, у кого: {order}",
    ),
    "reward/task": ("it is done within {time} ({role})", "будет сделано за {time} ({role})"),
    "reward/told": ("and you are told", "и вам об этом сообщат"),
    "reward/at": ("it takes place on {date} and lasts {time}", "состоится {date} и продлится {time}"),
    "reward/link": ("only who has it sees the link", "ссылку видят только те, у кого это есть"),
    "reward/remind": ("we remind you {time} before", "напомним за {time} до начала"),
    "reward/topic": ("it helps with “{topic}”", "помогает с темой «{topic}»"),
    # campaigns: what may happen to a student, not how the school decides it
    "campaign": ("{label}{when}, we may {acts}{parts}.", "{label}{when}, мы можем {acts}{parts}."),
    "campaign/label": ("{name}: ", "{name}: "),
    "campaign/on": ("when {did}", "когда {did}"),
    "campaign/if": ("if {did}", "если {did}"),
    "campaign/on-when": ("when {did} and {condition}", "когда {did} и {condition}"),
    "campaign/at": ("on {date}", "{date}"),
    "campaign/again": ("at most once in {time}", "не чаще чем раз за {time}"),
    "campaign/holdout": (
        "{share} of students, drawn by lot, are left alone, so that we learn whether it helps",
        "{share} учеников, выбранных жребием, мы не трогаем, чтобы узнать, помогает ли это",
    ),
    "holdout": (
        "{share} of students, drawn by lot, take part in nothing of this, so that we learn whether it helps.",
        "{share} учеников, выбранных жребием, ни в чём из этого не участвуют: так мы узнаём, помогает ли это.",
    ),
    "then/offer": ("offer you {gifts}", "предложить вам {gifts}"),
    "then/pick": ("let you pick {gifts}", "дать вам выбрать: {gifts}"),
    "then/send": ("write to you", "написать вам"),
    "then/enrol": ("invite you to the quest “{name}”", "позвать вас в квест «{name}»"),
    "then/survey": ("ask you something", "кое о чём вас спросить"),
    "then/get": ("give you {gifts}", "дать вам {gifts}"),
    "gift/materials": ("what helps where you are stuck", "то, что поможет, если вы застряли"),
    # leaderboards and referrals
    "board": (
        "The leaderboard “{name}” ranks everybody by {basis} in each {period}{parts}.",
        "Таблица лидеров «{name}»: {basis} за {period}{parts}.",
    ),
    "board/day": ("day", "день"),
    "board/week": ("week", "неделю"),
    "board/month": ("month", "месяц"),
    "board/quarter": ("quarter of the year", "квартал"),
    "board/half": ("half of the year", "полугодие"),
    "board/year": ("year", "год"),
    "board/group": ("there is also one for each {field}", "кроме общей, есть отдельные таблицы ({field})"),
    "board/winner": ("rank {rank} brings {gifts}", "за {rank}-е место — {gifts}"),
    "referrals": (
        "If a friend brought you, then the first time {did}{more}, you get {yours}, your friend {theirs}{limit}.",
        "Если вас привёл друг, то в первый раз, когда {did}{more}, вы получаете {yours}, а друг — {theirs}{limit}.",
    ),
    "referrals/and": (" and {condition}", " и {condition}"),
    "referrals/limit": ("; they at most {rate}", "; он — не чаще чем {rate}"),
    # surveys
    "survey/whole": ("We ask{when}{again}: {told}.{weighed}", "Спрашиваем{when}{again}: {told}.{weighed}"),
    "survey/scale": ("“{question}”, from {low} to {high}", "«{question}», от {low} до {high}"),
    "survey/options": ("“{question}”: {options}", "«{question}»: {options}"),
    "survey/when": (" when {condition}", ", если {condition}"),
    "survey/every": (", no more than once in {span}", ", не чаще одного раза за {span}"),
    "survey/weight": (" Not all answers count alike.", " Ответы имеют разный вес."),
    # ideas
    "ideas": (
        "You can propose ideas, {rate}, in up to {most} characters. {parts}",
        "Вы можете предлагать идеи: {rate}, до {most} знаков. {parts}",
    ),
    "ideas/by-hand": (
        "Somebody of the school looks at each one first; then everybody has one vote.",
        "Сначала идею смотрит кто-то из школы, потом у каждого есть один голос.",
    ),
    "ideas/at-once": ("Everybody has one vote for each.", "За каждую у каждого есть один голос."),
    "ideas/proposed": ("For a proposal you get {gifts}.", "За предложение вы получаете {gifts}."),
    "ideas/supported": ("For a vote you get {gifts}, once an idea.", "За голос вы получаете {gifts}, раз за идею."),
    "ideas/accepted": ("When your idea is accepted, you get {gifts}.", "Когда вашу идею примут, вы получаете {gifts}."),
    "ideas/done": ("When it is done, you get {gifts}.", "Когда её сделают, вы получаете {gifts}."),
    "ideas/told": (
        "We tell you and all who voted what became of it.",
        "Что из неё вышло, мы расскажем вам и всем, кто голосовал.",
    ),
    "ideas/weight": ("Not all votes count alike.", "Голоса имеют разный вес."),
    # contact
    "contact/most": ("We write at most {times} {per}.", "Мы пишем не чаще чем {times} {per}."),
    "contact/quiet": (
        "We do not write from {start} to {end} of your time.",
        "Мы не пишем с {start} до {end} по вашему времени.",
    ),
    "contact/marketing": (
        "Advertising comes only if you agreed to it.",
        "Реклама приходит, только если вы согласились.",
    ),
    "contact/service": ("Messages come only if you agreed to them.", "Сообщения приходят, только если вы согласились."),
}
