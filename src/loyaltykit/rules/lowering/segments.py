"""Segments: named conditions, written out where they are used."""

from __future__ import annotations

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.plan import SegmentRead


def lower(builder: Builder) -> None:
    """The names `segment.S`."""
    for name, segment in builder.program.document.segments.items():
        per = segment.field
        when = builder.expression(f"segments.{name}.when", per=per)
        if when is not None:
            values = None if per is None else builder.values(per)
            builder.reads["segment", name] = SegmentRead(when, per, values)
