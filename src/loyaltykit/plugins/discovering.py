"""What all plug-ins bring: each is loaded, guarded, and of two of one id the first stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.plugins.drafters import first_of
from loyaltykit.plugins.installed import installed
from loyaltykit.plugins.loading import SLOW, Brought, Refusals, load, refuse_second
from loyaltykit.plugins.seams import SEAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyaltykit.campaigns.policies import Policy
    from loyaltykit.churn.registry import Maker
    from loyaltykit.drafting import Drafter
    from loyaltykit.errors import PluginError
    from loyaltykit.plugins.channel_maker import ChannelMaker
    from loyaltykit.rules.expression.own import Function


@attrs.frozen(slots=True)
class Plugins:
    """What plug-ins bring, and what was refused of them."""

    brought: tuple[Brought, ...] = ()
    errors: tuple[PluginError, ...] = ()
    slow: tuple[PluginError, ...] = ()
    """Those that were taken and took long: ``plugin/slow``, with the seconds in `details`."""

    @property
    def channels(self) -> tuple[ChannelMaker, ...]:
        """What makes their channels, of the settings in a channel file."""
        return self.of("loyaltykit_channels")

    @property
    def churn_models(self) -> tuple[Maker, ...]:
        """What makes their churn models: the `given` of `loyaltykit.churn.registry` and the `models` of its files."""
        return self.of("loyaltykit_churn_models")

    @property
    def functions(self) -> tuple[Function, ...]:
        """Their functions for expressions: the `functions` of `Program.load` and of `Loyalty.open`."""
        return self.of("loyaltykit_functions")

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Their policies: the `policies` of `Loyalty`."""
        return self.of("loyaltykit_policies")

    @property
    def recommenders(self) -> dict[str, Callable[..., str | None]]:
        """Their recommenders by id: what `Loyalty(recommender=...)` takes."""
        return {one.id: one.thing for one in self.brought if one.hook == "loyaltykit_recommenders"}

    @property
    def drafter(self) -> Drafter | None:
        """What has their drafters asked one after the other: the `drafter` of `Loyalty`. None when there is none."""
        found = self.of("loyaltykit_draft_message")
        return first_of(found) if found else None

    def of(self, hook: str) -> tuple[Any, ...]:
        """What a hook brought, in the order of the plug-ins' names."""
        return tuple(one.thing for one in self.brought if one.hook == hook)


def discover(
    plugins: Mapping[str, object] | None = None,
    *,
    hooks: Iterable[str] = tuple(SEAMS),
    off: Iterable[str] = (),
    slow_after: float = SLOW,
) -> Plugins:
    """Load the installed plug-ins, in the order of their names, and take what they bring by these hooks.

    `plugins` are modules, objects or entry points by name instead of the installed ones. `off` are plug-ins that are
    not even imported: names of packages, ``package/entry-point``, or ``*``; the environment variable
    LOYALTYKIT_PLUGINS_OFF names others. Who takes more than `slow_after` seconds is told in `slow`.

    Never raises for what a plug-in does: `errors` has a PluginError for each refusal, its `code` one of
    ``plugin/import``, ``plugin/api``, ``plugin/hook``, ``plugin/shape`` and ``plugin/duplicate``. Of two of one id the
    first stands. Plug-ins run in this process here, so one that never returns is waited for.
    """
    brought: dict[tuple[str, str], Brought] = {}
    refusals = Refusals(slow_after)
    asked = tuple(hooks)
    for name, plugin in (installed(off) if plugins is None else plugins).items():
        for one in load(name, plugin, refusals, asked):
            first = brought.setdefault((one.hook, one.id), one)
            if first is not one:
                refuse_second(one, first.plugin, refusals)
    return Plugins(tuple(brought.values()), tuple(refusals.errors), tuple(refusals.slow))
