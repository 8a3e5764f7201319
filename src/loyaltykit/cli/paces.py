"""The limits of a channel in a channel file: the table ``[CHANNEL.limits]``."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from loyaltykit.channels import Limits
from loyaltykit.errors import LoyaltyError


class Paces(BaseModel):
    """How often a channel may be used, as ``30 per second``; a table without a line is no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    overall: str | None = None
    each: str | None = None
    group: str | None = None

    @model_validator(mode="after")
    def _are_paces(self) -> Self:
        try:
            self.made()
        except LoyaltyError as error:
            raise ValueError(str(error)) from None
        return self

    def made(self) -> Limits:
        """The limits."""
        return Limits(overall=self.overall, each=self.each, group=self.group)
