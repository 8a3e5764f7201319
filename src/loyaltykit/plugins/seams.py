"""What each hook brings: what to call it, which ids are taken, and how one is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.plugins.channel_maker import RESERVED, ChannelMaker, channel_maker
from loyaltykit.plugins.lacking import Lacking
from loyaltykit.plugins.policy_maker import policy_of

if TYPE_CHECKING:
    from loyaltykit.campaigns.policies import Policy
    from loyaltykit.churn.registry import Maker
    from loyaltykit.rules.expression.own import Function

__all__ = ["MODEL_NEEDS", "SEAMS", "Lacking", "Seam"]

MODEL_NEEDS = ("spec", "fit", "score", "explain", "state", "from_state")
"""What every churn model has: the names of the `ChurnModel` protocol."""


@attrs.frozen(slots=True)
class Seam:
    """What a hook brings: what to call it, the ids that are taken, and how one is looked at.

    `taken` is a call, so that nothing heavy is imported for a hook that a plug-in does not have. `look` gives the id
    and what is used from then on, and raises `Lacking`, a ValueError that says what is missing.
    """

    what: str
    taken: Callable[[], Iterable[str]]
    look: Callable[[Any], tuple[str, Any]]
    brings: bool = True
    """Whether the hook is called to learn what it brings; otherwise it is what there is, under the plug-in's name."""


def _channel(thing: Any) -> tuple[str, ChannelMaker]:
    made = channel_maker(thing)
    return made.name, made


def _shipped_models() -> Iterable[str]:
    from loyaltykit.churn.registry import SHIPPED

    return SHIPPED


def _churn_model(thing: Any) -> tuple[str, Maker]:
    """A churn model by its id, looked at for what a model needs. What it does is for `check_churn_model`."""
    from loyaltykit.churn.protocol import Spec
    from loyaltykit.churn.registry import maker

    if not callable(thing) and not hasattr(thing, "spec"):
        raise Lacking(f"a {type(thing).__name__} is neither a model nor a call that makes one")
    make = maker(thing)
    model, other = make(), make()
    missing = [name for name in MODEL_NEEDS if not hasattr(model, name)]
    if missing:
        raise Lacking(f"{type(model).__name__} has no {', '.join(missing)}")
    spec = model.spec
    if not isinstance(spec, Spec) or not isinstance(spec.id, str) or not 0 < len(spec.id) <= 200:
        raise Lacking(f"the spec of {type(model).__name__} is no Spec with an id of 1 to 200 characters")
    if other is model:
        raise Lacking(f"{spec.id} is the same object each time: give its class, or a call that makes a new one")
    return spec.id, make


def _shipped_functions() -> Iterable[str]:
    from loyaltykit.rules.expression.functions import EVENTS, OTHERS
    from loyaltykit.rules.expression.own import PLAIN

    return (*EVENTS, *OTHERS, *PLAIN)


def _function(thing: Any) -> tuple[str, Function]:
    from loyaltykit.rules.expression.own import Function

    if not isinstance(thing, Function):
        raise Lacking(f"a {type(thing).__name__} is no loyaltykit.Function")
    return thing.name, thing


def _shipped_policies() -> Iterable[str]:
    from loyaltykit.campaigns.policies import SHIPPED

    return SHIPPED


def _policy(thing: Any) -> tuple[str, Policy]:
    made = policy_of(thing)
    return made.name, made


def _recommender(thing: Any) -> tuple[str, Any]:
    """A recommender by its name. It is asked inside the transaction of an event, so it should be quick."""
    name = getattr(thing, "name", None) or getattr(thing, "__name__", None)
    if not callable(thing) or isinstance(thing, type):
        raise Lacking(f"a {type(thing).__name__} is no call that takes a context and options")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise Lacking("a recommender has a `name`: Latin letters, digits, '-' and '_', at most 60")
    return name, thing


_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


def _none() -> Iterable[str]:
    return ()


SEAMS: dict[str, Seam] = {
    "loyaltykit_channels": Seam("channel", lambda: RESERVED, _channel),
    "loyaltykit_churn_models": Seam("churn model", _shipped_models, _churn_model),
    "loyaltykit_functions": Seam("function", _shipped_functions, _function),
    "loyaltykit_policies": Seam("policy", _shipped_policies, _policy),
    "loyaltykit_recommenders": Seam("recommender", _none, _recommender),
    "loyaltykit_draft_message": Seam("drafter", _none, _recommender, brings=False),
}
"""By hook what it brings. A new kind of plug-in is a hook in `Hooks` and a row here."""
