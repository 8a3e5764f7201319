"""`loyaltykit bounce`: takes in what mail servers send back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loyaltykit.cli.commands.deliver import config_option
from loyaltykit.cli.frame import Session, command, json_option, store_option
from loyaltykit.cli.options import existing, open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.cli.words import Lang


@command(
    "bounce",
    click.argument("files", nargs=-1, required=True, metavar="FILE..."),
    store_option,
    config_option,
    json_option,
)
def bounce(session: Session, files: tuple[str, ...], url: str, config: str | None) -> None:
    """Files that are no reports are counted and change nothing."""
    from loyaltykit.cli.channels import Settings, read_settings, secret_of

    paths = [Path(existing(file, session.lang)) for file in files]
    settings = Settings() if config is None else read_settings(config, session.lang)
    options: dict[str, Any] = {"secret": secret_of(settings, session.lang)}
    if options["secret"] is None:
        put(say(session.lang, "bounce/no-secret"), err=True)
    with open_existing(url, session.lang, **options) as kit:
        made = [kit.bounced(path.read_bytes()) for path in paths]
    if session.json:
        put_json([{"file": str(path), **one.to_dict()} for path, one in zip(paths, made, strict=True)])
        return
    put(returned(Counter(one.kind for one in made), session.lang))


def returned(kinds: Mapping[str, int], lang: Lang) -> str:
    """What came back, in one line: only what there was."""
    return ", ".join(say(lang, f"bounce/{kind}", number=number) for kind, number in kinds.items())
