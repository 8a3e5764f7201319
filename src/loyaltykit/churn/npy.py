"""Arrays as .npy text and back, the plain kinds only: nothing in a file is ever evaluated or unpickled.

NumPy's own reader evaluates the header as a Python literal. Ours takes only what ours writes: version 1.0 of the format
(NEP 1, Kern 2007), little-endian, in C order. `numpy.load(..., allow_pickle=False)` reads it too.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

LONGEST_TEXT = 200
"""Characters of an item of a text array."""
MOST_AXES = 4
_MAGIC = b"\x93NUMPY\x01\x00"
_ALIGNED = 64
_KIND = re.compile(r"\|b1|\|[iu]1|<[iu][248]|<f[248]|<U[1-9]\d{0,2}")
_HEADER = re.compile(
    r"\{'descr': '([<|][biufU]\d{1,3})', 'fortran_order': False, 'shape': \(((?:\d{1,12}, ?)*\d{0,12})\), \} *\n"
)
_LAST_CODE_POINT = 0x10FFFF


def to_npy(array: npt.NDArray[Any]) -> bytes:
    """An array of booleans, integers, floats or short texts as .npy. Raises ValueError for any other kind."""
    array = np.asarray(array)
    if array.dtype.kind in "biufU":
        array = array.astype(array.dtype.newbyteorder("<") if array.dtype.str != "<U0" else "<U1", order="C")
    _refuse_kind(array.dtype.str)
    if array.ndim > MOST_AXES:
        raise ValueError(f"an array has at most {MOST_AXES} axes, not {array.ndim}")
    head = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {array.shape!r}, }}"
    fill = -(len(_MAGIC) + 2 + len(head) + 1) % _ALIGNED
    text = f"{head}{' ' * fill}\n".encode("ascii")
    return _MAGIC + len(text).to_bytes(2, "little") + text + array.tobytes()


def from_npy(data: bytes) -> npt.NDArray[Any]:
    """The array again, its own copy. Raises ValueError for anything that `to_npy` does not write."""
    start = len(_MAGIC) + 2
    end = start + int.from_bytes(data[start - 2 : start], "little")
    header = _HEADER.fullmatch(data[start:end].decode("latin-1"))
    if not data.startswith(_MAGIC) or header is None:
        raise ValueError("not an array as it is written here")
    kind, shape = header[1], tuple(int(axis) for axis in header[2].replace(" ", "").split(",") if axis)
    _refuse_kind(kind)
    dtype = np.dtype(kind)
    if len(shape) > MOST_AXES or math.prod(shape) * dtype.itemsize != len(data) - end:
        raise ValueError("the array's size is not what its header says")
    _refuse_content(data[end:], kind)
    return np.frombuffer(data, dtype, offset=end).reshape(shape).copy()


def _refuse_kind(kind: str) -> None:
    if not _KIND.fullmatch(kind) or (kind[1] == "U" and int(kind[2:]) > LONGEST_TEXT):
        raise ValueError(f"an array of kind {kind} is not taken: booleans, integers, floats, texts to {LONGEST_TEXT}")


def _refuse_content(body: bytes, kind: str) -> None:
    """Bytes that are no boolean and no character would break whoever looks at them later."""
    most = {"b": 1, "U": _LAST_CODE_POINT}.get(kind[1])
    found = np.frombuffer(body, "<u4" if kind[1] == "U" else "u1")
    if most is not None and len(found) and int(found.max()) > most:
        raise ValueError("the array holds bytes that mean nothing")
