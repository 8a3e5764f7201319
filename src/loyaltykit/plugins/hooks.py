"""The hooks that a plug-in may have, and the markers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyaltykit.campaigns.policies import Policy
    from loyaltykit.channels import Channel
    from loyaltykit.churn.registry import Given
    from loyaltykit.drafting import Brief, Draft
    from loyaltykit.rules.expression.own import Function

GROUP = "loyaltykit"
API = 1
"""The version of what is between us and plug-ins. One that says ``loyaltykit_api = 2`` needs a newer library."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


class Hooks:
    """The hooks that a plug-in may have; each has a row in SEAMS."""

    @hookspec
    def loyaltykit_channels(self) -> Iterable[Callable[..., Channel]]:
        """Channels: classes with a `name` that are made with the settings of the channel file as keyword arguments."""
        raise NotImplementedError

    @hookspec
    def loyaltykit_churn_models(self) -> Iterable[Given]:
        """Churn models: classes, calls without arguments that make one, or models that are not fitted."""
        raise NotImplementedError

    @hookspec
    def loyaltykit_functions(self) -> Iterable[Function]:
        """Plain functions that expressions may call, each a `loyaltykit.Function`."""
        raise NotImplementedError

    @hookspec
    def loyaltykit_policies(self) -> Iterable[Callable[[], Policy] | Policy]:
        """Policies that choose offers with `by: bandit`: classes, calls without arguments, or policies."""
        raise NotImplementedError

    @hookspec
    def loyaltykit_recommenders(self) -> Iterable[Callable[[dict[str, Any], list[str]], str | None]]:
        """Recommenders for offers with `by: recommender`: calls with a `name`, given the context and the options."""
        raise NotImplementedError

    @hookspec
    def loyaltykit_draft_message(self, brief: Brief) -> Draft | str | None:
        """The words of one message that says ``draft``; None leaves it to the next plug-in, in order of their names."""
        raise NotImplementedError
