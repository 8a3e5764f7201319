"""JSON as compact text, written fast: one encoder, made once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def encoder(default: Callable[[object], object]) -> Callable[[object], str]:
    """What writes JSON. CPython's own encoder, made once: `JSONEncoder.encode` makes one for every text.

    `default` turns what JSON does not know into what it does. Not-a-number and infinities raise ValueError.
    """
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=default).encode
    pieces = make(None, default, json.encoder.encode_basestring, None, ":", ",", False, False, False)
    join = "".join
    return lambda value: join(pieces(value, 0))
