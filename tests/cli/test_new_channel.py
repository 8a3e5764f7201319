"""`new-channel`: a package that can be installed, whose test says what to write and passes once it is written."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest

import loyaltykit
from loyaltykit.plugins import discover
from loyaltykit.plugins.channel_maker import RESERVED
from tests.cli.helpers import ROOT, invoke

TIME = 120


def made(folder, *arguments, **options):
    result = invoke("new-channel", *arguments, "--out", folder, **options)
    assert result.exit_code == 0, result.output
    return next(folder.iterdir())


def ran(package):
    """`pytest` in the package, as its author runs it."""
    path = os.pathsep.join([str(ROOT / "src"), *([found] if (found := os.environ.get("PYTHONPATH")) else [])])
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=package,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=TIME,
        check=False,
    )
    return run.returncode, run.stdout


def filled_in(package):
    """What the README says, done: its lines in the place of the `raise`."""
    lines = re.search(r"```python\n(.*?)\n```", (package / "README.md").read_text("utf-8"), re.DOTALL)[1]
    (channel,) = package.glob("src/*/channel.py")
    text = channel.read_text("utf-8")
    (before,) = re.findall(r"^        raise NotImplementedError\(.*\)$", text, re.MULTILINE)
    channel.write_text(text.replace(before, lines), "utf-8")
    return lines


def installed(package, folder):
    """What pip would leave behind of an editable installation, written by hand: neither pip nor network is here."""
    said = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]
    info = folder / f"{said['name'].replace('-', '_')}-{said['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {said['name']}\nVersion: {said['version']}\n")
    points = "".join(f"{name} = {value}\n" for name, value in said["entry-points"]["loyaltykit"].items())
    (info / "entry_points.txt").write_text(f"[loyaltykit]\n{points}")


def test_the_test_of_a_new_package_says_what_to_write(tmp_path):
    """Slow: it runs pytest as the author does."""
    code, said = ran(made(tmp_path, "sms-center"))
    assert code == 1
    assert "write send() in src/loyaltykit_sms_center/channel.py; README.md has the lines to begin with" in said
    assert "sms-center: 1 of 30 checks fails" in said
    assert "1 failed, 1 passed" in said


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_with_the_lines_of_the_readme_it_passes(tmp_path, lang, monkeypatch):
    """Slow: it runs pytest as the author does, with all checks of the kit."""
    package = made(tmp_path / "work", "sms-center", lang=lang)
    assert len(filled_in(package).splitlines()) == 15
    code, said = ran(package)
    assert (code, "2 passed" in said) == (0, True), said
    installed(package, tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.syspath_prepend(str(package / "src"))
    found = discover()
    assert [error for error in found.errors if "sms" in str(error)] == []
    (channel,) = (one for one in found.channels if one.name == "sms-center")
    assert channel.address == "sms_center"
    assert metadata.version("loyaltykit-sms-center") == "0.1.0"
    for name in [name for name in sys.modules if name.startswith("loyaltykit_sms_center")]:
        del sys.modules[name]


def test_every_file_is_what_its_name_says(tmp_path):
    package = made(tmp_path, "loyaltykit-vk")
    assert package.name == "loyaltykit-vk"
    assert tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]["name"] == "loyaltykit-vk"
    for path in package.rglob("*.py"):
        ast.parse(path.read_text("utf-8"))
    for path in package.rglob("*"):
        assert not path.is_file() or not re.search(r"@(?!hookimpl)[a-z-]+@", path.read_text("utf-8")), path
    assert {str(path.relative_to(package)) for path in package.rglob("*") if path.is_file()} == {
        ".gitignore",
        "README.md",
        "pyproject.toml",
        "src/loyaltykit_vk/__init__.py",
        "src/loyaltykit_vk/channel.py",
        "src/loyaltykit_vk/py.typed",
        "tests/test_channel.py",
    }


def test_only_public_names_are_used(tmp_path):
    """An author's package stands on what is promised."""
    for path in made(tmp_path, "vk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] == "loyaltykit":
                module = __import__(node.module, fromlist=["x"])
                assert {alias.name for alias in node.names} <= set(module.__all__), node.module
    assert loyaltykit.__all__


def test_nothing_is_overwritten(tmp_path):
    package = made(tmp_path, "vk")
    (package / "README.md").write_text("mine", "utf-8")
    result = invoke("new-channel", "vk", "--out", tmp_path)
    assert result.exit_code == 2
    assert "exists already; nothing was written" in result.output
    assert (package / "README.md").read_text("utf-8") == "mine"


def test_json(tmp_path):
    said = json.loads(invoke("new-channel", "vk", "--out", tmp_path, "--json").stdout)
    assert said["written"] == str(tmp_path / "loyaltykit-vk")
    assert "src/loyaltykit_vk/channel.py" in said["files"]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("SMS", "sms"),
        ("my_channel", "my-channel"),
        ("7even", "our-7even"),
        ("a--b", "a-b"),
        ("vk-", "vk"),
        ("../../etc", "etc"),
        ("Мессенджер", "our-channel"),
        ("x" * 40, "x" * 31),
        ("", "our-channel"),
        ("vk\n", "vk"),
        ("telegram", "our-telegram"),
        ("loyaltykit-webhook", "our-webhook"),
    ],
)
def test_a_name_that_no_channel_can_have_is_refused_with_one_that_can(tmp_path, name, near):
    result = invoke("new-channel", name, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert f"{near} " in result.output
    assert not (tmp_path / "out").exists()
    assert invoke("new-channel", near, "--out", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize("name", RESERVED)
def test_the_librarys_own_names_are_taken(tmp_path, name):
    result = invoke("new-channel", name, "--out", tmp_path, lang="ru")
    assert (result.exit_code, "занято самой библиотекой" in result.output) == (2, True)
