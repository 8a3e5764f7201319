"""The lowered program: a small closed set of operations on numbered state slots, as frozen data.

A plan can be printed (`Plan.text`), hashed (`Plan.hash`), compared, and given to another back-end. It holds no
functions. A member's state is a list; the first slots are the same in every plan (the constants below), the rest are
what the program's mechanics asked for. Amounts of points are smallest units, times are instants (microseconds).
"""

from loyaltykit.rules.plan.ladders import MEMBERSHIP, Pay, Qualify
from loyaltykit.rules.plan.points import Accrue, Follow, Idle, Lots, PeriodCap, Points, Waiting
from loyaltykit.rules.plan.reads import (
    CHURN_FACTS,
    AnyQuestRead,
    ChurnRead,
    EntitlementRead,
    FlagRead,
    NumberRead,
    QuestRead,
    RankRead,
    Read,
    SegmentRead,
    SlotRead,
    StreakRead,
)
from loyaltykit.rules.plan.reversals import Kept, Reverse
from loyaltykit.rules.plan.rewards import Grant, Line, Meeting, Owed
from loyaltykit.rules.plan.rules import ActiveWhen, Fire, Track, Watch
from loyaltykit.rules.plan.slots import (
    ACTIVE,
    ATTRIBUTES,
    CONTACT,
    DUE,
    HEADER,
    JOINED,
    KEPT,
    LAST,
    LONG_AGO,
    MEMBER,
    NOW,
    OFFSET,
    SKIPPED,
    ZONE_FROM,
    ZONE_TO,
    Slot,
)
from loyaltykit.rules.plan.spending import Spending, Terms
from loyaltykit.rules.plan.standing import (
    BARRED,
    BARRED_COUNT,
    WAITS,
    Advance,
    Award,
    Climb,
    Keeping,
    Step,
    Touch,
    Ways,
)
from loyaltykit.rules.plan.voice import Ask
from loyaltykit.rules.plan.whole import Plan, canonical

Operation = Track | Points | Fire | Watch | Touch | Climb | Qualify | Award | Advance | Grant

__all__ = [
    "ACTIVE",
    "ATTRIBUTES",
    "BARRED",
    "BARRED_COUNT",
    "CHURN_FACTS",
    "CONTACT",
    "DUE",
    "HEADER",
    "JOINED",
    "KEPT",
    "LAST",
    "LONG_AGO",
    "MEMBER",
    "MEMBERSHIP",
    "NOW",
    "OFFSET",
    "SKIPPED",
    "WAITS",
    "ZONE_FROM",
    "ZONE_TO",
    "Accrue",
    "ActiveWhen",
    "Advance",
    "AnyQuestRead",
    "Ask",
    "Award",
    "ChurnRead",
    "Climb",
    "EntitlementRead",
    "Fire",
    "FlagRead",
    "Follow",
    "Grant",
    "Idle",
    "Keeping",
    "Kept",
    "Line",
    "Lots",
    "Meeting",
    "NumberRead",
    "Operation",
    "Owed",
    "Pay",
    "PeriodCap",
    "Plan",
    "Points",
    "Qualify",
    "QuestRead",
    "RankRead",
    "Read",
    "Reverse",
    "SegmentRead",
    "Slot",
    "SlotRead",
    "Spending",
    "Step",
    "StreakRead",
    "Terms",
    "Touch",
    "Track",
    "Waiting",
    "Watch",
    "Ways",
    "canonical",
]
