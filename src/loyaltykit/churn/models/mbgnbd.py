"""MBG/NBD: BG/NBD where the first activity may be the last (Batislam, Denizel and Filiztekin 2007)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from loyaltykit.churn.models.bgnbd import BGNBD, FAMILY

if TYPE_CHECKING:
    from loyaltykit.churn.models.counts_fit import Family


class MBGNBD(BGNBD):
    """BG/NBD, but a member may leave after their very first activity as well.

    So somebody who came once and was silent since may have left, which BG/NBD cannot say. ("An Empirical Validation and
    Comparison of Models for Customer Base Analysis", International Journal of Research in Marketing 24.)
    """

    _id: ClassVar[str] = "mbg-nbd"
    _family: ClassVar[Family] = attrs.evolve(FAMILY, first=1)
