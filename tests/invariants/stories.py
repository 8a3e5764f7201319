"""Stories in which something goes wrong if the engine has a fault: each looks at everything after every step."""

from __future__ import annotations

from typing import Any

from tests.invariants.world import DAY, World


def paid(world: World, order: str, amount: Any, *, ago: float = 0, who: str = "ann") -> Any:
    """An order, and everything is looked at."""
    event = world.happen(who, "order.paid", {"order": order, "amount": amount}, ago=ago)
    world.check()
    return event


def back(world: World, order: str, amount: Any) -> None:
    """A refund, and everything is looked at."""
    world.happen("ann", "order.refunded", {"order": order, "amount": amount})
    world.check()


def later(world: World, days: float) -> None:
    """Time goes by, and everything is looked at."""
    world.clock += days * DAY
    world.check()


def two_lots(world: World) -> None:
    """Points of two days, of which some are spent."""
    paid(world, "a", 400)
    later(world, 2)
    paid(world, "b", 400)
    later(world, 1)
    world.redeem("ann", "mug")
    world.check()
    later(world, 2)
    later(world, 3)


def one_lot(world: World) -> None:
    """Points that end at an instant, neither before nor after."""
    paid(world, "a", 1000)
    later(world, 5)
    world.redeem("ann", "seat")
    world.check()


def waits(world: World) -> None:
    """Points that are not there yet."""
    paid(world, "a", 1000)
    world.redeem("ann", "mug")
    later(world, 2)
    world.redeem("ann", "mug")
    world.check()


def waits_late(world: World) -> None:
    """Points of an order that comes late are not there yet; the order is taken out then, and another one comes."""
    paid(world, "b", 1000)
    later(world, 1)
    event = paid(world, "a", 600, ago=20)
    later(world, 0.5)
    world.void(event)
    world.check()
    paid(world, "c", 300, ago=1)
    later(world, 3)


def begun_late(world: World) -> None:
    """An order's beginning comes late, and was a mistake."""
    paid(world, "a", 1000)
    later(world, 1)
    world.happen("ann", "page.opened", {})
    begun = world.happen("ann", "order.begun", {"order": "a"}, ago=12)
    world.check()
    world.redeem("ann", "seat")
    world.void(begun)
    world.check()
    later(world, 3)


def thirds(world: World) -> None:
    """An order that comes back in three parts."""
    paid(world, "a", 1000)
    for part in (333, 333, 334):
        later(world, 0.25)
        back(world, "a", part)


def reopened(world: World) -> None:
    """A cap and a limit that a refund opens again."""
    paid(world, "a", 1000)
    later(world, 0.05)
    paid(world, "b", 1000)
    back(world, "a", 1000)
    later(world, 0.05)
    paid(world, "c", 1000)


def capped(world: World) -> None:
    """More orders than count."""
    for order in "abcd":
        later(world, 0.05)
        paid(world, order, 600)


def spent_refund(world: World) -> None:
    """A refund of what is spent already, and what comes after it."""
    paid(world, "a", 500)
    later(world, 0.1)
    world.redeem("ann", "mug")
    later(world, 0.1)
    back(world, "a", 500)
    later(world, 0.1)
    paid(world, "b", 800)
    later(world, 1)


def early_refund(world: World) -> None:
    """A refund whose clock is behind that of the order."""
    back(world, "a", 250)
    later(world, 0.1)
    paid(world, "a", 500)


def held(world: World) -> None:
    """A hold whose time runs out."""
    paid(world, "a", 600)
    later(world, 0.1)
    world.hold("ann", None, 1)
    world.check()
    later(world, 0.5)
    later(world, 1)
    (hold,) = world.standing
    world.end_hold(hold, capture=True)
    world.check()


def captured(world: World) -> None:
    """A hold that is captured, and somebody who releases it then."""
    paid(world, "a", 600)
    world.hold("ann", "mug", None)
    (hold,) = world.standing
    world.end_hold(hold, capture=True)
    world.check()
    world.end_hold(hold, capture=False)
    world.check()


def cancelled(world: World) -> None:
    """A redemption that is undone keeps the end that its points had."""
    paid(world, "a", 600)
    later(world, 2)
    world.redeem("ann", "mug")
    world.check()
    (redemption,) = world.standing
    later(world, 1)
    world.cancel(redemption)
    world.check()
    later(world, 3)


def given_away(world: World) -> None:
    """Points of somebody else end when they would have ended there."""
    paid(world, "a", 600)
    later(world, 2)
    world.transfer("ann", "bob", 4)
    world.check()
    later(world, 3.5)


def twice(world: World) -> None:
    """The same event again."""
    event = world.happen("ann", "lesson.done", {})
    world.check()
    world.again(event)
    world.check()


def tardy(world: World) -> None:
    """An event that comes two days late, and takes the cap from one that came before it."""
    paid(world, "b", 2000)
    later(world, 2)
    world.advance()
    paid(world, "a", 1500, ago=40)
    paid(world, "c", 1500, ago=49)


def taken_out(world: World) -> None:
    """An event that should not have been."""
    event = paid(world, "a", 600)
    later(world, 1)
    paid(world, "b", 600)
    world.void(event)
    world.check()


def seats(world: World) -> None:
    """Two members and one seat."""
    paid(world, "a", 600)
    paid(world, "a", 600, who="bob")
    world.redeem("ann", "seat")
    world.redeem("bob", "seat")
    world.check()


def exact(world: World) -> None:
    """0.29 a hundred times is 29, and what is over is left out."""
    paid(world, "a", "0.29")
    later(world, 1)
    paid(world, "b", "3.33")


def restarted(world: World) -> None:
    """Points wait while nobody runs."""
    paid(world, "a", 600)
    world.hold("ann", None, 4)
    world.restart()
    world.check()
    later(world, 5)
    world.restart()
    world.check()
