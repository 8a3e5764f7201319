"""The webhook channel holds to the kit of channels also when it hands addresses on."""

from __future__ import annotations

import pytest

from loyaltykit import EventError
from loyaltykit.channels import Webhook
from loyaltykit.channels.webhook import new_secret, verify
from loyaltykit.testing import Arrived, HttpFarEnd, HttpReply, channel_checks

SECRET = new_secret()


class HookFarEnd(HttpFarEnd):
    to = "+79990001001"
    secrets = (SECRET, SECRET.removeprefix("whsec_"))

    def read(self, request):
        try:
            payload = verify(SECRET, request.headers, request.body)
        except EventError:
            return HttpReply.json({}, status=401)
        data = payload["data"]
        buttons = tuple((one["label"], one.get("action") or one["url"]) for one in data.get("buttons", ()))
        return Arrived(to=data["to"], text=data["text"], id=data["id"], buttons=buttons)


OF_ADDRESSES = "arrives receipt no-address one-recipient literal same-id silent".split()
"""The rest is the same as without addresses."""


@pytest.mark.parametrize("check", [one for one in channel_checks() if one.name in OF_ADDRESSES], ids=str)
def test_a_webhook_with_addresses_holds(check):
    def make(far):
        return Webhook(f"{far.url}/hook", SECRET, address="phone", allow=("127.0.0.1/32",), timeout=0.4)

    check(make, HookFarEnd)
