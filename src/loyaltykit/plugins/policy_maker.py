"""What a hook brings for policies: a policy, its class, or a call that makes one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from loyaltykit.plugins.lacking import Lacking

if TYPE_CHECKING:
    from loyaltykit.campaigns.policies import Policy

POLICY_NEEDS = ("name", "choose", "learn")
"""What every policy has: the names of the `Policy` protocol."""
_ID = re.compile(r"[a-z][a-z0-9-]{0,59}")


def policy_of(thing: Any) -> Policy:
    """The policy, made where a class or a call was given. `Lacking` says what is missing; the kit says the rest."""
    if not callable(thing) and not hasattr(thing, "choose"):
        raise Lacking(f"a {type(thing).__name__} is neither a policy nor a call that makes one")
    policy = thing if hasattr(thing, "choose") and not isinstance(thing, type) else thing()
    missing = [name for name in POLICY_NEEDS if not hasattr(policy, name)]
    if missing:
        raise Lacking(f"{type(policy).__name__} has no {', '.join(missing)}")
    if not isinstance(policy.name, str) or not _ID.fullmatch(policy.name):
        raise Lacking(f"the name of {type(policy).__name__} is no id: small letters, digits and hyphens, at most 60")
    return cast("Policy", policy)
