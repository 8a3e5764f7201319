"""`loyaltykit new-channel`: a package for a channel of one's own, with a test that says what to write."""

from __future__ import annotations

from pathlib import Path

import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.scaffold import files_of, is_reserved, named, nearest_free
from loyaltykit.cli.words import say
from loyaltykit.problems import echo

_NEXT = ("cd {folder}", "pip install -e '.[test]'", "pytest")


@command(
    "new-channel",
    click.argument("name"),
    click.option("--out", cls=Option, help="help/new-channel-out", default=".", metavar="DIR"),
    json_option,
)
def new_channel(session: Session, name: str, out: str) -> None:
    """Into a folder of its own under `out`; nothing is overwritten."""
    names = named(name)
    if names is None:
        code = "new-channel/taken" if is_reserved(name) else "new-channel/name"
        raise WrongUsage(say(session.lang, code, name=echo(name), nearest=nearest_free(name)))
    folder = Path(out) / names.package
    files = files_of(names, session.lang)
    try:
        folder.mkdir(parents=True)
    except (FileExistsError, NotADirectoryError):
        raise WrongUsage(say(session.lang, "init/exists", name=folder)) from None
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    if session.json:
        put_json({"written": str(folder), "files": sorted(files)})
        return
    put(say(session.lang, "init/written", file=folder))
    for line in _NEXT:
        put(f"  {line.format(folder=folder)}")
