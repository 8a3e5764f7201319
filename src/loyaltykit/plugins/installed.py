"""The plug-ins that are installed, by name; nothing of them is imported here."""

from __future__ import annotations

import os
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from loyaltykit.plugins.hooks import GROUP
from loyaltykit.problems import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

OFF = "LOYALTYKIT_PLUGINS_OFF"
"""The environment variable with the plug-ins that are not loaded: names with commas between them, or ``*``."""


def installed(off: Iterable[str] = ()) -> dict[str, EntryPoint]:
    """The entry points of the installed plug-ins that are not switched off, by ``package/entry-point``, in that order.

    `off` are names of packages, ``package/entry-point``, or ``*`` for all; those of the variable are off, too.
    """
    unwanted = {one.strip() for one in (*off, *os.environ.get(OFF, "").split(","))}
    found = {_name(point): point for point in sorted(entry_points(group=GROUP), key=_name)}
    return {name: point for name, point in found.items() if not unwanted & {"*", name, name.partition("/")[0]}}


def _name(point: EntryPoint) -> str:
    return printable(f"{point.dist.name}/{point.name}" if point.dist is not None else point.name)
