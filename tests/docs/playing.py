"""Plays a page: its blocks run in order, in one folder, as a reader would run them.

A `python` block is executed (one namespace a page), the lines of an `sh` block that start with ``loyaltykit`` go
through the command line, a `yaml` program is saved as program.yaml, checked, and its cases run. A `yaml` fragment takes
the place of the sections of that program that it names. A `text` block after one that runs is what it prints: `…`
stands for anything, a line of it for any lines.

The HTML comment above a block may say ``not run: REASON``, ``file: NAME`` (saved under that name), ``needs: MODULE``
(runs where that is installed), ``with: FOLDER`` (whose files are copied beside it first), ``exit: CODE``, or above a
`text` block ``prints: COMMAND``.
"""

import contextlib
import importlib.util
import io
import re
import shlex
import shutil
import warnings
from pathlib import Path

from click.testing import CliRunner

import loyaltykit as lk
from loyaltykit.cli.group import cli
from loyaltykit.program.document import Document
from loyaltykit.program.load import check
from loyaltykit.rules.cases import run_cases
from tests.docs.pages import ROOT

_TOP = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)


class Player:
    """One page being played, in the current folder."""

    def __init__(self, lang):
        self.lang = lang
        self.space = {"__name__": "page"}
        self.printed = None
        """What the block before printed; None when it did not run."""

    def play(self, block):
        kind, _, said = block.note.partition(": ")
        expected, self.printed = self.printed, None
        if kind == "not run":
            assert said, f"{block.place}: say why it does not run"
        elif kind == "needs" and any(importlib.util.find_spec(one) is None for one in said.split(", ")):
            return
        elif kind == "file":
            Path(said).write_text(block.text, "utf-8")
        elif block.lang == "text":
            if kind == "prints":
                expected = self.command(block, said)
            if expected is not None:
                assert shows(block.text, expected), f"{block.place}: it prints\n{expected}"
        else:
            if kind == "with":
                shutil.copytree(ROOT / said, Path(), dirs_exist_ok=True)
            self.run(block, int(said) if kind == "exit" else 0)

    def run(self, block, code):
        if block.lang == "python":
            self.python(block)
        elif block.lang == "sh":
            self.shell(block, code)
        elif block.lang == "yaml":
            self.program(block)
        else:
            raise AssertionError(f"{block.place}: a {block.lang or 'bare'} block; is it a text?")

    def python(self, block):
        source = "\n" * (block.line - 1) + block.text  # so that a traceback has the page's lines
        with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings():
            if block.note.startswith("needs"):
                warnings.simplefilter("ignore", DeprecationWarning)  # of a framework, about another
            exec(compile(source, str(block.page), "exec"), self.space)  # noqa: S102  # our own pages
        self.printed = out.getvalue()

    def shell(self, block, code):
        self.printed = ""
        lines = block.text.replace("\\\n", " ").splitlines()
        for line in filter(None, (line.partition("  #")[0].strip() for line in lines)):
            self.printed += self.command(block, line, code)

    def command(self, block, line, code=0):
        """What a command line prints."""
        command, *arguments = shlex.split(line)
        assert command == "loyaltykit", f"{block.place}: {line}"
        env = {"LC_ALL": "ru_RU.UTF-8" if self.lang == "ru" else "C.UTF-8"}
        result = CliRunner().invoke(cli, arguments, env=env)
        assert result.exit_code == code, f"{block.place}: {line}\n{result.output}\n{result.exception!r}"
        return result.output

    def program(self, block):
        """A whole program, or sections that take the place of those in program.yaml."""
        file = Path("program.yaml")
        if not block.text.startswith(("program:", "#")):
            assert file.exists(), f"{block.place}: there is no program to put this into"
            file.write_text(merged(file.read_text("utf-8"), block.text), "utf-8")
        else:
            file.write_text(block.text, "utf-8")
        problems = check(file)  # a fragment that shows one key may lack a control group: tests/lint looks at that
        assert not problems, f"{block.place}: {problems[0]}"
        for result in run_cases(lk.Program.load(file)):
            assert result.ok, f"{block.place}: case {result.name!r}: {result.problems or result.checks}"


def merged(program, fragment):
    """A program's text with the sections of a fragment in place of its own, or after them."""
    sections = {part.partition(":")[0]: part for part in filter(None, _TOP.split(program))}
    for part in filter(str.strip, _TOP.split(fragment)):
        name = part.partition(":")[0]
        assert name in Document.model_fields, f"{name} is not a section of a program"
        sections[name] = part
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in sections.values())


def shows(shown, printed):
    """Whether a page shows what was printed. A space that does not break a line is a space."""
    wanted, got = ([line.rstrip() for line in text.rstrip().splitlines()] for text in (shown, printed))
    return _fits([line.replace("\xa0", " ") for line in wanted], [line.replace("\xa0", " ") for line in got])


def _fits(wanted, got):
    for number, line in enumerate(wanted):
        if line.strip() == "…":
            return any(_fits(wanted[number + 1 :], got[start:]) for start in range(number, len(got) + 1))
        if number >= len(got):
            return False
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        if re.fullmatch(pattern, got[number]) is None:
            return False
    return len(wanted) == len(got)
