"""A channel in a process of its own: whatever it does there, the message is not lost and we are told by name."""

import datetime as dt
import json
import os
import subprocess
import sys
import time

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.channels import Attachment, Button, OutgoingMessage, Receipt
from loyaltykit.channels.apart import Apart, Origin
from loyaltykit.channels.wire import message_fields, message_of, outcome_fields, outcome_of
from loyaltykit.errors import Deferred, DeliveryError, Gone, Refused
from tests.plugins.packages import PIGEON

ORIGIN = Origin(plugin="kit_pigeon/channel", point="kit_pigeon")


def message(text="fly", id="m1", **fields):
    return OutgoingMessage(
        id=id,
        member="ann",
        message="hello",
        at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        subject="s",
        text=text,
        **fields,
    )


@pytest.fixture
def pigeon(installed, tmp_path):
    """Makes a channel apart; what it told is in `told`, the ids it sent in `kept()`."""
    installed("kit_pigeon", PIGEON)
    made = []

    def make(*, settings=(), **options):
        told = []
        given = {"token": "s3cr3t", "kept": str(tmp_path / "kept"), **dict(settings)}
        options = {"limit": 10.0, "report": told.append, **options}
        channel = Apart("pigeon", ORIGIN, settings=given, address="loft", **options)
        channel.told = told
        channel.kept = lambda: (tmp_path / "kept").read_text("utf-8").split() if (tmp_path / "kept").exists() else []
        made.append(channel)
        return channel

    yield make
    for channel in made:
        channel.close()


def deferred(channel, text, id="m1"):
    with pytest.raises(Deferred) as caught:
        channel.send(message(text, id))
    return caught.value


def test_a_message_goes_and_the_receipt_comes_back(pigeon):
    channel = pigeon()
    assert channel.send(message()) == Receipt(message="m1", reference="r-m1")
    assert channel.send(message(id="m2")).reference == "r-m2"
    assert (channel.kept(), channel.told, channel.address) == (["m1", "m2"], [], "loft")


def test_what_the_channel_raises_comes_back(pigeon):
    channel = pigeon()
    with pytest.raises(Deferred, match=r"^pigeon/rain$") as caught:
        channel.send(message("later"))
    assert caught.value.retry_after == 7
    with pytest.raises(Refused, match=r"^pigeon/heavy$"):
        channel.send(message("never"))
    with pytest.raises(Gone, match=r"^pigeon/moved$"):
        channel.send(message("gone"))
    assert channel.told == []


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("raise", "error", "send raised RuntimeError"),
        ("leave", "error", "send raised SystemExit"),
        ("deep", "error", "send raised RecursionError"),
        ("nothing", "error", "send returned NoneType"),
        ("other", "receipt", "it gave a receipt for another message"),
        ("die", "ended", "its process ended while it sent a message"),
        ("kill", "ended", "its process ended while it sent a message"),
        ("close-all", "ended", "its process ended while it sent a message"),
        ("flood", "garbage", "its process said something that is no answer"),
        ("lie", "garbage", "its process said something that is no answer"),
        ("nest", "garbage", "its process said something that is no answer"),
    ],
)
def test_whatever_it_does_the_message_is_put_off_and_it_is_named(pigeon, text, code, said):
    channel = pigeon()
    assert deferred(channel, text).code == f"pigeon/{code}"
    (error,) = channel.told
    assert str(error) == f"plug-in kit_pigeon/channel: the channel pigeon: {said}"
    assert (error.code, error.details["name"]) == (f"plugin/{code}", "kit_pigeon/channel")
    assert channel.send(message(id="m2")).reference == "r-m2"  # the next one goes, in a new process where need be
    assert "Marley" not in str(error)


def test_what_it_says_cannot_steer_a_terminal(pigeon):
    channel = pigeon(settings={"tries": -1, "token": "\x1b[31m"})
    assert deferred(channel, "fly").code == "pigeon/start"
    assert str(channel.told[0]).isprintable()


def test_one_that_does_not_answer_is_ended_in_time_and_left_alone(pigeon):
    now = [0.0]
    channel = pigeon(limit=1.0, clock=lambda: now[0])
    channel.send(message())
    began = time.monotonic()
    error = deferred(channel, "hang")
    assert (error.code, error.retry_after) == ("pigeon/hung", 60.0)
    assert time.monotonic() - began < 5
    assert (deferred(channel, "fly").code, deferred(channel, "fly").retry_after) == ("pigeon/resting", 60.0)
    now[0] = 61.0
    assert deferred(channel, "hang").retry_after == 120.0
    now[0] = 200.0
    assert channel.send(message(id="m3")).message == "m3"
    assert channel.kept() == ["m1", "m3"]
    assert len(channel.told) == 1  # the second time is not told again, the tenth is
    assert channel.faults == {"plugin/hung": 2}


def test_one_that_dies_each_time_is_left_alone_from_the_second_on(pigeon):
    channel = pigeon(clock=lambda: 0.0)
    assert deferred(channel, "die").retry_after is None
    assert deferred(channel, "die").retry_after == 60.0
    assert deferred(channel, "fly").code == "pigeon/resting"


def test_what_it_starts_ends_with_it(pigeon, tmp_path):
    channel = pigeon(limit=1.0)
    channel.send(message())
    group = channel._process._process.pid
    deferred(channel, "children")
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("its child still runs")


def test_what_it_prints_and_reads_is_not_ours(pigeon, capfd):
    channel = pigeon()
    assert channel.send(message("print")).message == "m1"
    assert channel.send(message("read", "m2")).reference == "nothing"
    assert channel.send(message("close", "m3")).message == "m3"
    assert channel.send(message(id="m4")).reference == "r-m4"
    assert channel.told == []
    assert capfd.readouterr() == ("", "")


def test_threads_of_its_own_do_not_hold_up_the_end(pigeon):
    channel = pigeon()
    channel.send(message("threads"))
    began = time.monotonic()
    channel.close()
    assert time.monotonic() - began < 5
    assert channel.send(message(id="m2")).message == "m2"  # and it starts again when it is needed


def test_it_gets_no_secrets_of_others(pigeon, monkeypatch):
    monkeypatch.setenv("OTHERS_SECRET", "kanareika")
    assert pigeon(hidden=("OTHERS_SECRET",)).send(message("environ")).reference == "not there"
    assert pigeon().send(message("environ")).reference == "kanareika"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"tries": -1}, "it cannot be made: ValueError: tries -1, token …"),
        ({"tris": 1}, "there is no setting tris; did you mean tries?"),
    ],
)
def test_one_that_cannot_be_made_says_why_without_secrets(pigeon, settings, said):
    channel = pigeon(settings=settings)
    assert deferred(channel, "fly").code == "pigeon/start"
    assert str(channel.told[0]).endswith(f"the channel pigeon: {said}")
    assert "s3cr3t" not in repr(channel)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import time; time.sleep(600)", "it was not ready within 1 s, it was ended"),
        ("import os; os._exit(0)", "its process ended before it was ready"),
        ("import sys; sys.exit(0)", "kit_odd cannot be imported: SystemExit: 0"),
        ("import nothing_of_the_kind", "ModuleNotFoundError"),
        (
            "import os\nfor n in range(3, 30):\n    try: os.write(n, b'hello\\n')\n    except OSError: pass",
            "something else",
        ),
        ("", "it brings no pigeon"),
    ],
)
def test_one_that_does_not_start_is_named_and_left_alone(installed, source, said):
    installed("kit_odd", source)
    told = []
    origin = Origin(plugin="kit_odd/channel", point="kit_odd")
    channel = Apart("pigeon", origin, start_limit=1.0 if "sleep" in source else 20.0, report=told.append)
    error = deferred(channel, "fly")
    assert (error.code, error.retry_after) == ("pigeon/start", 60.0)
    assert said in str(told[0])
    assert told[0].details["name"] == "kit_odd/channel"


def test_an_interrupt_while_it_is_asked_leaves_no_answer_for_the_next_message(pigeon, monkeypatch):
    channel = pigeon()
    channel.send(message())
    process = channel._process

    def interrupted(**_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "hear", interrupted)
    with pytest.raises(KeyboardInterrupt):
        channel.send(message("quote", "m2"))
    assert channel.send(message(id="m3")) == Receipt(message="m3", reference="r-m3")


def test_a_process_that_was_forked_leaves_its_parents_channel_alone(pigeon):
    channel = pigeon()
    channel.send(message())
    theirs = channel._process._process.pid
    forked = os.fork()  # as a web server forks its workers
    if forked == 0:
        right = channel.send(message(id="m2")).message == "m2" and channel._process._process.pid != theirs
        channel.close()
        os._exit(0 if right else 1)
    assert os.waitpid(forked, 0)[1] == 0
    assert channel.send(message(id="m3")).message == "m3"
    assert channel._process._process.pid == theirs


def test_it_ends_when_we_are_killed(installed, tmp_path):
    installed("kit_pigeon", PIGEON)
    script = (
        "import os, signal, sys\n"
        "from tests.plugins.test_apart import Apart, ORIGIN, message\n"
        "channel = Apart('pigeon', ORIGIN, settings={'token': 't'})\n"
        "channel.send(message())\n"
        "print(channel._process._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=env)
    for _ in range(200):
        try:
            os.kill(int(run.stdout), 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("it still runs")


def test_a_large_message_arrives_whole(pigeon):
    whole = "я" * 1_000_000
    file = Attachment(name="a.bin", media_type="application/octet-stream", content=bytes(range(256)) * 4_000)
    sent = attrs.evolve(message("quote", attachments=(file,)), subject=whole)
    assert pigeon().send(sent).reference == whole[:200]


# the words on the wire

texts = st.text(max_size=20)
offsets = st.builds(dt.timezone, st.timedeltas(dt.timedelta(hours=-20), dt.timedelta(hours=20)))
buttons = st.builds(
    Button, label=texts, action=st.text("ab:1", max_size=9), url=st.none() | texts,
)  # fmt: skip
files = st.builds(Attachment, name=texts, media_type=texts, content=st.binary(max_size=20))
messages = st.builds(
    OutgoingMessage, id=texts, member=texts, message=texts, at=st.datetimes(timezones=offsets), subject=texts,
    text=texts, to=st.none() | texts, html=st.none() | texts, purpose=texts,
    buttons=st.lists(buttons, max_size=2).map(tuple), unsubscribe=st.none() | texts, returns=st.none() | texts,
    attachments=st.lists(files, max_size=2).map(tuple), locale=texts,
)  # fmt: skip


@given(messages)
def test_a_message_is_the_same_on_the_other_side(sent):
    import json

    assert message_of(json.loads(json.dumps(message_fields(sent)))) == sent


def test_every_field_of_a_message_is_in_that_test():
    full = message(
        to="t", html="h", purpose="marketing", unsubscribe="u", returns="v", locale="ru",
        buttons=(Button(label="l", action="a", url="u"),),
        attachments=(Attachment(name="n", media_type="m", content=b"c"),),
    )  # fmt: skip
    assert message_of(message_fields(full)) == full
    different = {one.name for one in attrs.fields(OutgoingMessage) if getattr(full, one.name) != one.default}
    assert different == {one.name for one in attrs.fields(OutgoingMessage)}


@pytest.mark.parametrize(
    "outcome",
    [Receipt(message="m", reference="r"), Receipt(message="m"), Deferred("a/b", 3.5), Deferred("a/b"), Refused("a/b"),
     Gone("a/b")],
)  # fmt: skip
def test_an_outcome_is_the_same_on_the_other_side(outcome):
    read = outcome_of(outcome_fields(outcome))
    assert type(read) is type(outcome)
    if isinstance(outcome, DeliveryError):
        assert (read.code, vars(read)) == (outcome.code, vars(outcome))
    else:
        assert read == outcome


@pytest.mark.parametrize(
    ("asked", "told"),
    [pytest.param(10**400, None, id="endless"), ("30", 30.0), ("soon", None), (dt.timedelta(1), None)],
)
def test_a_wait_that_is_no_number_ends_nothing(asked, told):
    read = outcome_of(json.loads(json.dumps(outcome_fields(Deferred("a/b", asked)))))
    assert (read.code, read.retry_after) == ("a/b", told)
    assert outcome_of({"failed": "deferred", "code": "a/b", "retry_after": asked}).retry_after == told


@pytest.mark.parametrize(
    "fields", [{}, {"receipt": 7}, {"receipt": {"message": 7}}, {"failed": "x", "code": "a"}, {"odd": 7}]
)
def test_what_is_no_outcome_is_refused(fields):
    with pytest.raises(ValueError, match="no outcome"):
        outcome_of(fields)
