"""The bridge to Apprise, with the real package, against a server on this machine."""

import json
import logging
import time

import pytest

from loyaltykit import Button, Deferred, LoyaltyError, Refused
from loyaltykit.channels import AppriseChannel
from tests.channels.post import failing, message
from tests.channels.receivers import Receiver, request, saying, silent

pytest.importorskip("apprise")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Apprise's own modules, on some Pythons
FAILED = b"HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def keeping(found):
    def script(connection, _over):
        head, body = request(connection)
        found.append((head.decode().split("\r\n")[0], json.loads(body)))
        connection.sendall(OK)

    return script


def channel(receiver, path="/in", **options):
    return AppriseChannel(f"json://school:hush@127.0.0.1:{receiver.port}{path}", **options)


def test_a_message_goes_to_the_schools_own_place():
    found = []
    with Receiver(keeping(found)) as receiver:
        receipt = channel(receiver).send(
            message(buttons=(Button(label="Дальше", action="a", url="https://s.example/7"),))
        )
    ((line, body),) = found
    assert receipt.message == "ann:come-back:7"
    assert line == "POST /in HTTP/1.1"
    assert body["title"] == "Анна, продолжим?"
    assert body["message"] == "Вы остановились на уроке 7.\n\nДо конца — два урока.\n\nДальше: https://s.example/7"


def test_a_members_address_is_one_part_of_the_schools():
    found = []
    with Receiver(keeping(found)) as receiver:
        by_path = channel(receiver, "/in/{to}/sms", address="phone")
        by_path.send(message(to="+79991234567"))
        by_path.send(message(to="ann@example.org"))
    assert [line.split()[1] for line, _ in found] == ["/in/+79991234567/sms", "/in/ann@example.org/sms"]


@pytest.mark.parametrize(
    "to",
    [
        None, "", " ", "a,b", "a, b@c", "a;b", "a b", "a/b", "/a", "../a", "..", ".", "a?x=1", "a&to=b", "a#b", "a%2fb",
        "a:b@c", "a\\b", "a\r\nb", "a\0b", "я", "１", "a\u202eb", "json://evil.example/", "{to}", "a|b", "<a>", "@",
        "a" * 101,
    ],
)  # fmt: skip
def test_what_is_not_one_plain_recipient_reaches_nobody(to):
    with Receiver(keeping([])) as receiver:
        with pytest.raises(Refused, match="apprise/address"):
            channel(receiver, "/{to}", address="phone").send(message(to=to))
        assert receiver.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "{to}", "{to}://host/x", "json://{to}", "json://{to}/x", "json://a:{to}@host/x", "json://host:{to}/x",
        "json://x{to}.host/",
        "json://host/{to}/{to}", "json://host/a{to}", "json://host/x", "https://host/{to} json://other/", "",
        "not an address",
    ],
)  # fmt: skip
def test_a_member_never_chooses_the_service_or_the_host(url):
    with pytest.raises(LoyaltyError) as caught:
        AppriseChannel(url, address="phone")
    assert caught.value.code == "apprise/url"


def test_its_name_is_a_channels_name():
    with pytest.raises(LoyaltyError) as caught:
        AppriseChannel("json://127.0.0.1/", name="Our Apprise")
    assert caught.value.code == "apprise/name"


@pytest.mark.parametrize("url", ["json://host/{to}", "nonsense://host/x", "json://", "a@b", "json://a/ json://b/"])
def test_an_address_of_the_schools_has_to_be_one_that_apprise_knows(url, caplog):
    error, said = failing(lambda: AppriseChannel(url), caplog)
    assert error.code == "apprise/url"
    assert "nonsense" not in said.partition("Traceback")[0]


def test_a_service_that_fails_or_stalls_is_tried_again():
    with (
        Receiver(saying(FAILED)) as receiver,
        pytest.raises(Deferred, match="failed"),
    ):
        channel(receiver).send(message())
    with Receiver(silent) as receiver:
        began = time.monotonic()
        with pytest.raises(Deferred, match="apprise/timeout"):
            channel(receiver, timeout=0.5).send(message())
        assert time.monotonic() - began < 5


def test_calls_that_never_end_do_not_pile_up():
    with Receiver(silent) as receiver:
        bridge = channel(receiver, timeout=0.3)
        bridge._timeout = 0.02
        said = set()
        for _ in range(12):
            with pytest.raises(Deferred) as caught:
                bridge.send(message())
            said.add(caught.value.code)
    assert said == {"apprise/timeout", "apprise/busy"}


def test_no_redirect_is_followed():
    with Receiver(keeping([])) as other:
        answer = f"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:{other.port}/\r\nContent-Length: 0\r\n\r\n".encode()
        with Receiver(saying(answer)) as receiver, pytest.raises(Deferred):
            channel(receiver).send(message())
        assert other.connections == 0


def test_nothing_of_a_call_is_logged_and_a_hosts_own_use_of_apprise_still_is(caplog):
    with Receiver(saying(FAILED)) as receiver:
        bridge = channel(receiver, "/{to}", address="phone")
        to = "+7" + "999" * 3
        _, said = failing(lambda: bridge.send(message(to=to)), caplog)
        assert [word for word in ("hush", to, "Анна", "уроке", "json://") if word in said] == []
        assert "hush" not in repr(bridge)
        logging.getLogger("apprise").warning("a host's own")
    assert "a host's own" in caplog.text


def test_words_stay_words():
    found = []
    with Receiver(keeping(found)) as receiver:
        channel(receiver).send(message(subject="a\r\nB: c\0 :smile:", text="<b>x</b> *y* \\n :smile: ${HOME} {{x}}\0"))
        with pytest.raises(Refused, match="apprise/empty"):
            channel(receiver).send(message(subject=" ", text="\0"))
        with pytest.raises(Refused, match="apprise/button"):
            channel(receiver).send(message(buttons=(Button(label="x", action="a", url="javascript:x"),)))
    assert len(found) == 1
    assert found[0][1]["title"] == "a B: c :smile:"
    assert found[0][1]["message"] == "<b>x</b> *y* \\n :smile: ${HOME} {{x}}"
