"""`loyaltykit init`: a commented program to start from."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Session, command, json_option
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say

_NEXT = ("check {file}", "test {file}", "run {file} events.jsonl --store sqlite:///school.db")


@command("init", click.argument("path", default="program.yaml"), json_option)
def init(session: Session, path: str) -> None:
    """Into the named file, or `program.yaml` in the named folder; nothing is overwritten."""
    place = Path(path) / "program.yaml" if Path(path).is_dir() or path.endswith(("/", "\\")) else Path(path)
    template = resources.files("loyaltykit.cli").joinpath("templates", f"starter.{session.lang}.yaml")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8", newline="\n") as file:
            file.write(template.read_text(encoding="utf-8"))
    except FileExistsError:
        raise WrongUsage(say(session.lang, "init/exists", name=place)) from None
    if session.json:
        put_json({"written": str(place)})
        return
    put(say(session.lang, "init/written", file=place))
    for line in _NEXT:
        put(f"  loyaltykit {line.format(file=place)}")
