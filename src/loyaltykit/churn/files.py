"""A fitted model as one file: a zip of a JSON manifest and .npy arrays. No pickle, nothing that runs when it is read.

``manifest.json`` has the format's version, the model's id and version, its `meta`, and for each array the file it is
in with its SHA-256; its own SHA-256 is over everything else in it. The hashes find damage; whoever can write the file
can write them too, so they are no signature. Which class reads the state is said by the registry, never by the file.

Entries are not compressed: what is read is never larger than the file. The same state gives the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import os
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltykit.churn.npy import from_npy, to_npy
from loyaltykit.churn.protocol import State
from loyaltykit.churn.registry import find
from loyaltykit.errors import ModelError
from loyaltykit.problems import echo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.churn.protocol import ChurnModel
    from loyaltykit.churn.registry import Given

FORMAT = 1
LARGEST = 256 * 1024 * 1024
"""Bytes of a whole file."""
LARGEST_MANIFEST = 4 * 1024 * 1024
MOST_ARRAYS = 1_000
LONGEST_NAME = 200
DEEPEST = 20
"""How deep `meta` may nest."""
_MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_END = struct.Struct("<4s4H2LH")
"""The end of central directory record of a zip (PKWARE APPNOTE 4.3.16)."""
_PER_ENTRY = 46 + 64
_LOCATOR = 20
_DAMAGED = (ValueError, LookupError, EOFError, OSError, RuntimeError, struct.error, zipfile.BadZipFile)
"""What zipfile, json and our own checks raise for bytes that are not a file of ours."""


def save(model: ChurnModel, path: str | os.PathLike[str]) -> None:
    """Write a fitted model to a file, whole or not at all. Raises what `dumps` raises, and OSError."""
    data, target = dumps(model), Path(path)
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:  # it would name a file that nobody has asked for
        raise type(error)(error.errno, error.strerror, str(target)) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def load(path: str | os.PathLike[str], models: Iterable[Given] = ()) -> ChurnModel:
    """The model of a file. `models` are those beside the shipped ones, as in the registry. Raises what `loads` raises.

    Also OSError for a file that cannot be read.
    """
    with Path(path).open("rb") as file:
        data = file.read(LARGEST + 1)
    return loads(data, models)


def dumps(model: ChurnModel) -> bytes:
    """A fitted model as the bytes of a file.

    Raises ModelError (``model/state``) for a state that is more than JSON and plain arrays, or too large.
    """
    return pack(model.state())


def loads(data: bytes, models: Iterable[Given] = ()) -> ChurnModel:
    """The model of a file's bytes; it scores as the one that was saved, to the bit.

    Raises ModelError: ``model/file`` for bytes that are damaged, hostile or of another format, ``model/unknown`` for a
    model that is not there (with the nearest), ``model/state`` when the model does not take its state.
    """
    state = unpack(data)
    model = find(state.id, models)()
    try:
        return model.from_state(state)
    except Exception as error:
        text = f"the model {echo(state.id)} does not take its saved state: {type(error).__name__}: {echo(str(error))}"
        raise ModelError(text, code="model/state", details={"name": echo(state.id)}) from error


def pack(state: State) -> bytes:
    """A state as the bytes of a file; the same state gives the same bytes. Raises ModelError (``model/state``)."""
    try:
        entries = _entries(state)
    except (TypeError, ValueError) as error:
        text = f"the state of the model {echo(state.id)} cannot be saved: {error}"
        raise ModelError(text, code="model/state", details={"name": echo(state.id)}) from error
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # the same bytes on every system
            archive.writestr(info, content)
    return out.getvalue()


def unpack(data: bytes) -> State:
    """The state in a file's bytes, every size checked before it is read. Raises ModelError (``model/file``)."""
    try:
        _refuse_directory(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _state(archive, len(data))
    except _DAMAGED as error:
        raise ModelError(f"not a file of a model, or a damaged one: {echo(str(error))}", code="model/file") from error


def _entries(state: State) -> dict[str, bytes]:
    """The files of the zip, the manifest first."""
    if len(state.arrays) > MOST_ARRAYS:
        raise ValueError(f"{len(state.arrays)} arrays, at most {MOST_ARRAYS} are taken")
    arrays, listed = {}, []
    for number, name in enumerate(sorted(state.arrays)):
        file, content = f"arrays/{number}.npy", to_npy(state.arrays[name])
        arrays[file] = content
        listed.append({"name": _named(name), "file": file, "sha256": _sha256(content)})
    manifest = {
        "format": FORMAT,
        "id": _named(state.id),
        "version": _named(state.version),
        "meta": _plain(state.meta),
        "arrays": listed,
    }
    text = _canonical({**manifest, "sha256": _sha256(_canonical(manifest))})
    entries = {_MANIFEST: text, **arrays}
    if len(text) > LARGEST_MANIFEST or sum(len(one) + 2 * _PER_ENTRY for one in entries.values()) > LARGEST:
        raise ValueError("it is too large")
    return entries


def _state(archive: zipfile.ZipFile, size: int) -> State:
    infos = {info.filename: info for info in archive.infolist()}
    if len(infos) < len(archive.infolist()) or _MANIFEST not in infos:
        raise ValueError("an entry is there twice, or there is no manifest")
    _refuse_entries(infos, size)
    manifest = _manifest(archive.read(_MANIFEST))
    listed = {one["file"]: one for one in manifest["arrays"]}
    if {_MANIFEST, *listed} != set(infos) or len(listed) < len(manifest["arrays"]):
        raise ValueError("the entries are not those of the manifest")
    arrays = {}
    for file, one in listed.items():
        content = archive.read(file)
        if _sha256(content) != one["sha256"]:
            raise ValueError("an array is not what was written: its SHA-256 differs")
        arrays[_named(one["name"])] = from_npy(content)
    if len(arrays) < len(listed):
        raise ValueError("an array is there twice")
    return State(id=manifest["id"], version=manifest["version"], meta=manifest["meta"], arrays=arrays)


def _manifest(text: bytes) -> dict[str, Any]:
    """The manifest, its hash and shape checked."""
    try:
        found = _plain(json.loads(text.decode("utf-8")), DEEPEST + 2)
    except RecursionError:
        raise ValueError("the manifest nests too deep") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"the format is not {FORMAT}")
    if set(found) != {"format", "id", "version", "meta", "arrays", "sha256"}:
        raise ValueError("the manifest has other keys")
    if found.pop("sha256") != _sha256(_canonical(found)):
        raise ValueError("the manifest is not what was written: its SHA-256 differs")
    _named(found["id"]), _named(found["version"])
    right = isinstance(found["meta"], dict) and isinstance(found["arrays"], list)
    if not right or not all(_is_listing(one) for one in found["arrays"]):
        raise ValueError("the manifest does not list its arrays")
    return found


def _is_listing(one: object) -> bool:
    keys = {"name", "file", "sha256"}
    return isinstance(one, dict) and set(one) == keys and all(isinstance(value, str) for value in one.values())


def _refuse_directory(data: bytes) -> None:
    """Refuse, before zipfile reads it, a directory of too many entries, or one that can be read in two ways."""
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST} bytes")
    if len(data) < _END.size + _LOCATOR:
        raise ValueError("it is too short")
    mark, disk, first, here, total, length, start, comment = _END.unpack(data[-_END.size :])
    if mark != b"PK\5\6" or disk or first or comment or data[-_END.size - _LOCATOR :][:4] == b"PK\6\7":
        raise ValueError("it does not end as a plain zip")
    if here != total or total > MOST_ARRAYS + 1 or length > total * _PER_ENTRY:
        raise ValueError("it has too many entries")
    if start + length + _END.size != len(data):
        raise ValueError("something stands before or after the zip")


def _refuse_entries(infos: Mapping[str, zipfile.ZipInfo], size: int) -> None:
    for info in infos.values():
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size or info.flag_bits:
            raise ValueError("an entry is compressed or encrypted")
    if sum(info.file_size for info in infos.values()) > size or infos[_MANIFEST].file_size > LARGEST_MANIFEST:
        raise ValueError("an entry is larger than it may be")


def _plain(value: Any, deepest: int = DEEPEST) -> Any:
    """A value as JSON gives it back, to the bit. Raises ValueError for anything that JSON would change."""
    if deepest < 0:
        raise ValueError(f"meta nests deeper than {DEEPEST}")
    if value is None or isinstance(value, str | bool) or type(value) is int:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(one, deepest - 1) for one in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _plain(one, deepest - 1) for key, one in value.items()}
    raise ValueError(f"meta holds a {type(value).__name__} that JSON cannot give back: {echo(value)}")


def _named(name: object) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"names are text of 1 to {LONGEST_NAME} characters")
    return name


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
