"""The webhook channel holds to the kit that authors of plug-ins are given."""

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


WITHOUT = {
    "blocked": "403 is about the endpoint: its login, its firewall; no member is to blame",
    "unknown": "404 is about the endpoint: its place",
}
"""A receiver that cannot reach one member answers 422: refused, and the next channel is tried."""


@pytest.mark.parametrize("check", [one for one in channel_checks() if one.name not in WITHOUT], ids=str)
def test_the_webhook_holds(check):
    def make(far):
        return Webhook(f"{far.url}/hook", SECRET, address="phone", allow=("127.0.0.1/32",), timeout=0.4)

    check(make, HookFarEnd)
