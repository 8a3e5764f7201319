"""Letters to servers that take commands together and to those that do not: what is sent when, and what answers mean."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from loyaltykit import Deferred, Gone, Refused
from loyaltykit.channels import Email
from loyaltykit.testing import Mailbox
from tests.channels.post import AT, message

SENDER = "School <hello@school.example>"
ALL_GOOD = {"MAIL": "250 OK", "RCPT": "250 OK", "DATA": "354 go on", ".": "250 taken"}


class Server:
    """A server that answers as its script says, and notes what came in one piece and what letters it took.

    A reply of "" hangs up. `answers` are by command; `singly` hangs up when commands come together.
    """

    def __init__(self, *, offers=("PIPELINING",), singly=False, silent=False, **answers):
        self.answers = {**ALL_GOOD, **answers}
        self.offers, self.singly, self.silent = offers, singly, silent
        self.pieces, self.letters, self.connections = [], [], 0

    def __enter__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self.connections += 1
                with connection, contextlib.suppress(OSError):
                    connection.sendall(b"220 hi\r\n")
                    self._talk(connection)

    def _talk(self, connection):
        letter = None
        while piece := connection.recv(65_536):
            self.pieces.append(piece)
            if letter is not None:
                letter += piece
                if letter == b".\r\n" or letter.endswith(b"\r\n.\r\n"):
                    self.letters.append(letter)
                    letter = None
                    if not self._reply(connection, "."):
                        return
                continue
            commands = piece.decode().split("\r\n")[:-1]
            if len(commands) > 1 and self.silent:
                continue
            if len(commands) > 1 and self.singly:
                return
            for command in commands:
                verb = command[:4].upper()
                if not self._reply(connection, verb):
                    return
                if verb == "DATA" and self.answers[verb].startswith("354"):
                    letter = b""

    def _reply(self, connection, verb):
        if verb == "EHLO":
            said = "250-hi\r\n" + "".join(f"250-{offer}\r\n" for offer in self.offers) + "250 SIZE"
        elif verb in {"RSET", "QUIT", "NOOP"}:
            said = "250 OK"
        else:
            said = self.answers[verb]
        if said:
            connection.sendall(said.encode() + b"\r\n")
        return said != ""


def mail_to(server, **changes):
    options = {"sender": SENDER, "host": "127.0.0.1", "port": server.port, "security": "none", "now": lambda: AT}
    return Email(**{**options, "timeout": 5.0, **changes})


def verdict(mail, **changes):
    try:
        mail.send(message(**changes))
    except (Deferred, Gone, Refused) as error:
        return type(error), error.code
    return None


def test_to_a_server_that_offers_it_commands_go_together():
    with Server() as server, mail_to(server) as mail:
        assert verdict(mail) is None
        size = len(server.letters[0]) - len(b".\r\n")
        wanted = f"MAIL FROM:<hello@school.example> SIZE={size}\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n"
        assert server.pieces[1].decode() == wanted
        assert len(b"".join(server.pieces[2:])) == size + 3


def test_to_a_server_that_does_not_offer_it_commands_go_one_by_one():
    with Server(offers=("SIZE", "8BITMIME")) as server, mail_to(server) as mail:
        assert verdict(mail) is None
        assert [piece[:4] for piece in server.pieces[1:4]] == [b"MAIL", b"RCPT", b"DATA"]
        assert f"SIZE={len(server.letters[0]) - 3}\r\n".encode() in server.pieces[1]


@pytest.mark.parametrize("offers", [("PIPELINING",), ("SIZE",)])
@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"MAIL": "550 5.7.1 sender", "RCPT": "503 first MAIL", "DATA": "503 first RCPT"}, (Refused, "smtp/550")),
        ({"MAIL": "451 later", "RCPT": "503 first MAIL", "DATA": "503 first RCPT"}, (Deferred, "smtp/451")),
        ({"MAIL": "530 log in", "RCPT": "503 first MAIL", "DATA": "503 first RCPT"}, (Deferred, "smtp/530")),
        ({"RCPT": "550 5.1.1 nobody", "DATA": "554 no valid recipients"}, (Gone, "smtp/550")),
        ({"RCPT": "450 greylisted", "DATA": "554 no valid recipients"}, (Deferred, "smtp/450")),
        ({"RCPT": "552 full", "DATA": "503 need RCPT"}, (Refused, "smtp/552")),
        ({"RCPT": "354 what", "DATA": "503 need RCPT"}, (Deferred, "smtp/answer")),
        ({"DATA": "451 busy"}, (Deferred, "smtp/451")),
        ({"DATA": "554 no"}, (Refused, "smtp/554")),
        ({"DATA": "250 OK"}, (Deferred, "smtp/answer")),  # a letter that was never sent is not taken
        ({"DATA": "999 what"}, (Deferred, "smtp/answer")),
        ({".": "554 spam"}, (Refused, "smtp/554")),
        ({".": "452 full"}, (Deferred, "smtp/452")),
        ({".": "550 policy"}, (Refused, "smtp/550")),
    ],
)
def test_an_answer_means_the_same_together_and_one_by_one(offers, answers, wanted):
    with Server(offers=offers, **answers) as server, mail_to(server) as mail:
        assert verdict(mail) == wanted
        assert len(server.letters) == ("." in answers)
        server.answers = ALL_GOOD
        assert verdict(mail) is None
        assert server.connections == 1


def test_a_server_that_waits_for_the_letter_of_a_refused_recipient_gets_a_dot_alone():
    with Server(RCPT="550 nobody", **{".": "554 no recipients"}) as server, mail_to(server) as mail:
        assert verdict(mail) == (Gone, "smtp/550")
        assert server.letters == [b".\r\n"]
        server.answers = ALL_GOOD
        assert verdict(mail) is None
        assert server.connections == 1


def test_a_server_that_waits_for_the_letter_of_a_refused_sender_gets_nothing_at_all():
    with Server(MAIL="550 no") as server, mail_to(server) as mail:
        assert verdict(mail) == (Refused, "smtp/550")
        assert server.letters == []
        server.answers = ALL_GOOD
        assert verdict(mail) is None
        assert (server.connections, len(server.letters)) == (2, 1)


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"RCPT": "550 nobody", "DATA": ""}, (Gone, "smtp/550")),
        ({"MAIL": "550 no", "RCPT": ""}, (Refused, "smtp/550")),
        ({"MAIL": "421 bye", "RCPT": ""}, (Deferred, "smtp/421")),
        ({"RCPT": "421 bye", "DATA": ""}, (Deferred, "smtp/421")),
        ({"DATA": "421 bye"}, (Deferred, "smtp/421")),
        ({"MAIL": ""}, (Deferred, "smtp/lost")),
        ({"RCPT": ""}, (Deferred, "smtp/lost")),
        ({"DATA": ""}, (Deferred, "smtp/lost")),
        ({".": ""}, (Deferred, "smtp/lost")),
    ],
)
def test_who_refuses_and_hangs_up_has_refused_and_who_only_hangs_up_is_asked_again(answers, wanted):
    with Server(**answers) as server, mail_to(server) as mail:
        assert verdict(mail) == wanted
        server.answers = ALL_GOOD
        assert verdict(mail) is None
        assert server.connections == 2


@pytest.mark.parametrize("how", ["singly", "silent"])
def test_a_server_that_cannot_do_what_it_offers_is_asked_one_by_one_from_then_on(how):
    with Server(**{how: True}) as server, mail_to(server, timeout=0.05 if how == "silent" else 5.0) as mail:
        assert verdict(mail) == (Deferred, "smtp/timeout" if how == "silent" else "smtp/lost")
        assert verdict(mail) is None
        assert verdict(mail, to="bob@example.org") is None
        assert len(server.letters) == 2


def test_a_kept_connection_that_was_dropped_is_made_anew_and_commands_still_go_together():
    with Mailbox(pipelining=True) as box, mail_to(box) as mail:
        mail.send(message())
        box.hang_up()
        until = time.monotonic() + 5
        while box.open and time.monotonic() < until:
            time.sleep(0.002)
        mail.send(message(to="bob@example.org"))
        assert [letter.recipients for letter in box.letters] == [("ann@example.org",), ("bob@example.org",)]
        assert mail._postman._together


def test_a_real_server_takes_letters_together_and_refuses_one_of_them():
    with Mailbox(pipelining=True) as box, mail_to(box) as mail:
        box.refuse("550 5.1.1 nobody", address="gone@example.org")
        found = [verdict(mail, to=f"{name}@example.org", id=name) for name in ("ann", "gone", "bob", "иван")]
        assert found == [None, (Gone, "smtp/550"), None, None]
        assert [letter.recipients[0] for letter in box.letters] == [
            "ann@example.org",
            "bob@example.org",
            "иван@example.org",
        ]
        assert box.connections == 1
        assert not any(letter.parsed().defects for letter in box.letters)


def test_an_address_that_is_not_one_never_becomes_a_command():
    with Server() as server, mail_to(server, bounces="bounces@school.example") as mail:
        found = verdict(mail, returns="x>\r\nRCPT TO:<eve@example.org")
        assert found == (Refused, "email/address")
        assert b"eve" not in b"".join(server.pieces)
