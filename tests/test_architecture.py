"""Who may import whom, and what the core may never touch: tables, held against every import in the source.

Imports inside functions and under TYPE_CHECKING count. docs/explanation/architecture.md says the same in words.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = "loyaltykit"
SOURCE = Path(__file__).parents[1] / "src" / ROOT


class Layer(NamedTuple):
    rooms: tuple[str, ...]
    apart: bool = False


def together(rooms: str) -> Layer:
    """Rooms of one layer that may import one another."""
    return Layer(tuple(rooms.split()))


def apart(rooms: str) -> Layer:
    """Rooms of one layer that never import one another."""
    return Layer(tuple(rooms.split()), apart=True)


# A layer imports itself and the layers above it, never one below. A room is a module or a package with all its modules.
LAYERS = (
    together("errors problems wording values views redemptions calendars jsontext"),
    together("ledger rules.expression templates drafting"),
    together("program"),
    together("rules.plan rules.journeys"),
    together("rules.builder"),
    apart("rules.lowering tiers campaigns"),
    together("rules.mechanics"),
    together("rules.runtime"),  # what generated code calls
    together("rules.compile"),
    together(
        "rules.actions rules.rights rules.runs rules.badges rules.spends rules.ideas rules.voids rules.worth "
        "rules.keeping"
    ),  # what the library's own events do to a state
    together(
        "rules.decisions rules.redeemed rules.reasons rules.campaign_reasons rules.chance_reasons "
        "rules.standing_reasons rules.tier_view rules.view"
    ),  # what the compiled program said, in words a person can use
    together(
        "rules.folding rules.replaying rules.engine rules.cases rules.informing rules.carrying "
        "rules.carried_standing rules.timeline"
    ),
    apart("churn channels insight"),
    apart("lint telling"),
    together("store"),
    together("plugins"),
    together("app"),
    together("scale integrations testing"),
    together("loyaltykit"),  # the root collects the public names; the rooms above never need them from there
    together("cli __main__"),
)
CORE_ENDS_WITH = "rules.engine"
EMPTY = ("rules/__init__.py",)

# What only some rooms may import.
ONLY_IN = {
    "aiosmtpd": "testing",
    "altair": "churn insight",
    "apprise": "channels",
    "click": "cli",
    "cryptography": "integrations",
    "django": "integrations",
    "fastapi": "integrations",
    "liquid": "templates",
    "numpy": "churn insight campaigns.policies testing",
    "pandas": "churn",
    "pluggy": "plugins",
    "psycopg": "store",
    "pyarrow": "cli churn integrations",
    "pydantic": "program plugins integrations cli",
    "pydantic_core": "program plugins integrations cli",
    "pyspark": "scale",
    "rich": "cli",
    "sklearn": "churn",
    "sqlite3": "store",
    "urllib3": "channels integrations",
    "vl_convert": "churn insight",
}

# Time, identity, chance and the outside world reach the core as arguments: a replay is identical to the byte.
NOT_IN_CORE = (
    "asyncio",
    "concurrent",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "getpass",
    "glob",
    "http",
    "importlib.resources",
    "io.open",
    "locale",
    "multiprocessing",
    "os",
    "pathlib",
    "pkgutil",
    "platform",
    "random",
    "secrets",
    "shutil",
    "signal",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "urllib3",
    "uuid",
)
NO_BUILTIN_IN_CORE = ("input", "open")
ALLOWED_IN_CORE = {
    "calendars.zones": ("importlib.resources",),  # the zone rules of the pinned tzdata package: data that ships with us
    "program.load": ("pathlib",),  # the document it is given the path of
}

SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|PRAGMA\s|SAVEPOINT\s|BEGIN\s+IMMEDIATE"
    r"|(CREATE|ALTER|DROP)\s+(UNIQUE\s+|TEMP\s+|OR\s+REPLACE\s+)?(TABLE|INDEX|VIEW|TRIGGER))\b",
    re.DOTALL,
)


class Import(NamedTuple):
    line: int
    module: str
    name: str = ""

    @property
    def target(self) -> str:
        """`from a import b` may mean the module a.b or the name b in a: either way it is in the room of a or deeper."""
        return f"{self.module}.{self.name}" if self.name else self.module


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def inner(module: str) -> str:
    """The module's name inside the library; the root keeps its own."""
    return module.removeprefix(f"{ROOT}.")


def room_of(module: str) -> str | None:
    """The most specific room of the table that the module is in."""
    rooms = [room for layer in LAYERS for room in layer.rooms if within(inner(module), room)]
    return max(rooms, key=len, default=None)


def layer_of(room: str) -> int:
    return next(index for index, layer in enumerate(LAYERS) if room in layer.rooms)


def is_core(module: str) -> bool:
    room = room_of(module)
    return room is not None and layer_of(room) <= layer_of(CORE_ENDS_WITH)


def imports_of(tree: ast.AST, module: str, *, package: bool) -> Iterator[Import]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".") if package else module.split(".")[:-1]
                base = ".".join([*parents[: len(parents) - node.level + 1], *filter(None, [base])])
            yield from (Import(node.lineno, base, alias.name) for alias in node.names)


def arrow_fault(module: str, wanted: Import) -> str | None:
    """What is wrong with one import inside the library."""
    room, other = room_of(module), room_of(wanted.target) or room_of(wanted.module)
    if other is None:
        return f"imports {wanted.module}, which is in no layer"
    if room is None or room == other:
        return None
    here, there = layer_of(room), layer_of(other)
    if there > here:
        return f"imports {wanted.target}: {room} is above {other}, and a layer never imports one below it"
    if here == there and LAYERS[here].apart:
        return f"imports {wanted.target}: {room} and {other} never import one another"
    return None


def outside_fault(module: str, wanted: Import) -> str | None:
    """What is wrong with one import from outside the library."""
    for name, rooms in ONLY_IN.items():
        if within(wanted.target, name) and not any(within(inner(module), room) for room in rooms.split()):
            return f"imports {wanted.target}: only {rooms} may import {name}"
    return f"imports {wanted.target}: the core never does" if is_banned(module, wanted.target) else None


def is_banned(module: str, dotted: str) -> bool:
    allowed = ALLOWED_IN_CORE.get(inner(module), ())
    return is_core(module) and any(within(dotted, name) for name in NOT_IN_CORE if name not in allowed)


def references_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every dotted use of an imported name, spelled in full: `dt.date.today` is datetime.date.today."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, _, rest = ast.unparse(node).partition(".")
            if head in names:
                yield node.lineno, f"{names[head]}.{rest}"


def strings_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text that is not a docstring, f-strings in one piece."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.lineno, node.value


def core_faults(tree: ast.AST, module: str) -> Iterator[tuple[int, str]]:
    """Clocks and files that need no import statement of their own."""
    for line, dotted in references_of(tree):
        if dotted in NOT_IN_CORE and is_banned(module, dotted):
            yield line, f"uses {dotted}: the core never does"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NO_BUILTIN_IN_CORE:
            yield node.lineno, f"calls {node.func.id}(): the core never does"


def faults(module: str, source: str, *, package: bool = False) -> list[str]:
    """Everything that one module of the library does and may not, as `module:line what`."""
    tree = ast.parse(source)
    found: list[tuple[int, str | None]] = []
    if room_of(module) is None:
        found.append((1, "is in no layer: add it to LAYERS"))
    for wanted in imports_of(tree, module, package=package):
        check = arrow_fault if within(wanted.module, ROOT) else outside_fault
        found.append((wanted.line, check(module, wanted)))
    if is_core(module):
        found += core_faults(tree, module)
    if not within(inner(module), "store"):
        found += [(line, f"holds SQL: {text[:60]!r}") for line, text in strings_of(tree) if SQL.search(text)]
    return [f"{module}:{line} {what}" for line, what in sorted(found, key=str) if what]


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).as_posix() not in EMPTY)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_follow_the_layers(path):
    assert faults(module_name(path), path.read_text("utf-8"), package=path.name == "__init__.py") == []


@pytest.mark.parametrize("name", EMPTY)
def test_stays_empty(name):
    assert (SOURCE / name).read_text("utf-8").strip() == ""


def test_sql_files_are_in_the_store():
    assert [path for path in SOURCE.rglob("*.sql") if SOURCE / "store" not in path.parents] == []


def test_no_room_stands_twice():
    rooms = [room for layer in LAYERS for room in layer.rooms]
    assert len(rooms) == len(set(rooms))


WRONG = [
    ("values", "import loyaltykit.ledger", "a layer never imports one below it"),
    ("values", "from loyaltykit import ledger", "a layer never imports one below it"),
    ("values", "from loyaltykit import Loyalty", "values is above loyaltykit"),
    ("values", "def late():\n    from loyaltykit.app import Loyalty", "values:2 imports loyaltykit.app.Loyalty"),
    ("values", "if TYPE_CHECKING:\n    from loyaltykit.app import Loyalty", "values:2 imports loyaltykit.app.Loyalty"),
    ("rules.plan", "from . import engine", "rules.plan is above rules.engine"),
    ("rules.plan", "from .engine import Engine", "rules.plan is above rules.engine"),
    ("rules.compile.emit", "from ..engine import Engine", "rules.compile is above rules.engine"),
    ("rules.lowering.points", "from ...tiers import ladder", "rules.lowering and tiers never import one another"),
    ("tiers.ladder", "from loyaltykit.campaigns import holdout", "tiers and campaigns never import one another"),
    ("churn.models", "import loyaltykit.insight.cohorts", "churn and insight never import one another"),
    ("app", "import loyaltykit.helpers", "imports loyaltykit.helpers, which is in no layer"),
    ("app", "from loyaltykit.rules import sorcery", "imports loyaltykit.rules, which is in no layer"),
    ("helpers", "", "is in no layer"),
    ("rules.sorcery", "", "is in no layer"),
    ("rules.engine", "import numpy as np", "only churn insight campaigns.policies testing may import numpy"),
    ("campaigns.journeys", "from numpy import array", "only churn insight campaigns.policies testing may import numpy"),
    ("values", "from pydantic import BaseModel", "may import pydantic"),
    ("app", "import pluggy", "only plugins may import pluggy"),
    ("app", "import sqlite3", "only store may import sqlite3"),
    ("ledger", "import os", "imports os: the core never does"),
    ("ledger", "import os.path", "imports os.path: the core never does"),
    ("ledger", "from time import monotonic", "imports time.monotonic: the core never does"),
    ("tiers", "from importlib import resources", "imports importlib.resources: the core never does"),
    ("program.document", "from pathlib import Path", "imports pathlib.Path: the core never does"),
    ("program.load", "import os", "imports os: the core never does"),
    ("calendars", "from datetime import datetime\nx = datetime.now()", "calendars:2 uses datetime.datetime.now"),
    ("calendars", "import datetime as dt\nx = dt.datetime.utcnow", "uses datetime.datetime.utcnow"),
    ("calendars", "from datetime import date as Day\nx = Day.today()", "uses datetime.date.today"),
    ("templates", "text = open('x').read()", "calls open()"),
    ("app", "query = 'SELECT id FROM events'", "holds SQL"),
    ("app", "query = f'SELECT {columns} FROM {table}'", "holds SQL"),
    ("insight.cohorts", "query = '''\n  DELETE FROM events'''", "holds SQL"),
]


@pytest.mark.parametrize(("module", "source", "fault"), WRONG)
def test_a_planted_fault_is_found(module, source, fault):
    found = faults(f"loyaltykit.{module}", source)
    assert any(fault in line for line in found), found


def test_a_package_counts_relative_imports_from_itself():
    assert faults("loyaltykit.tiers", "from .ladder import climb", package=True) == []
    assert "tiers and campaigns" in faults("loyaltykit.tiers", "from ..campaigns import run", package=True)[0]


RIGHT = [
    ("values", "from loyaltykit.errors import EventError"),
    ("rules.engine", "from loyaltykit.rules import compile, view"),
    ("rules.compile.emit", "from loyaltykit.rules.compile.names import fresh"),
    ("campaigns.policies.bandit", "import numpy as np\nfrom numpy.typing import NDArray"),
    ("program.load", "from pathlib import Path"),
    ("program.document", "import pydantic"),
    ("app", "import time, datetime\nx = datetime.datetime.now()"),
    ("channels.smtp", "import socket, os, urllib3"),
    ("store.sql", "import sqlite3\nquery = 'SELECT id FROM events'"),
    ("app", "def f():\n    'Like SELECT id FROM events.'\n    return 'Select a reward from the catalogue'"),
    ("calendars", "import datetime as dt\nfrom zoneinfo import ZoneInfo\nx = dt.datetime.min, member.now"),
    ("cli.main", "import click\nfrom loyaltykit import Loyalty"),
    ("__main__", "from loyaltykit.cli import main"),
]


@pytest.mark.parametrize(("module", "source"), RIGHT)
def test_what_is_allowed_passes(module, source):
    assert faults(f"loyaltykit.{module}", source) == []


def test_the_root_collects_from_everywhere_but_the_command_line():
    assert faults("loyaltykit", "from loyaltykit.app import Loyalty", package=True) == []
    assert faults("loyaltykit", "from loyaltykit.cli import main", package=True) != []
