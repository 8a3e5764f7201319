"""Plug-ins that write messages: each brief goes from one to the next until somebody answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loyaltykit.drafting import Brief, Draft, Drafter

_log = logging.getLogger("loyaltykit.plugins")


@attrs.frozen(slots=True)
class PluggedDrafter:
    """One plug-in's hook ``loyaltykit_draft_message``."""

    plugin: str
    call: Callable[..., Sequence[Any]]

    def __call__(self, brief: Brief) -> Draft | str | None:
        """What it wrote; None when it leaves the message to others."""
        return next(iter(self.call(brief=brief)), None)


def first_of(drafters: Sequence[PluggedDrafter]) -> Drafter:
    """A drafter that asks these in turn: one that fails is told by name, its kind of error only, and the next is asked.

    Raises PluginError (``plugin/no-draft``) when nobody answers.
    """

    def draft(brief: Brief) -> Draft | str:
        for one in drafters:
            try:
                written = one(brief)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # a hook is the plug-in's code
                _log.warning("plug-in %s: loyaltykit_draft_message failed with %s", one.plugin, type(error).__name__)
                continue
            if written is not None:
                return written
        raise PluginError("no plug-in has drafted this message", code="plugin/no-draft")

    return draft
