"""The example of drafting: an honest draft is taken, a stubborn model is not listened to."""

import loyaltykit as lk
from examples.drafting.__main__ import PROGRAM, main
from examples.drafting.fake_model import HONEST, loyaltykit_draft_message


def test_the_program_is_sound():
    assert lk.check(PROGRAM) == []


def test_what_is_taken_and_what_is_not():
    kit = lk.Loyalty(lk.Program.load(PROGRAM), drafter=loyaltykit_draft_message)
    made = {(one.locale, one.channel): one.drafted for one in kit.draft()}
    assert {place: drafted.accepted for place, drafted in made.items()} == {
        ("ru", None): True,
        ("ru", "email"): False,
        ("en", None): True,
    }
    assert made["ru", None].template.text == HONEST["ru"]
    assert made["ru", "email"].reasons


def test_the_example_runs(capsys):
    main()
    printed = capsys.readouterr().out
    assert "inbox: Анна, на этом месте спотыкаются многие. Мы подобрали для вас: бонусный урок. Продолжим?" in printed
    assert "email: Анна, мы вас ждём. Для вас: бонусный урок." in printed
    assert "refused, the author's text stands" in printed
