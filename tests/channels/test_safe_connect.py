"""Connections to receivers that lie about where they are, stall, or never end."""

import socket
import ssl
import time

import pytest
import trustme

from loyaltykit import Deferred, LoyaltyError
from loyaltykit.channels import Webhook
from loyaltykit.channels.safe_connect import Connector
from loyaltykit.channels.webhook import new_secret
from tests.channels.post import certificates, message
from tests.channels.receivers import Receiver, request, saying, silent

SECRET = new_secret()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
HERE = ("127.0.0.1/32",)


def sending(url, **options):
    """What becomes of a message, and how many seconds that took."""
    began = time.monotonic()
    try:
        Webhook(url, SECRET, **{"allow": HERE, "timeout": 0.5, **options}).send(message())
    except Deferred as error:
        return error.code, time.monotonic() - began
    return "sent", time.monotonic() - began


def resolver(*answers):
    """Gives one answer after the other, and counts the questions."""

    def resolve(host, port):
        resolve.asked.append((host, port))
        return answers[min(len(resolve.asked), len(answers)) - 1]

    resolve.asked = []
    return resolve


# --- where it goes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["100.64.0.1"], ["0.0.0.1"], ["::1"], ["::"],
        ["fd00:ec2::254"],
        ["fe80::1%lo"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["64:ff9b:1::808:808"], ["2002:7f00:1::1"],
        ["224.0.0.1"],
        ["198.18.0.1"], ["192.0.2.1"], ["ff02::1"],
        ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["8.8.8.8", "2606:4700::1111", "::1"],
        ["nonsense"], ["127.1"],
    ],
)  # fmt: skip
def test_a_name_with_one_address_that_is_not_public_is_not_connected_to(answer, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was connected to"))
    assert sending("https://school.example/", resolve=resolver(answer), allow=())[0] == "webhook/not-public"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"]
)
def test_a_number_that_is_not_public_is_not_connected_to(host, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was connected to"))
    assert sending(f"https://{host}/", allow=())[0] == "webhook/not-public"


def test_localhost_is_where_the_system_says_and_not_public():
    with Receiver(saying(OK)) as receiver:
        assert sending(receiver.url("https", "localhost"), allow=())[0] == "webhook/not-public"
        assert receiver.connections == 0


def test_a_name_that_changes_its_address_after_the_look_is_asked_only_once(monkeypatch):
    """DNS rebinding: first a public address, then this machine. The connection goes to what was looked at."""
    reached = []

    def connect(_, where):
        reached.append(where)
        raise ConnectionRefusedError

    with Receiver(saying(OK)) as receiver:
        resolve = resolver(["93.184.216.34"], ["127.0.0.1"])
        monkeypatch.setattr(socket.socket, "connect", connect)
        code, _ = sending(receiver.url("https", "rebind.example"), allow=(), resolve=resolve)
        assert code == "webhook/connection"
        assert (reached, len(resolve.asked)) == ([("93.184.216.34", receiver.port)], 1)
        code, _ = sending(receiver.url("https", "rebind.example"), allow=(), resolve=resolve)
        assert code == "webhook/not-public"
        assert (len(reached), receiver.connections) == (1, 0)


def test_without_tls_only_own_networks_are_reached_whatever_the_name_says(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was connected to"))
    assert sending("http://school.example/", resolve=resolver(["8.8.8.8"]))[0] == "webhook/not-public"
    with pytest.raises(LoyaltyError, match="http is for networks of your own"):
        Webhook("http://school.example/", SECRET)


def test_an_own_network_is_reached_and_its_neighbours_are_not():
    with Receiver(saying(OK)) as receiver:
        url = receiver.url(host="hook.internal")
        assert sending(url, resolve=resolver(["127.0.0.1"]))[0] == "sent"
        assert sending(url, resolve=resolver(["127.0.0.2"]))[0] == "webhook/not-public"
        assert sending(url, resolve=resolver(["127.0.0.1", "10.0.0.1"]))[0] == "webhook/not-public"
        assert receiver.connections == 1


def test_the_next_address_is_tried_when_one_does_not_answer():
    with Receiver(saying(OK)) as receiver:
        resolve = resolver(["127.0.0.99", "127.0.0.1"])
        assert sending(receiver.url(host="two.internal"), resolve=resolve, allow=("127.0.0.0/24",))[0] == "sent"


def test_an_address_that_swallows_everything_does_not_take_the_time_of_the_next(monkeypatch):
    connect = socket.socket.connect

    def swallowed(sock, where):
        if where[0] != "127.0.0.1":
            time.sleep(sock.gettimeout())
            raise TimeoutError
        connect(sock, where)

    monkeypatch.setattr(socket.socket, "connect", swallowed)
    with Receiver(saying(OK)) as receiver:
        resolve = resolver(["127.0.0.99", "127.0.0.1"])
        assert sending(receiver.url(host="two.internal"), resolve=resolve, allow=("127.0.0.0/24",))[0] == "sent"
        assert (
            sending(receiver.url(host="two.internal"), resolve=resolver(["127.0.0.99"] * 2), allow=("127.0.0.0/24",))[0]
            == "webhook/timeout"
        )


def test_names_without_addresses_wait():
    def none(*_):
        raise socket.gaierror

    for resolve in (none, resolver([])):
        assert sending("https://school.example/", resolve=resolve)[0] == "webhook/name"


def test_no_proxy_of_the_environment_is_used(monkeypatch):
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Receiver(saying(OK)) as receiver:
        assert sending(receiver.url())[0] == "sent"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status):
    with Receiver(saying(OK)) as other:
        answer = f"HTTP/1.1 {status} x\r\nLocation: {other.url()}\r\nContent-Length: 0\r\n\r\n"
        with Receiver(saying(answer.encode())) as receiver:
            assert sending(receiver.url())[0] == f"webhook/{status}"
        assert other.connections == 0


# --- to whom ------------------------------------------------------------------------------------------------------


def speaking_tls(context, heard):
    def script(connection, _over):
        with context.wrap_socket(connection, server_side=True) as secured:
            heard.append(request(secured)[0].decode())
            secured.sendall(OK)

    return script


def named(name):
    """Contexts of a server whose certificate is for the name, and of a client; what the server was asked for."""
    authority, asked = trustme.CA(), []
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(name).configure_cert(server)
    authority.configure_trust(client)
    server.sni_callback = lambda _socket, said, _context: asked.append(said)
    return server, client, asked


def test_the_certificate_is_that_of_the_name_although_the_connection_goes_to_a_number():
    server, client, asked = named("hook.school.example")
    heard = []
    with Receiver(speaking_tls(server, heard)) as receiver:
        url = receiver.url("https", "Hook.School.Example")
        resolve = resolver(["127.0.0.1"])
        assert sending(url, resolve=resolve, ssl_context=client, timeout=5)[0] == "sent"
        assert asked == ["hook.school.example"]
        assert f"\r\nHost: hook.school.example:{receiver.port}\r\n" in heard[0]
        other = receiver.url("https", "other.example")
        assert sending(other, resolve=resolve, ssl_context=client, timeout=5)[0] == "webhook/certificate"
        assert len(heard) == 1


def test_a_name_in_another_script_has_its_certificate_too():
    server, client, asked = named("xn--80atdl2c.xn--p1ai")
    with Receiver(speaking_tls(server, [])) as receiver:
        url = receiver.url("https", "школа.рф")
        assert sending(url, resolve=resolver(["127.0.0.1"]), ssl_context=client, timeout=5)[0] == "sent"
    assert asked == ["xn--80atdl2c.xn--p1ai"]


def test_a_context_that_checks_nothing_is_refused():
    lax = ssl.create_default_context()
    lax.check_hostname = False
    for mode in (ssl.CERT_REQUIRED, ssl.CERT_NONE):
        lax.verify_mode = mode
        with pytest.raises(LoyaltyError, match="certificates and host names"):
            Connector(context=lax)


# --- how long and how much -----------------------------------------------------------------------------------------


def byte_by_byte(text):
    return [text[at : at + 1] for at in range(len(text))]


LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (silent, "webhook/timeout"),
        (saying(), "webhook/connection"),
        (saying(*byte_by_byte(OK), every=0.1), "webhook/timeout"),
        (saying(b"HTTP/1.1 200 OK\r\n", for_ever=b"X: y\r\n", every=0.05), "webhook/timeout"),
        (saying(b"HTTP/1.1 200 OK\r\n", for_ever=b"X: y\r\n"), "webhook/answer"),
        (saying(b"HTTP/1.1 200 OK\r\nX: ", for_ever=b"y" * 9_000), "webhook/too-large"),
        (saying(for_ever=b"HTTP/1.1 100 Continue\r\n\r\n"), "webhook/too-large"),
        (saying(for_ever=b"HTTP/1.1 100 Continue\r\n\r\n", every=0.05), "webhook/timeout"),
        (saying(b"SSH-2.0-x\r\n"), "webhook/answer"),
        (saying(b"\0" * 100), "webhook/answer"),
        (saying(b"HTTP/1.1 2x0 OK\r\n\r\n"), "webhook/answer"),
        (saying(b"HTTP/1.1 999 OK\r\n\r\n"), "webhook/answer"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Len"), "sent"),
        (saying(LONG + b"x"), "sent"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"), "sent"),
        (saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "sent"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip"), "sent"),
        (saying(LONG, for_ever=b"x" * 100_000), "sent"),
        (saying(LONG, for_ever=b"x", every=0.05), "sent"),
        (saying(b"HTTP/1.1 500 x\r\n\r\n", for_ever=b"x" * 100_000), "webhook/500"),
    ],
)
def test_an_answer_is_bounded_in_bytes_and_in_time(script, code):
    with Receiver(script) as receiver:
        found, seconds = sending(receiver.url())
    assert (found, seconds < 5) == (code, True)


def test_a_body_that_nobody_reads_is_not_waited_for_longer_than_a_second():
    with Receiver(saying(LONG, for_ever=b"x", every=0.05)) as receiver:
        found, seconds = sending(receiver.url(), timeout=30)
    assert (found, seconds < 8) == ("sent", True)


def test_a_server_that_takes_nothing_is_given_up():
    big = message(text="я" * 150_000)
    with Receiver(silent) as receiver:
        channel = Webhook(receiver.url(), SECRET, allow=HERE, timeout=0.5)
        began = time.monotonic()
        with pytest.raises(Deferred, match="timeout"):
            channel.send(big)
        assert time.monotonic() - began < 5


def test_a_handshake_that_stalls_is_given_up():
    _, client = certificates()
    with Receiver(silent) as receiver:
        code, seconds = sending(receiver.url("https"), ssl_context=client)
    assert (code, seconds < 5) == ("webhook/timeout", True)


def test_what_is_no_handshake_is_told():
    with Receiver(saying(b"x")) as receiver:
        assert sending(receiver.url("https"))[0] == "webhook/timeout"
    with Receiver(lambda connection, _: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n" * 9)) as receiver:
        assert sending(receiver.url("https"))[0] == "webhook/tls"


def test_a_name_server_that_does_not_answer_is_not_waited_for():
    code, seconds = sending("https://school.example/", resolve=lambda *_: time.sleep(3) or ["8.8.8.8"])
    assert (code, seconds < 5) == ("webhook/timeout", True)


def test_a_port_where_nobody_listens_may_be_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert sending(f"http://127.0.0.1:{port}/")[0] == "webhook/connection"


def test_a_resolver_that_fails_in_its_own_way_is_no_time_out_and_tells_nobody(capfd):
    def resolve(host, port):
        raise RuntimeError(host)

    begun = time.monotonic()
    assert sending("https://school.example/", resolve=resolve)[0] == "webhook/name"
    assert time.monotonic() - begun < 1
    assert "school.example" not in capfd.readouterr().err
