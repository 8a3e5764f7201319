"""Who is withheld: decided by a hash, so that anybody can check it and nobody has to remember it."""

from __future__ import annotations

import hashlib

TREATED, WITHHELD, PROGRAM = "treated", "withheld", "program"


def bucket(program: str, campaign: str, member: str) -> float:
    """Where a member falls in [0, 1): SHA-256 of the three names as a fraction (its first 64 bits tell all there is).

    The program-wide holdout has an empty campaign name.
    """
    digest = hashlib.sha256(f"{program}\0{campaign}\0{member}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def arm_of(program: str, campaign: str, member: str, share: float) -> str:
    """`withheld` for a share of all members, `treated` for the others."""
    return WITHHELD if bucket(program, campaign, member) < share else TREATED
