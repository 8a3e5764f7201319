"""The kit for channels: a good adapter passes, and each check finds the fault that is planted for it."""

from __future__ import annotations

import http.client
import itertools
import json
import logging
import sys
import threading
import urllib.request
from typing import ClassVar

import pytest

from loyaltykit import Deferred, Gone, LoyaltyError, Receipt, Refused
from loyaltykit.channels import Calls
from loyaltykit.channels.protocol import address_of
from loyaltykit.testing import channel_checks, channel_report, check_channel
from loyaltykit.testing.channel import CHECKS
from tests.channels.messenger import TOKEN, FarEndOfMessenger, Messenger, made


def test_a_good_adapter_holds():
    report = check_channel(made, FarEndOfMessenger)
    assert str(report) == f"messenger: all {len(CHECKS)} checks hold"


class Nameless(Messenger):
    name = "Our Messenger"


class NowhereToWrite(Messenger):
    address = "our messenger"


class Nothing(Messenger):
    def send(self, message):
        return Receipt(message=message.id)


class Twice(Messenger):
    def send(self, message):
        super().send(message)
        return super().send(message)


class OtherWords(Messenger):
    def words(self, message):
        return "You have a message."


class NoReceipt(Messenger):
    def receipt(self, message, answer):
        return answer.json()


class ReceiptForAnother(Messenger):
    def receipt(self, message, answer):
        return Receipt(message="somebody-elses")


class NumberAsReference(Messenger):
    def receipt(self, message, answer):
        return Receipt(message=message.id, reference=7)


class NewIdEachTime(Messenger):
    numbers = itertools.count()

    def key_of(self, message):
        return f"{message.id}-{next(self.numbers)}"


class OneIdForAll(Messenger):
    def key_of(self, message):
        return message.message


class NoId(Messenger):
    def key_of(self, message):
        return ""


class InCommon(Messenger):
    shared = ()

    def __init__(self, **settings):
        super().__init__(**settings)
        type(self).shared = (self._calls,)

    def send(self, message):
        self._calls = self.shared[-1]
        return super().send(message)


class ToNobody(Messenger):
    def recipient(self, message):
        return message.to or ""


class FirstDigits(Messenger):
    def recipient(self, message):
        if message.to is None:
            raise Refused("messenger/address")
        return "".join(char for char in message.to if char.isdigit() and char.isascii())[:8]


class AnyDigits(Messenger):
    def recipient(self, message):
        try:
            return str(int(message.to))
        except (TypeError, ValueError):
            raise Refused("messenger/address") from None


class EverythingMayPass(Messenger):
    def recipient(self, message):
        if message.to is not None and not message.to.isalnum():
            raise Deferred("messenger/address")
        return super().recipient(message)


class Stripped(Messenger):
    def words(self, message):
        return super().words(message).replace("<b>", "").replace("*", "")


class Html(Messenger):
    def words(self, message):
        return message.html or super().words(message)


class TooLong(Messenger):
    def words(self, message):
        return message.text if len(message.text) <= 1_000 else "x" * 1_000


class LongForEver(Messenger):
    def words(self, message):
        if len(message.text) > 1_000:
            raise Deferred("messenger/too-long")
        return super().words(message)


class HalfACharacter(Messenger):
    def words(self, message):
        return message.text.encode()[:1_001].decode("utf-8", "replace")[:1_000]


class DeadButtons(Messenger):
    def key(self, button):
        return {"label": button.label, "payload": "pressed"}


class ShortActions(Messenger):
    def key(self, button):
        return {name: value[:40] for name, value in super().key(button).items()}


class WithoutLinks(Messenger):
    def key(self, button):
        return {"label": button.label, "payload": button.action or "link"}


class AnyLink(Messenger):
    def key(self, button):
        return {"label": button.label, "payload": button.action, "url": button.url or ""}


class NoFiles(Messenger):
    def send(self, message):
        if message.attachments:
            raise Refused("messenger/attachment")
        return super().send(message)


class ImpatientAfterMuch(Messenger):
    def failure(self, answer):
        return Deferred("messenger/429") if answer.status == 429 else super().failure(answer)


class Overwhelmed(Messenger):
    def failure(self, answer):
        return Refused("messenger/429") if answer.status == 429 else super().failure(answer)


class TakesTheTimeAsItIs(Messenger):
    def failure(self, answer):
        after = answer.headers.get("Retry-After")
        return Deferred("messenger/429", float(after)) if after else super().failure(answer)


class GivesUp(Messenger):
    def failure(self, answer):
        return Refused("messenger/500") if answer.status >= 500 else super().failure(answer)


class Raw(Messenger):
    """On http.client, with an ordinary time-out."""

    wait = 0.3
    most = 10_000_000
    bad = Deferred

    def __init__(self, *, base_url, **settings):
        super().__init__(base_url=base_url, **settings)
        self._host = base_url.removeprefix("http://")

    def send(self, message):
        try:
            return self.sent(message)
        except (OSError, http.client.HTTPException):
            problem = self.bad("messenger/connection")
        raise problem

    def sent(self, message):
        body = {"to": self.recipient(message), "text": self.words(message), "buttons": []}
        connection = http.client.HTTPConnection(self._host, timeout=self.wait)
        try:
            headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": message.id}
            connection.request("POST", "/messages", json.dumps(body), headers)
            answer = connection.getresponse()
            answer.read(self.most)
        finally:
            connection.close()
        if answer.status != 200:
            raise Deferred(f"messenger/{answer.status}")
        return Receipt(message=message.id)


class NothingCaught(Raw):
    def send(self, message):
        return self.sent(message)


class ResetIsRefusal(Raw):
    bad = Refused


class LostIsFine(Raw):
    def send(self, message):
        try:
            return self.sent(message)
        except (OSError, http.client.HTTPException):
            return Receipt(message=message.id)


class WaitsForEver(Raw):
    wait = None


class ReadsForEver(Raw):
    most = None


class Follows(Messenger):
    def __init__(self, *, base_url, **settings):
        super().__init__(base_url=base_url, **settings)
        self._url = base_url

    def send(self, message):
        body = json.dumps({"to": self.recipient(message), "text": self.words(message), "buttons": []}).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": message.id}
        request = urllib.request.Request(self._url + "/messages", body, headers)  # noqa: S310 - on this machine
        try:
            with urllib.request.urlopen(request, timeout=0.3):  # noqa: S310
                return Receipt(message=message.id)
        except OSError:
            raise Deferred("messenger/connection") from None


class BelievesAll(Messenger):
    def receipt(self, message, answer):
        return Receipt(message=message.id, reference=json.loads(answer.body)["id"])


class NeverGone(Messenger):
    def failure(self, answer):
        return self._calls.failure(answer)


class GoneAtOnce(Messenger):
    def failure(self, answer):
        return Gone("messenger/gone") if 400 <= answer.status < 500 else super().failure(answer)


class TalksOfCodes(Messenger):
    def failure(self, answer):
        return Deferred(f"the messenger said {answer.status}")


class OnceBrokenAlwaysBroken(Messenger):
    broken = False

    def send(self, message):
        if self.broken:
            raise Deferred("messenger/broken")
        try:
            return super().send(message)
        except Deferred:
            self.broken = True
            raise


class NamesTheAddress(Messenger):
    def failure(self, answer):
        return Gone("messenger/403 for 70001001") if answer.status == 403 else super().failure(answer)


class Chained(Messenger):
    def send(self, message):
        try:
            raise ConnectionError(f"POST /messages?to={message.to}")
        except ConnectionError:
            return self.after(message)

    def after(self, message):
        return super().send(message)


class Logs(Messenger):
    def send(self, message):
        logging.getLogger("our").debug("sending %s", message.text)
        return super().send(message)


class Prints(Messenger):
    def send(self, message):
        sys.stdout.write(f"sending to {message.member}")
        return super().send(message)


class ShowsTheToken(Messenger):
    def __repr__(self):
        return f"Messenger({TOKEN!r})"


class LeavesOpen(Messenger):
    kept = ()

    def close(self):
        type(self).kept += (self._calls,)


class ClosesOnce(Messenger):
    closed = False

    def close(self):
        if self.closed:
            raise LoyaltyError("closed already")
        self.closed = True
        super().close()


class Threads(Messenger):
    over = threading.Event()

    def __init__(self, **settings):
        super().__init__(**settings)
        threading.Thread(target=self.over.wait, args=(8,), daemon=True).start()


class OneThreadForAll(Messenger):
    """Sends in a thread that was started once, and is not there in a forked process."""

    orders: ClassVar = []
    ready = threading.Condition()
    worker = None

    def send(self, message):
        cls = type(self)
        if cls.worker is None:
            cls.worker = threading.Thread(target=cls.work, daemon=True)
            cls.worker.start()
        done, order = threading.Event(), []
        with self.ready:
            self.orders.append((super().send, message, order, done))
            self.ready.notify()
        done.wait()
        if isinstance(order[0], Exception):
            raise order[0]
        return order[0]

    @classmethod
    def work(cls):
        while True:
            with cls.ready:
                while not cls.orders:
                    cls.ready.wait()
                send, message, order, done = cls.orders.pop()
            try:
                order.append(send(message))
            except Exception as error:  # noqa: BLE001 - raised where it was asked for
                order.append(error)
            done.set()


PLANTED = [
    ("shape", Nameless, "its name is 'Our Messenger'"),
    ("shape", NowhereToWrite, "its address is 'our messenger'"),
    ("arrives", Nothing, "0 arrived"),
    ("arrives", Twice, "2 arrived"),
    ("arrives", OtherWords, "not what was sent"),
    ("receipt", NoReceipt, "returns dict"),
    ("receipt", ReceiptForAnother, "'somebody-elses'"),
    ("receipt", NumberAsReference, "the reference is 7"),
    ("same-id", NewIdEachTime, "sent again has another id"),
    ("same-id", OneIdForAll, "two messages have one id"),
    ("same-id", NoId, "without its id"),
    ("apart", InCommon, "arrived"),
    ("no-address", ToNobody, "not Refused"),
    ("one-recipient", FirstDigits, "reaches somebody"),
    ("one-recipient", AnyDigits, "reaches somebody"),
    ("one-recipient", EverythingMayPass, "not Refused or Gone"),
    ("literal", Stripped, "arrives as"),
    ("literal", Html, "the HTML"),
    ("long-text", TooLong, "not its beginning"),
    ("long-text", LongForEver, "Deferred"),
    ("long-text", HalfACharacter, "not its beginning"),
    ("buttons", DeadButtons, "behind the button 'Yes' is 'pressed'"),
    ("buttons", ShortActions, "does not come back"),
    ("buttons", WithoutLinks, "a button that is a link"),
    ("bad-links", AnyLink, "a button leads to"),
    ("attachments", NoFiles, "Refused"),
    ("limited", ImpatientAfterMuch, "retry_after is None"),
    ("limited", Overwhelmed, "not Deferred"),
    ("limited-absurdly", TakesTheTimeAsItIs, "retry_after is -1"),
    ("failing", GivesUp, "not Deferred"),
    ("reset", ResetIsRefusal, "not Deferred"),
    ("reset", NothingCaught, "it raises"),
    ("lost", LostIsFine, "as if all were well"),
    ("stalled", WaitsForEver, "has not come back"),
    ("dripping", Raw, "has not come back"),
    ("endless", ReadsForEver, "has not come back"),
    ("redirected", Follows, "as if all were well"),
    ("nonsense", BelievesAll, "JSONDecodeError"),
    ("blocked", NeverGone, "not Gone"),
    ("unknown", NeverGone, "not Gone"),
    ("refused", GoneAtOnce, "not Refused"),
    ("codes", TalksOfCodes, "the code"),
    ("recovers", OnceBrokenAlwaysBroken, "after the far end was limited"),
    ("silent", NamesTheAddress, "an error shows the recipient's address"),
    ("silent", Chained, "an error shows the recipient's address"),
    ("silent", Logs, "the log shows the text"),
    ("silent", Prints, "what is printed shows the member"),
    ("silent", ShowsTheToken, "its repr shows a secret"),
    ("closes", LeavesOpen, "connections are still open"),
    ("closes", ClosesOnce, "closed already"),
    ("closes", Threads, "threads are still there"),
    ("forked", OneThreadForAll, "does not send"),
]


@pytest.mark.parametrize(("name", "kind", "what"), PLANTED, ids=lambda value: getattr(value, "__name__", None))
def test_a_planted_fault_is_found(name, kind, what):
    (check,) = (check for check in channel_checks() if check.name == name)
    with pytest.raises(AssertionError) as caught:
        check(lambda far: made(far, kind), FarEndOfMessenger, patience=1.5)
    said = str(caught.value)
    assert said.startswith(f"{name}: ")
    assert what in said.partition("\n    why: ")[0]


def test_every_check_has_a_planted_fault():
    assert {name for name, _, _ in PLANTED} == {check.name for check in channel_checks()}
    assert len({check.name for check in CHECKS}) == len(CHECKS)


class NotWritten(Messenger):
    def send(self, message):
        raise NotImplementedError("hand the text over")


def test_an_adapter_that_does_nothing_yet_is_told_so_once():
    said = str(channel_report(lambda far: made(far, NotWritten), FarEndOfMessenger))
    assert "arrives: a message that is as it should be is not taken: it raises NotImplementedError" in said
    (blocked,) = (line for line in said.splitlines() if line.startswith("  not checked, it delivers nothing: "))
    assert "receipt" in blocked
    assert "dripping" in blocked


def test_an_adapter_that_cannot_be_made_is_told_why():
    report = channel_report(lambda _: Messenger(), FarEndOfMessenger)
    assert not report.ok
    assert "missing 2 required keyword-only arguments" in str(report)


def test_what_is_left_out_is_said_with_its_reason():
    report = check_channel(
        lambda far: made(far, NoId), FarEndOfMessenger, without={"same-id": "there is no place for it"}
    )
    assert str(report).splitlines() == [
        f"messenger: all {len(CHECKS) - 1} checks hold",
        "  same-id: not made, there is no place for it",
    ]


@pytest.mark.parametrize(
    ("without", "what"), [({"sameid": "x"}, "did you mean 'same-id'"), ({"same-id": ""}, "say why 'same-id'")]
)
def test_leaving_out_what_is_not_there_or_for_no_reason_is_a_slip(without, what):
    with pytest.raises(ValueError, match=what):
        check_channel(made, FarEndOfMessenger, without=without)


class At42(FarEndOfMessenger):
    to = "42"


def test_an_address_that_stands_in_every_log_is_refused():
    with pytest.raises(ValueError, match="may stand in any log"):
        check_channel(made, At42)


def test_the_calls_of_an_adapter_say_where_and_nothing_else():
    calls = Calls("messenger", base_url="https://api.example", headers={"Authorization": TOKEN})
    assert repr(calls) == "Calls('messenger', base_url='https://api.example')"
    assert address_of(Messenger(token=TOKEN, base_url="https://api.example")) == "messenger"
