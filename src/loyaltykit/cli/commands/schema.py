"""`loyaltykit schema`: the JSON Schema of program documents."""

from __future__ import annotations

from loyaltykit.cli.frame import Session, command, json_option
from loyaltykit.cli.output import put_json


@command("schema", json_option)
def schema(session: Session) -> None:
    """It is JSON with or without `--json`."""
    from loyaltykit.program.load import json_schema

    del session
    put_json(json_schema())
