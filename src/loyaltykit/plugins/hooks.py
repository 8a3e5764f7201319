"""The hooks that a plug-in may have, and the markers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyaltykit.campaigns.policies import Policy
    from loyaltykit.channels import Channel
    from loyaltykit.churn.registry import Given

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
    def loyaltykit_policies(self) -> Iterable[Callable[[], Policy] | Policy]:
        """Policies that choose offers with `by: bandit`: classes, calls without arguments, or policies."""
        raise NotImplementedError
