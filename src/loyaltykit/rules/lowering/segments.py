"""Segments: named conditions, written out where they are used."""

from __future__ import annotations

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.plan import SegmentRead


def lower(builder: Builder) -> None:
    """The names `segment.S`."""
    for name in builder.program.document.segments:
        when = builder.expression(f"segments.{name}.when")
        if when is not None:
            builder.reads["segment", name] = SegmentRead(when)
