"""The environment of a plug-in that is asked what it brings: what a Python needs to import it, and nothing else.

Our own has the secrets of everything that runs here, and whoever is only asked needs none of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from loyaltykit.channels.apart import environment

if TYPE_CHECKING:
    from collections.abc import Iterable

MORE = "LOYALTYKIT_PLUGINS_ENV"
"""The environment variable with the names of others that are handed on, with commas between them."""

_NEEDED = frozenset({
    # where programs, modules and libraries are
    "PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPLATLIBDIR", "VIRTUAL_ENV",
    "CONDA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "SYSTEMROOT", "WINDIR",
    # where one is at home and may write
    "HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
    "XDG_DATA_HOME", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE",
    # how text and time are written
    "LANG", "LANGUAGE", "TZ", "TZDIR", "PYTHONTZPATH", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONCOERCECLOCALE",
    # how Python and numerical libraries run
    "PYTHONHASHSEED", "PYTHONWARNINGS", "PYTHONFAULTHANDLER", "PYTHONMALLOC", "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
})  # fmt: skip
_LOCALE = "LC_"


def bare_environment(hidden: Iterable[str] = ()) -> dict[str, str]:
    """What is handed on; `hidden` never is, whatever else says so."""
    named = {one.strip() for one in os.environ.get(MORE, "").split(",")}
    return {
        name: value
        for name, value in environment(hidden).items()
        if name in _NEEDED or name in named or name.startswith(_LOCALE)
    }
