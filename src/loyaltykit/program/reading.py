"""Bytes, texts and plain data -> a source."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.problems import Finding
from loyaltykit.program.json_text import read_json
from loyaltykit.program.places import MAX_TEXT, Fault, Source
from loyaltykit.program.plain import control, plain
from loyaltykit.program.toml_text import read_toml
from loyaltykit.program.yaml_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

READERS: dict[str, Callable[[str], Source]] = {"yaml": read_yaml, "json": read_json, "toml": read_toml}
_OTHER_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(content: str | bytes, form: str, *, file: str = "") -> Source:
    """The source in a text: ``yaml``, ``json`` or ``toml``."""
    if len(content) > MAX_TEXT:
        return unread(Finding("document/too-large", {"limit": MAX_TEXT}), file, line=1)
    if isinstance(content, bytes):
        decoded = _decoded(content)
        if isinstance(decoded, Fault):
            return Source(None, None, (decoded,), file)
        content = decoded
    text = content.removeprefix("\ufeff")
    odd = control(text)
    if odd is not None:
        line, column = text.count("\n", 0, odd.start()) + 1, odd.start() - text.rfind("\n", 0, odd.start())
        finding = Finding("document/control", {"code": f"U+{ord(odd[0]):04X}"})
        return Source(None, None, (Fault(finding, line=line, column=column),), file)
    return attrs.evolve(_gated(READERS[form](text)), file=file, text=text)


def read_data(data: Any) -> Source:
    """The source of a dict."""
    return _gated(Source(data))


def _gated(source: Source) -> Source:
    """Let the data through the gate; a document is a mapping."""
    if source.data is None and source.faults:
        return source
    gated = plain(source.data)
    faults = (*source.faults, *gated.faults)
    if isinstance(gated.data, dict) or (gated.data is None and gated.faults):
        return attrs.evolve(source, data=gated.data, faults=faults)
    fault = Fault(Finding("document/not-mapping"))
    return attrs.evolve(source, data=None, faults=(*faults, fault))


def _decoded(content: bytes) -> str | Fault:
    if content.startswith(_OTHER_BOMS):
        return Fault(Finding("document/encoding"), line=1, column=1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")) + 1
        return Fault(Finding("document/encoding"), line=before.count(b"\n") + 1, column=column)


def unread(finding: Finding, file: str, *, line: int = 0) -> Source:
    """The source of something that cannot be read at all."""
    return Source(None, None, (Fault(finding, line=line, column=line),), file)
