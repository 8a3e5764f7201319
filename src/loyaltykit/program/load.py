"""The program: a document that holds, with its expressions checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from loyaltykit.errors import ProgramError
from loyaltykit.problems import Finding, echo
from loyaltykit.program.places import MAX_TEXT
from loyaltykit.program.report import problems

if TYPE_CHECKING:
    from types import ModuleType

    from loyaltykit.problems import Lang, Problem
    from loyaltykit.program.document import Document
    from loyaltykit.program.places import Source
    from loyaltykit.program.verify import Verified
    from loyaltykit.rules.expression.own import Function, Functions
    from loyaltykit.rules.expression.tree import Node

__all__ = ["Program", "canonical", "check", "functions_by_name", "json_schema", "read_file"]

_FORMS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}


def _reading() -> ModuleType:
    """The readers, with PyYAML: imported when something is read, so that the library starts fast."""
    from loyaltykit.program import reading

    return reading


def _verify(source: Source, functions: Mapping[str, Function]) -> Verified:
    """Check a source. The models, with pydantic, are imported when there is something to check."""
    from loyaltykit.program.verify import verify

    return verify(source, functions)


def functions_by_name(functions: Functions) -> Mapping[str, Function]:
    """A school's own functions by their names, none of which is one of ours."""
    if functions == ():
        return {}
    from loyaltykit.rules.expression.functions import EVENTS, OTHERS  # only for those who have some
    from loyaltykit.rules.expression.own import PLAIN, Asked, by_name

    taken = {*EVENTS, *OTHERS, *PLAIN, "mean", "number"}
    if callable(functions):
        ask = functions
        return Asked(lambda: by_name(ask(), taken))
    return by_name(functions, taken)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the program document, for editors."""
    from loyaltykit.program import schema

    return schema.json_schema()


def read_file(path: str | Path) -> Source:
    """The source in a file, by its suffix. A file that cannot be read is a fault, too."""
    from loyaltykit.program.reading import read_text, unread

    file = str(path)
    form = _FORMS.get(Path(file).suffix.lower())
    if form is None:
        return unread(Finding("document/format", {"name": echo(Path(file).suffix)}), file)
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(MAX_TEXT + 1)
    except OSError as error:
        return unread(Finding("document/file", {"reason": error.strerror or type(error).__name__}), file)
    except ValueError:  # a NUL in the name
        return unread(Finding("document/file", {"reason": "not a file name"}), file)
    return read_text(content, form, file=file)


@attrs.frozen(kw_only=True)
class Program:
    """What a school declared, checked. Two programs are equal when their `text` is.

    Make one with `load`, `from_dict`, `from_json`, `from_yaml` or `from_toml`; each raises ProgramError with all
    problems at once. `lang` is the language of the problems, ``en`` or ``ru``; `functions` are functions of your own
    that expressions may call, such as ``loyaltykit.plugins.discover().functions``, or a call that gives them, which is
    made when an expression calls one that is not ours.

    A rule has an event type (`on`) or a condition (`when`), or both. A rule without `on` fires each time that its
    condition turns true for a member; there is no event then, so `event.*`, `key`, `limit.by` and `multiply` are
    problems in it.
    """

    document: Document = attrs.field(eq=False, repr=False)
    expressions: Mapping[str, Node] = attrs.field(eq=False, repr=False)
    """The checked tree of every expression by its path: ``rules.good-quiz.when``, ``quests.comeback.steps.2.where``."""
    text: str = attrs.field(repr=False)
    """The document as canonical JSON: notation and format do not matter, `from_json` gives an equal program."""
    hash: str
    """The SHA-256 of `text`, as hexadecimal digits."""
    source: str | None = attrs.field(default=None, eq=False, repr=False)
    """The text that it was read from; None for a dict."""
    file: str = attrs.field(default="", eq=False)
    warnings: tuple[Problem, ...] = attrs.field(default=(), eq=False, repr=False)
    """Problems that do not keep the program from running."""
    functions: Mapping[str, Function] = attrs.field(factory=dict, eq=False, repr=False)
    """The functions of the school's own that its expressions may call, by name."""

    @classmethod
    def load(cls, path: str | Path, *, lang: Lang = "en", functions: Functions = ()) -> Self:
        """The program in a file: `.yaml`, `.yml`, `.json` or `.toml`."""
        return cls._of(read_file(path), lang, functions)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, lang: Lang = "en", functions: Functions = ()) -> Self:
        """The program in plain Python data. A key `True` is read as `on`."""
        return cls._of(_reading().read_data(data), lang, functions)

    @classmethod
    def from_yaml(cls, text: str | bytes, *, lang: Lang = "en", functions: Functions = ()) -> Self:
        """The program in a YAML text."""
        return cls._of(_reading().read_text(text, "yaml"), lang, functions)

    @classmethod
    def from_json(cls, text: str | bytes, *, lang: Lang = "en", functions: Functions = ()) -> Self:
        """The program in a JSON text."""
        return cls._of(_reading().read_text(text, "json"), lang, functions)

    @classmethod
    def from_toml(cls, text: str | bytes, *, lang: Lang = "en", functions: Functions = ()) -> Self:
        """The program in a TOML text."""
        return cls._of(_reading().read_text(text, "toml"), lang, functions)

    @classmethod
    def _of(cls, source: Source, lang: Lang, functions: Functions) -> Self:
        known = functions_by_name(functions)
        verified = _verify(source, known)
        found = problems(source, verified.faults, lang)
        if verified.document is None or any(problem.severity == "error" for problem in found):
            raise ProgramError(found)
        text = canonical(verified.document)
        return cls(
            document=verified.document,
            expressions=verified.expressions,
            text=text,
            hash=hashlib.sha256(text.encode()).hexdigest(),
            source=source.text,
            file=source.file,
            warnings=found,
            functions=known,
        )


def canonical(document: Document) -> str:
    """The document as JSON in one notation: what was written and nothing else, keys in the order of the contract."""
    data = document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def check(
    source: str | Path | Mapping[Any, Any] | Program, *, lang: Lang = "en", functions: Functions = ()
) -> list[Problem]:
    """Every problem of a program: of a file by its path, of a dict, or the warnings of a program that was loaded.

    Never raises for bad content; also a file that is missing or cannot be read is a problem. Without problems of the
    severity ``error`` the program can be loaded.
    """
    if isinstance(source, Program):
        return list(source.warnings)
    read = _reading().read_data(source) if isinstance(source, Mapping) else read_file(source)
    return list(problems(read, _verify(read, functions_by_name(functions)).faults, lang))
