"""The plug-ins that are installed, by name; nothing of them is imported here."""

from __future__ import annotations

import contextlib
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


def version_of(point: EntryPoint) -> str | None:
    """The version of its package; None when nobody says."""
    with contextlib.suppress(Exception):  # the package's own files are read
        return printable(point.dist.version or "") if point.dist is not None else None
    return None


def _name(point: EntryPoint) -> str:
    package = None
    with contextlib.suppress(Exception):  # a package without a name, or with a file of it that cannot be read
        package = None if point.dist is None else point.dist.name
    return printable(f"{package}/{point.name}" if package else point.name)
