"""Why a member did not get what they asked for, as the error that a host sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.errors import InsufficientPoints, LoyaltyError, NotEligible, OutOfStock

if TYPE_CHECKING:
    from loyaltykit.rules.spends import Refusal

_ERRORS: dict[str, tuple[type[LoyaltyError], str]] = {
    "reward/out-of-stock": (OutOfStock, "there is none left of {name}"),
    "reward/over": (NotEligible, "{name} is over"),
    "reward/held": (NotEligible, "the member holds {name} already"),
    "reward/not-redeemable": (NotEligible, "nobody redeems {name}: it has no cost and asks for nothing"),
    "reward/not-eligible": (NotEligible, "the member does not have what {name} asks for: {about}"),
    "reward/limit": (NotEligible, "the member has redeemed {name} as often as they may: {about}"),
    "points/insufficient": (InsufficientPoints, "not enough {about} are available"),
    "hold/over": (NotEligible, "the hold is over: it was captured, released, or its time is out"),
    "redemption/no-reward": (NotEligible, "points that were held without a reward are not cancelled: adjust them"),
    "redemption/over": (NotEligible, "the redemption was cancelled already, or is too long ago"),
}


def refused(refusal: Refusal, name: str = "") -> LoyaltyError:
    """The error; `name` is the reward. Its details have `name`, and `about` where there is something to say."""
    error, words = _ERRORS[refusal.code]
    details = {"name": name, "about": refusal.about}
    return error(words.format(**details), code=refusal.code, details=details)
