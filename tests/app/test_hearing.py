"""What Telegram reports, against a Bot API on this machine: done once, confirmed, marked; and no word is lost."""

import datetime as dt
import logging

import pytest

import loyaltykit as lk
from loyaltykit.channels import Telegram
from loyaltykit.channels.telegram_updates import read_update
from loyaltykit.testing import BotApi

START = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
SECRET = "s"  # noqa: S105  # of a webhook on this machine
DOCUMENT = {
    "program": "listening",
    "locale": "en",
    "events": {"lesson.completed": {}},
    "points": {"xp": {}},
    "rules": [],
    "member": {"telegram": "text", "name": "text"},
    "contact": {"channels": ["telegram"]},
    "surveys": {
        "nps": {"question": "Would you recommend us?", "scale": "0-10", "comment": True},
        "next": {"question": "What next?", "options": ["Go", "SQL"]},
    },
    "campaigns": {"ask": {"start": {"on": "lesson.completed"}, "steps": [{"survey": "nps"}, {"survey": "next"}]}},
    "ideas": {"opens": "at once", "limit": "1 per day"},
}


class Watch:
    """Time passes, a second a look."""

    def __init__(self):
        self.now = START

    def __call__(self):
        self.now += dt.timedelta(seconds=1)
        return self.now


@pytest.fixture
def api():
    with BotApi() as api:
        yield api


@pytest.fixture(params=["memory:", "sqlite"])
def kit(request, tmp_path, api):
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path / 'school.db'}"
    with (
        Telegram("7:token", base_url=api.url, limits=None) as bot,
        lk.Loyalty(lk.Program.from_dict(DOCUMENT), store=url, channels=[bot], clock=Watch()) as kit,
    ):
        for number, name in enumerate(("ann", "bob"), start=1):
            kit.update_member(name, {"telegram": str(number), "name": name})
        yield kit


def hear(kit, update):
    return kit.hear(read_update(update, secret=SECRET, header=SECRET))


def asked(kit):
    kit.record(lk.Event("e1", "lesson.completed", "ann", START))
    kit.deliver()


def test_a_scale_stands_in_rows_and_a_press_is_confirmed_and_marked(kit, api):
    asked(kit)
    scale = api.messages[0]
    assert [[key["text"] for key in row] for row in scale.keyboard] == [list("012345"), ["6", "7", "8", "9", "10"]]
    heard = hear(kit, api.press("1", "9"))
    assert (heard.member, heard.refused) == ("ann", None)
    assert api.answers[-1][1] == "Thank you! Your answer: 9"
    assert [label for label, _ in api.messages[0].buttons][8:] == ["8", "✓ 9", "10"]
    assert kit.survey("nps").n == 1


def test_a_second_press_is_told_and_a_vote_is_changed(kit, api):
    asked(kit)
    first = api.press("1", "9")
    for update in (first, first):  # Telegram delivers an update again until it is answered
        assert hear(kit, update).refused is None
    assert hear(kit, api.press("1", "3")).refused == "event/conflict"
    assert api.answers[-1][1] == "You have answered already. Thank you!"
    assert hear(kit, api.press("1", "Go")).refused is None
    assert hear(kit, api.press("1", "SQL")).refused is None
    assert [label for label, _ in api.messages[1].buttons] == ["Go", "✓ SQL"]
    answers = [item for item in kit.member("ann").timeline if item.name == "kit.answered"]
    assert len(answers) == 3
    assert kit.survey("next").n == 1


def test_somebody_elses_button_does_nothing(kit, api):
    asked(kit)
    update = api.press("1", "9")
    update["callback_query"]["message"]["chat"]["id"] = 2
    assert hear(kit, update).refused == "press/unknown"
    assert kit.survey("nps").n == 0


def test_the_text_after_an_answer_is_its_comment_and_in_no_log(kit, api, caplog):
    caplog.set_level(logging.DEBUG)
    asked(kit)
    assert hear(kit, api.write("1", "hello")).reply == ""
    hear(kit, api.press("1", "9"))
    assert api.messages[-1].text == "You said 9. If you like, write here why: the school will read it."
    assert hear(kit, api.write("1", "Olga explains so well")).reply == "Thank you, noted."
    assert hear(kit, api.write("1", "And another thing")).reply == ""
    (comment,) = kit.comments("nps")
    assert (comment.text, comment.value) == ("Olga explains so well", 9)
    assert "Olga" not in caplog.text
    assert "Olga" not in repr(comment)
    assert "Olga" not in str(kit.member("ann").to_dict())
    assert kit.erase_comment(comment.id)
    assert kit.comments("nps") == ()


def test_a_code_word_is_heard_while_a_comment_is_waited_for(kit, api):
    asked(kit)
    kit.open_word("open-lesson", word="Питон", lasts=dt.timedelta(hours=1))
    hear(kit, api.press("1", "9"))
    heard = hear(kit, api.write("1", "питон!"))
    assert heard.decision is not None
    assert kit.comments("nps") == ()
    assert hear(kit, api.write("1", "Olga explains so well")).reply == "Thank you, noted."
    assert [one.text for one in kit.comments("nps")] == ["Olga explains so well"]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\t", "  "])
def test_an_idea_may_begin_on_a_line_of_its_own(kit, api, between):
    assert hear(kit, api.write("1", f"/idea{between}Streams in the evening\nor at noon")).refused is None
    assert [one.text for one in kit.ideas()] == ["Streams in the evening\nor at noon"]


def test_an_idea_by_a_command_and_votes_by_buttons(kit, api):
    update = api.write("1", "/idea Streams in the evening")
    for _ in "ab":
        assert hear(kit, update).reply == "Thank you! Others can vote for your idea now: /ideas"
    assert len(kit.ideas()) == 1
    assert hear(kit, api.write("1", "/idea Another")).refused == "idea/limit"
    assert "1 per day" in api.messages[-1].text
    assert hear(kit, api.write("1", "/idea")).reply.startswith("Write the idea after the command")
    assert hear(kit, api.write("1", "/ideas")).reply.startswith("There is nothing to vote for")
    hear(kit, api.write("2", "/ideas@school_bot"))
    assert api.messages[-1].text == "Streams in the evening"
    hear(kit, api.press("2", "👍 Support"))
    store = kit._journal.store
    assert store.tallies() == {kit.ideas()[0].id: (1, 1.0)}
    assert [label for label, _ in api.messages[-1].buttons] == ["Withdraw my vote"]
    hear(kit, api.press("2", "Withdraw my vote"))
    assert store.tallies() == {}
    assert api.answers[-1][1] == "Your vote is withdrawn."


def test_a_stranger_learns_how_to_be_known_and_a_code_binds(kit, api):
    assert hear(kit, api.write("77", "/idea Free lessons")).reply.startswith("I do not know you yet")
    assert hear(kit, api.write("77", "hello")).reply == ""
    kit.update_member("eva", {"name": "Eva", "locale": "ru"})
    code = kit.bind_code("eva")
    assert hear(kit, api.start("77", code)).member == "eva"
    assert api.messages[-1].text == "Готово: сообщения школы будут приходить сюда."
    assert hear(kit, api.start("78", code)).refused == "bind/code"
    assert hear(kit, api.write("77", "/idea")).reply.startswith("Напишите идею")


def test_a_chat_that_changed_hands_is_whose_it_is_now(kit, api):
    kit.update_member("bob", {"telegram": None})
    kit.update_member("ann", {"telegram": "3"})
    assert hear(kit, api.write("2", "/ideas")).member is None
    assert hear(kit, api.write("3", "/ideas")).member == "ann"
    assert hear(kit, api.write("1", "/ideas")).member is None


def test_a_block_switches_the_channel_off(kit, api):
    hear(kit, api.block("1"))
    asked(kit)
    assert api.messages == []
    hear(kit, api.unblock("1"))
    kit.record(lk.Event("e2", "lesson.completed", "bob", START))
    assert kit.deliver().sent == 2


def test_a_bot_api_that_is_down_loses_no_answer(kit, api):
    asked(kit)
    update = api.press("1", "9")
    api.fail(500, times=20)
    assert hear(kit, update).refused is None
    assert kit.survey("nps").n == 1


@pytest.mark.parametrize("ends", [RuntimeError("no"), SystemExit(3)])
def test_an_adapter_that_fails_or_leaves_while_it_answers_loses_no_answer(kit, api, monkeypatch, ends):
    def leave(*_):
        raise ends

    asked(kit)
    update = api.press("1", "9")
    for name in ("answer", "mark", "send"):
        monkeypatch.setattr(Telegram, name, leave)
    assert hear(kit, update).refused is None
    assert kit.survey("nps").n == 1


def test_what_means_nothing_is_heard_and_nothing_happens(kit):
    assert kit.hear(None) == kit.hear(None)
