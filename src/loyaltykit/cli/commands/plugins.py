"""`loyaltykit plugins`: what is installed beside the library, what it brings, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltykit.cli.failing import CONTENT, WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import figure, reason, say
from loyaltykit.problems import echo

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang
    from loyaltykit.plugins import ChannelSpec, Found


@command(
    "plugins",
    click.option("--limit", metavar="TIME", default="30s", show_default=True, cls=Option, help="help/plugin-limit"),
    json_option,
)
def plugins(session: Session, limit: str) -> None:
    """Each is asked in a process of its own; one that hangs or ends its process is told like the others."""
    from loyaltykit.plugins import look_at_plugins

    look = look_at_plugins(limit=_seconds(limit, session))
    if session.json:
        put_json({"plugins": [one.to_dict() for one in look.plugins]})
    elif not look.plugins:
        put(say(session.lang, "plugins/none"))
    else:
        put("\n".join(line for one in look.plugins for line in _lines(one, session.lang)))
    if look.errors:
        click.get_current_context().exit(CONTENT)


def _seconds(text: str, session: Session) -> float:
    from loyaltykit.cli.plugged import Plugged, seconds

    try:
        return seconds(Plugged(start_limit=text).start_limit)
    except ValueError:
        raise WrongUsage(say(session.lang, "usage/every", name=text)) from None


def _lines(found: Found, lang: Lang) -> list[str]:
    """A plug-in and, below it, what it brings and what is wrong with it."""
    heading = f"{found.name} {found.version or ''}".rstrip()
    lines = [f"{heading}: {say(lang, 'plugins/slow', seconds=figure(lang, found.seconds))}" if found.slow else heading]
    channels = {spec.name: spec for spec in found.channels}
    for hook, id in found.brings:
        lines.append(f"  {say(lang, f'plugins/{hook}')} {id}")
        if id in channels and hook == "loyaltykit_channels":
            lines += _settings(channels[id], lang)
    lines += [f"  {say(lang, 'plugins/refused', text=reason(lang, error))}" for error in found.errors]
    return lines if len(lines) > 1 else [*lines, f"  {say(lang, 'plugins/nothing')}"]


def _settings(spec: ChannelSpec, lang: Lang) -> list[str]:
    """What the channel's table in a channel file has."""
    lines = []
    for one in spec.settings:
        key = f"{one.name}_env" if one.secret else one.name
        kind = say(lang, "plugins/variable") if one.secret else say(lang, f"plugins/kind-{one.kind}")
        needed = say(lang, "plugins/required") if one.required else say(lang, "plugins/optional")
        lines.append(f"    {key}: {kind}, {needed}")
    if spec.address:
        lines.append(f"    {say(lang, 'plugins/address', name=echo(spec.address))}")
    return lines
