"""preview: a message in the words that one member would get."""

import json

from tests.cli.helpers import PROGRAM, event, invoke, jsonl, program_in

TEXT = (
    PROGRAM.replace("member: {name: text}", "member: {name: text}\nlocale: ru")
    .replace("rewards: {", "rewards: {bonus: {label: {ru: Бонус, en: A bonus}}, ")
    .replace(
        "cases:",
        """campaigns:
  back:
    start: {on: quiz.passed}
    steps: [{offer: {choose: [bonus]}}, {send: {message: come, channels: [telegram, email]}}]
messages:
  come:
    ru:
      subject: Привет
      text: "{{ member.name | default: 'друг' }}: {{ offer.label }}"
      email: {text: "{{ offer.label }}", html: "<b>{{ offer.label }}</b>"}
    en: "{{ member.name | default: 'friend' }}: {{ offer.label }}"
cases:""",
    )
)


def test_with_a_program_alone_facts_are_made_up(tmp_path):
    result = invoke("preview", "come", "--program", program_in(tmp_path, TEXT))
    assert result.exit_code == 0
    assert result.stdout == (
        "With made-up facts.\nMade up: offer\n\ntelegram (ru)\n  Привет\n  Анна: Бонус\n\n"
        "email (ru)\n  Привет\n  Бонус\n  as HTML:\n  <b>Бонус</b>\n"
    )


def test_the_locale_can_be_chosen(tmp_path):
    result = invoke("preview", "come", "--program", program_in(tmp_path, TEXT), "--locale", "en-GB", "--json")
    shown = json.loads(result.stdout)
    assert shown["words"]["telegram"] == {"subject": "", "text": "Ann: A bonus", "html": None, "locale": "en"}
    assert (shown["source"], shown["sample"]) == ("sample", ["offer"])


def test_of_a_member_of_a_store(tmp_path):
    path, store = program_in(tmp_path, TEXT), f"sqlite:///{tmp_path}/school.db"
    events = jsonl(tmp_path / "events.jsonl", event("e1", "quiz.passed", score=0.7))
    assert invoke("run", path, events, "--store", store).exit_code == 0
    result = invoke("preview", "come", "--as", "ann", "--store", store, "--channel", "telegram", lang="ru")
    assert result.stdout == (
        "С фактами последнего такого сообщения этому участнику.\n\ntelegram (ru)\n  Привет\n  друг: Бонус\n"
    )


def test_what_is_wrong_is_said(tmp_path):
    path = program_in(tmp_path, TEXT)
    assert invoke("preview", "come").exit_code == 2
    assert invoke("preview", "come", "--program", path, "--store", "memory:").exit_code == 2
    assert invoke("preview", "come", "--store", f"sqlite:///{tmp_path}/school.db").exit_code == 2
    unknown = invoke("preview", "com", "--program", path)
    assert unknown.exit_code != 0
    assert "come" in unknown.output
