"""`loyaltykit explain-program`: a program in plain sentences, the page that a school shows its students."""

from __future__ import annotations

import attrs
import click

from loyaltykit.cli.frame import Option, Session, command, json_option
from loyaltykit.cli.options import load_program
from loyaltykit.cli.output import put, put_json

_FORMS = ("text", "md", "html")


@command(
    "explain-program",
    click.argument("program"),
    click.option("--format", "form", type=click.Choice(_FORMS), default="text", cls=Option, help="help/format"),
    json_option,
)
def explain_program(session: Session, program: str, *, form: str) -> None:
    """In the language of `--lang`: labels are taken in it where the program has them."""
    from loyaltykit.telling import page, sentences

    found = sentences(load_program(program, session.lang), lang=session.lang)
    if session.json:
        put_json([attrs.asdict(sentence) for sentence in found])
    else:
        put(page(found, lang=session.lang, form=form).rstrip("\n"))  # type: ignore[arg-type]  # one of the choices
